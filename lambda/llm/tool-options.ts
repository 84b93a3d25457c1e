import type { Output } from '../bot/components.ts';
import type { Piece } from '../bot/growing.ts';
import type { Answer } from '../bot/reply.ts';
import type { Turn } from '../bot/turn.ts';
import type { Asked, ConsentTexts } from './consent.ts';
import type { InputOf, ResultOf, ToolDone, Tools } from './tools.ts';

/** The session of a bot whose tools ask first, as far as they read it. */
export interface AskingState {
  talk?: { readonly asked?: Asked | undefined } | undefined;
}

/** Options of {@link toolbox}. */
export interface ToolOptions<T extends Tools, S> {
  /** The tools that run only when the user has agreed: their names, or `'all'`, for tools that another server lists. */
  readonly askFirst?: 'all' | readonly (keyof T & string)[];
  /**
   * The question before a tool that asks first, by its input, of at most 4,000 characters; else its name and its input as JSON,
   * of at most 800. A longer one is not asked, and the model hears so.
   */
  readonly describe?: { readonly [K in keyof T]?: (input: InputOf<T[K]>) => string };
  /** The card that shows a tool's result to the user, before the model goes on; undefined for none. */
  readonly cards?: { readonly [K in keyof T]?: (result: ResultOf<T[K]>) => Output | undefined };
  /** The place to remember a result in the session: quick, on the session as it is when the turn ends. */
  readonly then?: { readonly [K in keyof T]?: (turn: Turn<S>, result: ResultOf<T[K]>) => void };
  /** The tools that do a thing once, however often they run with the same `idempotencyKey`: those run again where a worker died. */
  readonly idempotent?: readonly (keyof T & string)[];
  readonly texts?: Partial<ConsentTexts>;
}

/** A turn judged: an answer ends it; `asked` is what the session is to have in place of what was asked. */
export interface Admitted {
  readonly answer?: Answer;
  readonly asked?: Asked | undefined;
}

/** How a turn ends for its tools. */
export interface Ended {
  /** The question that is open from now on: it replaces what the session has. */
  readonly asked: Asked | undefined;
  /** Comes after the pieces: the question, or words of what was done. */
  readonly answer?: Answer;
}

/** The outcome of tools. */
export interface Ran {
  readonly done: readonly ToolDone[];
  /** Shown to the user before the model goes on. */
  readonly pieces: readonly Piece[];
  /** Read by the model next: it stands behind the user's last words, in their message, and in no history. */
  readonly note?: string;
  /** A question to the user: the answer ends here. */
  readonly asked?: Asked;
  /** The words of that question. */
  readonly asking?: string;
  /** Whether the model asked for others beside it, which are not run. */
  readonly isOneOfMore?: boolean;
  /** Whether the pieces are the whole answer: the model is not asked. */
  readonly isOver?: boolean;
  /** The turn whose answer to a question is told of here, since it never came to its end. */
  readonly settles?: string;
}
