import type { Deadline } from '../bot/deadline.ts';
import type { TurnRequest } from '../bot/incoming.ts';
import type { StoredState } from '../bot/stored-state.ts';
import { SessionConflictError, UnavailableError } from '../errors.ts';
import type { DeferrableTurn, TurnCall } from './engine.ts';
import { answeredBefore, roomIn, roomOf, withRoom } from './memory.ts';
import type { Deferral } from './rule-answer.ts';
import {
  type Leases,
  leaseOf,
  leasesWithout,
  type Memory,
  type PendingTurn,
  type Session,
} from './session.ts';
import { ANSWER_WITHIN_MS, FREE_SINCE_MS, MARK_MS } from './time-budget.ts';
import { withLine } from './waiting.ts';

/** How often taking a mark back is tried while other turns come between. */
const TAKE_BACK_TRIES = 5;

/**
 * The words to wait that nobody was shown: the session before them, the memory after, the late replies they brought along,
 * and the turns that were to make place for this one.
 */
export interface Unseen {
  readonly loaded: Session;
  readonly marked: Memory;
  readonly ids: readonly string[];
  readonly gone: readonly PendingTurn[];
}

/**
 * Takes the mark of a turn back that leads to no worker; should that fail too, the turn is lost as if its worker were.
 * @returns whether the queue had taken the turn all the same, and its answer comes
 */
export async function takeBack<S, A>(
  turn: DeferrableTurn<S, A>,
  deferral: Deferral,
  unseen: Unseen,
  deadline: Deadline,
): Promise<boolean> {
  const { engine, key, request } = turn;
  const { store } = engine;
  const { id } = request;
  for (let tries = 0; tries < TAKE_BACK_TRIES; tries++) {
    try {
      const now = await store.load(key);
      const isInTime = deadline.remainingMs() > 0;
      // A turn that somebody answered has had its effect.
      if (!now.memory.line?.some(pending => pending.id === id))
        return isInTime && answeredBefore(now.memory, id) !== undefined;
      if (leaseOf(now, id) > Date.now() && isInTime) return true;
      const memory = unmarkedMemory(now.memory, request, deferral, unseen);
      const leases = { ...leasesWithout(now.leases, id), ...leasesOf(restored(unseen), unseen.loaded) };
      await store.save(key, now, { ...now, ...unadmitted(now, deferral, unseen), memory, leases });
      return false;
    } catch (error) {
      // The user gets the apology either way.
      if (!(error instanceof SessionConflictError || error instanceof UnavailableError)) return false;
    }
  }
  return false;
}

/** The lease of a mark that nobody has taken yet: it tells when the delivery that made it came. */
export const freeSince = ({ receivedAt }: Pick<TurnCall, 'receivedAt'>): number => receivedAt - FREE_SINCE_MS;

/** How soon it is looked first what became of another delivery's mark (ms); then each time after twice as long. */
const LOOK_AFTER_MS = 50;

/**
 * Whether the mark of another delivery of the turn leads to its answer, as it does where a worker has taken it, and
 * where it is still there when that delivery must be done: one whose queue refuses takes its mark back.
 * @param deadline by when nobody knows better
 */
export async function isMarkKept<S, A>(
  { engine: { store }, key, request: { id } }: DeferrableTurn<S, A>,
  marked: Session,
  deadline: Deadline,
): Promise<boolean> {
  const doneAt = leaseOf(marked, id) + FREE_SINCE_MS + ANSWER_WITHIN_MS;
  for (let pauseMs = LOOK_AFTER_MS; ; pauseMs *= 2) {
    const now = await store.load(key);
    if (answeredBefore(now.memory, id) === undefined) return false;
    const isTaken = leaseOf(now, id) !== leaseOf(marked, id);
    const leftMs = Math.min(doneAt - Date.now(), deadline.remainingMs() - MARK_MS);
    if (isTaken || !(leftMs > 0)) return true;
    await new Promise(resolve => setTimeout(resolve, Math.min(pauseMs, leftMs)));
  }
}

/** The state as if the turn had not been admitted; where another turn has changed it since, it stays as that has left it. */
function unadmitted({ state, version }: Session, { admitted }: Deferral, { loaded }: Unseen): StoredState {
  const isMarked = state === admitted?.state && version === admitted?.version;
  return isMarked ? { state: loaded.state, version: loaded.version } : { state, version };
}

/** The turns that get their places back; of one whose answer is posted, a worker may have told its user by now that it was replaced. */
const restored = ({ gone }: Unseen): readonly PendingTurn[] => gone.filter(({ isPosted }) => !isPosted);

/** The leases that these turns had: a worker that has not looked meanwhile goes on. */
function leasesOf(turns: readonly PendingTurn[], { leases }: Session): Leases {
  return Object.fromEntries(Object.entries(leases).filter(([id]) => turns.some(one => one.id === id)));
}

/** The memory as if the turn had not been marked; what other turns have shown since stays. */
function unmarkedMemory(
  now: Memory,
  request: TurnRequest,
  { rule, limit }: Deferral,
  unseen: Unseen,
): Memory {
  const { loaded, marked, ids } = unseen;
  const { id } = request;
  const back = restored(unseen);
  const room = roomOf(request);
  const known = roomIn(now, room);
  const before = roomIn(loaded.memory, room);
  const isLast = JSON.stringify(known.protocol) === JSON.stringify(roomIn(marked, room).protocol);
  // The late replies that the waiting text would have brought along were not seen, nor were its buttons.
  const late = known.late?.map(one => {
    const { shownAt: _, ...unshown } = one;
    return ids.includes(one.id) ? unshown : one;
  });
  const { protocol, rest } = isLast ? before : known;
  const { begun } = now;
  return {
    ...withLine(
      withRoom(now, room, { ...(protocol && { protocol }), ...(rest && { rest }), ...(late && { late }) }),
      (now.line ?? []).flatMap(pending => (pending.id === id ? back : [pending])),
    ),
    ...(limit && begun && { begun: { ...begun, [rule]: begun[rule]?.slice(0, -1) ?? [] } }),
    turns: now.turns
      .filter(turn => turn.id !== id)
      .map(turn =>
        back.some(one => one.id === turn.id)
          ? (loaded.memory.turns.find(one => one.id === turn.id) ?? turn)
          : turn,
      ),
  };
}
