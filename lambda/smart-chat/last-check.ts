import type { Texts } from '../bot/bot.ts';
import { text } from '../bot/reply.ts';
import type { Violation } from '../check/violation.ts';
import { checkSmartChat } from './check.ts';
import { renderMessage } from './render.ts';
import type { MessageResponse } from './wire.ts';

/**
 * The answer as it leaves: the apology where Kakao would drop it. That a settled reply becomes no such answer is the
 * renderer's promise, so `broken` tells of a bug of the gateway.
 */
export function lastCheck(
  answer: MessageResponse,
  texts: Texts,
): { readonly answer: MessageResponse; readonly broken?: readonly Violation[] } {
  const broken = checkSmartChat(answer).filter(({ severity }) => severity === 'rejected');
  if (broken.length === 0) return { answer };
  return { answer: renderMessage({ outputs: [text(texts.apology)] }, texts).answer, broken };
}
