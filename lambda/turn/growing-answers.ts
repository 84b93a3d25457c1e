// The `#growing` of a bundle whose bot has growing answers, and of whatever is not deployed: all that turns do for them.
export { growInWorker } from './grow-in-worker.ts';
export { goOn, mustWaitOn, saveGrown, waitOn } from './late-part.ts';
export { needsDraft, withDraft } from './with-draft.ts';
