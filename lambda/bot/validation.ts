import type { Deadline } from './deadline.ts';
import type { Tester } from './incoming.ts';
import type { Param } from './params.ts';
import type { LocationAnswer, ProfileAnswer } from './plugins.ts';
import type { ChannelKind, User } from './user.ts';

/** What a validation says of a value; made by {@link valid}, {@link invalid} or {@link ignored}. */
export type Verdict =
  | { readonly kind: 'valid'; readonly value?: string }
  | { readonly kind: 'invalid'; readonly message: string }
  | { readonly kind: 'ignored' };

/** The value is right, or becomes so: `value` takes its place in the parameter. */
export const valid = (value?: string): Verdict =>
  value === undefined ? { kind: 'valid' } : { kind: 'valid', value };

/** The value is wrong: Kakao shows the message, at most 1,000 characters, and asks again. */
export const invalid = (message: string): Verdict => ({ kind: 'invalid', message });

/** The bot has no opinion: Kakao goes on as if there were no validation. */
export const ignored: Verdict = { kind: 'ignored' };

/** A value that is to be judged, as the protocol's parser understood it. */
export interface ValueRequest {
  /** The parameter's name, from the URL; Kakao's request has none. */
  readonly parameter: string | undefined;
  readonly value: Param;
  readonly user: User;
  readonly tester?: Tester;
  readonly text: string;
  readonly isFillingSlots: boolean;
}

/** What comes with a value that is to be judged. */
export interface Asked<S> {
  /** The parameter's name, as the rule was declared with. */
  readonly parameter: string;
  /** What the user said for it; a plugin's is the URL of its one-time password. */
  readonly origin: string | undefined;
  /** The whole utterance, composed (NFC) and without white space around it. */
  readonly text: string;
  readonly user: User;
  /** Which 카카오톡 채널 it came through. */
  readonly channel: ChannelKind;
  /** The test of the 챗봇 관리자센터 that it came from; absent for users. */
  readonly tester?: Tester | undefined;
  /** Whether Kakao asked the user for it, rather than finding it in an utterance. */
  readonly isFillingSlots: boolean;
  readonly deadline: Deadline;
  /** A copy of the user's session, loaded when it is first asked for; changes to it are not saved. @throws what the store throws */
  session(): Promise<S>;
  /** As {@link Turn.askProfile}, for this parameter. */
  askProfile(): Promise<ProfileAnswer>;
  /** As {@link Turn.askLocation}, for this parameter. */
  askLocation(): Promise<LocationAnswer>;
}

/** Judges a value: its resolved text, or what the user said where nothing was resolved; may be empty. */
export type Validator<S> = (value: string, asked: Asked<S>) => Verdict | Promise<Verdict>;
