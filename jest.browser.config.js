import own from './jest.config.js';

/** The desk in a browser: `npm run test:browser`. @type {import('jest').Config} */
export default {
  ...own,
  maxWorkers: 2,
  testMatch: ['<rootDir>/test/browser/*.browser.ts'],
  testTimeout: 60_000,
};
