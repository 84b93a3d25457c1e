import own from './jest.config.js';

/** The contract of a bot server, held against one that runs: `npm run test:bot-server`. @type {import('jest').Config} */
export default {
  ...own,
  testMatch: ['<rootDir>/test/examples/*.bot-server.ts'],
};
