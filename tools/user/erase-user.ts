import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoAliases } from '../../lambda/aws/dynamo-aliases.ts';
import { DynamoSessionStore } from '../../lambda/aws/dynamo-session-store.ts';
import type { RoomKey } from '../../lambda/bot/room-key.ts';
import { forgetAppUser, forgetUser } from '../../lambda/turn/forget-user.ts';
import { KAKAO_WAITS_MS } from '../../lambda/turn/time-budget.ts';
import { type FoundUser, findUser } from './find-user.ts';

/** How an erasure ended. */
export interface Erased {
  /** How many items of the user there were. */
  readonly items: number;
  /** Whether they said something meanwhile, so that they were erased more than once. */
  readonly cameBack: boolean;
  /** Whether they were still there at last, since they never stopped talking. */
  readonly isThere: boolean;
}

/** How often a user who talks on is erased. */
const TRIES = 3;

/**
 * Erases all that the table keeps of a user, and again what a turn that was under way has saved meanwhile. A late turn that is
 * worked on, or waits in the queue, finds no session: it reaches nobody, and makes none anew.
 * @param user as it was found, to begin with
 * @param waitMs how long a turn may be under way still: no answer to Kakao takes longer
 */
export async function eraseUser(
  client: DynamoDBClient,
  table: string,
  user: FoundUser,
  waitMs = KAKAO_WAITS_MS,
): Promise<Erased> {
  const items = new Set(user.items.map(({ key }) => key));
  let found = user;
  for (let tries = 1; ; tries++) {
    await forget(client, table, found);
    await new Promise(resolve => setTimeout(resolve, waitMs));
    found = await findUser(client, table, found);
    for (const { key } of found.items) items.add(key);
    const isThere = found.items.length > 0;
    if (!isThere || tries === TRIES) return { items: items.size, cameBack: tries > 1, isThere };
  }
}

async function forget(client: DynamoDBClient, table: string, user: FoundUser): Promise<void> {
  const store = new DynamoSessionStore(client, table);
  const aliases = new DynamoAliases(client, table);
  if (user.appUserIds.length === 0) await forgetUser(store, user.keys);
  for (const appUserId of user.appUserIds) await forgetAppUser({ store, aliases }, appUserId, user.keys);
}

/** Deletes what the people of group rooms share, for all of them. */
export async function forgetRooms(
  client: DynamoDBClient,
  table: string,
  keys: readonly string[],
): Promise<void> {
  const store = new DynamoSessionStore(client, table);
  for (const key of keys) await store.delete(key as RoomKey);
}
