import type { GatewaySecret } from '../aws/gateway-secret.ts';
import type { TurnRequest } from '../bot/incoming.ts';
import type { Notice } from '../bot/notice.ts';
import type { DeferredTurn } from '../turn/deferred-turn.ts';
import type { Outcome } from '../turn/outcome.ts';

/**
 * The event bus of a deployment, told what users do: docs/event-bus.md. A telling never throws, and ends in time: what
 * the bus has not taken by then is given up, and counted.
 */
export interface EventBus {
  /** Opens the way to it, until the signal aborts: a turn then finds the connection open, and what it runs compiled. */
  connect(signal: AbortSignal): Promise<unknown>;
  /** Tells how a turn ended, and that its user came with it. A turn that was told of before is not told again. */
  turn(ended: EndedTurn): Promise<void>;
  /** Tells how a late turn ended. */
  lateTurn(ended: EndedLateTurn): Promise<void>;
  /** Tells what Kakao told without expecting an answer. */
  notice(taken: TakenNotice): Promise<void>;
}

/** Names a user or a room for whoever must not know them, as the log does. */
export type PseudonymOf = GatewaySecret['pseudonymOf'];

/** A turn that Kakao waits for, and what became of it. */
export interface EndedTurn {
  readonly protocol: string;
  readonly request: TurnRequest;
  readonly outcome: Outcome<unknown>;
  /** Whether a late answer has an address where it may be posted. */
  readonly hasAddress: boolean;
  /** Epoch ms. */
  readonly receivedAt: number;
  readonly pseudonymOf: PseudonymOf;
}

/** A late turn, and what became of it. */
export interface EndedLateTurn {
  readonly turn: DeferredTurn;
  readonly rule: string | undefined;
  /** The way of its answer; undefined where that is the apology, or reaches nobody. */
  readonly delivery: 'callback' | 'collect' | undefined;
  /** Epoch ms at which its worker ends. */
  readonly endsAt: number;
}

/** A notice that was taken. */
export interface TakenNotice {
  readonly protocol: string;
  readonly notice: Notice;
  readonly pseudonymOf: PseudonymOf;
}
