import { createHash } from 'node:crypto';
import type { ProtocolName, SimulatedRoom, SimulatedUser } from '../kakao-simulator/scene.ts';
import type { Talk, TalkUser } from './talk.ts';

/** The people and rooms of one playing of a talk, which no other playing has, unless a user's key is given. */
export interface Cast {
  /** The user who acts where no step names another. */
  readonly first: string;
  userNamed(name: string): SimulatedUser;
  room(kind: SimulatedRoom['kind']): SimulatedRoom;
  /** From here on a user is other than before. */
  change(name: string, changed: { readonly isFriend?: boolean; readonly isLinked?: boolean }): void;
}

/** Makes the cast of a talk. @param run an id of this run, which makes its users others than those of any other */
export function castOf({ name: talk, users }: Talk, protocol: ProtocolName, run: string): Cast {
  const seed = [run, talk, protocol].join('\n');
  const known = new Map(users.map(user => [user.name, userOf(user, seed)]));
  const userNamed = (name: string): SimulatedUser => {
    const user = known.get(name) ?? userOf({ name, isFriend: true, isLinked: false }, seed);
    known.set(name, user);
    return user;
  };
  return {
    first: users[0]?.name ?? '나',
    userNamed,
    room: kind =>
      kind === 'group'
        ? { name: '그룹 채팅방', kind, id: hexOf('room', seed).slice(0, 64) }
        : { name: '1:1 채팅방', kind, id: 'private' },
    change: (name, { isFriend, isLinked }) => {
      const user = userNamed(name);
      const { appUserId, ...unlinked } = user;
      const isLinkedNow = isLinked ?? appUserId !== undefined;
      known.set(name, {
        ...unlinked,
        isFriend: isFriend ?? user.isFriend,
        ...(isLinkedNow && { appUserId: appUserIdOf(user.botUserKey) }),
      });
    },
  };
}

function userOf({ name, key, isFriend, isLinked }: TalkUser, seed: string): SimulatedUser {
  const own = key ?? [seed, name].join('\n');
  const botUserKey = hexOf('bot', own).padEnd(66, '0');
  return {
    name,
    botUserKey,
    plusfriendUserKey: key ?? Buffer.from(hexOf('channel', own), 'hex').toString('base64url').slice(0, 12),
    isFriend,
    ...(isLinked && { appUserId: appUserIdOf(botUserKey) }),
  };
}

const hexOf = (kind: string, seed: string): string =>
  createHash('sha256').update(`${kind}\n${seed}`).digest('hex');

// As long as Kakao's are.
const appUserIdOf = (seed: string): string =>
  String(1_000_000_000 + Number.parseInt(hexOf('app', seed).slice(0, 7), 16));
