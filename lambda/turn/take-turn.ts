import type { Bot } from '../bot/bot.ts';
import { type Deadline, deadlineAt } from '../bot/deadline.ts';
import type { TurnRequest } from '../bot/incoming.ts';
import type { Loss } from '../bot/loss.ts';
import { type OwnButton, tapOf } from '../bot/own-button.ts';
import { type Answer, type SettledReply, text } from '../bot/reply.ts';
import type { Turn } from '../bot/turn.ts';
import type { UserKey } from '../bot/user.ts';
import type { Violation } from '../check/violation.ts';
import { DeadlineError, SessionConflictError } from '../errors.ts';
import { type Deferral, deferAgain, deferrable, deferTurn } from './defer-turn.ts';
import { DraftTurn } from './draft-turn.ts';
import type { TurnCall, TurnEngine } from './engine.ts';
import {
  answeredBefore,
  memoryAfter,
  recalled,
  remembers,
  rememberTurn,
  type Waiting,
  waitingIn,
  withLateReplies,
} from './memory.ts';
import { type AnsweredTurn, EMPTY_SESSION, isNew, type Memory, type Session } from './session.ts';
import { type Settled, settle, settleAnswer } from './settle.ts';
import { DEFER_MS, LONGEST_PAUSE_MS, MARK_MS, WORTH_MS } from './time-budget.ts';

/** Facts about a turn for the log, however it ended. */
export interface TurnFacts {
  /** Absent when nothing is remembered of the user. */
  readonly userKey: UserKey | undefined;
  /** Which rule answered or was at work; undefined when none was. */
  readonly rule: string | undefined;
  /** How often another turn of this user came between, and it had to be tried again. */
  readonly conflicts: number;
  /** Whether it saved the first that is kept of the user. */
  readonly isNewSession: boolean;
  /** Whether its rule was begun, was not done in time, and was left to a worker. */
  readonly hasOverrun: boolean;
}

/** How a turn ended: answered, deferred with an answer that says so, or failed, with the apology and nothing saved. */
export type Outcome<A> = {
  readonly turn: TurnFacts;
} & (
  | {
      readonly kind: 'answered';
      readonly answer: A;
      /** The parts that the protocol can't show. */
      readonly lost?: readonly Loss[];
      readonly violations?: readonly Violation[];
    }
  | { readonly kind: 'late'; readonly answer: A }
  | {
      readonly kind: 'failed';
      readonly answer: A;
      readonly rule: string | undefined;
      readonly error: unknown;
    }
);

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
  };
  const progress: Progress = { facts, step: undefined, deferral: undefined };
  try {
    return await deadline.race(() => progress.step ?? 'the turn', attempt(engine, call, deadline, progress));
  } catch (error) {
    const apology = { outputs: [text(bot.texts.apology)] };
    const { answer } = protocol.render(apology, bot.texts, request);
    return { kind: 'failed', answer, rule: progress.facts.rule, error, turn: progress.facts };
  }
}

type Growing<T> = { -readonly [K in keyof T]: T[K] };

/** The state of one turn that its attempts hand on. */
interface Progress {
  readonly facts: Growing<TurnFacts>;
  /** The work it waits for, other than its rule. */
  step: string | undefined;
  /** Once it is set, no rule is started again for a conflict. */
  deferral: Deferral | undefined;
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
      return await tryTurn(engine, call, deadline, progress);
    } catch (error) {
      if (!(error instanceof SessionConflictError)) throw error;
      progress.facts.conflicts++;
      // A turn that is deferred does not start its rule again, however long that took.
      const attemptMs = progress.deferral ? MARK_MS : Date.now() - startedAt;
      const pauseMs = Math.random() * Math.min(LONGEST_PAUSE_MS, Math.max(1, attemptMs) * 2 ** attempts);
      if (pauseMs + attemptMs >= deadline.remainingMs()) {
        if (!deferrable(engine, call) || progress.deferral) {
          throw new DeadlineError('settling a conflict with other turns of this user', { cause: error });
        }
        // The rule has no time to answer on the fresh session here; a worker has.
        progress.deferral = { waiting: engine.bot.texts.waiting, worthMs: WORTH_MS };
      } else {
        await new Promise(resolve => setTimeout(resolve, pauseMs));
      }
    }
  }
}

async function tryTurn<S, A>(
  engine: TurnEngine<S, A>,
  call: TurnCall,
  deadline: Deadline,
  progress: Progress,
): Promise<Outcome<A>> {
  const { bot, store, protocol, plugins } = engine;
  const { id, mayRepeat, user } = call.request;
  const { key } = user;
  progress.step = 'loading the session';
  const loaded = key === undefined ? EMPTY_SESSION : await store.load(key);
  progress.step = undefined;
  const before = answeredBefore(loaded.memory, id);
  if (before !== undefined) return answerAgain(engine, call, loaded, before, progress);

  const { request, tapped } = tapOf(recalled(protocol, call.request, loaded.memory));
  const waiting = waitingIn(loaded.memory);
  const late = deferrable(engine, call, request);
  const ruleDeadline = late ? deadlineAt(Date.now() + deadline.remainingMs() - DEFER_MS) : deadline;
  const turn = new DraftTurn(bot, request, ruleDeadline, loaded, plugins);
  const own = gatewayAnswers(engine, request, tapped, loaded.memory, waiting);
  const answered: Settled | Deferral = own
    ? { reply: own, violations: [] }
    : await ruleAnswers(bot, turn, late !== undefined, progress);
  if ('waiting' in answered) {
    progress.step = 'deferring the turn';
    if (late === undefined) throw new DeadlineError(`the rule "${progress.facts.rule}"`);
    const answer = await deferTurn(late, loaded, answered, deadline);
    progress.facts.isNewSession = isNew(loaded);
    return { kind: 'late', answer, turn: progress.facts };
  }

  progress.step = 'saving the session';
  const reply = withLateReplies(waiting, answered.reply, bot.texts.collect);
  const rendered = protocol.render(reply, bot.texts, request);
  const { state, version, changed } = turn.result();
  if (key !== undefined && (changed || !remembers(protocol, loaded.memory, rendered, waiting))) {
    // The user has the apology by now: what they did not see answered must not have happened.
    if (deadline.remainingMs() === 0) throw new DeadlineError('the turn');
    const turns = mayRepeat ? rememberTurn(loaded.memory, id, { reply }) : loaded.memory.turns;
    const memory = memoryAfter(protocol, rendered, waiting.pending, turns);
    await store.save(key, loaded, { state, version, memory, leases: loaded.leases });
    progress.facts.isNewSession = isNew(loaded);
  }
  const { answer, lost } = rendered;
  return { kind: 'answered', answer, lost, violations: answered.violations, turn: progress.facts };
}

/** Answers the repeated delivery of a turn: as it was answered first, or by telling again to wait. */
async function answerAgain<S, A>(
  engine: TurnEngine<S, A>,
  call: TurnCall,
  loaded: Session,
  { waiting, reply }: AnsweredTurn,
  { facts: turn, deferral }: Progress,
): Promise<Outcome<A>> {
  const { bot, protocol } = engine;
  const late = deferrable(engine, call);
  if (waiting !== undefined && late) {
    const worthMs = deferral?.worthMs ?? WORTH_MS;
    const answer = await deferAgain(late, loaded, { waiting, worthMs });
    return { kind: 'late', answer, turn };
  }
  // An earlier release may have stored it as it was; what was wrong was told when it was answered first.
  const again = settle(reply ?? bot.texts.answeredBefore).reply;
  const { answer, lost } = protocol.render(again, bot.texts, call.request);
  return { kind: 'answered', answer, lost, turn };
}

/**
 * The reply that needs no rule: the rest of an answer, late replies that are asked for, and whatever a button of the
 * protocol's own asks for. Where nothing waits, a word that was typed is the rules'; a tap on our own button is not.
 */
function gatewayAnswers<S, A>(
  { bot, protocol }: TurnEngine<S, A>,
  { incoming, trigger }: TurnRequest,
  tapped: OwnButton | undefined,
  memory: Memory,
  { ready, pending, lost }: Waiting,
): SettledReply | undefined {
  if (incoming.kind !== 'utterance') return undefined;
  const { texts } = bot;
  const says = (words: string): SettledReply => ({ outputs: [text(words)] });
  if (tapped === undefined) {
    // A button of the bot's own that says the same carries what it means.
    if (trigger?.does === 'block') return undefined;
    for (const _ in incoming.extra) return undefined;
  }
  if (tapped === 'more' || (tapped === undefined && incoming.text === texts.more)) {
    if (memory.rest) return settle(memory.rest).reply;
    return tapped && says(texts.nothingMore);
  }
  if (tapped === 'collect' || incoming.text === texts.collect) {
    if (ready.length > 0) return { outputs: [] };
    if (pending.length > 0) return says(texts.notYet);
    if (lost) return says(texts.apology);
    return tapped && says(texts.nothingWaiting);
  }
  return bot.hearsText(incoming.text) ? undefined : protocol.ownReply?.(incoming.text, texts);
}

/** The rule's answer settled, or how it is deferred: at once when it is slow, else when it overruns. */
function ruleAnswers<S>(
  bot: Bot<S>,
  turn: Turn<S>,
  canDefer: boolean,
  progress: Progress,
): Settled | Deferral | Promise<Settled | Deferral> {
  if (progress.deferral) return progress.deferral;
  const { rule, slow, answer } = bot.match(turn);
  progress.facts.rule = rule;
  if (slow && canDefer) {
    progress.deferral = { waiting: slow.slow, worthMs: slow.worthMs ?? WORTH_MS };
    return progress.deferral;
  }
  const answered = turn.deadline.race(`the rule "${rule}"`, answer());
  const settled = (given: Answer): Settled => settleAnswer(given, bot.texts);
  if (!(answered instanceof Promise)) return settled(answered);
  return answered.then(settled).catch(error => {
    if (!(error instanceof DeadlineError) || !canDefer) throw error;
    progress.facts.hasOverrun = true;
    progress.deferral = { waiting: bot.texts.waiting, worthMs: slow?.worthMs ?? WORTH_MS };
    return progress.deferral;
  });
}
