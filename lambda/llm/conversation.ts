import type { GrowingRule } from '../bot/growing.ts';
import type { Turn } from '../bot/turn.ts';
import { answering } from './answers.ts';
import {
  type AnswersOptions,
  type ConversationOptions,
  type Question,
  requireAtLeast,
  requireRoom,
  requireWhole,
} from './options.ts';
import { pictureUrls } from './photos.ts';
import type { Source } from './source.ts';
import type { Speaking } from './speak.ts';
import type { Spoken } from './spoken.ts';
import { keep, type Talking, talkOf } from './talk.ts';
import { conversationTexts } from './texts.ts';
import { estimateTokens } from './tokens.ts';
import type { Tools } from './tools.ts';
import { countedTokens, forgetting, todayOf, type Usage, unknownTokens } from './usage.ts';

/** A conversation with a model, which its user's session remembers. */
export interface Conversation<S extends Talking> {
  /**
   * A rule whose answers a model makes: `bot.fallback(chat.answers(({ messages, signal }) => …))`.
   * @param ask asks the model: returns its answer, as a text, a promise or whatever stream its client gives
   * @throws ConfigurationError when an option is none
   */
  answers<T extends Tools = Tools>(
    ask: (question: Question<S, T>) => Source,
    options?: AnswersOptions<S, T>,
  ): GrowingRule<S, Spoken>;
  /** The turns and tokens that the user has taken today, and what is left of the limits. */
  usage(turn: Pick<Turn<S>, 'session'>): Usage;
  /**
   * Forgets what was said, that which is being answered included, and what the user was asked; what they have agreed to goes
   * on, and what was taken of the day stays.
   */
  forget(turn: Pick<Turn<S>, 'session'>): void;
}

const HOUR_MS = 3_600_000;

/**
 * Declares a conversation with a model: what is remembered, and what it may cost.
 * @throws ConfigurationError when an option is none
 */
export function conversation<S extends Talking = Talking>(
  options: ConversationOptions = {},
): Conversation<S> {
  const { history = {}, limits = {}, prices } = options;
  const { tokens = 3_000, forgetAfterMs = 6 * HOUR_MS, count = estimateTokens, summary } = history || {};
  const texts = conversationTexts(options.texts);
  const { turnsPerDay, tokensPerDay, bot } = limits;
  requireAtLeast('history.tokens', tokens, 100);
  requireAtLeast('history.forgetAfterMs', forgetAfterMs);
  requireAtLeast('limits.turnsPerDay', turnsPerDay);
  requireAtLeast('limits.tokensPerDay', tokensPerDay);
  requireAtLeast('limits.bot.tokensPerDay', bot?.tokensPerDay);
  requireWhole('limits.bot.tokensPerDay', bot?.tokensPerDay);
  requireAtLeast('prices.inputWonPerMillion', prices?.inputWonPerMillion);
  requireAtLeast('prices.outputWonPerMillion', prices?.outputWonPerMillion);
  const memory = { tokens, forgetAfterMs: history ? forgetAfterMs : 0, count, summary };

  return {
    answers(ask, options = {}) {
      // An option may be there and undefined, of an author whose compiler lets it.
      const { reserve = 1_000, pictures = pictureUrls } = options;
      requireAtLeast('reserve', reserve);
      requireRoom('limits.tokensPerDay', tokensPerDay, reserve);
      requireRoom('limits.bot.tokensPerDay', bot?.tokensPerDay, reserve);
      const how = { ...options, reserve, pictures, ask, memory, limits, prices, texts };
      return answering(how as unknown as Speaking<S>, options as AnswersOptions<S>);
    },
    usage(turn) {
      const day = todayOf(talkOf(turn), Date.now());
      const used = countedTokens(day);
      return {
        ...{ turns: day.turns, tokens: used, unknownTokens: unknownTokens(day) },
        ...(turnsPerDay !== undefined && { turnsLeft: Math.max(0, turnsPerDay - day.turns) }),
        ...(tokensPerDay !== undefined && { tokensLeft: Math.max(0, tokensPerDay - used) }),
      };
    },
    forget(turn) {
      const { day, asked } = talkOf(turn);
      keep(turn, {
        ...{ said: undefined, summary: undefined, at: undefined },
        // Whoever carries it out, or finds that nobody did, has it to tell the user.
        asked: asked?.answer && asked,
        day: day && forgetting(day),
      });
    },
  };
}
