import type { Sentence } from '../../../../tools/language.ts';
import type { Exchange } from '../../desk-api.ts';
import { texts } from '../texts.ts';

/** How long Kakao waits for an answer. */
export const KAKAO_WAITS_MS = 5_000;

/** How an exchange ended, in a word, and how bad that is. */
export interface ToldFate {
  readonly says: Sentence;
  readonly tone: 'good' | 'plain' | 'late' | 'lost';
}

/** The fate of an exchange as its row tells it: the callback's, where it was deferred. */
export function fateOf({ fate, callback, violations }: Exchange): ToldFate {
  switch (fate.kind) {
    case 'waits':
      return { says: texts.fates.waits, tone: 'plain' };
    case 'shown':
      return violations.length > 0
        ? { says: texts.fates.shortened, tone: 'late' }
        : { says: texts.fates.shown, tone: 'good' };
    case 'deferred':
      if (callback?.state === 'taken') return { says: texts.fates.calledBack, tone: 'good' };
      if (callback?.posts.length) return { says: texts.fates.refused, tone: 'lost' };
      return callback?.state === 'expired'
        ? { says: texts.fates.expired, tone: 'lost' }
        : { says: texts.fates.deferred, tone: 'late' };
    case 'silent':
      return { says: texts.fates.silent, tone: 'plain' };
    case 'judged':
      return { says: texts.judgedAs(fate.status), tone: fate.status === 'SUCCESS' ? 'good' : 'late' };
    case 'dropped':
      return { says: texts.dropReasons[fate.reason], tone: 'lost' };
    default:
      return fate satisfies never;
  }
}

/** How much of Kakao's five seconds an answer took, from 0 to 1. */
export function shareOfWait({ answer, fate }: Exchange): number {
  if (answer === undefined) return fate.kind === 'dropped' && fate.reason === 'timeout' ? 1 : 0;
  return Math.min(1, answer.ms / KAKAO_WAITS_MS);
}

/** The words of a row: what was said, or done without words. */
export function saidIn(exchange: Exchange): Sentence {
  const done = doneIn(exchange);
  return exchange.repeats === undefined ? done : texts.repeats(done);
}

function doneIn({ act, said }: Exchange): Sentence {
  if (said) return { ko: said, en: said };
  if (act.kind === 'sends') return texts.sent[act.media];
  return texts.did(act) ?? { ko: act.kind, en: act.kind };
}

/** Seconds that a callback is still awaited; 0 when its time is over. */
export function secondsLeft(expiresAt: number, now: number): number {
  return Math.max(0, Math.ceil((expiresAt - now) / 1000));
}
