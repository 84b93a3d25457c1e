import type { Act } from '../kakao-simulator/act.ts';
import type { DropReason, Fate } from '../kakao-simulator/exchange.ts';
import type { Caller, ProtocolName, SimulatedRoom } from '../kakao-simulator/scene.ts';

/** A scripted conversation, as its author wrote it. */
export interface Talk {
  readonly name: string;
  readonly place: Place;
  /** Those that it is played in, one after the other; absent where the author leaves that to the bot. */
  readonly protocols?: readonly ProtocolName[];
  readonly caller: Caller;
  readonly room: SimulatedRoom['kind'];
  /** Whether Open Builder's requests bring a callback URL. */
  readonly hasCallbacks: boolean;
  /** The first of them acts, unless a step names another. */
  readonly users: readonly TalkUser[];
  readonly steps: readonly Step[];
}

/** A person of a talk. */
export interface TalkUser {
  readonly name: string;
  /** `plusfriendUserKey` and smart-chat's `user_key`; made anew for each run, unless given. */
  readonly key?: string;
  readonly isFriend: boolean;
  /** Whether the account is connected to the bot's app. */
  readonly isLinked: boolean;
}

/** One line of a talk: what is done, by whom, and what must come of it. */
export interface Step {
  readonly place: Place;
  /** The step in a few words, as the script has it. */
  readonly told: string;
  readonly deed: Deed;
  /** The user's name. */
  readonly as?: string;
  /** The one protocol that it is played in. */
  readonly protocol?: ProtocolName;
  /** How long it is done again and again until what it expects comes. */
  readonly retriesMs?: number;
  readonly expects?: Expectations;
}

/** A deed of a step. */
export type Deed =
  | { readonly kind: 'acts'; readonly act: Act }
  | ({ readonly kind: 'taps' } & TappedLabel)
  | { readonly kind: 'waits'; readonly ms: number }
  | ({ readonly kind: 'switches' } & Switch)
  | { readonly kind: 'clears' };

/** A label of an answer that was shown. */
export interface TappedLabel {
  readonly label: string;
  /** The card that it stands on, from 1; needed where the label stands twice. */
  readonly card?: number;
  /** How many answers ago it was shown. */
  readonly back: number;
}

/** Members of the scene that are others from here on. */
export interface Switch {
  readonly protocol?: ProtocolName;
  readonly caller?: Caller;
  readonly room?: SimulatedRoom['kind'];
  /** Of the user, by name. */
  readonly user?: string;
  /** Of who acts from here on. */
  readonly isFriend?: boolean;
  readonly isLinked?: boolean;
}

/** Demands on an answer; all of them must hold. */
export interface Expectations {
  /** Texts that are shown. */
  readonly words: readonly string[];
  /** Texts that are not shown. */
  readonly not: readonly string[];
  /** Labels that are shown, in any order. */
  readonly buttons: readonly string[];
  /** smart-chat's keyboard, whole. */
  readonly keyboard?: 'text' | readonly string[];
  /** The kinds of the bubbles, in order. */
  readonly outputs?: readonly string[];
  readonly json: readonly JsonExpectation[];
  readonly fate?: ExpectedFate;
  readonly withinMs?: number;
  /** Ids of limits that are broken, whole. */
  readonly violations?: readonly string[];
}

/** A demand on a value of the answer's JSON. */
export interface JsonExpectation {
  /** Such as `template.outputs[0].simpleText.text`; an index below 0 counts from the end. */
  readonly path: string;
  readonly steps: readonly (string | number)[];
  readonly matcher: Matcher;
}

/** How a value is judged. */
export type Matcher =
  | { readonly kind: 'equals'; readonly value: unknown }
  | { readonly kind: 'contains'; readonly value: unknown }
  | { readonly kind: 'matches'; readonly pattern: RegExp }
  | { readonly kind: 'exists'; readonly isThere: boolean };

/** Kakao's doing with an answer, as it is demanded. */
export interface ExpectedFate {
  readonly kind: Fate['kind'];
  /** Of a drop, or a judgement's status. */
  readonly reason?: DropReason | (string & {});
}

/** A place in a script. */
export interface Place {
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

/** A place as terminals and editors make a link of it. */
export const placed = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;
