import type { TurnRequest } from '../bot/incoming.ts';
import { ownButton } from '../bot/own-button.ts';
import { joined, type SettledReply } from '../bot/reply.ts';
import type { Protocol, ProtocolMemory, Rendered } from './protocol.ts';
import type { AnsweredTurn, LateReply, Memory } from './session.ts';
import { settle } from './settle.ts';
import { REMEMBER_TURN_MS } from './time-budget.ts';

/** How many turns of that time are remembered: more than anybody says in a minute. */
const REMEMBER_TURNS = 100;

/** How many late replies wait for their user: the session stays small, and nobody collects more. */
const MOST_LATE_REPLIES = 10;

/** The turn as it is meant, by what its protocol remembers. */
export function recalled(
  protocol: Protocol<unknown, unknown>,
  request: TurnRequest,
  { protocol: kept }: Memory,
): TurnRequest {
  if (kept === undefined || !isOf(protocol, kept)) return request;
  return protocol.recall?.(request, kept) ?? request;
}

function isOf({ name }: Protocol<unknown, unknown>, kept: ProtocolMemory): boolean {
  return kept.name === undefined || kept.name === name;
}

/** The same turn when it was delivered before, if that is not too long ago. */
export function answeredBefore({ turns }: Memory, id: string): AnsweredTurn | undefined {
  const turn = turns.find(known => known.id === id);
  return turn !== undefined && turn.at > Date.now() - REMEMBER_TURN_MS ? turn : undefined;
}

/** The remembered turns with one more, or with one answered anew. */
export function rememberTurn(
  memory: Memory,
  id: string,
  answer: { readonly reply: SettledReply } | { readonly waiting: string },
): readonly AnsweredTurn[] {
  const now = Date.now();
  const others = memory.turns.filter(known => known.at > now - REMEMBER_TURN_MS && known.id !== id);
  if (others.length >= REMEMBER_TURNS) others.splice(0, others.length - REMEMBER_TURNS + 1);
  others.push({ id, at: now, ...answer });
  return others;
}

/** The late replies of a user, and those still to come. */
export interface Waiting {
  /** The late replies that are there, in the order they were asked for. */
  readonly ready: readonly SettledReply[];
  /** The late turns still worked on. */
  readonly pending: readonly LateReply[];
  /** Whether a late turn was lost with whoever worked on it. */
  readonly lost: boolean;
}

const NOTHING: Waiting = { ready: [], pending: [], lost: false };

/** The late replies that are still worth telling. */
export function waitingIn({ late = [] }: Memory): Waiting {
  if (late.length === 0) return NOTHING;
  const now = Date.now();
  const alive = late.filter(({ expiresAt }) => expiresAt > now);
  return {
    ready: alive.flatMap(({ reply }) => (reply === undefined ? [] : [settle(reply).reply])),
    pending: alive.filter(({ reply }) => reply === undefined),
    lost: late.some(({ reply, expiresAt }) => reply === undefined && expiresAt <= now),
  };
}

/** The late replies that are there come first; while others are worked on, the button to collect them stays. */
export function withLateReplies(
  { ready, pending }: Waiting,
  said: SettledReply,
  collect: string,
): SettledReply {
  if (ready.length === 0 && pending.length === 0) return said;
  const quickReplies = said.quickReplies ?? ready.at(-1)?.quickReplies ?? [];
  return {
    ...joined([...ready, said]),
    quickReplies: pending.length === 0 ? quickReplies : [ownButton('collect', collect), ...quickReplies],
  };
}

/** The late replies with one more, or with one that is there now; without those that are worth nothing any more. */
export function withLateReply({ late = [] }: Memory, one: LateReply): readonly LateReply[] {
  const now = Date.now();
  const alive = late.filter(({ id, expiresAt }) => expiresAt > now || id === one.id);
  const at = alive.findIndex(({ id }) => id === one.id);
  return (at < 0 ? [...alive, one] : alive.with(at, one)).slice(-MOST_LATE_REPLIES);
}

/** Whether all is remembered already that must be after showing this. */
export function remembers(
  protocol: Protocol<unknown, unknown>,
  memory: Memory,
  { memory: value, rest }: Rendered<unknown>,
  { pending }: Waiting,
): boolean {
  if (pending.length !== (memory.late?.length ?? 0)) return false;
  const { protocol: kept } = memory;
  if ((value === undefined) !== (kept === undefined)) return false;
  if (kept !== undefined && !(isOf(protocol, kept) && protocol.isFresh?.(kept) !== false)) return false;
  return isSame(kept?.value, value) && isSame(memory.rest, rest);
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** The memory after showing this. */
export function memoryAfter(
  { name }: Protocol<unknown, unknown>,
  { memory: value, rest }: Rendered<unknown>,
  late: readonly LateReply[],
  turns: readonly AnsweredTurn[],
): Memory {
  // Spreading a member only where it is known costs an object each: this runs in every turn that is saved.
  const memory: { -readonly [Name in keyof Memory]: Memory[Name] } = { turns };
  if (value !== undefined) memory.protocol = { name, at: Date.now(), value };
  if (rest !== undefined) memory.rest = rest;
  if (late.length > 0) memory.late = late;
  return memory;
}

/** The memory with other late replies; the rest of it stays. */
export function withLate({ late: _, ...memory }: Memory, late: Memory['late']): Memory {
  return late?.length ? { ...memory, late } : memory;
}
