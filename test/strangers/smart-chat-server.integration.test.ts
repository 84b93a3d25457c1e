import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Act } from '../../tools/kakao-simulator/act.ts';
import type { KakaoSimulator } from '../../tools/kakao-simulator/simulator.ts';
import { sceneOf } from './scenes.ts';
import { type StartedServer, startServer } from './started-server.ts';
import { useKakao } from './use-kakao.ts';

let bot: StartedServer;
let unruly: StartedServer;
beforeAll(async () => {
  [bot, unruly] = await Promise.all([startServer('smart-chat-server.mjs'), startServer('unruly-server.mjs')]);
});
afterAll(() => Promise.all([bot?.stop(), unruly?.stop()]));

const SCENE = sceneOf('smart-chat');
const play = useKakao();

describe('a smart-chat server of ten lines in plain node', () => {
  let kakao: KakaoSimulator;
  beforeAll(async () => {
    kakao = await play({ appUrl: `${bot.origin}/bot` });
  });
  beforeEach(() => kakao.clear());
  const act = (act: Act) => kakao.act(act, SCENE);

  test('shows its home keyboard to who comes in', async () => {
    const { request, fate } = await act({ kind: 'enters' });
    expect(request).toMatchObject({ method: 'GET', url: `${bot.origin}/bot/keyboard` });
    expect(fate).toEqual({ kind: 'shown' });
    expect(kakao.keyboardOf(SCENE)).toEqual({ type: 'buttons', buttons: ['메뉴', '지도'] });
  });

  test('hears the label of a key that is tapped, and its bubble brings the next keyboard', async () => {
    const home = await act({ kind: 'enters' });
    const map = await act({ kind: 'taps', at: { exchange: home.id, path: 'buttons[1]' } });
    expect(map).toMatchObject({
      said: '지도',
      fate: { kind: 'shown' },
      request: {
        url: `${bot.origin}/bot/message`,
        body: { user_key: SCENE.user.plusfriendUserKey, type: 'text', content: '지도' },
      },
      violations: [],
    });
    // Without one in the answer, the user may type.
    expect(kakao.keyboardOf(SCENE)).toEqual({ type: 'text' });
    await act({ kind: 'says', text: '안녕' });
    expect(kakao.keyboardOf(SCENE)).toEqual({ type: 'buttons', buttons: ['메뉴', '지도'] });
  });

  test('is sent the address of a photo', async () => {
    const url = 'https://example.com/cat.jpg';
    const { request, answer } = await act({ kind: 'sends', media: 'photo', url });
    expect(request.body).toMatchObject({ type: 'photo', content: url });
    expect(answer?.text).toContain(`사진: ${url}`);
  });

  test('is told of friends and of who leaves, served or not, and nothing is shown', async () => {
    const key = SCENE.user.plusfriendUserKey;
    const added = await act({ kind: 'adds-friend' });
    expect(added).toMatchObject({
      request: { method: 'POST', body: { user_key: key } },
      fate: { kind: 'silent' },
    });
    const blocked = await act({ kind: 'blocks-friend' });
    expect(blocked.request).toMatchObject({ method: 'DELETE', url: `${bot.origin}/bot/friend/${key}` });
    const left = await act({ kind: 'leaves' });
    expect(left.request).toMatchObject({ method: 'DELETE', url: `${bot.origin}/bot/chat_room/${key}` });
    for (const { answer, fate } of [blocked, left]) {
      expect(answer?.status).toBe(404);
      expect(fate).toMatchObject({ kind: 'silent', says: { en: expect.stringContaining('does not mind') } });
    }
  });

  test('shows no secret of its address', async () => {
    const kakao = await play({ appUrl: `${bot.origin}/bot`, secret: 'bot' });
    const { request } = await kakao.act({ kind: 'enters' }, SCENE);
    expect(request.url).toBe(`${bot.origin}/<secret>/keyboard`);
  });
});

describe('a smart-chat server that errs', () => {
  let kakao: KakaoSimulator;
  /** It has no five seconds. */
  let hasty: KakaoSimulator;
  beforeAll(async () => {
    kakao = await play({ appUrl: unruly.origin });
    hasty = await play({ appUrl: unruly.origin }, { answerWithinMs: 300 });
  });

  test.each([
    { word: '500', reason: 'status' },
    { word: '202', reason: 'status' },
    { word: 'HTML', reason: 'content-type' },
    { word: 'JSON as HTML', reason: 'content-type' },
    { word: 'half of JSON', reason: 'not-json' },
    { word: 'redirect', reason: 'redirect' },
    { word: 'hangs', reason: 'timeout' },
    { word: 'breaks off', reason: 'unreachable' },
    { word: 'a flood', reason: 'too-long' },
    { word: 'no bubble', reason: 'violation' },
    { word: 'a photo of words', reason: 'violation' },
  ])(
    'with $word has its answer dropped for "$reason", and the user is told that it does not respond',
    async ({ word, reason }) => {
      const { fate } = await (word === 'hangs' ? hasty : kakao).act({ kind: 'says', text: word }, SCENE);
      expect(fate).toMatchObject({
        kind: 'dropped',
        reason,
        says: { en: expect.stringContaining('does not respond') },
      });
    },
  );

  test('without a home keyboard leaves the user an input line', async () => {
    const { fate } = await kakao.act({ kind: 'enters' }, SCENE);
    expect(fate).toMatchObject({ kind: 'dropped', reason: 'status' });
    expect(kakao.keyboardOf(SCENE)).toEqual({ type: 'text' });
  });

  test('may answer what it likes to a notice', async () => {
    expect((await kakao.act({ kind: 'leaves' }, SCENE)).fate.kind).toBe('silent');
  });
});
