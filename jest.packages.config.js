import own from './jest.config.js';

/** Packages of others, bundled and run, and clients of models: `npm run test:packages`, which installs them. @type {import('jest').Config} */
export default {
  ...own,
  maxWorkers: 2,
  testMatch: ['<rootDir>/test/{packages,llm-clients}/*.packages.ts'],
  testTimeout: 60_000,
};
