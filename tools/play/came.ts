import type { CallbackPost, Exchange, Fate, ToldViolation } from '../kakao-simulator/exchange.ts';
import { type Seen, seenIn } from './seen.ts';
import { seenOf } from './story.ts';

/** An answer that came of a step: an exchange's own, or the late one that its callback brought. */
export interface Came {
  readonly exchange: Exchange;
  readonly isLate: boolean;
  readonly seen: Seen;
  /** The answer's JSON; absent where none came. */
  readonly json?: unknown;
  /** The answer as text, where it is no JSON. */
  readonly text?: string;
  readonly fate: Fate;
  /** Since the request. */
  readonly ms?: number;
  readonly violations: readonly ToldViolation[];
}

/** The answer of the exchange itself. */
export function firstAnswer(exchange: Exchange): Came {
  const { answer, fate, violations } = exchange;
  return {
    exchange,
    isLate: false,
    seen: seenOf(exchange),
    fate,
    violations,
    ...(answer && { ms: answer.ms }),
    ...(answer && ('json' in answer ? { json: answer.json } : { text: answer.text })),
  };
}

/** The post that a callback took, or else the last that it refused. */
export function latePostOf({ callback }: Exchange): CallbackPost | undefined {
  const posts = callback?.posts ?? [];
  return posts.find(({ isTaken }) => isTaken) ?? posts.at(-1);
}

/** The late answer of an exchange, taken or refused; undefined where none was posted. */
export function lateAnswer(exchange: Exchange): Came | undefined {
  const post = latePostOf(exchange);
  if (post === undefined) return undefined;
  const { json, isTaken, message, ms, violations } = post;
  const [worst] = violations;
  return {
    exchange,
    isLate: true,
    seen: seenIn(exchange.scene.protocol, isTaken ? json : undefined),
    json,
    ms,
    violations,
    fate: isTaken
      ? { kind: 'shown' }
      : { kind: 'dropped', reason: 'violation', says: worst?.says ?? { en: message, ko: message } },
  };
}
