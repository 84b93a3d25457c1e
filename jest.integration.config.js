import own from './jest.config.js';

/** What starts processes, bundles or loads CDK: `npm run test:integration`. @type {import('jest').Config} */
export default {
  ...own,
  // What they start works beside them.
  maxWorkers: 3,
  testMatch: ['<rootDir>/test/**/*.integration.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
