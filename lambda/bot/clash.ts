import { ConfigurationError } from '../errors.ts';
import { foldText } from './text-matcher.ts';
import type { Texts } from './texts.ts';

/** A bot, as far as it tells which words are its rules' and which bring late answers. */
interface SpokenBot {
  readonly texts: Texts;
  readonly hasSlowRules: boolean;
  readonly hasGrowingRules: boolean;
  hearsText(text: string): boolean;
}

/**
 * Judges whether each word that brings late answers means that alone.
 * @throws ConfigurationError when a rule hears the word that brings them, which slow rules need; or hears the one that brings
 * the rest of an answer that grows, or another button has that word, where some answers grow
 */
export function requireNoClash(bot: SpokenBot): void {
  if (bot.hasSlowRules) requireUnheard(bot, 'collect', 'the answers of slow rules');
  if (!bot.hasGrowingRules) return;
  requireUnheard(bot, 'goOn', 'the rest of answers that grow');
  const { texts } = bot;
  const same = (['more', 'collect', 'type'] as const).find(
    name => foldText(texts[name]) === foldText(texts.goOn),
  );
  if (same)
    throw new ConfigurationError(
      `texts.${same} and texts.goOn are the same word, "${texts.goOn}", and this bot's answers grow: give one of them another`,
    );
}

function requireUnheard(bot: SpokenBot, name: 'collect' | 'goOn', brings: string): void {
  const word = bot.texts[name];
  if (bot.hearsText(word))
    throw new ConfigurationError(
      `a rule hears "${word}", the word of texts.${name}, which brings ${brings}: ` +
        `give texts.${name} another word, or the rule`,
    );
}
