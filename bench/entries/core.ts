import { bot } from '#scenario';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import { lastCheck } from '../../lambda/gateway/last-check.ts';
import { openBuilder } from '../../lambda/open-builder/protocol.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { takeTurn } from '../../lambda/turn/take-turn.ts';
import { ANSWER_WITHIN_MS } from '../../lambda/turn/time-budget.ts';

const store = new MemorySessionStore();

/** A turn from the body's JSON to the answer's, without HTTP, secret and log. */
export async function handler({
  body,
  requestId,
}: {
  body: string;
  requestId: string;
}): Promise<{ statusCode: number; body: string }> {
  const parsed = openBuilder.parse(JSON.parse(body), {
    requestId,
    kakaoRequestId: requestId,
    callbackOrigins: [],
  });
  if (parsed.kind !== 'turn') throw new Error('the request is no turn');
  const receivedAt = Date.now();
  const deadline = deadlineAt(receivedAt + ANSWER_WITHIN_MS);
  const outcome = await takeTurn({ bot, store, protocol: openBuilder }, { ...parsed, receivedAt }, deadline);
  const { answer } = lastCheck(openBuilder, outcome.answer, bot.texts, parsed.request);
  return { statusCode: 200, body: JSON.stringify(answer) };
}
