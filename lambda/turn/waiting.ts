import { type BroughtAnswer, ownButton, withoutCollect } from '../bot/own-button.ts';
import { joined, type SettledReply, text } from '../bot/reply.ts';
import type { Texts } from '../bot/texts.ts';
import type { DeferredTurn } from './deferred-turn.ts';
import { pendingTimesOf } from './late-times.ts';
import { roomIn } from './memory.ts';
import { type LateReply, leaseOf, type Memory, type PendingTurn, type Session } from './session.ts';
import { settle } from './settle.ts';
import { READABLE_MS, STALLED_AFTER_MS } from './time-budget.ts';

/** How many late replies of a room wait for their user: nobody collects more. */
const MOST_LATE_REPLIES = 10;

/** The late turns of a user, as far as one room may know. */
export interface Waiting {
  /** The late replies that are there, in the order they were made. */
  readonly ready: readonly LateReply[];
  /** Those that were collected a moment ago. */
  readonly shown: readonly LateReply[];
  /** Whether a turn is still worked on whose reply is to be collected here. */
  readonly isPending: boolean;
  /** The turn whose answer grows, where its pieces so far are collected here. */
  readonly growing?: PendingTurn;
  /** The pieces of that answer that were not seen yet, where the user asks for them. */
  readonly soFar?: PiecesSoFar;
  /** The turns that were lost with whoever worked on them, and of which nobody has told the user. */
  readonly lost: readonly PendingTurn[];
  /** The pieces that one of those came to, in place of the words that it is lost. */
  readonly left?: { readonly id: string; readonly reply: SettledReply };
}

/** The pieces of a growing answer that there are. */
export interface PiecesSoFar {
  readonly reply: SettledReply;
  /** How many of its pieces were seen after that. */
  readonly seen: number;
}

/** The late turns that concern this room. */
export function waitingIn(session: Session, room: string | undefined): Waiting {
  const { line = [] } = session.memory;
  const { late = [] } = roomIn(session.memory, room);
  if (line.length === 0 && late.length === 0) return NOTHING_WAITS;
  const now = Date.now();
  const here = line.filter(pending => pending.room === room);
  const alive = late.filter(({ expiresAt }) => expiresAt > now);
  const worked = here.filter(pending => pending.isPosted !== true && !isLost(session, pending, now));
  const growing = worked.find(({ grows }) => grows);
  return {
    ready: alive.filter(({ shownAt }) => shownAt === undefined),
    shown: alive.filter(({ shownAt = 0 }) => shownAt > now - READABLE_MS),
    isPending: worked.length > 0,
    ...(growing && { growing }),
    lost: here.filter(pending => isLost(session, pending, now)),
  };
}

const NOTHING_WAITS: Waiting = { ready: [], shown: [], isPending: false, lost: [] };

/** How many pieces of a late turn's answer its user has seen; undefined where none was shown yet, nor anything in their place. */
export function seenOf({ line }: Memory, id: string): number | undefined {
  return line?.find(pending => pending.id === id)?.seen;
}

/** Whether nobody works on a late turn any more, though it is not answered. */
export function isLost(session: Session, { id, expiresAt }: PendingTurn, now = Date.now()): boolean {
  return expiresAt <= now && !(leaseOf(session, id) > now);
}

/** The late turns that are worked on, or will be, in whatever room. */
export function aliveIn(session: Session): readonly PendingTurn[] {
  const now = Date.now();
  return (
    session.memory.line?.filter(
      pending => !isLost(session, pending, now) && !isStalled(session, pending, now),
    ) ?? []
  );
}

/**
 * Whether the record of a turn should have come to a worker long ago: whoever marked the turn died before it was sent, or
 * could not know that the mark was saved. It may come yet, but nobody waits for it.
 */
function isStalled(session: Session, pending: PendingTurn, now: number): boolean {
  const { id, expiresAt, turn } = pending;
  const markedAt = expiresAt - pendingTimesOf(pending).lostAfterMs;
  return turn === undefined && leaseOf(session, id) < markedAt && now > markedAt + STALLED_AFTER_MS;
}

/** The turn that is worked on next, where somebody must hand it to the queue: it waited for another, and nobody has it. */
export function nextInLine(session: Session): DeferredTurn | undefined {
  const head = aliveIn(session)[0];
  if (head?.turn === undefined || leaseOf(session, head.id) > Date.now()) return undefined;
  return takenBefore(session, head.turn);
}

/** A turn that a worker may have begun before, and died: whoever takes it then looks what that has left. */
export function takenBefore(session: Session, turn: DeferredTurn): DeferredTurn {
  return leaseOf(session, turn.request.id) > turn.receivedAt ? { ...turn, isSecond: true } : turn;
}

/** The late replies that are there come first, and what was lost is told; while others are worked on, their button stays. */
export function withLateReplies(
  { ready, isPending, growing, soFar, lost, left }: Waiting,
  said: SettledReply,
  texts: Texts,
  brought: BroughtAnswer,
): SettledReply {
  if (ready.length === 0 && lost.length === 0 && !isPending) return said;
  const late = ready.map(({ reply }) => settle(reply).reply);
  // A part of an answer may have been shown with our button already.
  const quickReplies = withoutCollect(said.quickReplies ?? late.at(-1)?.quickReplies ?? []);
  const told = lost.some(({ id }) => id !== left?.id) ? [{ outputs: [text(texts.lost)] }] : [];
  const pieces = [left, soFar].flatMap(one => (one ? [one.reply] : []));
  const label = (soFar?.seen ?? growing?.seen) === undefined ? texts.collect : texts.goOn;
  return {
    ...joined([...told, ...late, ...pieces, said]),
    quickReplies: isPending ? [ownButton('collect', label, brought), ...quickReplies] : quickReplies,
  };
}

/** Whether a turn that shows these must be saved, so that it does not show them twice. */
export function bringsSomething({ ready, soFar, lost }: Waiting): boolean {
  return ready.length > 0 || soFar !== undefined || lost.length > 0;
}

/** A room's late replies after these were shown: those of a moment ago stay readable. */
export function lateAfter({ ready, shown }: Waiting): readonly LateReply[] {
  const shownAt = Date.now();
  return [...shown, ...ready.map(one => ({ ...one, shownAt }))];
}

/** The line after these were shown: what was lost is told once, and each piece of an answer, too. */
export function lineAfter(memory: Memory, { growing, soFar, lost }: Waiting): readonly PendingTurn[] {
  return lineWithout(memory, lost).map(pending =>
    soFar && pending.id === growing?.id ? { ...pending, seen: soFar.seen } : pending,
  );
}

/** The line without these turns. */
export function lineWithout(
  { line = [] }: Memory,
  gone: readonly Pick<PendingTurn, 'id'>[],
): readonly PendingTurn[] {
  return line.filter(({ id }) => !gone.some(one => one.id === id));
}

/** The most of a line that is kept, lost turns included of which a room tells that nobody speaks in any more. */
const MOST_KEPT_IN_LINE = 30;

/** The memory with another line, of which the oldest are forgotten. */
export function withLine(known: Memory, line: readonly PendingTurn[]): Memory {
  if (known.line === undefined && line.length === 0) return known;
  const { line: _, ...memory } = known;
  return line.length > 0 ? { ...memory, line: line.slice(-MOST_KEPT_IN_LINE) } : memory;
}

/** The late replies with one more; without those that are worth nothing any more, and past the most the oldest. */
export function withLateReply(late: readonly LateReply[] | undefined, one: LateReply): readonly LateReply[] {
  const now = Date.now();
  const others =
    late?.filter(
      ({ id, expiresAt, shownAt = now }) => id !== one.id && expiresAt > now && shownAt > now - READABLE_MS,
    ) ?? [];
  return [...others, one].slice(-MOST_LATE_REPLIES);
}
