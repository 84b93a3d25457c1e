import type { Bot } from './bot.ts';
import type { Deadline } from './deadline.ts';
import { GatewayError } from './errors.ts';
import { spokenText, type Tester } from './incoming.ts';
import { isObject } from './json-reader.ts';
import { type Param, Params } from './params.ts';
import { ask, type LocationAnswer, type Plugins, type ProfileAnswer } from './plugins.ts';
import { EMPTY_SESSION, type SessionStore } from './session.ts';
import type { ChannelKind, User } from './user.ts';

/**
 * Milliseconds from API Gateway's receipt to a verdict. Kakao documents no allowance, and asks the user again where
 * a cold start of a second was too long for it.
 */
export const VALIDATE_WITHIN_MS = 2_000;

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

/** What a validation needs around it. */
export interface ValidationTools<S> {
  readonly bot: Bot<S>;
  /** Asked when a rule asks for the session, and not before. */
  readonly store: Pick<SessionStore, 'load'>;
  /** Absent where no plugin can be asked. */
  readonly plugins?: Plugins | undefined;
}

/** How a validation ended: whatever is no verdict is to be ignored by Kakao, so that the user gets on. */
export type ValidationOutcome =
  | { readonly kind: 'judged'; readonly verdict: Verdict }
  | { readonly kind: 'failed'; readonly rule: string; readonly error: unknown }
  /** No rule validates this parameter. */
  | { readonly kind: 'no-rule' }
  /** The URL names no parameter, and there is more than one rule, or none. */
  | { readonly kind: 'no-parameter' };

/** Has the parameter's rule judge a value, or the only rule where the URL names no parameter; never throws. */
export async function judgeValue<S>(
  tools: ValidationTools<S>,
  { parameter: named, value, isFillingSlots, text, user, tester }: ValueRequest,
  deadline: Deadline,
): Promise<ValidationOutcome> {
  const { plugins } = tools;
  const all = [...tools.bot.validators];
  if (named === undefined && all.length !== 1) return { kind: 'no-parameter' };
  const found = all.find(([name]) => named === undefined || spokenText(name) === spokenText(named));
  if (found === undefined) return { kind: 'no-rule' };

  const [parameter, validator] = found;
  const params = new Params({ [parameter]: value });
  const origin = params.origin(parameter);
  let session: Promise<S> | undefined;
  const asked: Asked<S> = {
    parameter,
    origin,
    text,
    user,
    channel: user.channelKind,
    tester,
    isFillingSlots,
    deadline,
    session: () => {
      session ??= loadSession(tools, user);
      return session;
    },
    askProfile: () => ask(params.profile(parameter), plugins, (them, otp) => them.profile(otp, deadline)),
    askLocation: () => ask(params.location(parameter), plugins, (them, otp) => them.location(otp, deadline)),
  };
  const rule = `validates ${parameter}`;
  try {
    const verdict = await deadline.race(
      `the rule "${rule}"`,
      validator(params.text(parameter) ?? origin ?? '', asked),
    );
    requireVerdict(verdict);
    return { kind: 'judged', verdict };
  } catch (error) {
    return { kind: 'failed', rule, error };
  }
}

async function loadSession<S>({ bot, store }: ValidationTools<S>, { key }: User): Promise<S> {
  return bot.stateOf(key === undefined ? EMPTY_SESSION : await store.load(key));
}

/** @throws GatewayError when a rule answers something else, as one does that forgot to return */
function requireVerdict(verdict: unknown): void {
  if (isObject(verdict) && ['valid', 'invalid', 'ignored'].includes(String(verdict.kind))) return;
  throw new GatewayError(
    `a validation must answer valid(), invalid() or ignored, not ${typeof verdict}: does it return?`,
  );
}
