import type { Deadline } from '../bot/deadline.ts';
import type { TurnRequest } from '../bot/incoming.ts';
import type { StoredState } from '../bot/stored-state.ts';
import { SessionConflictError, UnavailableError } from '../errors.ts';
import type { DeferrableTurn } from './engine.ts';
import { answeredBefore, roomIn, roomOf, withRoom } from './memory.ts';
import type { Deferral } from './rule-answer.ts';
import { leaseOf, leasesWithout, type Memory, type Session } from './session.ts';
import { lineWithout, withLine } from './waiting.ts';

/** How often taking a mark back is tried while other turns come between. */
const TAKE_BACK_TRIES = 5;

/** The words to wait that nobody was shown: the session before them, the memory after, the late replies they brought along. */
export interface Unseen {
  readonly loaded: Session;
  readonly marked: Memory;
  readonly ids: readonly string[];
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
      const leases = leasesWithout(now.leases, id);
      await store.save(key, now, { ...now, ...unadmitted(now, deferral, unseen), memory, leases });
      return false;
    } catch (error) {
      // The user gets the apology either way.
      if (!(error instanceof SessionConflictError || error instanceof UnavailableError)) return false;
    }
  }
  return false;
}

/** The state as if the turn had not been admitted; where another turn has changed it since, it stays as that has left it. */
function unadmitted({ state, version }: Session, { admitted }: Deferral, { loaded }: Unseen): StoredState {
  const isMarked = state === admitted?.state && version === admitted?.version;
  return isMarked ? { state: loaded.state, version: loaded.version } : { state, version };
}

/** The memory as if the turn had not been marked; what other turns have shown since stays. */
function unmarkedMemory(
  now: Memory,
  request: TurnRequest,
  { rule, limit }: Deferral,
  { loaded, marked, ids }: Unseen,
): Memory {
  const { id } = request;
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
      lineWithout(now, [{ id }]),
    ),
    ...(limit && begun && { begun: { ...begun, [rule]: begun[rule]?.slice(0, -1) ?? [] } }),
    turns: now.turns.filter(turn => turn.id !== id),
  };
}
