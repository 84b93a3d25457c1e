import type { Step } from './schedule.ts';

/** A turn of a schedule, and everything that is seen of it from outside. */
export interface ModelTurn {
  /** In the order of the schedule. */
  readonly index: number;
  readonly step: Step;
  /** Stands in the turn's answer and, where its rule changes the session, there; empty where it has no answer of its own. */
  readonly word: string;
  readonly room: string;
  readonly url: string | undefined;
  readonly receivedAt: number;
  /** Whether a reply to it told to wait. */
  isAwaited: boolean;
  /** Whether a reply to it was the apology. */
  isApologised: boolean;
  /** Whether the post to its callback was. */
  isApologisedLate: boolean;
  /** Epoch ms at which its first delivery was answered; in the future until then. */
  answeredAt: number;
  /** Whether nobody could know by the deadline that what it saved was saved. */
  isSaveUnknown: boolean;
  /** Whether Kakao took a post to its callback and the worker could not know. */
  isPostUnknown: boolean;
  /** The rule that the function chose for it, where the session tells which. */
  choice: string | undefined;
  /** How many of its workers died. */
  deaths: number;
  /** How many workers had it. */
  workers: number;
  /** How many posts came to its callback. */
  posts: number;
  /** The goes of its rule. */
  readonly goes: Go[];
}

/** One go of a rule at a turn. */
export interface Go {
  readonly isWorker: boolean;
  /** The rule, where the session tells which. */
  readonly choice?: string | undefined;
  readonly from: number;
  /** Absent where its worker died meanwhile. */
  to?: number;
  readonly isDead: () => boolean;
}

/** An answer that reached a room. */
export interface Shown {
  readonly word: string;
  /** The room that the answer's turn was taken in. */
  readonly of: string;
  readonly room: string;
  readonly at: number;
  /** The turn whose reply or callback brought it; Kakao may ask for the same again. */
  readonly by: number;
  readonly how: 'reply' | 'tap' | 'callback';
  readonly isUnseen: boolean;
}

/** A piece of a growing answer that reached a room. */
export interface ShownPiece extends Omit<Shown, 'of'> {
  /** Which of the answer's, from 1. */
  readonly piece: number;
}

/** A reply that tells of an answer that was lost. */
export interface Told {
  readonly user: string;
  readonly room: string;
  readonly at: number;
}

/** A promise to the user that was broken, in words that are the same whatever the turn. */
export interface BrokenPromise {
  readonly promise: string;
  readonly turn: number;
}

/** Everything that came of a schedule. */
export interface History {
  readonly turns: readonly ModelTurn[];
  readonly shown: readonly Shown[];
  readonly pieces: readonly ShownPiece[];
  readonly told: readonly Told[];
  /** By word, how often it stands in the sessions. */
  readonly effects: ReadonlyMap<string, number>;
  /** Answers that came too late, or with another status than 200, and whatever else is never to be. */
  readonly broken: readonly BrokenPromise[];
  /** One line for everything that happened. */
  readonly trace: readonly string[];
}
