import { afterEach, describe, expect, test } from '@jest/globals';
import type { Act } from '../../../tools/kakao-simulator/act.ts';
import type { Exchange } from '../../../tools/kakao-simulator/exchange.ts';
import type { Scene } from '../../../tools/kakao-simulator/scene.ts';
import { samplesOf } from '../../kit/samples.ts';
import type { Served } from '../../kit/visited-server.ts';
import { bubble, GROUP, SCENE, SMART, type SomeBot, startSomeBot } from './some-bot.ts';

let bot: SomeBot;

afterEach(() => bot.stop());

const PROMISE = { version: '2.0', useCallback: true, data: { text: '잠시만 기다려 주세요' } };
const SAYS: Act = { kind: 'says', text: '추천해줘' };
const LATE = bubble('라떼를 권해요', {
  quickReplies: [{ label: '담기', action: 'message', messageText: '담기 라떼' }],
});
const SPENT = 'Invalid callback token. Check your callback token.';
const BROKEN = 'Invalid json response from bot-skill.';

/** Asks for a late answer; resolves with the exchange and how its URL is called. */
async function deferred(
  scene: Scene = SCENE,
  first: Served = { body: PROMISE },
  ...more: Parameters<typeof startSomeBot> extends [unknown, (infer O)?] ? [O?] : never
) {
  const told: Exchange[] = [];
  bot = await startSomeBot(() => first, { onExchange: one => told.push(one), ...more[0] });
  const exchange = await bot.kakao.act(SAYS, scene);
  const url: string = bot.got[0]?.json.userRequest.callbackUrl;
  return { ...bot, exchange, url, told };
}

async function post(url: string, body: unknown): Promise<{ status: string; message: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return response.json() as never;
}

test('a callback is taken once, in Kakao’s words, and each state of it is told', async () => {
  const { exchange, url, kakao, told } = await deferred();
  expect(exchange).toMatchObject({
    fate: { kind: 'deferred', text: '잠시만 기다려 주세요' },
    callback: { state: 'open', posts: [] },
  });
  const sample = samplesOf('open-builder/responses').find(({ name }) => name.startsWith('18-'))?.json;
  const ack = await post(url, LATE);
  expect(ack).toEqual({
    ...sample,
    taskId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    timestamp: expect.any(Number),
  });
  expect(await post(url, LATE)).toMatchObject({ status: 'FAIL', message: SPENT });
  const settled = await kakao.settled(exchange);
  expect(settled.callback).toMatchObject({
    state: 'taken',
    posts: [
      { isTaken: true, message: 'SUCCESS', json: LATE, violations: [] },
      { isTaken: false, message: SPENT },
    ],
  });
  expect(settled.callback?.posts[0]?.ms).toBeLessThan(5_000);
  expect(told.map(({ callback }) => [callback?.state, callback?.posts.length])).toEqual([
    ['open', 0],
    ['open', 0],
    ['taken', 1],
    ['taken', 2],
  ]);
});

test('what came by a callback can be tapped, and is the last that was said', async () => {
  const { exchange, url, kakao, got } = await deferred();
  await post(url, LATE);
  const at = { exchange: exchange.id, path: 'template.quickReplies[0]' };
  await expect(kakao.act({ kind: 'taps', at }, SCENE)).rejects.toThrow(/nothing can be tapped/);
  await kakao.act({ kind: 'taps', at: { ...at, isLate: true } }, SCENE);
  expect(got[1]?.json.userRequest.utterance).toBe('담기 라떼');
});

test('the contexts of what came by a callback are taken', async () => {
  const { url, kakao, got } = await deferred();
  await post(url, { ...LATE, context: { values: [{ name: 'order', lifeSpan: 1 }] } });
  await kakao.act(SAYS, SCENE);
  expect(got[1]?.json.contexts).toMatchObject([{ name: 'order', lifespan: 1 }]);
});

test.each([
  ['no JSON', '{"version":'],
  ['a broken rule', { version: '2.0', template: { outputs: [{ basicCard: { title: '제목' } }] } }],
  ['a form of 2018', { contents: [] }],
  ['another promise', PROMISE],
])('%s is refused, and the one shot is spent', async (_, body) => {
  const { exchange, url, kakao } = await deferred();
  expect(await post(url, body)).toMatchObject({ status: 'FAIL', message: BROKEN });
  expect(await post(url, LATE)).toMatchObject({ status: 'FAIL', message: SPENT });
  expect((await kakao.settled(exchange)).callback).toMatchObject({
    state: 'expired',
    posts: [{ isTaken: false }, { isTaken: false }],
  });
});

test('a refused post tells which rule it broke', async () => {
  const { exchange, url, kakao } = await deferred();
  await post(url, { version: '2.0', template: { outputs: [{ basicCard: { title: '제목' } }] } });
  expect((await kakao.settled(exchange)).callback?.posts[0]?.violations).toMatchObject([
    {
      rule: 'basicCard.thumbnail.required',
      severity: 'rejected',
      says: { ko: expect.stringContaining('2461') },
    },
  ]);
});

test('a post that nests without end is judged, and can be told of', async () => {
  const { exchange, url, kakao } = await deferred();
  const deep = `${'['.repeat(90_000)}${']'.repeat(90_000)}`;
  await post(url, JSON.stringify({ ...LATE, data: { deep: 0 } }).replace(':0', `:${deep}`));
  const { callback } = await kakao.settled(exchange);
  expect(callback).toMatchObject({ state: 'taken', posts: [{ isTaken: true }] });
  expect(JSON.stringify(callback)).not.toContain('[[[[');
});

test('a post that is too long is refused without being read', async () => {
  const { url } = await deferred();
  const sent = fetch(url, { method: 'POST', body: JSON.stringify(bubble('가'.repeat(1024 * 1024))) });
  // Kakao may hang up on the rest of it.
  expect(
    await sent.then(async answer => (await answer.json()) as object).catch(() => ({ message: BROKEN })),
  ).toMatchObject({ message: BROKEN });
});

test('a URL that is not asked for by the first answer takes nothing', async () => {
  const { exchange, url } = await deferred(SCENE, { body: bubble('라떼') });
  expect(exchange).toMatchObject({ fate: { kind: 'shown' }, callback: { state: 'expired' } });
  expect(await post(url, LATE)).toMatchObject({
    status: 'FAIL',
    message: 'The skill server settings are incorrect. Use callback true setting required.',
  });
});

test('a promise that comes too late is none', async () => {
  const { exchange, url } = await deferred(SCENE, { body: PROMISE, afterMs: 200 }, { answerWithinMs: 50 });
  expect(exchange.fate).toMatchObject({ reason: 'timeout' });
  expect((await post(url, LATE)).message).toMatch(/Use callback true/);
});

test('another token or another bot’s URL takes nothing, and spends nothing', async () => {
  const { url } = await deferred();
  expect((await post(url.replace(/.{4}$/, '0000'), LATE)).message).toBe(SPENT);
  expect((await post(url.replace(/bots\/[^/]+/, 'bots/ffff'), LATE)).message).toBe(
    'Invalid bot ID. Check your Bot ID.',
  );
  expect((await post(`${url}%zz`, LATE)).message).toBe(SPENT);
  expect((await post(url.replace('cbtoken:', 'cbtoken%3A'), LATE)).status).toBe('SUCCESS');
});

test('a callback that overtakes the first answer waits for it', async () => {
  let early: Promise<{ status: string }> | undefined;
  bot = await startSomeBot(({ json }) => {
    early = post(json.userRequest.callbackUrl, LATE);
    return { body: PROMISE, afterMs: 150 };
  });
  const exchange = await bot.kakao.act(SAYS, SCENE);
  expect(await early).toMatchObject({ status: 'SUCCESS' });
  const [taken] = (await bot.kakao.settled(exchange)).callback?.posts ?? [];
  expect(taken?.ms).toBeGreaterThanOrEqual(145);
});

describe('the URL is over', () => {
  test('when its time is, and whoever waits is told', async () => {
    const { exchange, url, kakao, told } = await deferred(SCENE, { body: PROMISE }, { callbackValidMs: 80 });
    expect((await kakao.settled(exchange)).callback).toMatchObject({ state: 'expired', posts: [] });
    expect(told.at(-1)?.callback?.state).toBe('expired');
    expect((await post(url, LATE)).message).toBe(SPENT);
  });

  test.each([
    [SCENE, 60_000],
    [GROUP, 300_000],
  ])('after a minute, or five in a group room: case %#', async (scene, ms) => {
    const { exchange } = await deferred(scene);
    const { expiresAt = 0 } = exchange.callback ?? {};
    expect(Math.abs(expiresAt - exchange.at - ms)).toBeLessThan(500);
  });

  test('when the simulator forgets everything, or stops', async () => {
    const { exchange, url, kakao } = await deferred();
    const settled = kakao.settled(exchange);
    kakao.clear();
    await settled;
    expect((await post(url, LATE)).message).toBe(SPENT);
    expect(kakao.exchanges).toEqual([]);
  });
});

describe('a fault of the world', () => {
  test.each([
    ['late', SPENT],
    ['refused', 'Invalid skill-json format. This talk bubble is not suitable for advertising.'],
  ] as const)('%s refuses whatever is posted', async (callback, message) => {
    const { exchange, url, kakao } = await deferred({ ...SCENE, faults: { ...SCENE.faults, callback } });
    expect(exchange.callback?.state).toBe('open');
    expect(await post(url, LATE)).toMatchObject({ status: 'FAIL', message });
    expect((await kakao.settled(exchange)).callback).toMatchObject({
      state: 'expired',
      posts: [{ isTaken: false, json: LATE, message }],
    });
  });

  test('that sends a request twice gives both one URL, which either answer may ask for', async () => {
    let calls = 0;
    bot = await startSomeBot(() => ({ body: calls++ === 0 ? bubble('네') : PROMISE }));
    const faults = { ...SCENE.faults, isSentTwice: true };
    const exchange = await bot.kakao.act(SAYS, { ...SCENE, faults });
    const [one, two] = bot.got.map(({ json }) => json.userRequest.callbackUrl);
    expect(two).toBe(one);
    expect(await post(one, LATE)).toMatchObject({ status: 'SUCCESS' });
    expect(exchange.callback).toBeDefined();
    expect(bot.kakao.exchanges[1]).not.toHaveProperty('callback');
  });
});

test('봇테스트 brings a URL that can never be used, and 스킬 테스트 and smart-chat bring none', async () => {
  const { exchange, url, kakao, got } = await deferred({ ...SCENE, caller: 'bot-test' });
  expect(exchange.fate.kind).toBe('deferred');
  expect((await post(url, LATE)).message).toBe('Invalid callback token for testing purposes.');
  const tested = await kakao.act(SAYS, { ...SCENE, caller: 'skill-test' });
  expect(got[1]?.json.userRequest).not.toHaveProperty('callbackUrl');
  expect(tested).not.toHaveProperty('callback');
  expect(tested.fate).toMatchObject({ kind: 'dropped', reason: 'violation' });
  expect(await kakao.act(SAYS, SMART)).not.toHaveProperty('callback');
});

test('whoever waits for an exchange without a callback waits for nothing', async () => {
  const { kakao } = await deferred(SCENE, { body: bubble('네') }, { hasCallbacks: false });
  const exchange = await kakao.act(SAYS, SCENE);
  expect(await kakao.settled(exchange)).toEqual(exchange);
});

test('other web pages reach neither callbacks nor plugins', async () => {
  const { url } = await deferred();
  const headers = { origin: 'https://evil.example.com' };
  expect((await fetch(url, { method: 'POST', headers, body: '{}' })).status).toBe(403);
  expect((await post(url, LATE)).status).toBe('SUCCESS');
});
