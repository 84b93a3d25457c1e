/** The command `tsx`, which reads `process.argv` when it is imported. */
declare module 'tsx/cli';
