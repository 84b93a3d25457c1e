import type { Bot } from '../bot/bot.ts';
import type { Deadline } from '../bot/deadline.ts';
import type { TurnRequest } from '../bot/incoming.ts';
import { broughtBy, ownButton } from '../bot/own-button.ts';
import { joined, type SettledReply, text } from '../bot/reply.ts';
import { DeadlineError } from '../errors.ts';
import type { DeferredTurn, LateRecord } from './deferred-turn.ts';
import type { DeferrableTurn, TurnCall, TurnEngine } from './engine.ts';
import { extraMsOf, lateTimesOf } from './late-times.ts';
import { memoryAfter, rememberTurn, roomOf, showAnswer } from './memory.ts';
import { begunOf, type Deferral } from './rule-answer.ts';
import {
  type AnsweredTurn,
  type Leases,
  leaseOf,
  type Memory,
  type PendingTurn,
  type Session,
} from './session.ts';
import { settle } from './settle.ts';
import { freeSince, isMarkKept, takeBack } from './take-back.ts';
import {
  FORGET_LEASE_MS,
  LEASE_MS,
  SECOND_RECORD_SECONDS,
  THIRD_RECORD_SECONDS,
  WORTH_MS,
} from './time-budget.ts';
import { aliveIn, lateAfter, lineWithout, nextInLine, takenBefore, waitingIn, withLine } from './waiting.ts';

/**
 * The turn as one that can be deferred; undefined where no worker is, or nothing could bring its answer.
 * @param request as it is meant; the call's own unless given
 */
export function deferrable<S, A>(
  engine: TurnEngine<S, A>,
  call: TurnCall,
  request: TurnRequest = call.request,
): DeferrableTurn<S, A> | undefined {
  const { defer } = engine;
  const { key } = request.user;
  // In a group room whose key is not known, nobody could collect the answer.
  const isReachable = call.address !== undefined || request.group?.key !== '';
  return defer && key !== undefined && isReachable ? { ...call, request, engine, key, defer } : undefined;
}

/** The most characters of a turn that waits in the session for those before it; a longer one waits for its second record. */
const LONGEST_IN_LINE = 16_000;

/** A mark that a turn has saved, or may have. */
export interface Mark<A> {
  /** Tells the user to wait. */
  readonly answer: A;
  /** Takes it back, as far as it is there. @returns whether the queue had taken the turn all the same */
  takeBack(): Promise<boolean>;
}

/**
 * Defers a turn: marks it in the session, so that one worker can claim it, and hands it to the queue, or leaves that to
 * whoever answers the turn before it. When the queue refuses, the mark is taken back.
 * @param onMarking told of the mark before it is saved: should nobody know whether it was, the turn meets it again
 * @returns the answer that tells the user to wait
 */
export async function deferTurn<S, A>(
  turn: DeferrableTurn<S, A>,
  loaded: Session,
  deferral: Deferral,
  deadline: Deadline,
  onMarking: (mark: Mark<A>) => void,
): Promise<A> {
  const { engine, key, request } = turn;
  const { store } = engine;
  const { id } = request;
  const before = deferral.replaces ? [] : aliveIn(loaded);
  const deferred = deferredOf(turn, deferral);
  const { answer, memory, shownIds } = markedMemory(turn, loaded, deferral);
  const pending = pendingOf(turn, deferred, before, shownIds === undefined);
  const { gone, turns } = replacedBy(deferral, turn, loaded, memory);
  const line = [...lineWithout(memory, gone), pending];
  const leases = {
    ...leasesOf(loaded.leases, gone),
    [id]: freeSince(turn),
  };
  if (deadline.remainingMs() === 0) throw new DeadlineError('deferring the turn');
  const { state, version } = deferral.admitted ?? loaded;
  const next = { state, version, memory: { ...withLine(memory, line), turns }, leases };
  const shown = { loaded, marked: memory, ids: shownIds ?? [], gone };
  const mark = { answer, takeBack: () => takeBack(turn, deferral, shown, deadline) };
  onMarking(mark);
  await store.save(key, loaded, next, deadline.signal);
  try {
    await turn.defer([...recordsOf(engine.bot, deferred, pending), ...handedOn(loaded, deferral)]);
    // The user has the apology by now, and may ask again: the worker must find nothing to take.
    if (deadline.remainingMs() === 0) throw new DeadlineError('deferring the turn');
  } catch (error) {
    // Whoever answers the turn before it hands it on.
    if (pending.turn && deadline.remainingMs() > 0) return answer;
    if (!(await mark.takeBack())) throw error;
  }
  return answer;
}

function deferredOf<S, A>(
  { engine, key, request, address, receivedAt, trail }: DeferrableTurn<S, A>,
  { rule, worthMs, grows }: Pick<PendingTurn, 'rule' | 'grows'> & { readonly worthMs: number },
): DeferredTurn {
  const delivery = { protocol: engine.protocol.name, address };
  return {
    key,
    request,
    delivery,
    receivedAt,
    deferredAt: Date.now(),
    worthMs,
    ...(rule !== undefined && { rule }),
    ...(grows && { grows }),
    ...(trail && { trail: trail() }),
  };
}

/** The records of a turn: of one that waits for another, none that comes at once. */
function recordsOf<S>(bot: Bot<S>, turn: DeferredTurn, pending?: PendingTurn): readonly LateRecord[] {
  const again = { ...turn, isSecond: true } as const;
  const second: LateRecord = { turn: again, delaySeconds: SECOND_RECORD_SECONDS };
  const later = bot.hasGrowingRules ? [second, thirdRecord(again)] : [second];
  return pending?.turn ? later : [{ turn, delaySeconds: 0 }, ...later];
}

/** The record that comes while the callback still takes an answer, where workers live too long for the first to come back by then. */
function thirdRecord(again: DeferredTurn): LateRecord {
  const agoSeconds = Math.round((Date.now() - again.receivedAt) / 1_000);
  const delaySeconds = Math.max(SECOND_RECORD_SECONDS, THIRD_RECORD_SECONDS - agoSeconds);
  return { turn: { ...again, isLast: true }, delaySeconds };
}

/** The turn at the head of the line, where it has a worker no more, and nobody is left who would hand it on. */
function handedOn(loaded: Session, { replaces }: Deferral): readonly LateRecord[] {
  const now = Date.now();
  const isWorkedOn = Object.values(loaded.leases).some(until => until > now);
  const head = replaces || isWorkedOn ? undefined : nextInLine(loaded);
  return head ? [{ turn: head, delaySeconds: 0 }] : [];
}

function pendingOf<S, A>(
  { request, receivedAt }: DeferrableTurn<S, A>,
  deferred: DeferredTurn,
  before: readonly PendingTurn[],
  isPosted: boolean,
): PendingTurn {
  const room = roomOf(request);
  // Each that waits before it has its own time: one that may take five minutes is seldom longer than others.
  const { lostAfterMs } = lateTimesOf(deferred);
  const begins = Math.max(...before.map(one => one.expiresAt - extraMsOf(one)), 0);
  const pending = {
    id: request.id,
    ...(room !== undefined && { room }),
    ...(deferred.rule !== undefined && { rule: deferred.rule }),
    worthMs: deferred.worthMs,
    ...(isPosted && { isPosted }),
    ...(deferred.grows && { grows: deferred.grows }),
    expiresAt: Math.max(receivedAt + lostAfterMs, begins + (deferred.grows ? lostAfterMs : LEASE_MS)),
  };
  const waits = before.length > 0 && JSON.stringify(deferred).length <= LONGEST_IN_LINE;
  return waits ? { ...pending, turn: deferred } : pending;
}

/** The turns that this one replaces; their records tell the user, where their answers would be posted. */
function replacedBy<S, A>(
  { replaces }: Deferral,
  { engine: { bot } }: DeferrableTurn<S, A>,
  loaded: Session,
  { turns }: Memory,
): { readonly gone: readonly PendingTurn[]; readonly turns: readonly AnsweredTurn[] } {
  if (!replaces) return { gone: [], turns };
  const gone = aliveIn(loaded);
  const reply = { outputs: [text(bot.texts.replaced)] };
  return {
    gone,
    turns: turns.map(turn => {
      const pending = gone.find(({ id }) => id === turn.id);
      if (pending === undefined) return turn;
      const { waiting: _, ...answered } = turn;
      return pending.isPosted ? { ...answered, reply, isToPost: true } : { ...answered, reply };
    }),
  };
}

/**
 * The memory with the turn marked in it, without its place in the line, and the answer that tells to wait; where the turn
 * is not posted, the late replies that this answer brings along.
 */
function markedMemory<S, A>(
  turn: DeferrableTurn<S, A>,
  loaded: Session,
  { waiting: words, rule, limit }: Deferral,
): { readonly answer: A; readonly memory: Memory; readonly shownIds?: readonly string[] } {
  const { engine, request, receivedAt } = turn;
  const { memory } = loaded;
  const begun = limit && {
    begun: { ...memory.begun, [rule]: [...begunOf(memory, rule, limit), receivedAt].slice(-limit.turns) },
  };
  const waiting = waitingIn(loaded, roomOf(request));
  const posted = waitingPosted(turn, words);
  if (posted !== undefined) {
    // A callback's waiting text can't show the late replies that are there: they stay for the next turn.
    const turns = rememberTurn(memory, request.id, { waiting: words });
    return { answer: posted, memory: { ...memory, ...begun, turns } };
  }
  const shown = waitingShown(
    turn,
    words,
    waiting.ready.map(({ reply }) => settle(reply).reply),
  );
  const after = memoryAfter(engine.protocol, memory, request, shown, lateAfter(waiting));
  const turns = rememberTurn(after, request.id, { waiting: words });
  return {
    answer: shown.rendered.answer,
    memory: { ...after, ...begun, turns },
    shownIds: waiting.ready.map(({ id }) => id),
  };
}

/**
 * Answers the repeated delivery of a deferred turn. While no worker has it, it is handed to the queue again:
 * whoever marked it may have died before, or lost the answer of its own mark; a claim sorts out the copies.
 * @param own the mark that this delivery has tried to save: where the queue refuses, and the turn has that mark, it is
 * taken back; what another delivery has told the user to wait for is not
 */
export async function deferAgain<S, A>(
  turn: DeferrableTurn<S, A>,
  loaded: Session,
  waiting: string,
  deadline: Deadline,
  own?: Mark<A>,
): Promise<A> {
  const { id } = turn.request;
  const pending = loaded.memory.line?.find(one => one.id === id);
  if (leaseOf(loaded, id) <= Date.now() && pending?.turn === undefined) {
    const { rule, grows, worthMs = WORTH_MS } = pending ?? {};
    const deferred = deferredOf(turn, { worthMs, ...(rule && { rule }), ...(grows && { grows }) });
    try {
      await turn.defer(recordsOf(turn.engine.bot, takenBefore(loaded, deferred)));
      // As of a mark whose answer was not lost.
      if (own && deadline.remainingMs() === 0) throw new DeadlineError('deferring the turn');
    } catch (error) {
      const isOwn = own !== undefined && leaseOf(loaded, id) === freeSince(turn);
      if (!(await (isOwn ? own.takeBack() : isMarkKept(turn, loaded, deadline)))) throw error;
    }
  }
  if (own) return own.answer;
  return waitingPosted(turn, waiting) ?? waitingShown(turn, waiting, []).rendered.answer;
}

/** The answer that tells to wait for a callback; undefined where none comes. */
function waitingPosted<S, A>(
  { engine: { protocol }, address }: DeferrableTurn<S, A>,
  words: string,
): A | undefined {
  return address === undefined ? undefined : protocol.renderWaiting?.(words);
}

/** The answer that tells to wait, rendered as any other, with the button that collects. */
function waitingShown<S, A>(
  { engine: { bot, protocol }, request }: DeferrableTurn<S, A>,
  words: string,
  before: readonly SettledReply[],
) {
  const reply = {
    ...joined([...before, { outputs: [text(words)] }]),
    quickReplies: [ownButton('collect', bot.texts.collect, broughtBy(request))],
  };
  return showAnswer(protocol, bot.texts, request, { id: request.id, reply });
}

/** The leases without those of replaced turns, and those of long ago. */
function leasesOf(leases: Leases, gone: readonly PendingTurn[]): Leases {
  const since = Date.now() - FORGET_LEASE_MS;
  return Object.fromEntries(
    Object.entries(leases).filter(([id, until]) => until > since && !gone.some(one => one.id === id)),
  );
}
