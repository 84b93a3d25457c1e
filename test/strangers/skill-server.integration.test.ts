import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CallbackPost, Exchange } from '../../tools/kakao-simulator/exchange.ts';
import type { KakaoSimulator } from '../../tools/kakao-simulator/simulator.ts';
import { sceneOf } from './scenes.ts';
import { type StartedServer, startServer } from './started-server.ts';
import { useKakao } from './use-kakao.ts';

let bot: StartedServer;
let unruly: StartedServer;
beforeAll(async () => {
  [bot, unruly] = await Promise.all([startServer('skill-server.mjs'), startServer('unruly-server.mjs')]);
});
afterAll(() => Promise.all([bot?.stop(), unruly?.stop()]));

const SCENE = sceneOf('open-builder');
const play = useKakao();
const says = (kakao: KakaoSimulator, text: string) => kakao.act({ kind: 'says', text }, SCENE);

/** Everything that was posted to an exchange's callback URL, as soon as there is so much. */
async function posts(
  kakao: KakaoSimulator,
  { id }: Exchange,
  count: number,
): Promise<readonly CallbackPost[]> {
  for (;;) {
    const posted = kakao.exchanges.find(exchange => exchange.id === id)?.callback?.posts ?? [];
    if (posted.length >= count) return posted;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

describe('a skill server of ten lines in plain node', () => {
  let kakao: KakaoSimulator;
  beforeAll(async () => {
    kakao = await play({ skill: { url: `${bot.origin}/`, headers: { 'x-key': 'never shown' } } });
  });
  beforeEach(() => kakao.clear());

  test('is talked to, and its words are shown', async () => {
    const { fate, answer, said, request, violations } = await says(kakao, '안녕');
    expect(fate).toEqual({ kind: 'shown' });
    expect(said).toBe('안녕');
    expect(answer?.json).toMatchObject({ template: { outputs: [{ simpleText: { text: '안녕?' } }] } });
    expect(request.body).toMatchObject({ userRequest: { utterance: '안녕', user: { type: 'botUserKey' } } });
    expect(violations).toEqual([]);
  });

  test('shows a card, whose button calls its block with what the button carries', async () => {
    const menu = await says(kakao, '메뉴');
    const path = 'template.outputs[0].textCard.buttons[0]';
    const order = await kakao.act({ kind: 'taps', at: { exchange: menu.id, path } }, SCENE);
    expect(order).toMatchObject({
      said: '주문',
      fate: { kind: 'shown' },
      request: {
        body: { action: { clientExtra: { size: '톨' } }, userRequest: { block: { id: 'order' } } },
      },
    });
    expect(order.answer?.text).toContain('톨 나왔어요');
  });

  test('answers later by its callback, and Kakao takes it', async () => {
    const first = await says(kakao, '추천');
    expect(first).toMatchObject({
      fate: { kind: 'deferred', text: '고르는 중이에요' },
      callback: { state: 'open', posts: [] },
    });
    const { callback } = await kakao.settled(first);
    expect(callback).toMatchObject({
      state: 'taken',
      posts: [{ isTaken: true, json: { template: { outputs: [{ simpleText: { text: '라떼' } }] } } }],
    });
  });

  test('answers at once where the block has no callback', async () => {
    const kakao = await play({ skill: { url: `${bot.origin}/`, headers: {} } }, { hasCallbacks: false });
    const { callback, fate, answer } = await says(kakao, '추천');
    expect(callback).toBeUndefined();
    expect(fate.kind).toBe('shown');
    expect(answer?.text).toContain('라떼');
  });

  test('never sees the value of a header in what is shown', async () => {
    const exchange = await says(kakao, '안녕');
    expect(exchange.request.headers['x-key']).toBe('<secret>');
    expect(JSON.stringify(kakao.exchanges)).not.toContain('never shown');
  });
});

describe('a skill that errs', () => {
  let kakao: KakaoSimulator;
  /** It has no five seconds, and no minute. */
  let hasty: KakaoSimulator;
  beforeAll(async () => {
    const target = { skill: { url: `${unruly.origin}/skill`, headers: {} } };
    kakao = await play(target);
    hasty = await play(target, { answerWithinMs: 300, callbackValidMs: 300 });
  });
  const reasonOf = ({ fate }: Exchange) => (fate.kind === 'dropped' ? fate.reason : fate.kind);

  test.each([
    { word: '500', reason: 'status', says: /answered 500/ },
    { word: '202', reason: 'shown', says: /^$/ },
    { word: 'HTML', reason: 'not-json', says: /no JSON/ },
    { word: 'JSON as HTML', reason: 'shown', says: /^$/ },
    { word: 'half of JSON', reason: 'not-json', says: /no JSON/ },
    { word: 'nothing', reason: 'not-json', says: /no JSON/ },
    { word: 'redirect', reason: 'redirect', says: /follows no redirect/ },
    { word: 'hangs', reason: 'timeout', says: /after 0\.3 s/ },
    { word: 'hangs in the middle', reason: 'timeout', says: /after 0\.3 s/ },
    { word: 'breaks off', reason: 'unreachable', says: /broke the connection off before it had answered/ },
    { word: 'a flood', reason: 'too-long', says: /more than 1 MB/ },
    { word: 'no version', reason: 'violation', says: /version/ },
    { word: 'a broken card', reason: 'violation', says: /items/ },
    { word: 'eleven quick replies', reason: 'violation', says: /quickReplies/ },
  ])(
    'with $word meets the fate "$reason"',
    async ({ word, reason, says: sentence }) => {
      const exchange = await says(word.startsWith('hangs') ? hasty : kakao, word);
      expect(reasonOf(exchange)).toBe(reason);
      expect(exchange.fate.kind === 'dropped' ? exchange.fate.says.en : '').toMatch(sentence);
    },
    5_000,
  );

  test('whose JSON is called HTML is read all the same, and is told of it', async () => {
    const { violations } = await says(kakao, 'JSON as HTML');
    expect(violations).toMatchObject([{ rule: 'content-type', severity: 'shortened' }]);
  });

  test('with eleven quick replies is told which part broke which limit, in Korean too', async () => {
    const { violations } = await says(kakao, 'eleven quick replies');
    expect(violations).toMatchObject([{ path: 'template.quickReplies', severity: 'rejected' }]);
    expect(violations[0]?.says.ko).toMatch(/10/);
  });

  test('and posts two callbacks has the first taken, and the second refused', async () => {
    const first = await says(kakao, 'two callbacks');
    await kakao.settled(first);
    expect(await posts(kakao, first, 2)).toMatchObject([
      { isTaken: true },
      { isTaken: false, message: 'Invalid callback token. Check your callback token.' },
    ]);
  });

  test('and posts its callback when the URL is no longer valid is refused', async () => {
    const first = await says(hasty, 'a late callback');
    expect((await hasty.settled(first)).callback).toMatchObject({ state: 'expired', posts: [] });
    expect(await posts(hasty, first, 1)).toMatchObject([{ isTaken: false }]);
  });

  test('and posts a callback that it did not announce is refused', async () => {
    const first = await says(kakao, 'an unasked callback');
    expect(first.fate.kind).toBe('shown');
    expect(await posts(kakao, first, 1)).toMatchObject([
      { isTaken: false, message: expect.stringContaining('Use callback true') },
    ]);
  });

  test('and posts a callback that breaks a limit has it dropped, and is told which', async () => {
    const { callback } = await kakao.settled(await says(kakao, 'a broken callback'));
    expect(callback?.posts).toMatchObject([
      {
        isTaken: false,
        message: 'Invalid json response from bot-skill.',
        violations: [{ severity: 'rejected' }],
      },
    ]);
  });

  test('and is not there at all is unreachable', async () => {
    const gone = await startServer('skill-server.mjs');
    await gone.stop();
    const kakao = await play({ skill: { url: `${gone.origin}/`, headers: {} } });
    const { fate } = await says(kakao, '안녕');
    expect(fate).toMatchObject({
      reason: 'unreachable',
      says: { en: expect.stringContaining("can't be reached") },
    });
  });
});
