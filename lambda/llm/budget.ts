import type { TurnCounters } from '../bot/counters.ts';
import { tellOperator } from '../bot/operator.ts';
import { ConfigurationError } from '../errors.ts';
import { dayOf } from './usage.ts';

/** Corrects what was taken of the bot's tokens to what a turn took. */
export type Correct = (tokens: number) => Promise<void>;

/**
 * Takes tokens of those that all users of the bot have together today; undefined where they are not left, which the
 * operator is told once a day.
 * @throws ConfigurationError where nothing counts them
 */
export async function takeTokens(
  counters: TurnCounters | undefined,
  tokensPerDay: number,
  tokens: number,
): Promise<Correct | undefined> {
  if (counters === undefined)
    throw new ConfigurationError('conversation: limits.bot needs counters: give the gateway its counters');
  const name = `llm-tokens/${dayOf(Date.now())}`;
  // A counter of the author's own may count halves.
  const taken = Math.ceil(tokens);
  if ((await counters.add(name, taken, tokensPerDay)) === undefined) {
    const isFirst = (await counters.add(`${name}/told`, 1, 1)) !== undefined;
    if (isFirst)
      tellOperator({ level: 'warn', what: "the bot's limit of a day is reached", outcome: 'tokens' });
    return undefined;
  }
  return async actual => {
    const more = Math.ceil(actual) - taken;
    if (more === 0) return;
    // Where it is not corrected, the estimate counts.
    await counters.add(name, more).catch(() => {});
  };
}
