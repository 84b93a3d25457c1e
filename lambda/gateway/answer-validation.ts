import type { Deadline } from '../bot/deadline.ts';
import type { ValidationRequest } from '../bot/validation.ts';
import { IGNORE, renderVerdict } from '../open-builder/render-verdict.ts';
import type { ValidationResponse } from '../open-builder/wire.ts';
import { type JudgingBot, judgeValue, type ValidationOutcome } from '../turn/judge-value.ts';

/** Answers the parameter validation API: without a verdict, by {@link IGNORE}; `outcome` says why. */
export async function answerValidation<S>(
  judging: JudgingBot<S>,
  asked: ValidationRequest,
  deadline: Deadline,
): Promise<{ readonly answer: ValidationResponse; readonly outcome: ValidationOutcome }> {
  const outcome = await judgeValue(judging, asked, deadline);
  const answer =
    outcome.kind === 'judged' ? renderVerdict(outcome.verdict, asked, judging.bot.texts) : IGNORE;
  return { answer, outcome };
}
