import type { User } from '../bot/user.ts';
import { InvalidRequestError } from '../errors.ts';
import { type JsonObject, requireObject } from '../json-reader.ts';
import { requireBounded } from './bounds.ts';
import type { IdKind, WireRecipient } from './wire.ts';

/** A user by one of Kakao's three ids, and what of them alone the skill is to be told. */
export type EventUser = (
  | { readonly appUserId: string | number }
  | { readonly plusfriendUserKey: string }
  | { readonly botUserKey: string }
) & {
  /** Comes to the skill as members of `userRequest.user.properties`. */
  readonly properties?: Readonly<Record<string, unknown>>;
};

/** A user or a group room, as a report names them. */
export type Recipient =
  | { readonly appUserId: string }
  | { readonly plusfriendUserKey: string }
  | { readonly botUserKey: string }
  | { readonly botGroupKey: string };

/** Those who get an event, each once, and those who were named again. */
export interface Recipients {
  readonly once: readonly WireRecipient[];
  readonly duplicates: readonly WireRecipient[];
}

/** The most that one call sends to: a thousand requests. */
export const MOST_RECIPIENTS = 100_000;

const KINDS_OF_A_USER = ['appUserId', 'plusfriendUserKey', 'botUserKey'] as const satisfies readonly IdKind[];
const MAX_PROPERTIES_BYTES = 4 * 1024;
/** Kakao's keys have at most 70 characters. */
const ID = /^[\x21-\x7e]{1,140}$/;

/** The user of a turn as the Event API takes them: by the id of this bot, else by the channel's, else by the app's. */
export function userOf({ user }: { readonly user: User }): EventUser {
  const { botUserKey, plusfriendUserKey, appUserId } = user;
  if (botUserKey !== undefined) return { botUserKey };
  if (plusfriendUserKey !== undefined) return { plusfriendUserKey };
  if (appUserId !== undefined) return { appUserId };
  throw new InvalidRequestError(
    'turn.user',
    "a user with one of Kakao's ids, which a test of the API has not",
  );
}

/**
 * Reads users from anywhere.
 * @param most how many there may be
 * @throws InvalidRequestError naming the first place that is wrong, and no id
 */
export function readUsers(users: unknown, most = MOST_RECIPIENTS): Recipients {
  return uniqueOf(listOf(users, 'users', most).map((user, at) => readUser(user, `users[${at}]`)));
}

/** Reads the keys of group rooms from anywhere. @throws InvalidRequestError naming the first place that is wrong */
export function readGroups(groupKeys: unknown, most = MOST_RECIPIENTS): Recipients {
  const keys = listOf(groupKeys, 'groupKeys', most);
  return uniqueOf(
    keys.map((key, at) => ({ type: 'botGroupKey', id: requireEventId(key, `groupKeys[${at}]`) })),
  );
}

/** An id of Kakao's, in a URL or a body. @throws InvalidRequestError naming `field` */
export function requireEventId(value: unknown, field: string): string {
  if (typeof value === 'string' && ID.test(value)) return value;
  throw new InvalidRequestError(field, 'an id of 1 to 140 characters without spaces');
}

/** As a report names them. */
export function recipientOf({ type, id }: WireRecipient): Recipient {
  switch (type) {
    case 'appUserId':
      return { appUserId: id };
    case 'plusfriendUserKey':
      return { plusfriendUserKey: id };
    case 'botUserKey':
      return { botUserKey: id };
    case 'botGroupKey':
      return { botGroupKey: id };
    default:
      return type satisfies never;
  }
}

function readUser(value: unknown, field: string): WireRecipient {
  const user = requireObject(value, field);
  const [type, ...others] = KINDS_OF_A_USER.filter(kind => user[kind] !== undefined);
  if (type === undefined || others.length > 0) {
    throw new InvalidRequestError(field, `an object with exactly one of ${KINDS_OF_A_USER.join(', ')}`);
  }
  const { [type]: raw, properties } = user;
  // The id of Kakao Login is a number where others keep it.
  const id = type === 'appUserId' && Number.isSafeInteger(raw) ? String(raw) : raw;
  return {
    type,
    id: requireEventId(id, `${field}.${type}`),
    ...(properties !== undefined && { properties: readProperties(properties, `${field}.properties`) }),
  };
}

function readProperties(value: unknown, field: string): JsonObject {
  return requireBounded(value, field, MAX_PROPERTIES_BYTES);
}

function listOf(value: unknown, field: string, most: number): readonly unknown[] {
  const isEmpty = Array.isArray(value) && value.length === 0;
  if (Array.isArray(value) && !isEmpty && value.length <= most) return value;
  throw new InvalidRequestError(field, `a list of 1 to ${most}`);
}

function uniqueOf(all: readonly WireRecipient[]): Recipients {
  const known = new Set<string>();
  const [once, duplicates]: [WireRecipient[], WireRecipient[]] = [[], []];
  for (const recipient of all) {
    const name = keyOf(recipient);
    (known.has(name) ? duplicates : once).push(recipient);
    known.add(name);
  }
  return { once, duplicates };
}

/** Equal for two ways of naming one recipient by the same id. */
export const keyOf = ({ type, id }: Pick<WireRecipient, 'type' | 'id'>): string => `${type} ${id}`;
