import type { Deadline } from '../bot/deadline.ts';
import { normalizedText } from '../bot/incoming.ts';
import { Params } from '../bot/params.ts';
import { askPlugin } from '../bot/plugins.ts';
import type { User } from '../bot/user.ts';
import type { Validation, ValidationRequest, Verdict } from '../bot/validation.ts';
import { GatewayError } from '../errors.ts';
import { isObject } from '../json-reader.ts';
import type { BotRuntime } from './engine.ts';
import { EMPTY_SESSION, type SessionStore } from './session.ts';

/** A bot that judges values: sessions are asked for when a rule asks for one, and not before. */
export type JudgingBot<S> = BotRuntime<S, Pick<SessionStore, 'load'>>;

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
  judging: JudgingBot<S>,
  { parameter: named, value, isFillingSlots, text, user, tester }: ValidationRequest,
  deadline: Deadline,
): Promise<ValidationOutcome> {
  const { plugins } = judging;
  const all = [...judging.bot.validators];
  if (named === undefined && all.length !== 1) return { kind: 'no-parameter' };
  const found = all.find(([name]) => named === undefined || normalizedText(name) === normalizedText(named));
  if (found === undefined) return { kind: 'no-rule' };

  const [parameter, validator] = found;
  const params = new Params({ [parameter]: value });
  const origin = params.origin(parameter);
  let session: Promise<S> | undefined;
  const validation: Validation<S> = {
    parameter,
    origin,
    text,
    user,
    channel: user.channelKind,
    tester,
    isFillingSlots,
    deadline,
    session: () => {
      session ??= loadSession(judging, user);
      return session;
    },
    askProfile: () =>
      askPlugin(params.profile(parameter), plugins, (them, otp) => them.profile(otp, deadline)),
    askLocation: () =>
      askPlugin(params.location(parameter), plugins, (them, otp) => them.location(otp, deadline)),
  };
  const rule = `validates ${parameter}`;
  try {
    const verdict = await deadline.race(
      `the rule "${rule}"`,
      validator(params.text(parameter) ?? origin ?? '', validation),
    );
    requireVerdict(verdict);
    return { kind: 'judged', verdict };
  } catch (error) {
    return { kind: 'failed', rule, error };
  }
}

async function loadSession<S>({ bot, store }: JudgingBot<S>, { key }: User): Promise<S> {
  return bot.stateOf(key === undefined || !bot.hasSession ? EMPTY_SESSION : await store.load(key));
}

/** @throws GatewayError when a rule answers something else, as one does that forgot to return */
function requireVerdict(verdict: unknown): void {
  if (isObject(verdict) && ['valid', 'invalid', 'ignored'].includes(String(verdict.kind))) return;
  throw new GatewayError(
    `a validation must answer valid(), invalid() or ignored, not ${typeof verdict}: does it return?`,
  );
}
