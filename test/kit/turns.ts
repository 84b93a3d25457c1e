import { randomUUID } from 'node:crypto';
import type { Bot } from '../../lambda/bot/bot.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import type { Incoming, TurnRequest } from '../../lambda/bot/incoming.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import type { DeferTurn } from '../../lambda/turn/deferred-turn.ts';
import type { BotRuntime } from '../../lambda/turn/engine.ts';
import type { Outcome } from '../../lambda/turn/outcome.ts';
import type { Protocol } from '../../lambda/turn/protocol.ts';
import type { Rooms } from '../../lambda/turn/rooms.ts';
import type { SessionStore } from '../../lambda/turn/session.ts';
import { takeTurn } from '../../lambda/turn/take-turn.ts';
import { ANSWER_WITHIN_MS } from '../../lambda/turn/time-budget.ts';

/** Whose turns they are. */
export const USER = userKeyOf('live', { plusfriendUserKey: 'someone' });

/** A turn of {@link USER} that no protocol had to parse. */
export function turnOf(incoming: Incoming, id: string = randomUUID()): TurnRequest {
  const user = { key: USER, channelKind: 'live', isFriend: true } as const;
  return { id, mayRepeat: true, user, incoming, params: {} };
}

/** A turn in which {@link USER} says something. */
export function saying(text: string, id?: string): TurnRequest {
  return turnOf({ kind: 'utterance', text, extra: {} }, id);
}

/** A protocol of texts alone, whose late answers are collected: they stand one after the other, with a bar between. */
export const plainTexts: Protocol<string> = {
  name: 'plain-texts',
  parse: () => {
    throw new Error('no test parses plain texts');
  },
  render: whole => ({
    answer: whole.outputs
      .map(output => (output && 'simpleText' in output ? output.simpleText.text : '?'))
      .join('|'),
    lost: [],
  }),
};

/** Takes a turn, which nobody defers unless there is a queue. */
export function take<S>(
  bot: Bot<S>,
  store: SessionStore,
  request: TurnRequest,
  {
    withinMs = 2_000,
    defer,
    rooms,
  }: { readonly withinMs?: number; readonly defer?: DeferTurn; readonly rooms?: Rooms } = {},
): Promise<Outcome<string>> {
  const call = { request, receivedAt: Date.now() };
  return takeTurn(
    { bot, store, rooms, protocol: plainTexts, defer },
    call,
    deadlineAt(Date.now() + withinMs),
  );
}

/** Takes the turn that a protocol parses from a body, by the id that a delivery which is repeated would keep. */
export function takeBody<S, A, Other>(
  runtime: BotRuntime<S>,
  protocol: Protocol<A, Other>,
  body: unknown,
  id: string = randomUUID(),
): Promise<Outcome<A>> {
  const parsed = protocol.parse(body, { requestId: id, kakaoRequestId: id, callbackOrigins: [] });
  if (parsed.kind !== 'turn') throw new Error('the body is no turn');
  const receivedAt = Date.now();
  return takeTurn(
    { ...runtime, protocol },
    { ...parsed, receivedAt },
    deadlineAt(receivedAt + ANSWER_WITHIN_MS),
  );
}
