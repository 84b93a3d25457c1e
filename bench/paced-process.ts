import { pathToFileURL } from 'node:url';
import { lambdaContext } from '../dev/lambda-context.ts';
import { type Call, eventOf } from './calls.ts';

/** One turn of a conversation, and how long its user took for it. */
export interface PacedTurn {
  readonly bundle: string;
  readonly call: Call;
  readonly user: string;
  readonly afterMs: number;
}

/** How far this process's clock is ahead: nobody waits for a user who is none. */
let aheadMs = 0;

const RealDate = Date;

class MovedDate extends RealDate {
  constructor(...args: [] | [string | number | Date]) {
    if (args.length === 0) super(MovedDate.now());
    else super(...args);
  }

  static override now(): number {
    return RealDate.now() + aheadMs;
  }
}

globalThis.Date = MovedDate as DateConstructor;

let turns = 0;

process.on('message', async ({ bundle, call, user, afterMs }: PacedTurn) => {
  try {
    const { handler } = await import(pathToFileURL(bundle).href);
    aheadMs += afterMs;
    const answer = await handler(eventOf(call, user, `paced-${turns++}`), lambdaContext('bench', 10_000));
    if (!answer.body.includes(call.says)) throw new Error(`${call.utterance} was answered by ${answer.body}`);
    process.send?.({});
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.stack : String(error) });
  }
});

// A bench that was broken off leaves no process behind.
process.on('disconnect', () => process.exit());
