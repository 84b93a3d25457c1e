import type { Bot } from '../bot/bot.ts';
import type { Deadline } from '../bot/deadline.ts';
import type { Notice } from '../bot/incoming.ts';
import type { SettledReply } from '../bot/reply.ts';
import { lastCheck } from '../smart-chat/last-check.ts';
import { parseMessage } from '../smart-chat/parse.ts';
import { renderMessage } from '../smart-chat/render.ts';
import type { Acknowledgement, MessageResponse } from '../smart-chat/wire.ts';
import { type LateTools, waitingReply } from '../turn/defer-turn.ts';
import type { DeferTurn } from '../turn/late-turn.ts';
import type { SessionStore } from '../turn/session.ts';
import { type Outcome, takeTurn } from '../turn/take-turn.ts';

/** What a smart-chat call needs around it. */
export interface SmartChatTools<S> {
  readonly bot: Bot<S>;
  readonly store: SessionStore;
  /** Absent where no worker takes late turns. */
  readonly late?: { readonly defer: DeferTurn };
}

/** What comes with a smart-chat call beside its body. */
export interface MessageCall {
  /** Of this delivery; the protocol has no id of its own. */
  readonly turnId: string;
  readonly deadline: Deadline;
  /** Epoch ms at which Kakao's clock started. */
  readonly receivedAt: number;
}

/**
 * Answers `POST /message`; a failed turn is answered too, with the apology.
 * @throws InvalidRequestError when the body is no smart-chat message
 */
export async function answerMessage<S>(
  { bot, store, late }: SmartChatTools<S>,
  body: unknown,
  { turnId, deadline, receivedAt }: MessageCall,
): Promise<Outcome<MessageResponse>> {
  const turn = parseMessage(body, turnId);
  const render = (reply: SettledReply) => renderMessage(reply, bot.texts);
  const lateTools: LateTools<MessageResponse> | undefined = late && {
    defer: late.defer,
    delivery: { kind: 'room' },
    receivedAt,
    renderWaiting: words => render(waitingReply(bot, words)).answer,
  };
  const outcome = await takeTurn(
    { bot, store, render, ...(lateTools && { late: lateTools }) },
    turn,
    deadline,
  );
  return { ...outcome, ...lastCheck(outcome.answer, bot.texts) };
}

/** Takes note of what smart-chat tells: who blocks the channel is forgotten. */
export async function takeNotice(store: SessionStore, { kind, user }: Notice): Promise<Acknowledgement> {
  if (kind === 'friend-blocked' && user.key !== undefined) await store.delete(user.key);
  return {};
}
