import type { Bot, Turn } from '../bot/bot.ts';
import { type Deadline, deadlineAt } from '../bot/deadline.ts';
import type { TurnRequest } from '../bot/incoming.ts';
import type { Loss } from '../bot/loss.ts';
import type { Plugins } from '../bot/plugins.ts';
import { type Answer, type SettledReply, text } from '../bot/reply.ts';
import type { UserKey } from '../bot/user.ts';
import type { Violation } from '../check/violation.ts';
import { DeadlineError, SessionConflictError } from '../errors.ts';
import { type Deferral, deferAgain, deferTurn, type LateTools } from './defer-turn.ts';
import { DraftTurn } from './draft-turn.ts';
import {
  answeredBefore,
  recall,
  remembers,
  rememberTurn,
  roomAfter,
  type Waiting,
  waitingIn,
  withLateReplies,
} from './memory.ts';
import type { Rendered } from './protocol.ts';
import { EMPTY_SESSION, isNew, type RoomMemory, type SessionStore } from './session.ts';
import { type Settled, settle, settleAnswer } from './settle.ts';
import { DEFER_MS, LONGEST_PAUSE_MS, MARK_MS, WORTH_MS } from './time-budget.ts';

/** What a turn tells of itself, however it ended. */
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

/** How a call ended: answered, deferred with an answer that says so, or failed, with the apology and nothing saved. */
export type Outcome<A> = {
  /** Absent when the call was no turn. */
  readonly turn?: TurnFacts;
  /** What Kakao would have dropped the finished answer for, which is the apology instead: a bug of the gateway. */
  readonly broken?: readonly Violation[];
} & (
  | {
      readonly kind: 'answered';
      readonly answer: A;
      /** What the protocol can't show. */
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

/** What a turn needs around it. */
export interface TurnTools<S, A> {
  readonly bot: Bot<S>;
  readonly store: SessionStore;
  /** Total and pure: the same reply gives the same answer. */
  readonly render: (reply: SettledReply) => Rendered<A>;
  /** Absent where no worker takes late turns: then a rule that overruns costs the user an apology. */
  readonly late?: LateTools<A>;
  /** Absent where no plugin can be asked: then every question says that there is no key. */
  readonly plugins?: Plugins | undefined;
}

/**
 * Answers one turn as a transaction: the session and the reply are saved together, once, or not at all.
 * Turns of one user that meet are serial in effect: who loses runs again on the fresh session.
 * A slow rule is never started here, the turn is deferred at once; any other that overruns is aborted, then deferred.
 * Never throws, and never outlasts the deadline: whatever fails or is late becomes the apology.
 */
export async function takeTurn<S, A>(
  tools: TurnTools<S, A>,
  request: TurnRequest,
  deadline: Deadline,
): Promise<Outcome<A>> {
  const facts = {
    userKey: request.user.key,
    rule: undefined,
    conflicts: 0,
    isNewSession: false,
    hasOverrun: false,
  };
  const progress: Progress = { facts, step: undefined, deferral: undefined };
  try {
    return await deadline.race(
      () => progress.step ?? 'the turn',
      attempt(tools, request, deadline, progress),
    );
  } catch (error) {
    const { answer } = tools.render({ outputs: [text(tools.bot.texts.apology)] });
    return { kind: 'failed', answer, rule: progress.facts.rule, error, turn: progress.facts };
  }
}

type Growing<T> = { -readonly [K in keyof T]: T[K] };

/** What the attempts at one turn hand on. */
interface Progress {
  readonly facts: Growing<TurnFacts>;
  /** What it waits for, other than its rule. */
  step: string | undefined;
  /** Once it is set, no rule is started again for a conflict. */
  deferral: Deferral | undefined;
}

async function attempt<S, A>(
  tools: TurnTools<S, A>,
  request: TurnRequest,
  deadline: Deadline,
  progress: Progress,
): Promise<Outcome<A>> {
  for (let attempts = 1; ; attempts++) {
    const startedAt = Date.now();
    try {
      return await tryTurn(tools, request, deadline, progress);
    } catch (error) {
      if (!(error instanceof SessionConflictError)) throw error;
      progress.facts.conflicts++;
      // A turn that is deferred does not start its rule again, however long that took.
      const attemptMs = progress.deferral ? MARK_MS : Date.now() - startedAt;
      const pauseMs = Math.random() * Math.min(LONGEST_PAUSE_MS, Math.max(1, attemptMs) * 2 ** attempts);
      if (pauseMs + attemptMs >= deadline.remainingMs()) {
        if (!canBeDeferred(tools, request) || progress.deferral) {
          throw new DeadlineError('settling a conflict with other turns of this user', { cause: error });
        }
        // The rule has no time to answer on the fresh session here; a worker has.
        progress.deferral = { waiting: tools.bot.texts.waiting, worthMs: WORTH_MS };
      } else {
        await new Promise(resolve => setTimeout(resolve, pauseMs));
      }
    }
  }
}

async function tryTurn<S, A>(
  tools: TurnTools<S, A>,
  request: TurnRequest,
  deadline: Deadline,
  progress: Progress,
): Promise<Outcome<A>> {
  const { bot, store, render, late, plugins } = tools;
  const { id, mayRepeat, user } = request;
  const { key } = user;
  progress.step = 'loading the session';
  const loaded = key === undefined ? EMPTY_SESSION : await store.load(key);
  progress.step = undefined;
  const before = answeredBefore(loaded.room, id);
  if (before?.waiting !== undefined && late && key !== undefined) {
    const deferral = { waiting: before.waiting, worthMs: progress.deferral?.worthMs ?? WORTH_MS };
    const answer = await deferAgain(late, key, request, loaded, deferral);
    return { kind: 'late', answer, turn: progress.facts };
  }
  if (before) {
    // An earlier release may have stored it as it was; what was wrong was told when it was answered first.
    const { reply } = settle(before.reply ?? bot.texts.answeredBefore);
    const { answer, lost } = render(reply);
    return { kind: 'answered', answer, lost, turn: progress.facts };
  }

  const heard = recall(request, loaded.room);
  const waiting = waitingIn(loaded.room);
  const canDefer = late !== undefined && key !== undefined;
  const ruleDeadline = canDefer ? deadlineAt(Date.now() + deadline.remainingMs() - DEFER_MS) : deadline;
  const turn = new DraftTurn(bot, heard, ruleDeadline, loaded, plugins);
  const own = gatewayAnswers(bot, heard, loaded.room, waiting);
  const said: Settled | Deferral = own
    ? { reply: own, violations: [] }
    : await ruleAnswers(bot, turn, canDefer, progress);
  progress.step = 'waiting' in said ? 'deferring the turn' : 'saving the session';
  if ('waiting' in said) {
    if (!canDefer) throw new DeadlineError(`the rule "${progress.facts.rule}"`);
    const answer = await deferTurn({ ...tools, late }, key, heard, loaded, said, deadline);
    progress.facts.isNewSession = isNew(loaded);
    return { kind: 'late', answer, turn: progress.facts };
  }

  const reply = withLateReplies(waiting, said.reply, bot.texts.collect);
  const rendered = render(reply);
  const { state, version, changed } = turn.result();
  if (key !== undefined && (changed || !remembers(loaded.room, rendered, waiting))) {
    // The user has the apology by now: what they did not see answered must not have happened.
    if (deadline.remainingMs() === 0) throw new DeadlineError('the turn');
    const turns = mayRepeat ? rememberTurn(loaded.room, id, { reply }) : loaded.room.turns;
    const room = roomAfter(rendered, waiting.pending, turns);
    await store.save(key, loaded, { state, version, room, leases: loaded.leases });
    progress.facts.isNewSession = isNew(loaded);
  }
  const { answer, lost } = rendered;
  return { kind: 'answered', answer, lost, violations: said.violations, turn: progress.facts };
}

/**
 * What the gateway answers without any rule: the rest of an answer, late replies that are asked for,
 * and the wish to type where buttons hide it.
 */
function gatewayAnswers<S>(
  { texts }: Bot<S>,
  { incoming, tapsTellLabels }: TurnRequest,
  room: RoomMemory,
  { ready, pending, lost }: Waiting,
): SettledReply | undefined {
  if (incoming.kind !== 'utterance') return undefined;
  // A button of the bot's own that says the same carries what it means.
  for (const _ in incoming.extra) return undefined;
  switch (incoming.text) {
    case texts.more:
      return room.rest && settle(room.rest).reply;
    case texts.collect:
      if (ready.length > 0) return { outputs: [] };
      return {
        outputs: [text(pending.length > 0 ? texts.notYet : lost ? texts.apology : texts.nothingWaiting)],
      };
    case texts.type:
      return tapsTellLabels ? { outputs: [text(texts.typeNow)] } : undefined;
    default:
      return undefined;
  }
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

function canBeDeferred<S, A>({ late }: TurnTools<S, A>, { user }: TurnRequest): boolean {
  return late !== undefined && user.key !== undefined;
}
