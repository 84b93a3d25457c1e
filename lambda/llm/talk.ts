import type { Turn } from '../bot/turn.ts';
import { ConfigurationError } from '../errors.ts';
import type { Asked } from './consent.ts';

/** A user's question and its answer, as the user saw it. */
export type Said = readonly [question: string, answer: string];

/** Tokens that are reserved for a turn until its answer is there. */
export interface Reservation {
  /** The turn's id. */
  readonly id: string;
  /** The tokens of what the model is told. */
  readonly input: number;
  /** The tokens that the answer may take. */
  readonly output: number;
  /** Set where its turn can't come to an end any more: nobody knows what the model took, and it is never returned. */
  readonly isUnknown?: true;
  /** Set where the user had all forgotten before its answer was there: that is not remembered. */
  readonly isForgotten?: true;
}

/** The turns and tokens that a user has taken of a day. */
export interface TalkDay {
  /** Seoul's day: `2026-11-22`. */
  readonly day: string;
  /** The turns that were answered, or of which nobody knows. */
  readonly turns: number;
  /** Input and output of the answers. */
  readonly tokens: number;
  /** Tokens that nobody knows of: a worker died, or the model was silent until its time was over. */
  readonly unknown: number;
  /** The reservations that count beside them, oldest first. */
  readonly held: readonly Reservation[];
}

/**
 * All that a conversation keeps of a user, in their session's member `talk`: plain JSON of at most 40 KB. Its members are
 * the conversation's own: ask `chat.usage(turn)`, and forget by `chat.forget(turn)`.
 */
export interface Talk {
  /** The pairs that are remembered, oldest first. */
  readonly said?: readonly Said[] | undefined;
  /** A summary of those before them. */
  readonly summary?: string | undefined;
  /** When the user was last answered (epoch ms). */
  readonly at?: number | undefined;
  readonly day?: TalkDay | undefined;
  /** The question whether a tool may run, if one was asked. */
  readonly asked?: Asked | undefined;
}

/** The session that a conversation needs: `new Bot<Talking>({ session: () => ({}) })`, or a state that extends it. */
export interface Talking {
  /** Left out of a new session; the conversation sets it. */
  talk?: Talk | undefined;
}

/**
 * A turn's talk.
 * @throws ConfigurationError in a bot without a session
 */
export function talkOf({ session }: Pick<Turn<Talking>, 'session'>): Talk {
  if (session === undefined)
    throw new ConfigurationError(
      'a conversation needs a session to remember in: new Bot<Talking>({ session: () => ({}) })',
    );
  return session.talk ?? {};
}

/** Changes some members of a turn's talk. */
export function keep(turn: Pick<Turn<Talking>, 'session'>, changed: Talk): void {
  turn.session.talk = { ...talkOf(turn), ...changed };
}
