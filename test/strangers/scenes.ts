import { NO_FAULTS, type Scene } from '../../tools/kakao-simulator/scene.ts';

/** A user in a room of two with a bot, on its live channel, while nothing is wrong. */
export function sceneOf(protocol: Scene['protocol'], changes: Partial<Scene> = {}): Scene {
  return {
    protocol,
    caller: 'live',
    user: {
      name: '하나',
      botUserKey: '0123456789abcdef'.repeat(5).slice(0, 66),
      plusfriendUserKey: 'aBcDeF-_0123',
      isFriend: true,
    },
    room: { name: '1:1', kind: 'private', id: 'private' },
    faults: NO_FAULTS,
    ...changes,
  };
}
