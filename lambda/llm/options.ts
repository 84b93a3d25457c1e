import type { Output } from '../bot/components.ts';
import type { Piece } from '../bot/growing.ts';
import type { SlowOptions } from '../bot/slow-rule.ts';
import type { Turn } from '../bot/turn.ts';
import { ConfigurationError } from '../errors.ts';
import type { PageLink } from './cards.ts';
import type { Guards } from './guards.ts';
import type { Summarize } from './history.ts';
import type { ReadPictures } from './photos.ts';
import type { PieceOptions } from './pieces.ts';
import type { ChatMessage } from './source-part.ts';
import type { Talking } from './talk.ts';
import type { ConversationTexts } from './texts.ts';
import type { CountTokens } from './tokens.ts';
import type { Toolbox } from './toolbox.ts';
import type { Tools } from './tools.ts';

/** Everything that a conversation is made with; each member has a default. */
export interface ConversationOptions {
  /** The memory of what was said; false for none. */
  readonly history?: HistoryOptions | false;
  /** Limits of a day, from midnight to midnight in Seoul. Default: none. */
  readonly limits?: ConversationLimits;
  /** The model's prices, for the metric `LlmWon`. Default: it is not told. */
  readonly prices?: ModelPrices;
  /** Its own words to the user. */
  readonly texts?: Partial<ConversationTexts>;
}

/** A conversation's memory of what was said. */
export interface HistoryOptions {
  /** The most tokens of all messages that a model is given, the question included: at least 100. Default: 3,000. */
  readonly tokens?: number;
  /** After so much silence all is forgotten (ms). Default: six hours. */
  readonly forgetAfterMs?: number;
  /** Counts a text's tokens as the model does. Default: {@link estimateTokens}, on the large side. */
  readonly count?: CountTokens;
  /** Makes a summary of what has no room any more: `summaryBy(…)`. Default: it is dropped. */
  readonly summary?: Summarize;
}

/** The most that users may take of a day; the answer to a yes to a tool that asked first goes beyond it once. */
export interface ConversationLimits {
  /** The most answers of one user. */
  readonly turnsPerDay?: number;
  /** The most tokens of one user, those of what the model is told included: more than `reserve`, or 0 to close. */
  readonly tokensPerDay?: number;
  /** The most tokens of all users together: a whole number, more than `reserve`, or 0 to close. */
  readonly bot?: { readonly tokensPerDay: number };
}

/** A model's prices (won). */
export interface ModelPrices {
  readonly inputWonPerMillion: number;
  readonly outputWonPerMillion: number;
}

/** The question to a model, as the author's function gets it. */
export interface Question<S, T extends Tools = Tools> {
  /** All that is remembered of what was said before, and the question, as models' clients take them. */
  readonly messages: ChatMessage[];
  /** Aborts when the answer's time is over: hand it to the model's client. */
  readonly signal: AbortSignal;
  /** The turn that is answered; what is changed of its session here is not kept. */
  readonly turn: Turn<S>;
  /** The tools of `tools`, as models' clients take them; none without it. */
  readonly tools: T;
}

/** How one rule answers; each member has a default. */
export interface AnswersOptions<S extends Talking, T extends Tools = Tools>
  extends Pick<SlowOptions<S>, 'busy' | 'upToMs' | 'worthMs' | 'limit' | 'name'> {
  /** The text that the user reads meanwhile. Default: `texts.slow`. */
  readonly slow?: SlowOptions<S>['slow'];
  /** How long the answer may go on after what there was had to be sent (ms), at most 60,000, which is the default. */
  readonly restUpToMs?: number;
  /**
   * The tokens that are reserved for the answer, and for what the model is told beside the messages (instructions, tools),
   * until it tells what it took: with fewer than that, questions that come at once may pass a limit. Default: 1,000.
   */
  readonly reserve?: number;
  /** The card of the pages that the model names as its sources: `linksCard`. Default: none. */
  readonly sources?: (links: readonly PageLink[]) => Output | undefined;
  /** Looks at the user's words before the model does, and at the model's before the user does: `guards(…)`. Default: none. */
  readonly guard?: Guards<S>;
  /** The tools of the model, some of which ask the user first: `toolbox(…)`. Default: none. */
  readonly tools?: Toolbox<T, S>;
  /** Makes cards of the model's Markdown, of lists of links and short tables: `markdownCards()`. Default: all is words. */
  readonly cards?: PieceOptions['cards'];
  /** Whether the model is stopped after these pieces: `enough` stops it when three bubbles are full. Default: it goes on. */
  readonly stopWhen?: (pieces: readonly Piece[]) => boolean;
  /** How the user's pictures reach the model: `pictureBytes` for models that fetch none. Default: as URLs, which its service fetches. */
  readonly pictures?: ReadPictures;
}

/** @throws ConfigurationError naming the option that is no number, or too small */
export function requireAtLeast(name: string, value: number | undefined, least = 0): void {
  if (value !== undefined && !(value >= least))
    throw new ConfigurationError(`conversation: ${name} must be at least ${least}, not ${value}`);
}

/** @throws ConfigurationError naming the option that counters can't count to */
export function requireWhole(name: string, value: number | undefined): void {
  if (value !== undefined && !Number.isSafeInteger(value))
    throw new ConfigurationError(
      `conversation: ${name} must be a whole number, not ${value}: leave it out for none`,
    );
}

/** @throws ConfigurationError naming the limit that leaves no room for any answer, unless it is 0, which closes a bot */
export function requireRoom(name: string, tokensPerDay: number | undefined, reserve: number): void {
  if (tokensPerDay && tokensPerDay <= reserve)
    throw new ConfigurationError(
      `conversation: ${name} must be more than reserve (${reserve}), not ${tokensPerDay}, or every question is refused: raise it, or lower reserve`,
    );
}
