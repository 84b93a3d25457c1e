import type { Bot, Turn } from './bot.ts';
import type { Deadline } from './deadline.ts';
import { DraftTurn } from './draft-turn.ts';
import { DeadlineError, SessionConflictError } from './errors.ts';
import type { Incoming, TurnRequest } from './incoming.ts';
import { type LongReply, replyOf, text } from './reply.ts';
import { answeredBefore, recall, remembers, rememberTurn, roomAfter } from './room.ts';
import { EMPTY_SESSION, type Label, type RoomMemory, type SessionStore } from './session.ts';

/** How a turn ended. A failed one saved nothing; its reply is the apology. */
export type Outcome<A> =
  | { readonly kind: 'answered'; readonly answer: A }
  | {
      readonly kind: 'failed';
      readonly answer: A;
      readonly rule: string | undefined;
      readonly error: unknown;
    };

/** A reply in a protocol's form, and what the room must remember to go on from it. */
export interface Rendered<A> {
  readonly answer: A;
  readonly labels: readonly Label[];
  /** What did not fit. */
  readonly rest?: LongReply;
}

/** What a turn needs around it. */
export interface TurnTools<S, A> {
  readonly bot: Bot<S>;
  readonly store: SessionStore;
  /** Total and pure: the same reply gives the same answer. */
  readonly render: (reply: LongReply) => Rendered<A>;
}

/** The longest pause before a turn that met another tries again. */
const LONGEST_PAUSE_MS = 400;

/**
 * Answers one turn as a transaction: the session and the reply are saved together, once, or not at all.
 * Turns of one user that meet are serial in effect: who loses runs again on the fresh session.
 * Never throws, and never outlasts the deadline: whatever fails or is late becomes the apology.
 */
export async function takeTurn<S, A>(
  tools: TurnTools<S, A>,
  request: TurnRequest,
  deadline: Deadline,
): Promise<Outcome<A>> {
  const progress: Progress = { rule: undefined };
  try {
    const answer = await deadline.race('the turn', attempt(tools, request, deadline, progress));
    return { kind: 'answered', answer };
  } catch (error) {
    const { answer } = tools.render({ outputs: [text(tools.bot.texts.apology)] });
    return { kind: 'failed', answer, rule: progress.rule, error };
  }
}

/** What is known of a turn when it fails. */
interface Progress {
  rule: string | undefined;
}

async function attempt<S, A>(
  tools: TurnTools<S, A>,
  request: TurnRequest,
  deadline: Deadline,
  progress: Progress,
): Promise<A> {
  for (let attempts = 1; ; attempts++) {
    const startedAt = Date.now();
    try {
      return await tryTurn(tools, request, deadline, progress);
    } catch (error) {
      if (!(error instanceof SessionConflictError)) throw error;
      await pauseBeforeRetry(attempts, Date.now() - startedAt, deadline, error);
    }
  }
}

async function tryTurn<S, A>(
  { bot, store, render }: TurnTools<S, A>,
  request: TurnRequest,
  deadline: Deadline,
  progress: Progress,
): Promise<A> {
  const { id, mayRepeat, user } = request;
  const loaded = user.key === undefined ? EMPTY_SESSION : await store.load(user.key);
  const before = answeredBefore(loaded.room, id);
  if (before) return render(before.reply ?? { outputs: [text(bot.texts.answeredBefore)] }).answer;

  const incoming = recall(request, loaded.room);
  const turn = new DraftTurn(bot, request, incoming, deadline, loaded.state);
  const reply =
    gatewayAnswers(bot, incoming, request.tapsTellLabels, loaded.room) ??
    (await ruleAnswers(bot, turn, progress));
  const rendered = render(reply);
  const { state, changed } = turn.result();

  if (user.key !== undefined && (changed || !remembers(loaded.room, rendered))) {
    // The user has the apology by now: what they did not see answered must not have happened.
    if (deadline.remainingMs() === 0) throw new DeadlineError('the turn');
    const turns = mayRepeat ? rememberTurn(loaded.room, id, reply) : loaded.room.turns;
    await store.save(user.key, loaded, { state, room: roomAfter(rendered, turns) });
  }
  return rendered.answer;
}

/** What the gateway answers without any rule: the rest of an answer, and the wish to type where buttons hide it. */
function gatewayAnswers<S>(
  { texts }: Bot<S>,
  incoming: Incoming,
  tapsTellLabels: boolean,
  room: RoomMemory,
): LongReply | undefined {
  if (incoming.kind !== 'utterance' || Object.keys(incoming.extra).length > 0) return undefined;
  if (incoming.text === texts.more) return room.rest;
  return tapsTellLabels && incoming.text === texts.type ? { outputs: [text(texts.typeNow)] } : undefined;
}

function ruleAnswers<S>(bot: Bot<S>, turn: Turn<S>, progress: Progress): LongReply | Promise<LongReply> {
  const match = bot.match(turn);
  progress.rule = match.rule;
  const answer = turn.deadline.race(`the rule "${match.rule}"`, match.answer());
  return answer instanceof Promise ? answer.then(replyOf) : replyOf(answer);
}

/** Waits a random part of a time that doubles: of many turns that met, few then meet again. */
async function pauseBeforeRetry(
  attempt: number,
  attemptMs: number,
  deadline: Deadline,
  conflict: unknown,
): Promise<void> {
  const pauseMs = Math.random() * Math.min(LONGEST_PAUSE_MS, Math.max(1, attemptMs) * 2 ** attempt);
  if (pauseMs + attemptMs >= deadline.remainingMs()) {
    throw new DeadlineError('settling a conflict with other turns of this user', { cause: conflict });
  }
  await new Promise(resolve => setTimeout(resolve, pauseMs));
}
