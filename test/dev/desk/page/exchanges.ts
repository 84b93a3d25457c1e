import type { DeskState, Exchange, Scene } from '../../../../dev/desk/desk-api.ts';

/** A user who has just come into the room of the café. */
export const SCENE: Scene = {
  protocol: 'open-builder',
  caller: 'live',
  user: { name: '나', botUserKey: 'a'.repeat(66), plusfriendUserKey: 'AbCdEfGhIjKl', isFriend: true },
  room: { name: '1:1 채팅방', kind: 'private', id: 'private-1' },
  faults: { networkMs: 0, isSentTwice: false, callback: 'taken' },
};

/** Everything that the desk tells beside the exchanges. */
export const STATE: DeskState = {
  target: { kind: 'gateway', protocols: ['open-builder', 'smart-chat'], name: '달빛카페' },
  scene: SCENE,
  database: 'works',
  users: [SCENE.user],
  rooms: [SCENE.room],
  keyboard: { type: 'text' },
};

/** 2026-11-22, 16:05:00 in Seoul. */
export const AT = Date.UTC(2026, 10, 22, 7, 5);

/** A skill's answer of one bubble. */
export const bubble = (text: string, ...quickReplies: readonly string[]): unknown => ({
  version: '2.0',
  template: {
    outputs: [{ simpleText: { text } }],
    ...(quickReplies.length > 0 && {
      quickReplies: quickReplies.map(label => ({ label, action: 'message', messageText: label })),
    }),
  },
});

/** An exchange in which the user said something, and whatever else is given. */
export function exchange(id: string, given: Partial<Exchange> = {}): Exchange {
  return {
    id,
    at: AT,
    scene: SCENE,
    act: { kind: 'says', text: '메뉴' },
    said: '메뉴',
    request: { method: 'POST', url: 'http://127.0.0.1:3000/open-builder/skill', headers: {}, body: {} },
    fate: { kind: 'waits' },
    violations: [],
    ...given,
  };
}

/** An exchange whose answer is shown, after a tenth of a second. */
export const shown = (id: string, json: unknown, given: Partial<Exchange> = {}): Exchange =>
  exchange(id, {
    answer: { status: 200, headers: {}, text: JSON.stringify(json), json, ms: 100 },
    fate: { kind: 'shown' },
    ...given,
  });
