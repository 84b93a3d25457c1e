import type { Sentence } from '../language.ts';
import type { Act } from './act.ts';
import type { Scene } from './scene.ts';

/** One call of Kakao's and what came of it: plain JSON, the newest state of it each time that something happens. */
export interface Exchange {
  readonly id: string;
  /** When it was sent, epoch ms. */
  readonly at: number;
  readonly scene: Scene;
  readonly act: Act;
  /** The words that stand in the user's bubble; absent where the act has none. */
  readonly said?: string;
  readonly request: SentRequest;
  /** Absent as long as there is none, and where none came in time. */
  readonly answer?: ReceivedAnswer;
  readonly fate: Fate;
  /** The limits of Kakao's that the answer breaks. */
  readonly violations: readonly ToldViolation[];
  /** Where the request had a callback URL. */
  readonly callback?: CallbackLife;
  /** The exchange that this one repeats, where it was sent twice. */
  readonly repeats?: string;
  /** The lines of the bot's own log about it, late work included: of the gateway on this machine alone. */
  readonly log?: readonly LoggedLine[];
}

/** A line of a bot's log. */
export interface LoggedLine {
  readonly level: 'info' | 'warn' | 'error';
  /** The thing that happened, and of an error everything that is known. */
  readonly text: string;
}

/** A request as it was sent, without what is secret in it. */
export interface SentRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With `<secret>` in place of smart-chat's. */
  readonly url: string;
  /** With `<secret>` in place of each value that the developer gave. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; absent where it has no body. */
  readonly body?: unknown;
}

/** An answer as it came. */
export interface ReceivedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text, cut at 64 KB. */
  readonly text: string;
  /** The body as JSON; absent where it is none, has 256 KB or more, or nests deeper than 64 levels. */
  readonly json?: unknown;
  /** From the request to the last byte. */
  readonly ms: number;
}

/** Kakao's doing with an answer. */
export type Fate =
  /** The bot has not answered yet. */
  | { readonly kind: 'waits' }
  /** Its bubbles are shown. */
  | { readonly kind: 'shown' }
  /** `useCallback`: Kakao shows the block's waiting text, and waits for the callback. */
  | { readonly kind: 'deferred'; readonly text: string }
  /** Taken, and nothing is shown: a notice, or an answer without bubbles. `says` tells why. */
  | { readonly kind: 'silent'; readonly says: Sentence }
  /** A parameter's value was judged. */
  | { readonly kind: 'judged'; readonly status: string; readonly says: Sentence }
  /** Kakao shows nothing of it. */
  | { readonly kind: 'dropped'; readonly reason: DropReason; readonly says: Sentence };

/** Why an answer is not shown. */
export type DropReason =
  | 'unreachable'
  | 'timeout'
  | 'redirect'
  | 'status'
  | 'content-type'
  | 'too-long'
  | 'not-json'
  | 'violation';

/** A limit that an answer breaks, and what Kakao does then. */
export interface ToldViolation {
  /** Such as `template.outputs[0].basicCard.thumbnail`; empty for the answer itself. */
  readonly path: string;
  readonly rule: string;
  /** `rejected` costs the whole answer, `shortened` is cut, folded or ignored. */
  readonly severity: 'rejected' | 'shortened';
  readonly says: Sentence;
}

/** A callback URL's life: valid once, for a minute. */
export interface CallbackLife {
  readonly expiresAt: number;
  /** `open` until something was taken, or can't be any more: its time is over, or the first answer asked for none. */
  readonly state: 'open' | 'taken' | 'expired';
  /** Everything that was posted there, in order. */
  readonly posts: readonly CallbackPost[];
}

/** A post to a callback URL, and Kakao's answer to it. */
export interface CallbackPost {
  readonly at: number;
  /** Since the request that brought the URL. */
  readonly ms: number;
  readonly json?: unknown;
  readonly isTaken: boolean;
  /** Kakao's own words. */
  readonly message: string;
  readonly violations: readonly ToldViolation[];
}
