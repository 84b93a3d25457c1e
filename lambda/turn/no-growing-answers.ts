import type * as growing from './growing-answers.ts';
import { saveResult } from './save-late.ts';

// The `#growing` of a bundle whose bot has no growing answers: nothing grows, and nobody asks for what did.

/** Grows nothing: no rule asks for it. */
export const growInWorker: typeof growing.growInWorker = async () => undefined;

/** No turn waits on without its callback. */
export const mustWaitOn: typeof growing.mustWaitOn = () => false;

/** Called for no turn. */
export const waitOn: typeof growing.waitOn = async () => ({ kind: 'gone' });

/** Called for no turn. */
export const goOn: typeof growing.goOn = async () => ({ kind: 'gone' });

/** Saves the answer to a turn whose rule grew before this release as any other. */
export const saveGrown: typeof growing.saveGrown = (engine, turn, { lease }, result, unshown) =>
  saveResult(engine, turn, lease, result, unshown);

/** No draft tells anything. */
export const needsDraft: typeof growing.needsDraft = () => false;

/** The same as it is given. */
export const withDraft: typeof growing.withDraft = async (_engine, _reader, waiting) => waiting;
