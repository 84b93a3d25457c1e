import type { Bot } from '../bot/bot.ts';
import type { Deadline } from '../bot/deadline.ts';
import type { Notice } from '../bot/incoming.ts';
import type { SessionStore } from '../bot/session.ts';
import { type Outcome, takeTurn } from '../bot/take-turn.ts';
import { parseMessage } from './parse.ts';
import { renderMessage } from './render.ts';
import type { Acknowledgement, MessageResponse } from './wire.ts';

/** What a smart-chat call needs around it. */
export interface SmartChatTools<S> {
  readonly bot: Bot<S>;
  readonly store: SessionStore;
}

/**
 * Answers `POST /message`; a failed turn is answered too, with the apology.
 * @throws InvalidRequestError when the body is no smart-chat message
 */
export async function answerMessage<S>(
  { bot, store }: SmartChatTools<S>,
  body: unknown,
  turnId: string,
  deadline: Deadline,
): Promise<Outcome<MessageResponse>> {
  const turn = parseMessage(body, turnId);
  return takeTurn({ bot, store, render: reply => renderMessage(reply, bot.texts) }, turn, deadline);
}

/** Takes note of what smart-chat tells: who blocks the channel is forgotten. */
export async function takeNotice(store: SessionStore, { kind, user }: Notice): Promise<Acknowledgement> {
  if (kind === 'friend-blocked' && user.key !== undefined) await store.delete(user.key);
  return {};
}
