import { text } from '../bot/reply.ts';
import type { Texts } from '../bot/texts.ts';
import type { Violation } from '../check/violation.ts';
import type { AnsweredRequest, Renderer } from '../turn/protocol.ts';

/**
 * The answer as it leaves: the apology where Kakao would drop it. That a settled reply becomes no such answer is the
 * renderers' promise, so `broken` tells of a bug of the gateway.
 */
export function lastCheck<A>(
  { check, render }: Renderer<A>,
  answer: A,
  texts: Texts,
  request: AnsweredRequest,
): { readonly answer: A; readonly broken?: readonly Violation[] } {
  const broken = check?.(answer, request).filter(({ severity }) => severity === 'rejected') ?? [];
  if (broken.length === 0) return { answer };
  return { answer: render({ outputs: [text(texts.apology)] }, texts, request).answer, broken };
}
