// The door of the exports: a recorded conversation in the two forms that run again.
export { exportJest } from './export-jest.ts';
export { exportTalk } from './export-talk.ts';
