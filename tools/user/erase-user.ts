import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoAliases } from '../../lambda/aws/dynamo-aliases.ts';
import { DynamoSessionStore } from '../../lambda/aws/dynamo-session-store.ts';
import type { RoomKey } from '../../lambda/bot/room-key.ts';
import { forgetUser } from '../../lambda/turn/forget-user.ts';
import { KAKAO_WAITS_MS } from '../../lambda/turn/time-budget.ts';
import { type FoundUser, findUser, type Seeds } from './find-user.ts';

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
 * worked on, or waits in the queue, finds no session: it reaches nobody, and makes none anew. What fails on the way can be
 * done again from the same seeds.
 * @param user as it was found from the seeds, to begin with
 * @param waitMs how long a turn may be under way still: no answer to Kakao takes longer
 */
export async function eraseUser(
  client: DynamoDBClient,
  table: string,
  user: FoundUser,
  seeds: Pick<Seeds, 'keys'>,
  waitMs = KAKAO_WAITS_MS,
): Promise<Erased> {
  const items = new Set(user.items.map(({ key }) => key));
  let found = user;
  for (let tries = 1; ; tries++) {
    await forget(client, table, found, seeds);
    await new Promise(resolve => setTimeout(resolve, waitMs));
    found = await findUser(client, table, found);
    for (const { key } of found.items) items.add(key);
    const isThere = found.items.length > 0;
    if (!isThere || tries === TRIES) return { items: items.size, cameBack: tries > 1, isThere };
  }
}

/** The seeds' own sessions go last, and before them the aliases: by those all others are found once more after a failure. */
async function forget(
  client: DynamoDBClient,
  table: string,
  { keys, appUserIds }: FoundUser,
  seeds: Pick<Seeds, 'keys'>,
): Promise<void> {
  const store = new DynamoSessionStore(client, table);
  const aliases = new DynamoAliases(client, table);
  const others = keys.filter(key => !seeds.keys.includes(key));
  await forgetUser(store, others);
  for (const appUserId of appUserIds) {
    const left = await aliases.delete(appUserId);
    // A turn has added these meanwhile.
    await forgetUser(
      store,
      left.filter(key => !keys.includes(key)),
    );
  }
  await forgetUser(store, seeds.keys);
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
