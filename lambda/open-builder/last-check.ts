import type { Texts } from '../bot/bot.ts';
import { text } from '../bot/reply.ts';
import type { Violation } from '../check/violation.ts';
import { checkSkillResponse, type Room } from './check.ts';
import { renderSkill } from './render.ts';
import type { CallbackResponse, SkillResponse } from './wire.ts';

/**
 * The answer as it leaves: the apology where Kakao would drop it. That a settled reply becomes no such answer is the
 * renderers' promise, so `broken` tells of a bug of the gateway.
 */
export function lastCheck<A extends SkillResponse | CallbackResponse>(
  answer: A,
  texts: Texts,
  room: Room,
): { readonly answer: A | SkillResponse; readonly broken?: readonly Violation[] } {
  const broken = checkSkillResponse(answer, room).filter(({ severity }) => severity === 'rejected');
  if (broken.length === 0) return { answer };
  return { answer: renderSkill({ outputs: [text(texts.apology)] }, texts, room).answer, broken };
}
