import type { Act } from '../../tools/kakao-simulator/act.ts';
import type { Exchange } from '../../tools/kakao-simulator/exchange.ts';
import type { ProtocolName, Scene, SimulatedRoom, SimulatedUser } from '../../tools/kakao-simulator/scene.ts';
import type { Sentence } from '../../tools/language.ts';

// Between the desk and its page. All paths are under /desk/: no route of the gateway begins so.
//
//   GET    /                    the page                     GET /gallery   every component, drawn
//   GET    /desk/page.js, /desk/page.css
//   GET    /desk/feed           FeedEntry as server-sent events: first a `state`, then every remembered exchange
//   POST   /desk/acts           Act -> 202 {}, or 400 Refusal; what comes of it is told by the feed
//   PATCH  /desk/scene          ScenePatch -> 200 {}, or 400 Refusal; the new state is told by the feed
//   GET    /desk/session        the current user's session as JSON, null where there is none    DELETE forgets it
//   DELETE /desk/exchanges      a clean room; sessions stay
//   POST   /desk/photos         the bytes of a picture, by its Content-Type -> 201 { url }, where bots find it too
//   POST   /desk/checks         AnswerToCheck -> 200 { violations }, or 400 Refusal: nothing is played
//   GET    /desk/curl/<id>      the exchange's request as a curl line, text/plain
//   GET    /desk/export/talk.yaml, /desk/export/talk.test.ts    the conversation, as `kakao-gateway play` and jest run it

/** Something that the feed tells. */
export type FeedEntry =
  | { readonly kind: 'state'; readonly state: DeskState }
  | { readonly kind: 'exchange'; readonly exchange: Exchange }
  | { readonly kind: 'cleared' };

/** Everything that the page shows beside the exchanges. */
export interface DeskState {
  readonly target: {
    /** `gateway`: the bot of this run; `other`: somebody's at a URL. */
    readonly kind: 'gateway' | 'other';
    readonly protocols: readonly ProtocolName[];
    /** For the header of the room. */
    readonly name: string;
    readonly skillUrl?: string;
    /** With `<secret>`. */
    readonly appUrl?: string;
  };
  readonly scene: Scene;
  /** Whether the sessions' database answers; only the gateway's own can be put down. */
  readonly database?: 'works' | 'down';
  readonly users: readonly SimulatedUser[];
  readonly rooms: readonly SimulatedRoom[];
  /** smart-chat's, for the user and room of the scene. */
  readonly keyboard:
    | { readonly type: 'text' }
    | { readonly type: 'buttons'; readonly buttons: readonly string[] };
}

/** Changes of the scene and the world. */
export interface ScenePatch {
  readonly protocol?: ProtocolName;
  readonly caller?: Scene['caller'];
  /** A name: an existing user's, or a new one's. */
  readonly user?: string;
  /** A name: an existing room's, or a new group's. */
  readonly room?: string;
  readonly isFriend?: boolean;
  readonly isLinked?: boolean;
  readonly faults?: Partial<Scene['faults']>;
  readonly database?: 'works' | 'down';
}

/** An answer that nobody sent: which of Kakao's limits it breaks is asked. */
export interface AnswerToCheck {
  readonly protocol: ProtocolName;
  readonly room: SimulatedRoom['kind'];
  readonly answer: unknown;
}

/** Why something was not done. */
export interface Refusal {
  readonly says: Sentence;
}

/** Re-exported for the page, which imports this file alone. */
export type { Act, Exchange, ProtocolName, Scene, SimulatedRoom, SimulatedUser };
