import own from './jest.config.js';

/** The suites that load, soak or wait for minutes: `npm run test:slow`. @type {import('jest').Config} */
export default {
  ...own,
  maxWorkers: 2,
  testMatch: ['<rootDir>/test/**/*.slow.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
