import type { Deadline } from './deadline.ts';
import type { Otp } from './params.ts';

/**
 * Why a plugin told nothing. `missing`: the parameter holds none. `no-key`: the gateway has no REST API key.
 * `refused`: the URL is not Kakao's, or leads elsewhere. `expired`: Kakao does not answer to it (4xx), any more or with
 * this key. `slow`: 2 s were not enough. `unreadable`: the answer is none. `unavailable`: Kakao or the network failed.
 */
export type PluginFailure =
  | 'missing'
  | 'no-key'
  | 'refused'
  | 'expired'
  | 'slow'
  | 'unreadable'
  | 'unavailable';

/** Nothing was told, and why. */
export interface PluginSilence {
  readonly ok: false;
  readonly reason: PluginFailure;
}

/** What the user agreed to tell; whatever they did not is absent. Texts are Kakao's own. */
export interface Profile {
  readonly nickname?: string;
  /** `+82 10-0000-0000`. */
  readonly phoneNumber?: string;
  readonly email?: string;
  /** `YYYY`. */
  readonly birthyear?: string;
  /** `MMDD`. */
  readonly birthday?: string;
  readonly gender?: string;
  /** 연계정보: the same for one person everywhere. Never log it. */
  readonly ci?: string;
  readonly ciAuthenticatedAt?: string;
  readonly appUserId?: string;
  readonly imageUrl?: string;
}

/** Where the user is. */
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

/** The answer to {@link Turn.askProfile}. */
export type ProfileAnswer = { readonly ok: true; readonly profile: Profile } | PluginSilence;

/** The answer to {@link Turn.askLocation}. */
export type LocationAnswer = { readonly ok: true; readonly location: Place } | PluginSilence;

/** Asks Kakao what plugins know; neither ever throws. */
export interface Plugins {
  profile(otp: Otp, deadline: Deadline): Promise<ProfileAnswer>;
  location(otp: Otp, deadline: Deadline): Promise<LocationAnswer>;
}

/** Asks where there is something to ask about, and somebody to ask. */
export async function ask<A>(
  otp: Otp | undefined,
  plugins: Plugins | undefined,
  question: (plugins: Plugins, otp: Otp) => Promise<A>,
): Promise<A | PluginSilence> {
  if (otp === undefined) return { ok: false, reason: 'missing' };
  if (plugins === undefined) return { ok: false, reason: 'no-key' };
  return question(plugins, otp);
}
