import type { DynamoSessionStore } from '../lambda/aws/dynamo-session-store.ts';
import { ENVIRONMENT, requireEnvironment } from '../lambda/aws/environment.ts';
import { type UserKey, userKeyOf } from '../lambda/bot/user.ts';
import { BOT, userOf } from '../tools/kakao-simulator/open-builder.ts';
import type { Scene } from '../tools/kakao-simulator/scene.ts';
import { SDK_WARNING } from './role-process.ts';
import { shortened } from './shortened.ts';

/** The session of who plays a scene, as the gateway's own store reads it; null where there is none. */
export async function readLocalSession(scene: Scene): Promise<unknown> {
  const { state, revision, ...session } = await (await sessionStore()).load(keyOf(scene));
  if (revision === 0) return null;
  return shortened({ ...(state !== undefined && { state: JSON.parse(state) }), ...session, revision });
}

/** Forgets it. */
export async function forgetLocalSession(scene: Scene): Promise<void> {
  await (await sessionStore()).delete(keyOf(scene));
}

let made: Promise<DynamoSessionStore> | undefined;

/** The table of this run, for a process that seldom looks: nothing of AWS is loaded before. */
function sessionStore(): Promise<DynamoSessionStore> {
  made ??= openStore();
  return made;
}

async function openStore(): Promise<DynamoSessionStore> {
  // It asks for a newer Node when its first client is made, and the functions' process has told that already.
  process.env[SDK_WARNING] ??= 'true';
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const { CLIENT_CONFIG, named } = await import('../lambda/aws/clients.ts');
  const store = await import('../lambda/aws/dynamo-session-store.ts');
  const client = named(new DynamoDBClient(CLIENT_CONFIG));
  return new store.DynamoSessionStore(client, requireEnvironment(ENVIRONMENT.sessionsTable));
}

/** The key that the gateway makes of Kakao's requests in this scene: a channel's, where Kakao tells it. */
function keyOf(scene: Scene): UserKey {
  const { protocol, caller, room } = scene;
  const { plusfriendUserKey } = scene.user;
  if (protocol === 'smart-chat') return userKeyOf('live', { plusfriendUserKey });
  const kind = caller === 'dev' ? 'dev' : 'live';
  const isOfChannel = (caller === 'live' || caller === 'dev') && room.kind === 'private';
  const { botUserKey } = userOf(scene);
  return userKeyOf(kind, isOfChannel ? { plusfriendUserKey } : { botId: BOT.id, botUserKey });
}
