import { createHash } from 'node:crypto';
import type { Act } from '../../tools/kakao-simulator/act.ts';
import {
  type Caller,
  type Faults,
  NO_FAULTS,
  type ProtocolName,
  type Scene,
  type SimulatedRoom,
  type SimulatedUser,
} from '../../tools/kakao-simulator/scene.ts';
import type { ScenePatch } from './desk-api.ts';
import { readFlag, readMs, readObject, readText, readWord, wrong } from './read-members.ts';
import { RefusalError } from './refusal.ts';

/** The scene that is played, and everybody and every room that may come into it. */
export interface Stage {
  readonly scene: Scene;
  readonly users: readonly SimulatedUser[];
  readonly rooms: readonly SimulatedRoom[];
}

const PROTOCOLS: readonly ProtocolName[] = ['open-builder', 'smart-chat'];
const CALLERS: readonly Caller[] = ['live', 'dev', 'bot-test', 'skill-test'];
const CALLBACKS: readonly Faults['callback'][] = ['taken', 'late', 'refused'];

/** Kakao waits for half of it. */
const MAX_NETWORK_MS = 10_000;

/** So many users, and so many rooms. */
const MOST = 50;

const MAX_NAME_LENGTH = 40;

/** The stage of a desk that was just opened. */
export function firstStage([protocol = 'open-builder']: readonly ProtocolName[]): Stage {
  const user = userNamed('나');
  const room: SimulatedRoom = { name: '1:1 채팅방', kind: 'private', id: 'private' };
  const scene: Scene = { protocol, caller: 'live', user, room, faults: NO_FAULTS };
  return { scene, users: [user], rooms: [room] };
}

/** A patch of the scene. @throws RefusalError naming the member that is wrong */
export function readPatch(body: unknown): ScenePatch {
  const patch = readObject(body);
  const has = (name: keyof ScenePatch): boolean => patch[name] !== undefined;
  return {
    ...(has('protocol') && { protocol: readWord(patch, 'protocol', PROTOCOLS) }),
    ...(has('caller') && { caller: readWord(patch, 'caller', CALLERS) }),
    ...(has('user') && { user: readName(patch, 'user') }),
    ...(has('room') && { room: readName(patch, 'room') }),
    ...(has('isFriend') && { isFriend: readFlag(patch, 'isFriend') }),
    ...(has('isLinked') && { isLinked: readFlag(patch, 'isLinked') }),
    ...(has('faults') && { faults: readFaults(patch.faults) }),
    ...(has('database') && { database: readWord(patch, 'database', ['works', 'down']) }),
  };
}

function readFaults(body: unknown): Partial<Faults> {
  const faults = readObject(body);
  return {
    ...(faults.networkMs !== undefined && { networkMs: readMs(faults, 'networkMs', MAX_NETWORK_MS) }),
    ...(faults.isSentTwice !== undefined && { isSentTwice: readFlag(faults, 'isSentTwice') }),
    ...(faults.callback !== undefined && { callback: readWord(faults, 'callback', CALLBACKS) }),
  };
}

function readName(body: Readonly<Record<string, unknown>>, member: string): string {
  const name = readText(body, member).trim();
  if (name !== '' && name.length <= MAX_NAME_LENGTH && !/\p{Cc}/u.test(name)) return name;
  throw wrong(member, {
    en: `a name of 1 to ${MAX_NAME_LENGTH} characters`,
    ko: `1자에서 ${MAX_NAME_LENGTH}자까지의 이름`,
  });
}

/** The stage as a patch leaves it. @throws RefusalError when there would be too many of something */
export function patched({ scene, users, rooms }: Stage, patch: ScenePatch): Stage {
  const { protocol = scene.protocol, caller = scene.caller, isFriend, isLinked } = patch;
  const found = named(users, patch.user ?? scene.user.name, userNamed);
  const user = linked({ ...found, isFriend: isFriend ?? found.isFriend }, isLinked);
  const room = named(rooms, patch.room ?? scene.room.name, groupNamed);
  return {
    scene: { protocol, caller, user, room, faults: { ...scene.faults, ...patch.faults } },
    users: withOne(users, user, { en: 'users', ko: '사용자' }),
    rooms: withOne(rooms, room, { en: 'rooms', ko: '채팅방' }),
  };
}

/** The stage after an act of this scene's, which may make a friend or lose one. */
export function afterAct(stage: Stage, { kind }: Act, { user }: Scene): Stage {
  if (kind !== 'adds-friend' && kind !== 'blocks-friend') return stage;
  const { users, scene } = stage;
  const [isFriend, { name }] = [kind === 'adds-friend', user];
  const changed = (one: SimulatedUser): SimulatedUser => (one.name === name ? { ...one, isFriend } : one);
  return { ...stage, scene: { ...scene, user: changed(scene.user) }, users: users.map(changed) };
}

/** A user's keys are made of the name: a session is found again after a restart. */
function userNamed(name: string): SimulatedUser {
  const hex = digest('user', name).toString('hex');
  return {
    name,
    botUserKey: hex.padEnd(66, hex),
    plusfriendUserKey: `_${digest('channel', name).toString('base64url').slice(0, 11)}`,
    isFriend: true,
  };
}

function groupNamed(name: string): SimulatedRoom {
  return { name, kind: 'group', id: digest('room', name).toString('hex') };
}

function linked(user: SimulatedUser, isLinked = user.appUserId !== undefined): SimulatedUser {
  const { appUserId: _, ...unlinked } = user;
  return isLinked
    ? { ...unlinked, appUserId: String(digest('app', user.name).readUInt32BE() + 1) }
    : unlinked;
}

const digest = (kind: string, name: string): Buffer =>
  createHash('sha256').update(`${kind}/${name}`).digest();

function named<One extends { readonly name: string }>(
  those: readonly One[],
  name: string,
  make: (name: string) => One,
): One {
  return those.find(one => one.name === name) ?? make(name);
}

function withOne<One extends { readonly name: string }>(
  those: readonly One[],
  one: One,
  what: { readonly en: string; readonly ko: string },
): readonly One[] {
  if (those.some(({ name }) => name === one.name)) {
    return those.map(other => (other.name === one.name ? one : other));
  }
  if (those.length < MOST) return [...those, one];
  throw new RefusalError({
    en: `there are ${MOST} ${what.en} already: take one of them`,
    ko: `${what.ko}가 이미 ${MOST}개입니다: 그 가운데에서 고르세요`,
  });
}
