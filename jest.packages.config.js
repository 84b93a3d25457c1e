import own from './jest.config.js';

/** Packages of others, bundled and run: `npm run test:packages`, which installs them. @type {import('jest').Config} */
export default {
  ...own,
  maxWorkers: 2,
  testMatch: ['<rootDir>/test/packages/*.packages.ts'],
  testTimeout: 60_000,
};
