import type { GatewaySecret } from '../aws/gateway-secret.ts';
import type { LogEntry } from '../aws/log.ts';
import type { AliasedTurn } from '../turn/aliases.ts';
import type { DeferTurn } from '../turn/deferred-turn.ts';
import type { BotRuntime } from '../turn/engine.ts';
import type { Deliverer } from '../turn/protocol.ts';
import type { SessionStore } from '../turn/session.ts';
import type { EventBus } from './event-bus.ts';

/** A bot behind Kakao's HTTP calls. */
export interface Gateway<S, Store = SessionStore> extends BotRuntime<S, Store> {
  readonly secret: GatewaySecret;
  readonly log: Log;
  /** Absent where nobody else is told what users do. */
  readonly bus?: EventBus | undefined;
}

/** A gateway that takes turns. */
export interface TurnGateway<S> extends Gateway<S> {
  /** Absent where no worker takes late turns. */
  readonly defer?: DeferTurn;
  /** Where late answers may be delivered: origins, `https://host` each. Absent for nowhere. */
  readonly callbackOrigins?: readonly string[];
  /** The store as one turn sees it that keeps its user's alias; absent where no webhook asks for one. */
  readonly aliased?: ((store: SessionStore, turn: AliasedTurn) => SessionStore) | undefined;
}

/** A bot behind the late queue. */
export interface Worker<S> extends BotRuntime<S> {
  readonly log: Log;
  /** Absent where nobody else is told what users do. */
  readonly bus?: EventBus | undefined;
  /** The way of a turn that waited for another, once that is answered. Absent where it waits for its second record. */
  readonly defer?: DeferTurn;
  /** The protocols that deliver late answers, by their names. */
  readonly deliverers: readonly Deliverer[];
  /** Where they may: origins, `https://host` each. */
  readonly callbackOrigins: readonly string[];
}

/** Writes a line of the log. */
export type Log = (entry: LogEntry) => void;
