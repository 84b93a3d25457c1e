import type { TurnRequest } from '../bot/incoming.ts';
import type { UserKey } from '../bot/user.ts';

/** The way of a late reply to its user: posted once by its protocol, or collected when the user next says something. */
export interface LateDelivery {
  /** The protocol's name. */
  readonly protocol: string;
  /** Plain JSON that only the protocol reads; absent where the reply is to be collected. */
  readonly address?: unknown;
}

/** A turn that a worker will take: plain JSON, as it lies in the queue. */
export interface DeferredTurn {
  readonly key: UserKey;
  /** As it was meant: a tapped label stands for what its button said. */
  readonly request: TurnRequest;
  readonly delivery: LateDelivery;
  /** The name of the rule that was chosen; a release that has none of that name chooses anew. */
  readonly rule?: string;
  /** Whether this is the second record of the turn, which comes later, in case the worker of the first one died. */
  readonly isSecond?: true;
  /** Whether a second record is the turn's third one: the last in the time of its callback. */
  readonly isLast?: true;
  /** Whether the answer of its rule grows: then it may go on when what there was had to be posted. */
  readonly grows?: true;
  /** Epoch ms at which Kakao's clock started. */
  readonly receivedAt: number;
  /** Epoch ms at which the user was told to wait. */
  readonly deferredAt: number;
  /** How long the reply may wait to be collected (ms). */
  readonly worthMs: number;
  /** Says nothing to the bot. */
  readonly trail?: TurnTrail;
}

/** How an operator finds what became of a request; holds nothing of what the user said, and no key of theirs. */
export interface TurnTrail {
  /** The id of the request that deferred it. */
  readonly deferredBy?: string | undefined;
  /** Kakao's own id of the request. */
  readonly kakaoRequestId?: string | undefined;
  /** The id that Kakao's support asks for. */
  readonly footprint?: string | undefined;
  /** Equal for what one user does, until the gateway's secret is rotated. */
  readonly user?: string | undefined;
  /** The same of its group room; absent where no event bus is told of it. */
  readonly group?: string | undefined;
  /** The key of word hashes, which no line tells: a worker does not know the gateway's secret. */
  readonly wordsKey?: string | undefined;
}

/** A record of a late turn for the queue. */
export interface LateRecord {
  readonly turn: DeferredTurn;
  /** 0 to 900. */
  readonly delaySeconds: number;
}

/** Hands the records of a late turn to the queue; resolves only when it is certain that a worker will take the turn. */
export type DeferTurn = (records: readonly LateRecord[]) => Promise<void>;
