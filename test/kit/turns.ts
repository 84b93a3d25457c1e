import { randomUUID } from 'node:crypto';
import type { Bot } from '../../lambda/bot/bot.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import type { Incoming, TurnRequest } from '../../lambda/bot/incoming.ts';
import type { SettledReply } from '../../lambda/bot/reply.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import type { LateTools } from '../../lambda/turn/defer-turn.ts';
import type { DeferTurn } from '../../lambda/turn/late-turn.ts';
import type { Rendered } from '../../lambda/turn/protocol.ts';
import type { SessionStore } from '../../lambda/turn/session.ts';
import { type Outcome, takeTurn } from '../../lambda/turn/take-turn.ts';

/** Whose turns they are. */
export const USER = userKeyOf('live', { plusfriendUserKey: 'someone' });

/** A turn of {@link USER} that no protocol had to parse. */
export function turnOf(incoming: Incoming, id: string = randomUUID()): TurnRequest {
  const user = { key: USER, channelKind: 'live', isFriend: true } as const;
  return { id, mayRepeat: true, tapsTellLabels: false, user, incoming, params: {} };
}

/** A turn in which {@link USER} says something. */
export function saying(text: string, id?: string): TurnRequest {
  return turnOf({ kind: 'utterance', text, extra: {} }, id);
}

/** A protocol of texts alone: they stand one after the other, with a bar between. */
export function render(whole: SettledReply): Rendered<string> {
  return {
    answer: whole.outputs
      .map(output => (output && 'simpleText' in output ? output.simpleText.text : '?'))
      .join('|'),
    labels: [],
    lost: [],
  };
}

/** Late turns by the room, through this queue. */
export const byRoom = (defer: DeferTurn): LateTools<string> => ({
  defer,
  delivery: { kind: 'room' },
  receivedAt: Date.now(),
  renderWaiting: words => words,
});

/** Takes a turn, which nobody defers unless there is a queue. */
export function take<S>(
  bot: Bot<S>,
  store: SessionStore,
  request: TurnRequest,
  { withinMs = 2_000, defer }: { readonly withinMs?: number; readonly defer?: DeferTurn } = {},
): Promise<Outcome<string>> {
  const late = defer && { late: byRoom(defer) };
  return takeTurn({ bot, store, render, ...late }, request, deadlineAt(Date.now() + withinMs));
}
