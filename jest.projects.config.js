import own from './jest.config.js';

/** The package in projects of every form: `npm run test:projects`. @type {import('jest').Config} */
export default {
  ...own,
  maxWorkers: 2,
  testMatch: ['<rootDir>/test/projects/*.matrix.ts'],
  // An installation takes as long as the network does.
  testTimeout: 600_000,
};
