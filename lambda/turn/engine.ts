import type { Bot } from '../bot/bot.ts';
import type { TurnRequest } from '../bot/incoming.ts';
import type { Plugins } from '../bot/plugins.ts';
import type { UserKey } from '../bot/user.ts';
import type { Counters } from './counters.ts';
import type { DeferTurn, TurnTrail } from './deferred-turn.ts';
import type { DraftStore } from './drafts.ts';
import type { Protocol } from './protocol.ts';
import type { Rooms } from './rooms.ts';
import type { SessionStore } from './session.ts';

/** A bot and what it runs on. */
export interface BotRuntime<S, Store = SessionStore> {
  readonly bot: Bot<S>;
  readonly store: Store;
  /** Absent where no plugin can be asked: then every question says that there is no key. */
  readonly plugins?: Plugins | undefined;
  /** Absent where no rule has room sessions. */
  readonly rooms?: Rooms | undefined;
  /** Absent where no rule counts what all users of the bot share. */
  readonly counters?: Counters | undefined;
  /** Absent where no rule's answer grows: one that does is then not kept before it is whole. */
  readonly drafts?: DraftStore | undefined;
}

/** A bot that takes the turns of one protocol. */
export interface TurnEngine<S, A> extends BotRuntime<S> {
  readonly protocol: Protocol<A, unknown>;
  /** Absent where no worker takes late turns: then a rule that overruns costs the user an apology. */
  readonly defer?: DeferTurn | undefined;
}

/** A turn as it came. */
export interface TurnCall {
  readonly request: TurnRequest;
  /** Where the protocol may post its answer late. */
  readonly address?: unknown;
  /** Epoch ms at which Kakao's clock started. */
  readonly receivedAt: number;
  /** The way an operator finds the turn again when a worker has it. */
  readonly trail?: () => TurnTrail;
}

/** A turn that a worker may take. */
export interface DeferrableTurn<S, A> extends TurnCall {
  readonly engine: TurnEngine<S, A>;
  readonly key: UserKey;
  readonly defer: DeferTurn;
}
