// What the commands say is held against English, whatever the language of whoever runs the tests.
process.env.LC_ALL = 'en_US.UTF-8';

/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Run by `npm run test:integration` and `npm run test:slow`.
  testPathIgnorePatterns: ['/node_modules/', '\\.(integration|slow)\\.test\\.ts$'],
  // Copies of the project are made there.
  modulePathIgnorePatterns: ['<rootDir>/build/'],
  // The gateway's own tests talk to the café, whichever bot is deployed: that one is imported by its file's name.
  moduleNameMapper: { '^#scenario$': '<rootDir>/lambda/scenarios/cafe.ts' },
  testEnvironment: '<rootDir>/test/kit/environment.cjs',
  testSequencer: '<rootDir>/test/kit/longest-first.cjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  testTimeout: 30_000,
  // Half of what a worker does is to wait, for short real deadlines: two of them leave a core idle, and more of them get more
  // of one that something else keeps busy.
  maxWorkers: 5,
  // With ES modules a worker keeps those of every file it ran, a gigabyte in the end: to give that back takes longer than
  // jest's half a second. One that a test left something running in does not end at all, and is told of as before.
  workerGracefulExitTimeout: 5_000,
};
