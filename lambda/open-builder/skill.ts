import type { Bot } from '../bot/bot.ts';
import type { Deadline } from '../bot/deadline.ts';
import type { TurnName } from '../bot/incoming.ts';
import type { SessionStore } from '../bot/session.ts';
import { type Outcome, takeTurn } from '../bot/take-turn.ts';
import { parseSkillRequest } from './parse.ts';
import { renderSkill } from './render.ts';
import type { SkillResponse, ValidationResponse } from './wire.ts';

/** What a skill call needs around it. */
export interface SkillTools<S> {
  readonly bot: Bot<S>;
  readonly store: SessionStore;
}

/**
 * Answers what Kakao POSTs to the skill URL; a failed turn is answered too, with the apology.
 * @throws InvalidRequestError when the body is no Kakao request
 */
export async function answerSkill<S>(
  { bot, store }: SkillTools<S>,
  body: unknown,
  name: TurnName,
  deadline: Deadline,
): Promise<Outcome<SkillResponse | ValidationResponse>> {
  const request = parseSkillRequest(body, name);
  switch (request.kind) {
    case 'turn':
      return takeTurn(
        { bot, store, render: reply => renderSkill(reply, bot.texts, request.room) },
        request.turn,
        deadline,
      );
    case 'validation':
      // IGNORE lets Kakao keep the value as it is: the skill has no opinion on it.
      return { kind: 'answered', answer: { status: 'IGNORE' } };
    case 'group-webhook':
      return { kind: 'answered', answer: { version: '2.0', template: { outputs: [] } } };
    default:
      return request satisfies never;
  }
}
