import type { Act } from './act.ts';
import type { Exchange } from './exchange.ts';
import type { ProtocolName, Scene } from './scene.ts';

/** The bot that Kakao calls: ours or anybody's. */
export interface Target {
  /**
   * Open Builder's skill URL, and the headers that its skill sends along; their values are secret. `<block>` in the URL is
   * replaced by the name of the block that is called, for a bot that has a URL for each.
   */
  readonly skill?: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  /** smart-chat's app URL. */
  readonly appUrl?: string;
  /** The part of the app URL that is secret: never shown. */
  readonly secret?: string;
  /** The parameter validation API; `<parameter>` in it is replaced by the parameter's name. */
  readonly validationUrl?: string;
}

/** Settings of a simulator. */
export interface SimulatorOptions {
  readonly target: Target;
  /** Told of every exchange, each time that something of it changes. */
  readonly onExchange?: (exchange: Exchange) => void;
  /** How long a bot has for an answer. Default: Kakao's five seconds. */
  readonly answerWithinMs?: number;
  /** How long a callback URL is valid. Default: Kakao's minute; five in a group room. */
  readonly callbackValidMs?: number;
  /** Whether requests bring a callback URL, as those of a block with a callback do. Default: true. */
  readonly hasCallbacks?: boolean;
  /** The port of its origin. Default: any free one. */
  readonly port?: number;
}

/** Kakao, played through HTTP on this machine. */
export interface KakaoSimulator {
  /** `http://127.0.0.1:<port>`: where callbacks and plugins are; a bot must be allowed to call it. */
  readonly origin: string;
  readonly protocols: readonly ProtocolName[];
  /** Every exchange that is remembered: the last 200, in the order of their requests. */
  readonly exchanges: readonly Exchange[];
  /**
   * Plays an act. Resolves when Kakao has done with the bot's first answer; a callback comes later, by `onExchange`.
   * @throws RefusedActError when the act does not exist in this protocol, or taps what is not there
   */
  act(act: Act, scene: Scene): Promise<Exchange>;
  /** Resolves with an exchange when its callback was taken, or can't be any more. */
  settled(exchange: Exchange): Promise<Exchange>;
  /** smart-chat's keyboard as this user sees it: the one of the last answer, or home's when that is over 10 minutes ago. */
  keyboardOf(
    scene: Scene,
  ): { readonly type: 'text' } | { readonly type: 'buttons'; readonly buttons: readonly string[] };
  /** Forgets exchanges, contexts and keyboards. */
  clear(): void;
  stop(): Promise<void>;
}
