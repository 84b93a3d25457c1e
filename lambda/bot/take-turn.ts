import type { Bot, Turn } from './bot.ts';
import type { Deadline } from './deadline.ts';
import { DraftTurn } from './draft-turn.ts';
import { DeadlineError, SessionConflictError } from './errors.ts';
import type { Incoming, TurnRequest } from './incoming.ts';
import { type Reply, replyOf, text } from './reply.ts';
import {
  type AnsweredTurn,
  EMPTY_SESSION,
  type Label,
  type RoomMemory,
  type SessionStore,
} from './session.ts';

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
  readonly rest?: Reply;
}

/** What a turn needs around it. */
export interface TurnTools<S, A> {
  readonly bot: Bot<S>;
  readonly store: SessionStore;
  /** Total and pure: the same reply gives the same answer. */
  readonly render: (reply: Reply) => Rendered<A>;
}

/** How long a repeated delivery of a turn is recognised: far longer than any client of a 5 s protocol retries. */
const REMEMBER_TURN_MS = 60_000;

/** How many turns of that time are remembered: the item stays small, and nobody speaks faster. */
const REMEMBER_TURNS = 10;

/** The longest pause before a conflicting turn tries again; ours is one of many at a session, they are short. */
const LONGEST_PAUSE_MS = 400;

/**
 * Answers one turn as a transaction: the session and the reply are saved together, once, or not at all.
 * Turns of one user that meet are serial in effect: who loses runs again on the fresh session.
 * Never throws: whatever fails becomes the apology.
 */
export async function takeTurn<S, A>(
  tools: TurnTools<S, A>,
  request: TurnRequest,
  deadline: Deadline,
): Promise<Outcome<A>> {
  const progress: Progress = { rule: undefined };
  try {
    for (let attempt = 1; ; attempt++) {
      const startedAt = Date.now();
      try {
        return { kind: 'answered', answer: await tryTurn(tools, request, deadline, progress) };
      } catch (error) {
        if (!(error instanceof SessionConflictError)) throw error;
        await pauseBeforeRetry(attempt, Date.now() - startedAt, deadline, error);
      }
    }
  } catch (error) {
    const { answer } = tools.render({ outputs: [text(tools.bot.texts.apology)] });
    return { kind: 'failed', answer, rule: progress.rule, error };
  }
}

interface Progress {
  rule: string | undefined;
}

async function tryTurn<S, A>(
  { bot, store, render }: TurnTools<S, A>,
  request: TurnRequest,
  deadline: Deadline,
  progress: Progress,
): Promise<A> {
  const { key } = request.user;
  const loaded = key === undefined ? EMPTY_SESSION : await store.load(key);
  const seen = loaded.room.turns.find(turn => turn.id === request.id);
  if (seen) return render(seen.reply).answer;

  const incoming = recall(request.incoming, loaded.room);
  const turn = new DraftTurn(bot, request, incoming, deadline, loaded.state);
  const reply = restAskedFor(bot, incoming, loaded.room) ?? (await ruleAnswers(bot, turn, progress));
  const rendered = render(reply);
  const { state, changed } = turn.result();

  if (key !== undefined && (changed || !remembers(loaded.room, rendered))) {
    const turns = [...recent(loaded.room.turns), { id: request.id, reply, at: Date.now() }];
    await store.save(key, loaded, { state, room: roomAfter(rendered, turns) });
  }
  return rendered.answer;
}

async function ruleAnswers<S>(bot: Bot<S>, turn: Turn<S>, progress: Progress): Promise<Reply> {
  const match = bot.match(turn);
  progress.rule = match.rule;
  return replyOf(await turn.deadline.race(`the rule "${match.rule}"`, match.answer()));
}

/** A button's label stands for what the button said, where the room remembers more than the label. */
function recall(incoming: Incoming, room: RoomMemory): Incoming {
  if (incoming.kind !== 'utterance' || room.labels.length === 0) return incoming;
  const label = room.labels.find(known => known.label === incoming.text);
  if (label === undefined) return incoming;
  return {
    kind: 'utterance',
    text: label.text,
    extra: label.extra ?? {},
    ...(label.blockId !== undefined && { block: { id: label.blockId, name: '' } }),
  };
}

function restAskedFor<S>(bot: Bot<S>, incoming: Incoming, room: RoomMemory): Reply | undefined {
  return incoming.kind === 'utterance' && incoming.text === bot.texts.more ? room.rest : undefined;
}

function remembers(room: RoomMemory, { labels, rest }: Rendered<unknown>): boolean {
  if (labels.length === 0 && room.labels.length === 0 && rest === undefined && room.rest === undefined)
    return true;
  return JSON.stringify([room.labels, room.rest]) === JSON.stringify([labels, rest]);
}

function roomAfter({ labels, rest }: Rendered<unknown>, turns: readonly AnsweredTurn[]): RoomMemory {
  return rest === undefined ? { labels, turns } : { labels, rest, turns };
}

function recent(turns: readonly AnsweredTurn[]): readonly AnsweredTurn[] {
  const since = Date.now() - REMEMBER_TURN_MS;
  return turns.filter(turn => turn.at > since).slice(1 - REMEMBER_TURNS);
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
