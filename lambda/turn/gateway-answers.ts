import type { Bot } from '../bot/bot.ts';
import type { TurnRequest } from '../bot/incoming.ts';
import { type OwnButton, type OwnTap, tapOf } from '../bot/own-button.ts';
import { joined, type SettledReply, text } from '../bot/reply.ts';
import type { TurnEngine } from './engine.ts';
import { nextPart } from './memory.ts';
import type { Rest, RoomMemory } from './session.ts';
import { settle } from './settle.ts';
import type { Waiting } from './waiting.ts';

/** An answer that needs no rule. */
export interface GatewayAnswer {
  readonly reply: SettledReply;
  /** Present where the reply is a part of an answer of which others were shown. */
  readonly of?: { readonly rest: Rest; readonly part: number };
}

/**
 * The answer that needs no rule: a part of an answer, late replies that are asked for, and whatever a button of the
 * protocol's own asks for. Where nothing waits, a word that was typed is the rules'; a tap on our own button is not.
 */
export function gatewayAnswer<S, A>(
  { bot, protocol }: TurnEngine<S, A>,
  request: TurnRequest,
  tapped: OwnTap | undefined,
  room: RoomMemory,
  waiting: Waiting,
): GatewayAnswer | undefined {
  const { incoming } = request;
  if (incoming.kind !== 'utterance') return undefined;
  const { texts } = bot;
  if (tapped === undefined && isBotsOwn(request)) return undefined;
  const asked = tapped?.button ?? saidButton(bot, incoming.text);
  if (asked === 'more') return partOf(room, tapped) ?? (tapped && says(texts.nothingMore));
  if (asked === 'collect') return collected(waiting, texts.notYet) ?? (tapped && says(texts.nothingWaiting));
  const reply = protocol.ownReply?.(incoming.text, texts);
  return reply && !bot.hearsText(incoming.text) ? { reply } : undefined;
}

/** Whether the user asks for what waits for them, by our button or its word. */
export function asksForLate<S>(bot: Bot<S>, request: TurnRequest, tapped: OwnTap | undefined): boolean {
  const { incoming } = request;
  if (incoming.kind !== 'utterance' || tapped) return tapped?.button === 'collect';
  return !isBotsOwn(request) && saidButton(bot, incoming.text) === 'collect';
}

/** Whether it is a button of the bot's own that says the same as ours, and carries what it means. */
function isBotsOwn({ incoming, trigger }: Pick<TurnRequest, 'incoming' | 'trigger'>): boolean {
  if (trigger?.does === 'block' || incoming.kind !== 'utterance') return true;
  for (const _ in incoming.extra) return true;
  return false;
}

/** The button of ours that has this word. */
function saidButton<S>({ texts, hasGrowingRules }: Bot<S>, said: string): OwnButton | undefined {
  if (hasGrowingRules && texts.goOn === said) return 'collect';
  return OWN_BUTTONS.find(own => texts[own] === said);
}

/**
 * Whether a turn can't be answered without the session: any of a bot that has one, or slow rules; any of a protocol that
 * must remember; and whatever asks for an answer that is kept.
 */
export function needsSession<S, A>({ bot, protocol }: TurnEngine<S, A>, request: TurnRequest): boolean {
  if (bot.hasSession || bot.hasSlowRules || protocol.recall) return true;
  const { incoming } = request;
  if (incoming.kind !== 'utterance') return false;
  return tapOf(request).tapped !== undefined || OWN_BUTTONS.some(own => bot.texts[own] === incoming.text);
}

const OWN_BUTTONS: readonly OwnButton[] = ['more', 'collect'];

const says = (words: string): GatewayAnswer => ({ reply: { outputs: [text(words)] } });

function partOf(room: RoomMemory, tapped: OwnTap | undefined): GatewayAnswer | undefined {
  const { rest } = room;
  if (rest === undefined || (tapped?.answer !== undefined && tapped.answer !== rest.id)) return undefined;
  const part = tapped?.part ?? nextPart(room);
  return part === undefined ? undefined : { reply: settle(rest.reply).reply, of: { rest, part } };
}

/** The late replies that there are; those that are ready come before whatever is said, so nothing is. */
function collected(
  { ready, growing, soFar, shown, isPending, lost }: Waiting,
  notYet: string,
): GatewayAnswer | undefined {
  if (ready.length > 0 || soFar) return { reply: { outputs: [] } };
  // Of an answer that still grows each piece is shown once.
  const again = shown.flatMap(({ id, reply }) => (id === growing?.id ? [] : [settle(reply).reply]));
  const quickReplies = again.at(-1)?.quickReplies;
  // The reply to the tap that brought them may have been lost.
  const reply = {
    ...joined(isPending ? [...again, says(notYet).reply] : again),
    ...(quickReplies && { quickReplies }),
  };
  return isPending || lost.length > 0 || again.length > 0 ? { reply } : undefined;
}
