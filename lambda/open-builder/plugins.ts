import { type Deadline, deadlineAt } from '../bot/deadline.ts';
import { numberOf, type Otp } from '../bot/params.ts';
import type {
  LocationResult,
  PluginFailure,
  PluginFailureReason,
  Plugins,
  Profile,
  ProfileResult,
} from '../bot/plugins.ts';
import { DeadlineError } from '../errors.ts';
import { firstId, firstText, isObject, type JsonObject, memberOf, objectOrEmpty } from '../json-reader.ts';
import { PLUGIN_TIMEOUT_MS } from '../turn/time-budget.ts';
import { answerText } from './answer-text.ts';

/** Where Kakao's one-time passwords lead: the second is the older one. */
export const KAKAO_PLUGIN_ORIGINS = [
  'https://talk-plugin-capi.kakao.com',
  'https://talk-plugin.kakao.com',
] as const;

/** Settings of {@link kakaoPlugins}. */
export interface PluginOptions {
  /** To allow, `https://host` each. */
  readonly origins: readonly string[];
  /** The app's REST API key; undefined where the gateway has none. Asked for when a plugin is. */
  readonly restApiKey: () => Promise<string | undefined>;
  /** Told of whatever an operator may have to look after: never holds a URL. */
  readonly onFailure: (reason: PluginFailureReason, error?: unknown) => void;
}

const MAX_URL_LENGTH = 2_048;
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Asks Kakao what plugins know: no redirects, 2 s at most, answers of at most 64 KB.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/main_notions/plugin
 */
export function kakaoPlugins(options: PluginOptions): Plugins {
  const failed = (reason: PluginFailureReason, error?: unknown): PluginFailure => {
    options.onFailure(reason, error);
    return { ok: false, reason };
  };
  const askFor = async <A>(
    { url }: Otp,
    query: string,
    turnDeadline: Deadline,
    read: (body: JsonObject) => A | undefined,
  ): Promise<A | PluginFailure> => {
    const accepted = acceptOtpUrl(url, options.origins);
    if (accepted === undefined) return failed('refused');
    const deadline = deadlineAt(Date.now() + Math.min(PLUGIN_TIMEOUT_MS, turnDeadline.remainingMs()));
    const exchange = async (): Promise<JsonObject | PluginFailureReason> => {
      const key = await options.restApiKey();
      if (key === undefined) return 'no-key';
      return get(`${accepted}?rest_api_key=${encodeURIComponent(key)}${query}`, deadline.signal);
    };
    try {
      const got = await deadline.race('the plugin', exchange());
      if (typeof got === 'string') return failed(got);
      return read(got) ?? failed('unreadable');
    } catch (error) {
      return error instanceof DeadlineError ? failed('slow') : failed('unavailable', error);
    }
  };
  return {
    profile: (otp, deadline) => askFor(otp, '', deadline, body => profileOf(body, otp)),
    location: (otp, deadline) => askFor(otp, '&version=v2', deadline, placeOf),
  };
}

/**
 * The URL, if it is one that Kakao may have given: the key goes there, and a request is not signed.
 * Judged as it is written, before any parser reads it in its own way.
 * @param origins to allow, `https://host` each
 */
export function acceptOtpUrl(url: string, origins: readonly string[]): string | undefined {
  const origin = origins.find(allowed => url.startsWith(`${allowed}/otp/`));
  const isPlain = origin !== undefined && /^(\/[\w-]+)+$/.test(url.slice(origin.length));
  return isPlain && url.length <= MAX_URL_LENGTH ? url : undefined;
}

async function get(url: string, signal: AbortSignal): Promise<JsonObject | PluginFailureReason> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal });
    if (!response.ok) {
      // A body that nobody reads would hold the connection.
      await response.body?.cancel();
      return failureOf(response.status);
    }
    const text = await answerText(response, MAX_ANSWER_BYTES);
    const body = text === undefined ? undefined : parse(text);
    return isObject(body) ? body : 'unreadable';
  } catch {
    // The error may name the URL, and the key in it.
    return 'unavailable';
  }
}

function failureOf(status: number): PluginFailureReason {
  if (status >= 500) return 'unavailable';
  return status >= 400 ? 'expired' : status >= 300 ? 'refused' : 'unreadable';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const PROFILE_TEXTS = [
  'nickname',
  'phoneNumber',
  'email',
  'birthyear',
  'birthday',
  'gender',
  'ci',
  'ciAuthenticatedAt',
  'appUserId',
] as const satisfies readonly (keyof Profile)[];

/** Where the picture stands, no document says. */
const IMAGE_NAMES = ['profileImageUrl', 'profileImage', 'imageUrl', 'thumbnailImageUrl'];

function profileOf(body: JsonObject, { appUserId }: Otp): ProfileResult | undefined {
  const profile: { -readonly [K in keyof Profile]: Profile[K] } = {};
  for (const name of PROFILE_TEXTS) {
    const text = firstId(memberOf(body, name));
    if (text !== undefined) profile[name] = text;
  }
  const imageUrl = firstText(...IMAGE_NAMES.map(name => memberOf(body, name)));
  if (imageUrl !== undefined) profile.imageUrl = imageUrl;
  if (Object.keys(profile).length === 0) return undefined;
  if (appUserId !== undefined) profile.appUserId ??= appUserId;
  return { ok: true, profile };
}

function placeOf(body: JsonObject): LocationResult | undefined {
  const [latitude, longitude] = [numberOf(body.latitude), numberOf(body.longitude)];
  if (latitude === undefined || longitude === undefined) return undefined;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined;
  const landAddress = addressOf(body, 'landAddress');
  const roadAddress = addressOf(body, 'roadAddress');
  const address = firstText(body.address, roadAddress, landAddress);
  return {
    ok: true,
    location: {
      latitude,
      longitude,
      ...(address !== undefined && { address }),
      ...(landAddress !== undefined && { landAddress }),
      ...(roadAddress !== undefined && { roadAddress }),
    },
  };
}

function addressOf(body: JsonObject, name: string): string | undefined {
  return firstText(memberOf(objectOrEmpty(memberOf(body, name)), 'addressName'));
}
