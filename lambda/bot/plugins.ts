import type { Deadline } from './deadline.ts';
import type { Otp } from './params.ts';

/**
 * Why a plugin told nothing. `missing`: the parameter holds none. `no-key`: the gateway has no REST API key.
 * `refused`: the URL is not Kakao's, or leads elsewhere. `expired`: Kakao does not answer to it (4xx), any more or with
 * this key. `slow`: 2 s were not enough. `unreadable`: the answer is none. `unavailable`: Kakao or the network failed.
 */
export type PluginFailureReason =
  | 'missing'
  | 'no-key'
  | 'refused'
  | 'expired'
  | 'slow'
  | 'unreadable'
  | 'unavailable';

/** The result of a plugin that told nothing, with the reason. */
export interface PluginFailure {
  readonly ok: false;
  readonly reason: PluginFailureReason;
}

/**
 * The profile that the user agreed to tell; whatever they did not is absent. Texts are Kakao's own.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/main_notions/plugin
 */
export interface Profile {
  readonly nickname?: string;
  /** `+82 10-0000-0000`. */
  readonly phoneNumber?: string;
  readonly email?: string;
  /** `YYYY`. */
  readonly birthyear?: string;
  /** `MMDD`. */
  readonly birthday?: string;
  /** Kakao's own word, of an open set. */
  readonly gender?: string;
  /** 연계정보: the same for one person everywhere. Never log it. */
  readonly ci?: string;
  /** Kakao's own text for when the `ci` was made sure of. */
  readonly ciAuthenticatedAt?: string;
  /** The user's id in the app of Kakao Developers. */
  readonly appUserId?: string;
  /** The profile picture's URL. */
  readonly imageUrl?: string;
}

/**
 * The place where the user is.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/main_notions/plugin
 */
export interface Place {
  /** Degrees, -90 to 90. */
  readonly latitude: number;
  /** Degrees, -180 to 180. */
  readonly longitude: number;
  /** The address that Kakao gives first: the one of the road, else the one of the land. */
  readonly address?: string;
  /** 지번 주소. */
  readonly landAddress?: string;
  /** 도로명 주소. */
  readonly roadAddress?: string;
}

/** The result of {@link Turn.askProfile}: a profile, or why there is none. */
export type ProfileResult = { readonly ok: true; readonly profile: Profile } | PluginFailure;

/** The result of {@link Turn.askLocation}: a place, or why there is none. */
export type LocationResult = { readonly ok: true; readonly location: Place } | PluginFailure;

/** Asks Kakao what plugins know; neither ever throws. */
export interface Plugins {
  profile(otp: Otp, deadline: Deadline): Promise<ProfileResult>;
  location(otp: Otp, deadline: Deadline): Promise<LocationResult>;
}

/** Asks a plugin, where the parameter holds a one-time password and the gateway has a REST API key; else tells which is missing. */
export async function askPlugin<A>(
  otp: Otp | undefined,
  plugins: Plugins | undefined,
  question: (plugins: Plugins, otp: Otp) => Promise<A>,
): Promise<A | PluginFailure> {
  if (otp === undefined) return { ok: false, reason: 'missing' };
  if (plugins === undefined) return { ok: false, reason: 'no-key' };
  return question(plugins, otp);
}
