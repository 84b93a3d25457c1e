import type { Deadline } from './deadline.ts';
import type { Tester } from './incoming.ts';
import type { Param } from './params.ts';
import type { LocationResult, ProfileResult } from './plugins.ts';
import type { ChannelKind, User } from './user.ts';

/** A validation's judgement of a value; made by {@link valid}, {@link invalid} or {@link ignored}. */
export type Verdict =
  | { readonly kind: 'valid'; readonly value?: string }
  | { readonly kind: 'invalid'; readonly message: string }
  | { readonly kind: 'ignored' };

/** The verdict that the value is right, or becomes so: `value` takes its place in the parameter. */
export const valid = (value?: string): Verdict =>
  value === undefined ? { kind: 'valid' } : { kind: 'valid', value };

/** The verdict that the value is wrong: Kakao shows the message, at most 1,000 characters, and asks again. */
export const invalid = (message: string): Verdict => ({ kind: 'invalid', message });

/** The verdict of no opinion: Kakao goes on as if there were no validation. */
export const ignored: Verdict = { kind: 'ignored' };

/** Kakao's request to judge a value, as the protocol's parser understood it. */
export interface ValidationRequest {
  /** The parameter's name, from the URL; Kakao's request has none. */
  readonly parameter: string | undefined;
  readonly value: Param;
  readonly user: User;
  readonly tester?: Tester;
  readonly text: string;
  readonly isFillingSlots: boolean;
}

/** One validation as its rule sees it: all that comes with the value to be judged. */
export interface Validation<S> {
  /** The parameter's name, as the rule was declared with. */
  readonly parameter: string;
  /** The user's own words for it; a plugin's is the URL of its one-time password. */
  readonly origin: string | undefined;
  /** The whole utterance, composed (NFC) and without white space around it. */
  readonly text: string;
  /** The person who said it, with the ids that Kakao gave. */
  readonly user: User;
  /** Which 카카오톡 채널 it came through. */
  readonly channel: ChannelKind;
  /** The test of the 챗봇 관리자센터 that it came from; absent for users. */
  readonly tester?: Tester | undefined;
  /** Whether Kakao asked the user for it, rather than finding it in an utterance. */
  readonly isFillingSlots: boolean;
  /** The time that is left for the verdict: 2 s from API Gateway's receipt. */
  readonly deadline: Deadline;
  /** A copy of the user's session, loaded when it is first asked for; changes to it are not saved. @throws what the store throws */
  session(): Promise<S>;
  /** As {@link Turn.askProfile}, for this parameter. */
  askProfile(): Promise<ProfileResult>;
  /** As {@link Turn.askLocation}, for this parameter. */
  askLocation(): Promise<LocationResult>;
}

/**
 * Judges a value: its resolved text, or the user's own words where nothing was resolved; may be empty.
 * When it throws, the log is told why, and Kakao goes on as if there were no validation.
 */
export type Validator<S> = (value: string, validation: Validation<S>) => Verdict | Promise<Verdict>;
