import { createHash, randomBytes } from 'node:crypto';
import type { Plugin } from './act.ts';
import { PICTURE } from './picture.ts';
import type { SimulatedUser } from './scene.ts';
import type { FilledParam } from './skill-requests.ts';

/** An answer of Kakao's plugin servers. */
export interface PluginAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
}

/** More one-time passwords and pictures than anybody leaves open. */
const MAX_OPEN = 1_000;
/** How long the link to a secure image lives: Kakao's own is undocumented. */
const IMAGE_LIVES_SECONDS = 60 * 60;

/** Kakao's plugins: one-time passwords that tell a made-up person or place once, and links to a picture. */
export class Plugins {
  readonly #open = new Map<string, { readonly plugin: Plugin; readonly user: SimulatedUser }>();

  /** Runs a plugin: the value that its block's parameter then holds. */
  fill(plugin: Plugin, user: SimulatedUser, origin: string): FilledParam {
    const id = randomBytes(12).toString('hex');
    this.#open.set(id, { plugin, user });
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= MAX_OPEN) break;
      this.#open.delete(oldest);
    }
    if (plugin === 'secure-image') return secureImage(`${origin}/dna/${id}/img_org.png`);
    const otp = `${origin}/otp/${id}/${plugin}`;
    if (plugin === 'location') return { origin: otp, value: otp };
    return { origin: otp, value: JSON.stringify({ otp, app_user_id: appUserIdOf(user) }) };
  }

  /** Answers a call to what {@link fill} gave; undefined for any other path. */
  answer({ pathname, searchParams }: URL): PluginAnswer | undefined {
    const [, place, id = '', name = ''] = /^\/(otp|dna)\/([0-9a-f]{24})\/([\w.-]+)$/.exec(pathname) ?? [];
    if (place === undefined) return undefined;
    const open = this.#open.get(id);
    if (place === 'dna')
      return open?.plugin === 'secure-image'
        ? { status: 200, type: 'image/png', body: PICTURE }
        : failed(403, 'access denied');
    if (!searchParams.get('rest_api_key')) return failed(401, 'wrong appKey(null) format');
    if (open === undefined || open.plugin !== name) return failed(400, 'invalid otp');
    // Once, and never again.
    this.#open.delete(id);
    return told(name === 'profile' ? profileOf(open.user) : placeOf(open.user, searchParams.get('version')));
  }

  /** Forgets what was given out. */
  clear(): void {
    this.#open.clear();
  }
}

function secureImage(url: string): FilledParam {
  const expires = Math.floor(Date.now() / 1_000) + IMAGE_LIVES_SECONDS;
  const credential = randomBytes(16).toString('hex');
  const signature = encodeURIComponent(randomBytes(20).toString('base64'));
  const query = `credential=${credential}&expires=${expires}&allow_ip=&allow_referer=&signature=${signature}`;
  const secureUrls = `List(${url}?${query})`;
  return {
    origin: secureUrls,
    value: JSON.stringify({
      privacyAgreement: 'Y',
      imageQuantity: '1',
      secureUrls,
      expire: new Date(expires * 1_000).toISOString().replace(/\.\d+Z$/, '+0000'),
    }),
  };
}

const told = (body: object): PluginAnswer => ({
  status: 200,
  type: 'application/json;charset=UTF-8',
  body: JSON.stringify(body),
});

const failed = (status: number, msg: string): PluginAnswer => ({
  status,
  type: 'application/json;charset=UTF-8',
  body: JSON.stringify({ code: -status, msg }),
});

interface MadeUpPlace {
  readonly latitude: number;
  readonly longitude: number;
  readonly land: string;
  readonly road: string;
}

/** Made up, as everybody here: names, numbers and places are nobody's. */
const PEOPLE: readonly object[] = [
  {
    nickname: '달빛토끼',
    email: 'rabbit@example.com',
    birthyear: '1994',
    birthday: '0503',
    gender: 'female',
  },
  { nickname: '새벽고래', email: 'whale@example.com', birthyear: '1988', birthday: '1127', gender: 'male' },
  { nickname: '봄비', email: 'rain@example.com', birthyear: '2001', birthday: '0320', gender: 'female' },
];

const PLACES: readonly MadeUpPlace[] = [
  { latitude: 37.5001, longitude: 127.0001, land: '서울 달빛구 은하동 1-2', road: '서울 달빛구 은하로 3' },
  { latitude: 35.1002, longitude: 129.0002, land: '부산 파도구 갈매동 7', road: '부산 파도구 등대길 12' },
  { latitude: 33.4003, longitude: 126.5003, land: '제주 바람시 돌담동 20', road: '제주 바람시 귤밭로 5' },
];

function profileOf(user: SimulatedUser): object {
  return {
    ...PEOPLE[numberOf(user) % PEOPLE.length],
    phone_number: '+82 10-0000-0000',
    app_user_id: appUserIdOf(user),
  };
}

function placeOf(user: SimulatedUser, version: string | null): object {
  const { land, road, ...degrees } = PLACES[numberOf(user) % PLACES.length] ?? {};
  return version === 'v2'
    ? { ...degrees, land_address: { address_name: land }, road_address: { address_name: road } }
    : { ...degrees, address: road };
}

const numberOf = ({ botUserKey }: SimulatedUser): number =>
  createHash('sha256').update(botUserKey).digest().readUInt32BE();

/** The id that the plugin connects the user by, where they were not connected before. */
const appUserIdOf = (user: SimulatedUser): number =>
  Number(user.appUserId) || 1_000_000_000 + (numberOf(user) % 1_000_000_000);
