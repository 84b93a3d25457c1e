import type { DeferredTurn } from './deferred-turn.ts';
import type { PendingTurn } from './session.ts';
import {
  CALLBACK_LIVES_MS,
  GROUP_CALLBACK_LIVES_MS,
  GROUP_LATE_ANSWER_WITHIN_MS,
  GROUP_LOST_AFTER_MS,
  GROUP_POST_UNTIL_MS,
  GROWING_LOST_AFTER_MS,
  GROWING_RECORD_MS,
  LATE_ANSWER_WITHIN_MS,
  LOST_AFTER_MS,
  POST_UNTIL_MS,
} from './time-budget.ts';

/** The times of a late turn. */
export interface LateTimes {
  /** How long a record of it is worth anything after it was sent (ms). */
  readonly recordMs: number;
  /** From its request to its answer, where that is posted (ms). */
  readonly answerWithinMs: number;
  /** From its request to the end of the last try to post it (ms). */
  readonly postUntilMs: number;
  /** From its request to when it is lost (ms). */
  readonly lostAfterMs: number;
  /** Whether it outlives its worker by far: then another record of it may come in time. */
  readonly mayComeAgain: boolean;
}

const MINUTE: LateTimes = {
  recordMs: CALLBACK_LIVES_MS,
  answerWithinMs: LATE_ANSWER_WITHIN_MS,
  postUntilMs: POST_UNTIL_MS,
  lostAfterMs: LOST_AFTER_MS,
  mayComeAgain: false,
};

const FIVE_MINUTES: LateTimes = {
  recordMs: GROUP_CALLBACK_LIVES_MS,
  answerWithinMs: GROUP_LATE_ANSWER_WITHIN_MS,
  postUntilMs: GROUP_POST_UNTIL_MS,
  lostAfterMs: GROUP_LOST_AFTER_MS,
  mayComeAgain: true,
};

/** The answer is posted in the callback's minute, and may go on after that. */
const GROWING: LateTimes = { ...MINUTE, recordMs: GROWING_RECORD_MS, lostAfterMs: GROWING_LOST_AFTER_MS };

/** The times of a turn in the queue: five minutes where its callback is of a group room, else one; two where its answer grows. */
export function lateTimesOf({
  request,
  delivery,
  grows,
}: Pick<DeferredTurn, 'request' | 'delivery' | 'grows'>): LateTimes {
  if (request.group !== undefined && delivery.address !== undefined) return FIVE_MINUTES;
  return grows ? GROWING : MINUTE;
}

/** The same times of a turn in its session. */
export function pendingTimesOf({
  room,
  isPosted,
  grows,
}: Pick<PendingTurn, 'room' | 'isPosted' | 'grows'>): LateTimes {
  if (room !== undefined && isPosted) return FIVE_MINUTES;
  return grows ? GROWING : MINUTE;
}

/** For how much longer than others a turn in its session may still be posted (ms). */
export function extraMsOf({ room, isPosted }: Pick<PendingTurn, 'room' | 'isPosted'>): number {
  return room !== undefined && isPosted ? FIVE_MINUTES.lostAfterMs - MINUTE.lostAfterMs : 0;
}
