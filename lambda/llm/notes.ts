import { tellOperator } from '../bot/operator.ts';
import type { ModelPrices } from './options.ts';
import { isEstimated } from './round.ts';
import type { Progress } from './spoken.ts';
import type { Charge } from './usage.ts';

const WHAT = 'model answered';

/** Tells the operator that a question was refused before the model was asked. */
export function tellRefusal(): void {
  tellOperator({ level: 'info', what: WHAT, outcome: 'not asked', metrics: { LlmRefused: 1 } });
}

/** Tells the operator that a model asks for a tool that neither its client runs nor `tools` has. */
export function tellNoTools(): void {
  tellOperator({
    level: 'warn',
    what: 'model asked for a tool',
    outcome: 'nobody runs it: give it to tools',
  });
}

/** Tells the operator of tokens that nobody knows of, where there are more of them. */
export function tellUnknown(tokens: number): void {
  if (tokens > 0)
    tellOperator({ level: 'warn', what: WHAT, outcome: 'unknown', metrics: { LlmUnknownTokens: tokens } });
}

/** Tells the operator how a model answered, and what it took. */
export function tellAnswer(
  { ended, rounds }: Progress,
  charge: Charge,
  prices: ModelPrices | undefined,
): void {
  const isAnswered = ended === 'answered';
  // Another turn took its place, which is no failure of the model's.
  const isGivenUp = ended === 'given up';
  const isEstimate = rounds.some(isEstimated);
  tellOperator({
    level: isAnswered || isGivenUp ? 'info' : 'warn',
    what: WHAT,
    outcome: isEstimate ? `${ended}, tokens estimated` : ended,
    metrics: {
      ...(isAnswered ? { LlmTurns: 1 } : !isGivenUp && { LlmFailed: 1 }),
      ...(typeof charge === 'object' && {
        LlmInputTokens: charge.input,
        LlmOutputTokens: charge.output,
        ...(prices && {
          LlmWon:
            (charge.input * prices.inputWonPerMillion + charge.output * prices.outputWonPerMillion) / 1e6,
        }),
      }),
    },
  });
}
