import { isObject } from '../json-reader.ts';
import { type CallResult, callKakao, type KakaoCall, type Line } from './call-kakao.ts';
import { kakaosWords } from './kakaos-words.ts';
import { type End, leftMs, pause, pauseMs } from './pace.ts';
import type { WireRecipient } from './wire.ts';

/** One request's recipients, and what came of the request. */
export interface Batch {
  readonly recipients: readonly WireRecipient[];
  readonly sent: Sent;
}

/** The end of one request: Kakao took it as a task, refused it, may have taken it, or was not asked. */
export type Sent =
  | { readonly kind: 'accepted'; readonly taskId: string }
  | { readonly kind: 'refused' | 'unknown' | 'not-sent'; readonly reason: string };

/** How often a request that Kakao surely did not take is made. */
const TRIES = 5;

/** The requests without an answer, one after the other, after which no more are made: each may cost, and nobody knows. */
const MOST_LOST_IN_A_ROW = 3;

/**
 * Sends batches, one after the other. A request is made again only where Kakao surely did not take it: nothing left this
 * machine, or Kakao said that there are too many (429). Every other one is made once, since each costs, and reaches people.
 */
export async function sendBatches(
  line: Line,
  batches: readonly (readonly WireRecipient[])[],
  callOf: (recipients: readonly WireRecipient[]) => KakaoCall,
  end: End,
): Promise<readonly Batch[]> {
  const done: Batch[] = [];
  let stopped: string | undefined;
  let lostInARow = 0;
  for (const recipients of batches) {
    if (leftMs(end) < line.pace.leastMs)
      stopped ??= end.signal?.aborted ? 'it was ended before' : 'the time was over before';
    if (stopped !== undefined) {
      done.push({ recipients, sent: { kind: 'not-sent', reason: stopped } });
      continue;
    }
    const { sent, stops } = await sendOne(line, callOf(recipients), end);
    done.push({ recipients, sent });
    lostInARow = sent.kind === 'unknown' ? lostInARow + 1 : 0;
    stopped =
      stops ??
      (lostInARow === MOST_LOST_IN_A_ROW ? `${lostInARow} requests before got no answer` : undefined);
  }
  return done;
}

interface SentOnce {
  readonly sent: Sent;
  /** Why no further request makes sense. */
  readonly stops?: string;
}

async function sendOne(line: Line, call: KakaoCall, end: End): Promise<SentOnce> {
  for (let tried = 1; ; tried++) {
    const result = await callKakao(line, call, end);
    const isBusy = result.kind === 'answered' && result.status === 429;
    const mayAgain = result.kind === 'unreached' || isBusy;
    if (!mayAgain) return judge(result, line.authorization);
    const ms = pauseMs(line.pace, tried, isBusy ? result.retryAfterMs : 0);
    if (tried < TRIES && (await pause(ms, end))) continue;
    const reason = isBusy
      ? 'Kakao takes no more requests now (HTTP 429)'
      : 'Kakao could not be reached in time';
    return { sent: { kind: 'not-sent', reason }, stops: reason };
  }
}

function judge(result: CallResult, authorization: string): SentOnce {
  if (result.kind !== 'answered') {
    return {
      sent: { kind: 'unknown', reason: 'the answer to the request got lost: Kakao may have taken it' },
    };
  }
  const { status, body } = result;
  const [, key = ''] = authorization.split(' ');
  const words = kakaosWords(body, key);
  const { taskId, status: said } = isObject(body) ? body : { taskId: undefined, status: undefined };
  const isFail = said === 'FAIL';
  if (status < 300 && said === 'SUCCESS' && isTaskId(taskId)) return { sent: { kind: 'accepted', taskId } };
  // A server in between may say 5xx after Kakao took the request.
  if (!isFail && (status >= 500 || status < 300)) {
    return { sent: { kind: 'unknown', reason: `Kakao answered HTTP ${status} without a task` } };
  }
  const reason = `Kakao refused it (HTTP ${status})${words === undefined ? '' : `: ${words}`}`;
  const sent: Sent = { kind: 'refused', reason };
  return OF_ALL[status] === undefined ? { sent } : { sent, stops: `${OF_ALL[status]} (HTTP ${status})` };
}

/** Refusals that every further request would get. */
const OF_ALL: Readonly<Record<number, string>> = {
  401: 'Kakao does not take the key',
  403: 'Kakao does not let the key send events of this bot',
  404: 'Kakao knows no such bot',
};

/** A text that can be a segment of a URL: an answer is from outside. */
export const isTaskId = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-]{1,100}$/.test(value);
