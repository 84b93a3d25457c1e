import type { Deadline } from '../bot/deadline.ts';
import type { TurnRequest } from '../bot/incoming.ts';
import { broughtBy, ownButton } from '../bot/own-button.ts';
import { outputsOf } from '../bot/pieces.ts';
import { text } from '../bot/reply.ts';
import type { UserKey } from '../bot/user.ts';
import { UnavailableError } from '../errors.ts';
import type { Draft } from './drafts.ts';
import type { TurnEngine } from './engine.ts';
import type { PendingTurn } from './session.ts';
import { settle } from './settle.ts';
import { fittingPieces } from './show-growing.ts';
import type { Waiting } from './waiting.ts';

/** A turn that may show what there is of a growing answer. */
export interface DraftReader {
  readonly request: TurnRequest;
  /** Whose answer it is. */
  readonly key: UserKey | undefined;
  /** Whether the user asks for what waits. */
  readonly asks: boolean;
  readonly deadline: Deadline;
}

/** Whether what waits can't be told without the draft of a growing answer: where the user asks for it, or it is lost. */
export function needsDraft({ ready, growing, lost }: Waiting, asks: boolean): boolean {
  // What is ready goes before, and what grows is brought by the next tap.
  return (asks && growing !== undefined && ready.length === 0) || lost.some(({ grows }) => grows);
}

/** The turns that wait, with the pieces of the growing answer that were not seen yet: one read. */
export async function withDraft<S, A>(
  engine: TurnEngine<S, A>,
  { request, key, asks, deadline }: DraftReader,
  waiting: Waiting,
): Promise<Waiting> {
  const { drafts, bot, protocol } = engine;
  if (drafts === undefined || key === undefined) return waiting;
  let draft: Draft | undefined;
  try {
    draft = await drafts.load(key, deadline.signal);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    // What it holds of a lost turn must not be told as lost: the next turn tells of that.
    return { ...waiting, lost: waiting.lost.filter(({ grows }) => !grows) };
  }
  const { growing, lost, ready } = waiting;
  const unseen = ({ seen = 0 }: PendingTurn) => draft?.pieces.slice(seen) ?? [];
  const broken = lost.find(({ id }) => id === draft?.turn);
  if (broken) {
    const outputs = [...outputsOf(unseen(broken)), text(bot.texts.lostRest)];
    return draft?.pieces.length
      ? { ...waiting, left: { id: broken.id, reply: settle({ outputs }).reply } }
      : waiting;
  }
  if (!asks || growing === undefined || growing.id !== draft?.turn || ready.length > 0) return waiting;
  const quickReplies = [ownButton('collect', bot.texts.goOn, broughtBy(request, {}, key))];
  const fits = (reply: Waiting['ready'][number]['reply']) =>
    protocol.render(reply, bot.texts, request).rest === undefined;
  const shown = fittingPieces(unseen(growing), quickReplies, fits);
  if (shown === undefined) return waiting;
  return { ...waiting, soFar: { reply: shown.reply, seen: (growing.seen ?? 0) + shown.count } };
}
