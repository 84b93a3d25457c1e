import { firstId, isObject, type JsonObject, memberOf, parseLooseJson } from '../json-reader.ts';
import { isWebUrl } from '../web-url.ts';

/** One of a block's parameters as it travels. */
export interface Param {
  /** Kakao's value, mostly a text or JSON text. */
  readonly value: unknown;
  /** The user's own words for it. */
  readonly origin?: unknown;
}

/** A block's parameters by name: plain JSON, of whatever shape. */
export type ParamsData = { readonly [name: string]: Param };

/** An amount, of `sys.number` or `sys.number.ordinal`: "두 잔" is `{ amount: 2, unit: '잔' }`. */
export interface NumberParam {
  readonly amount: number;
  readonly unit?: string;
}

/** A day, of `sys.date`, as Kakao worked it out of "이번 주 금요일"; at least one member is there. */
export interface DateParam {
  /** `YYYY-MM-DD`, a day that the calendar has. */
  readonly date?: string;
  readonly year?: number;
  /** 1 to 12. */
  readonly month?: number;
  /** 1 to 31, and no more than the month has. */
  readonly day?: number;
  /** Kakao's word for a relative day: `today`, `Friday`. */
  readonly tag?: string;
  /** Kakao's word for what a relative day counts from. */
  readonly headword?: string;
  /** `solar` or whatever else Kakao says. */
  readonly calendar?: string;
}

/** A user of a group room whom the user mentioned; at least one key is there. */
export interface MentionedUser {
  readonly botUserKey?: string;
  readonly appUserId?: string;
}

/**
 * Pictures sent by the 이미지 보안전송 plugin: signed links, to be fetched soon.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/main_notions/plugin
 */
export interface SecureImages {
  /** At least one, http or https. */
  readonly urls: readonly string[];
  /** Epoch ms at which the first of the links ends, where Kakao says it. */
  readonly expiresAt?: number;
  /** Whether the user agreed to the use of what the pictures show. */
  readonly privacyAgreed: boolean;
}

/** A plugin's one-time password (Kakao's `otp`): the URL at which Kakao tells what the user agreed to tell. */
export interface Otp {
  /** As the request claims: never fetch it, ask by {@link Turn.askProfile} or {@link Turn.askLocation}. */
  readonly url: string;
  /** The user's id in the app of Kakao Developers, where Kakao gives it along. */
  readonly appUserId?: string;
}

/**
 * A block's parameters, read as what they are; whatever stands there, no reader throws: it gives undefined.
 * Where Kakao gives a parameter twice, the entity's representative value wins over what the user said.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/main_notions/setting_parameter
 */
export class Params {
  readonly #params: ParamsData;

  constructor(params: ParamsData) {
    this.#params = params;
  }

  /** Every parameter's name, empty ones' too. */
  get names(): readonly string[] {
    return Object.keys(this.#params);
  }

  /** Whether the parameter has a value that {@link text} can tell. */
  has(name: string): boolean {
    return this.text(name) !== undefined;
  }

  /** The resolved value as text, JSON where it is an object; undefined where it is missing, null or empty. */
  text(name: string): string | undefined {
    return textOf(this.#value(name));
  }

  /** The user's own words for it; undefined where Kakao does not tell. */
  origin(name: string): string | undefined {
    return textOf(this.#param(name).origin);
  }

  /** The value as JSON, parsed where it is text; undefined where it is none. */
  json(name: string): unknown {
    const value = this.#value(name);
    return typeof value === 'string' ? parseLooseJson(value) : (value ?? undefined);
  }

  /** An amount, of `sys.number`, `sys.number.ordinal` or digits; undefined where it is no finite number. */
  number(name: string): NumberParam | undefined {
    const json = this.json(name);
    const amount = numberOf(isObject(json) ? json.amount : this.text(name));
    if (amount === undefined) return undefined;
    const unit = isObject(json) ? textOf(json.unit) : undefined;
    return { amount, ...(unit !== undefined && { unit }) };
  }

  /**
   * A day, of `sys.date` or a text like `2026-03-01` or `2026-03-01T10:00:00` (as it is written, whatever its zone).
   * Members that Kakao leaves null or empty are absent, and so are those that no calendar has.
   */
  date(name: string): DateParam | undefined {
    const value = this.#object(name);
    const year = wholeOf(value.year, 9999);
    const month = wholeOf(value.month, 12);
    const day = wholeOf(value.day, daysIn(year, month));
    const date = dateIn(textOf(value.date) ?? this.text(name) ?? '');
    const [tag, headword] = [textOf(value.dateTag), textOf(value.dateHeadword)];
    const calendar = textOf(memberOf(value, 'calendarType'));
    const known: DateParam = {
      ...(date !== undefined && { date }),
      ...(year !== undefined && { year }),
      ...(month !== undefined && { month }),
      ...(day !== undefined && { day }),
      ...(tag !== undefined && { tag }),
      ...(headword !== undefined && { headword }),
    };
    if (Object.keys(known).length === 0) return undefined;
    return calendar === undefined ? known : { ...known, calendar };
  }

  /** The users of a `sys.user.mention`, in a group room; empty where there is none. Kakao documents no form of it. */
  mention(name: string): readonly MentionedUser[] {
    const json = this.json(name) ?? this.text(name);
    return (Array.isArray(json) ? json : [json]).flatMap(mentionedOf);
  }

  /** The pictures of an 이미지 보안전송 plugin; undefined where there is none. */
  images(name: string): SecureImages | undefined {
    const value = this.#object(name);
    const list = memberOf(value, 'secureUrls') ?? this.text(name);
    const urls = (Array.isArray(list) ? list : urlsIn(textOf(list) ?? '')).filter(
      (url): url is string => typeof url === 'string' && isWebUrl(url),
    );
    if (urls.length === 0) return undefined;
    const expiresAt = endOf(urls, value.expire);
    return {
      urls,
      privacyAgreed: memberOf(value, 'privacyAgreement') === 'Y',
      ...(expiresAt !== undefined && { expiresAt }),
    };
  }

  /** The text that a 바코드 plugin read; undefined where there is none. */
  barcode(name: string): string | undefined {
    return textOf(memberOf(this.#object(name), 'barcodeData'));
  }

  /** The one-time password of a 프로필 plugin, to be asked about by {@link Turn.askProfile}; undefined where there is none. */
  profile(name: string): Otp | undefined {
    const value = this.#object(name);
    const url =
      textOf(value.otp) ?? [this.text(name), this.origin(name)].find(text => text && isWebUrl(text));
    if (url === undefined) return undefined;
    const appUserId = firstId(memberOf(value, 'appUserId'));
    return { url, ...(appUserId !== undefined && { appUserId }) };
  }

  /** The one-time password of a 위치 plugin, to be asked about by {@link Turn.askLocation}; undefined where there is none. */
  location(name: string): Otp | undefined {
    return this.profile(name);
  }

  #param(name: string): JsonObject {
    const param: unknown = Object.hasOwn(this.#params, name) ? this.#params[name] : undefined;
    return isObject(param) ? param : {};
  }

  #value(name: string): unknown {
    return this.#param(name).value;
  }

  #object(name: string): JsonObject {
    const json = this.json(name);
    return isObject(json) ? json : {};
  }
}

/** The value as text: an object's is its JSON. */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value);
  } catch {
    // Nested deeper than the stack.
    return undefined;
  }
}

const DIGITS = /^\s*[-+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)\s*$/;

/** The value as a finite number: a number, or at most 40 digits, with commas only between groups of three. */
export function numberOf(value: unknown): number | undefined {
  const isDigits = typeof value === 'string' && value.length <= 40 && DIGITS.test(value);
  const amount = isDigits ? Number(value.replaceAll(',', '')) : value;
  return typeof amount === 'number' && Number.isFinite(amount) ? amount : undefined;
}

function wholeOf(value: unknown, max: number): number | undefined {
  const number = numberOf(value);
  return number !== undefined && Number.isInteger(number) && number > 0 && number <= max ? number : undefined;
}

// What is not known may be a leap year, and a long month.
const daysIn = (year = 2024, month = 1): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

function dateIn(text: string): string | undefined {
  const [, date, year, month, day] = /^((\d{4})-(\d\d)-(\d\d))(?:$|[T ]\d)/.exec(text) ?? [];
  return wholeOf(month, 12) && wholeOf(day, daysIn(Number(year), Number(month))) ? date : undefined;
}

function mentionedOf(one: unknown): MentionedUser[] {
  if (isObject(one)) {
    const { id, type } = one;
    const botUserKey = firstId(memberOf(one, 'botUserKey'), type === 'botUserKey' && id);
    const appUserId = firstId(memberOf(one, 'appUserId'), type === 'appUserId' && id);
    if (botUserKey === undefined && appUserId === undefined) return [];
    return [
      { ...(botUserKey !== undefined && { botUserKey }), ...(appUserId !== undefined && { appUserId }) },
    ];
  }
  const key = firstId(one);
  if (key === undefined || /\s/.test(key)) return [];
  // An app's ids are digits, a bot's keys are not.
  return [/^\d+$/.test(key) ? { appUserId: key } : { botUserKey: key }];
}

// "List(url, url)" is no JSON; only a comma before the next URL parts two.
function urlsIn(list: string): string[] {
  return list
    .replace(/^\s*List\(|\)\s*$/g, '')
    .split(/,\s*(?=https?:)/i)
    .map(url => url.trim());
}

/** Epoch ms; Kakao's own sample has an `expire` of 1970, so the links' `expires` (seconds) goes before it. */
function endOf(urls: readonly string[], expire: unknown): number | undefined {
  const signed = urls.map(url => Number(/[?&]expires=(\d{10})(?!\d)/.exec(url)?.[1]) * 1_000);
  const ends = signed.filter(end => end > 0);
  if (ends.length > 0) return Math.min(...ends);
  const end = Date.parse(textOf(expire) ?? '');
  return end > SECURE_IMAGES_SINCE ? end : undefined;
}

const SECURE_IMAGES_SINCE = Date.UTC(2018, 0);
