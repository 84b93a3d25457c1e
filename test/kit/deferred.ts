import type { DeferredTurn, DeferTurn } from '../../lambda/turn/deferred-turn.ts';

/** A queue of a test's own: the turns that a worker gets at once, without their second records. */
export function deferInto(queue: DeferredTurn[]): DeferTurn {
  return async records => {
    for (const { turn } of records) if (!turn.isSecond) queue.push(turn);
  };
}
