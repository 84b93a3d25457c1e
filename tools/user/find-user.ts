import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { aliasKeyOf, usersOf } from '../../lambda/aws/dynamo-aliases.ts';
import { SESSION_TABLE } from '../../lambda/aws/session-table.ts';
import { keyOf, type TableItem } from '../../lambda/aws/table-items.ts';
import { roomOfTwoKeyOf } from '../../lambda/bot/room-key.ts';
import { type User, type UserKey, userKeyOf } from '../../lambda/bot/user.ts';
import { isObject, objectOrEmpty } from '../../lambda/json-reader.ts';
import { draftKeyOf } from '../../lambda/turn/drafts.ts';
import type { Memory } from '../../lambda/turn/session.ts';
import { type KeptItem, type KeptKind, sessionIn } from './kept-item.ts';

/** A user as far as the table knows them. */
export interface FoundUser {
  /** Every key that they may have here, those with nothing behind them, too. */
  readonly keys: readonly UserKey[];
  /** The app's ids of them. */
  readonly appUserIds: readonly string[];
  /** All that is kept under these, expired items that DynamoDB has yet to delete among them. */
  readonly items: readonly KeptItem[];
  /** Whether one of their sessions can't be read: a later release stored it. Then it tells less of who else they are. */
  readonly isReadInPart: boolean;
  /** Every id by which others' items may name them. */
  readonly ids: readonly string[];
}

/** Where a look for a user begins. */
export type Seeds = Pick<FoundUser, 'keys' | 'appUserIds' | 'ids'>;

/**
 * All that an id of Kakao's may be here: the channel's of an operating or a development channel (smart-chat's `user_key`), the
 * app's, or, with the bot's id, the bot's; or one of the gateway's own keys, as rules see it.
 */
export function seedsOf(id: string, botId: string | undefined): Seeds {
  const [kind, by] = id.split('/');
  if ((kind === 'live' || kind === 'dev') && (by === 'channel' || by === 'bot'))
    return { keys: [id as UserKey], appUserIds: [], ids: [idIn(id as UserKey)] };
  const bot = botId?.endsWith('!') ? botId.slice(0, -1) : botId;
  const keys = (['live', 'dev'] as const).flatMap(channel => [
    userKeyOf(channel, { plusfriendUserKey: id }),
    ...(bot === undefined ? [] : [userKeyOf(channel, { botId: bot, botUserKey: id })]),
  ]);
  return { keys, appUserIds: [id], ids: [id] };
}

/**
 * Reads all that the table keeps of a user, from alias to session and back until nothing new comes up. Reads are strong.
 * A session that can't be read is found like any other: whoever erases it need not know what is in it.
 * @throws what DynamoDB throws
 */
export async function findUser(client: DynamoDBClient, table: string, seeds: Seeds): Promise<FoundUser> {
  const keys = new Set(seeds.keys);
  const appUserIds = new Set(seeds.appUserIds);
  const ids = new Set(seeds.ids);
  const items = new Map<string, KeptItem>();
  let isReadInPart = false;
  const read = async (kind: KeptKind, key: TableItem): Promise<TableItem | undefined> => {
    const command = new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true });
    const { Item: item } = await client.send(command);
    const name = key[SESSION_TABLE.key]?.S ?? '';
    if (item) items.set(name, { kind, key: name, item });
    return item;
  };
  const readUser = async (key: UserKey): Promise<void> => {
    ids.add(idIn(key));
    const [session] = await Promise.all([
      read('session', keyOf(key)),
      read('room', keyOf(roomOfTwoKeyOf(key))),
      read('draft', keyOf(draftKeyOf(key))),
    ]);
    if (session === undefined) return;
    const memory = memoryIn(session);
    if (memory === undefined) isReadInPart = true;
    const { alias = aliasIn(session), line = [] } = memory ?? {};
    if (alias !== undefined) appUserIds.add(alias.appUserId);
    for (const { turn } of line) for (const id of idsOf(turn?.request.user)) ids.add(id);
  };
  const readAlias = async (appUserId: string): Promise<void> => {
    const alias = await read('alias', aliasKeyOf(appUserId));
    if (alias) ids.add(appUserId);
    for (const key of usersOf(alias)) keys.add(key);
  };
  // What a read adds to a set comes up in the same loop, or in the next.
  for (let known = -1; known < keys.size + appUserIds.size; ) {
    known = keys.size + appUserIds.size;
    items.clear();
    await Promise.all([...keys].map(readUser));
    await Promise.all([...appUserIds].map(readAlias));
  }
  const found = { keys: [...keys], appUserIds: [...appUserIds], items: [...items.values()], ids: [...ids] };
  return { ...found, isReadInPart };
}

function memoryIn(session: TableItem): Memory | undefined {
  try {
    return sessionIn(session).memory;
  } catch {
    return undefined;
  }
}

/** The alias of a session that can't be read, as long as it stands where it always has. */
function aliasIn({ memory }: TableItem): { readonly appUserId: string } | undefined {
  try {
    const { alias }: { alias?: unknown } = objectOrEmpty(JSON.parse(memory?.S ?? '{}'));
    if (isObject(alias) && typeof alias.appUserId === 'string') return { appUserId: alias.appUserId };
  } catch {
    // It stands nowhere.
  }
  return undefined;
}

/** Kakao's id of the user at the end of a user key. */
function idIn(key: UserKey): string {
  const [, by, ...others] = key.split('/');
  return (by === 'bot' ? others.slice(1) : others).join('/');
}

function idsOf({ botUserKey, plusfriendUserKey, appUserId }: Partial<User> = {}): readonly string[] {
  return [botUserKey, plusfriendUserKey, appUserId].filter(id => id !== undefined);
}
