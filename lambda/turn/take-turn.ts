import { needsDraft, withDraft } from '#growing';
import type { Deadline } from '../bot/deadline.ts';
import type { TurnRequest } from '../bot/incoming.ts';
import { broughtBy, tapOf } from '../bot/own-button.ts';
import { text } from '../bot/reply.ts';
import type { UserKey } from '../bot/user.ts';
import { DeadlineError, SessionConflictError, UnavailableError } from '../errors.ts';
import { CONFLICT, type Progress, ruleAnswers, type TakenTurn } from './ask-rule.ts';
import { deferAgain, deferrable, deferTurn, type Mark } from './defer-turn.ts';
import type { RuleState } from './draft-turn.ts';
import type { DeferrableTurn, TurnCall, TurnEngine } from './engine.ts';
import { asksForLate, type GatewayAnswer, gatewayAnswer, needsSession } from './gateway-answers.ts';
import {
  answeredBefore,
  memoryAfter,
  recalled,
  remembers,
  replyOf,
  roomIn,
  roomOf,
  showAnswer,
} from './memory.ts';
import type { Outcome } from './outcome.ts';
import { isLineFull } from './rule-answer.ts';
import { type AnsweredTurn, EMPTY_SESSION, isNew, leasesWithout } from './session.ts';
import { type Settled, settle } from './settle.ts';
import { LONGEST_PAUSE_MS, MARK_MS, WORTH_MS } from './time-budget.ts';
import { bringsSomething, lateAfter, lineAfter, waitingIn, withLateReplies, withLine } from './waiting.ts';

/**
 * Answers one turn as a transaction: the session and the reply are saved together, once, or not at all.
 * Turns of one user that meet are serial in effect: who loses runs again on the fresh session.
 * A slow rule is never started here, the turn is deferred at once; any other that overruns is aborted, then deferred.
 * Never throws, and never outlasts the deadline: whatever fails or is late becomes the apology.
 */
export async function takeTurn<S, A>(
  engine: TurnEngine<S, A>,
  call: TurnCall,
  deadline: Deadline,
): Promise<Outcome<A>> {
  const { bot, protocol } = engine;
  const { request } = call;
  const facts = {
    userKey: request.user.key,
    rule: undefined,
    conflicts: 0,
    isNewSession: false,
    hasOverrun: false,
    lost: 0,
  };
  const progress: Progress = { facts, step: undefined, isSaving: false };
  try {
    return await deadline.race(() => stepOf(progress), attempt(engine, call, deadline, progress));
  } catch (error) {
    const apology = { outputs: [text(bot.texts.apology)] };
    const { answer } = protocol.render(apology, bot.texts, request);
    return { kind: 'failed', answer, rule: progress.facts.rule, error, turn: progress.facts };
  }
}

/** The name of what the turn waits for: of its rule, where that is nothing else. */
function stepOf({ step, facts: { rule } }: Progress): string {
  return step ?? `the rule "${rule}"`;
}

async function attempt<S, A>(
  engine: TurnEngine<S, A>,
  call: TurnCall,
  deadline: Deadline,
  progress: Progress,
): Promise<Outcome<A>> {
  for (let attempts = 1; ; attempts++) {
    const startedAt = Date.now();
    try {
      const outcome = await tryTurn(engine, call, deadline, progress);
      if (outcome !== undefined) return outcome;
    } catch (error) {
      const isConflict = error instanceof SessionConflictError;
      // A save whose answer was lost may be done: the turn looks for its own half.
      const isUnclear =
        progress.isSaving && error instanceof UnavailableError && error.part === 'sessions table';
      if (!(isConflict || isUnclear) || deadline.remainingMs() === 0) throw error;
      if (isConflict) progress.facts.conflicts++;
      // A turn whose rule is not started again needs no more than to be saved, however long that rule took.
      const { deferral, answered, mustAdmit = false } = progress;
      const isBrief = deferral !== undefined || answered !== undefined || mustAdmit || isUnclear;
      const attemptMs = isBrief ? MARK_MS : Date.now() - startedAt;
      const pauseMs = Math.random() * Math.min(LONGEST_PAUSE_MS, Math.max(1, attemptMs) * 2 ** attempts);
      if (pauseMs + attemptMs < deadline.remainingMs()) {
        await new Promise(resolve => setTimeout(resolve, pauseMs));
        continue;
      }
      if (isUnclear) throw error;
      const { rule } = progress.facts;
      if (!deferrable(engine, call) || isBrief || rule === undefined) {
        throw new DeadlineError(CONFLICT, { cause: error });
      }
      // The rule has no time to answer on the fresh session here; a worker has.
      progress.deferral = { rule, waiting: engine.bot.texts.waiting, worthMs: WORTH_MS };
    }
  }
}

/** @returns undefined where it is to be tried on the session, which was not read yet */
async function tryTurn<S, A>(
  engine: TurnEngine<S, A>,
  call: TurnCall,
  deadline: Deadline,
  progress: Progress,
): Promise<Outcome<A> | undefined> {
  const { store, protocol } = engine;
  progress.step = 'loading the session';
  progress.isSaving = false;
  const key = ownerOf(call.request);
  const isRead = progress.mustRead ?? needsSession(engine, call.request);
  const loaded = key === undefined || !isRead ? EMPTY_SESSION : await store.load(key);
  // The user has the apology by now: a rule that is begun after it may do what they then ask for again.
  if (deadline.remainingMs() === 0) throw new DeadlineError(progress.step);
  progress.step = undefined;
  const before = answeredBefore(loaded.memory, call.request.id);
  if (before !== undefined) return answerAgain(engine, call, { loaded, before, deadline }, progress);

  const room = roomIn(loaded.memory, roomOf(call.request));
  const { request, tapped } = tapOf(recalled(protocol, call.request, room));
  const known = waitingIn(loaded, roomOf(request));
  const asks = asksForLate(engine.bot, request, tapped);
  const waiting = needsDraft(known, asks)
    ? await withDraft(engine, { request, key, asks, deadline }, known)
    : known;
  const own = gatewayAnswer(engine, request, tapped, room, waiting);
  const taken = { request, key, isRead, loaded, waiting, deadline };
  if (own) {
    const { state, version } = loaded;
    return await answerWith(engine, taken, own, { state, version, changed: false }, progress);
  }
  const late = deferrable(engine, call, request);
  const answered = await ruleAnswers(engine, taken, late !== undefined, progress);
  if ('waiting' in answered) {
    if (!isRead) {
      progress.deferral = answered;
      progress.mustRead = true;
      return undefined;
    }
    progress.step = 'deferring the turn';
    if (late === undefined) throw new DeadlineError(`the rule "${progress.facts.rule}"`);
    // Of a rule that was begun without the session nobody knew how many turns wait.
    if (progress.mustRead && isLineFull(loaded)) throw new DeadlineError(`the rule "${progress.facts.rule}"`);
    progress.isSaving = true;
    const answer = await deferTurn(late, loaded, answered, deadline, mark => {
      progress.marked = { turn: late as DeferrableTurn<unknown, unknown>, mark };
    });
    progress.facts.isNewSession = isNew(loaded);
    return { kind: 'late', answer, turn: progress.facts };
  }
  const { settled, state } = answered;
  // What is returned without being awaited comes two rounds of promises later.
  return await answerWith(engine, taken, settled, state, progress);
}

/** Whose session a turn is about: in a group room everybody may tap what the bot shows to one. */
function ownerOf(request: TurnRequest): UserKey | undefined {
  return tapOf(request).tapped?.of ?? request.user.key;
}

/** Saves what a turn has come to, where that is anything new, and answers it; what {@link tryTurn} returns. */
async function answerWith<S, A>(
  { bot: { texts }, store, protocol }: TurnEngine<S, A>,
  { request, key, isRead, loaded, waiting, deadline }: TakenTurn,
  said: GatewayAnswer & Partial<Settled>,
  { state, version, changed }: RuleState,
  progress: Progress,
): Promise<Outcome<A> | undefined> {
  progress.step = 'saving the session';
  const whole = withLateReplies(waiting, said.reply, texts, broughtBy(request, {}, key));
  // A part that brings late replies along begins an answer of its own.
  const of = bringsSomething(waiting) ? undefined : said.of;
  const id = of?.rest.id ?? request.id;
  const shown = showAnswer(protocol, texts, request, { id, reply: whole, part: of?.part, of: key });
  const { answer, lost } = shown.rendered;
  const { facts } = progress;
  const { violations = [] } = said;
  const outcome: Outcome<A> = { kind: 'answered', answer, lost, violations, turn: facts };
  const isNews = changed || bringsSomething(waiting);
  const room = roomIn(loaded.memory, roomOf(request));
  if (key !== undefined && (isNews || !remembers(protocol, room, shown))) {
    if (!isRead) {
      const settled = { reply: said.reply, violations };
      progress.answered = { settled, before: loaded, after: { state, version, changed }, ms: 0 };
      progress.mustRead = true;
      return undefined;
    }
    // The user has the apology by now: what they did not see answered must not have happened.
    if (deadline.remainingMs() === 0) throw new DeadlineError('the turn');
    const after = memoryAfter(protocol, loaded.memory, request, shown, lateAfter(waiting));
    const memory = withLine(after, lineAfter(after, waiting));
    const saved = { isNewSession: isNew(loaded), lost: waiting.lost.length };
    progress.isSaving = true;
    progress.unconfirmed = { outcome, saved };
    const leases = waiting.lost.reduce((left, { id }) => leasesWithout(left, id), loaded.leases);
    await store.save(key, loaded, { state, version, memory, leases }, deadline.signal);
    Object.assign(facts, saved);
  }
  return outcome;
}

/** Answers the repeated delivery of a turn: as it was answered first, or by telling again to wait. */
async function answerAgain<S, A>(
  engine: TurnEngine<S, A>,
  call: TurnCall,
  { loaded, before, deadline }: Pick<TakenTurn, 'loaded' | 'deadline'> & { readonly before: AnsweredTurn },
  progress: Progress,
): Promise<Outcome<A>> {
  const { facts: turn, unconfirmed, marked } = progress;
  // The turn meets its own save, whose answer got lost; with a reply it may be that of a repeated delivery.
  const { reply, part, waiting } = before;
  if (unconfirmed !== undefined && (reply ?? part ?? waiting) === undefined) {
    Object.assign(turn, unconfirmed.saved);
    return unconfirmed.outcome as Outcome<A>;
  }
  // Of a turn that may meet its own save nobody has told yet.
  if (unconfirmed === undefined && marked === undefined) turn.isRepeated = true;
  const { bot, protocol } = engine;
  const { request } = call;
  // What its labels meant was replaced by its own mark, which may also bring late replies along.
  const late = (marked?.turn as DeferrableTurn<S, A> | undefined) ?? deferrable(engine, call);
  if (waiting !== undefined && late) {
    progress.step = 'deferring the turn';
    const answer = await deferAgain(late, loaded, waiting, deadline, marked?.mark as Mark<A> | undefined);
    return { kind: 'late', answer, turn };
  }
  // An earlier release may have stored it as it was; what was wrong was told when it was answered first.
  const known = replyOf(before, roomIn(loaded.memory, roomOf(request)));
  const { answer, lost } = showAnswer(protocol, bot.texts, request, {
    id: before.part?.of ?? request.id,
    reply: settle(known?.reply ?? bot.texts.answeredBefore).reply,
    part: known?.part,
    of: ownerOf(request),
  }).rendered;
  return { kind: 'answered', answer, lost, turn };
}
