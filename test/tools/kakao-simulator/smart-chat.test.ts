import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Act } from '../../../tools/kakao-simulator/act.ts';
import type { Exchange } from '../../../tools/kakao-simulator/exchange.ts';
import type { Scene } from '../../../tools/kakao-simulator/scene.ts';
import type { Answers } from './some-bot.ts';
import { GROUP, SCENE, SMART, type SomeBot, startSomeBot } from './some-bot.ts';

let bot: SomeBot;

afterEach(async () => {
  jest.useRealTimers();
  await bot.stop();
});

const serve = async (answers: Answers): Promise<SomeBot> => {
  bot = await startSomeBot(answers);
  return bot;
};

const HOME = { type: 'buttons', buttons: ['메뉴', '주문'] } as const;
const TEXT = { type: 'text' } as const;
const says = (text: string): Act => ({ kind: 'says', text });
const other: Scene = { ...SMART, user: { ...SMART.user, plusfriendUserKey: 'AQknK5hg1z_y' } };

/** A bot with a home keyboard, whose messages have the keyboard of this name. */
const café: Answers = ({ path, json }) => {
  if (path.endsWith('/keyboard')) return { body: HOME };
  if (!path.endsWith('/message')) return { body: '' };
  const keyboard = { 크기: { type: 'buttons', buttons: ['톨', '그란데'] }, 입력: TEXT }[String(json.content)];
  return { body: { message: { text: `${json.content}?` }, ...(keyboard && { keyboard }) } };
};
const callsOf = ({ got }: SomeBot) =>
  got.map(({ method, path }) => `${method} ${path.replace(/^\/app\/[^/]+/, '')}`);
const goOn = (ms: number) =>
  jest.useFakeTimers({
    now: Date.now() + ms,
    doNotFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'nextTick', 'queueMicrotask', 'performance'],
  });

test('what a user says is a message, and its bubble is shown', async () => {
  const { kakao, got } = await serve(café);
  const exchange = await kakao.act(says('안녕'), SMART);
  expect(got[0]?.json).toEqual({ user_key: SMART.user.plusfriendUserKey, type: 'text', content: '안녕' });
  expect(exchange).toMatchObject({
    said: '안녕',
    fate: { kind: 'shown' },
    violations: [],
    answer: { json: { message: { text: '안녕?' } } },
  });
});

describe('the keyboard', () => {
  test('is home’s on entering, and that of each answer afterwards', async () => {
    const { kakao } = await serve(café);
    expect(kakao.keyboardOf(SMART)).toEqual(TEXT);
    expect(await kakao.act({ kind: 'enters' }, SMART)).toMatchObject({ fate: { kind: 'shown' } });
    expect(kakao.keyboardOf(SMART)).toEqual(HOME);
    await kakao.act(says('크기'), SMART);
    expect(kakao.keyboardOf(SMART)).toEqual({ type: 'buttons', buttons: ['톨', '그란데'] });
    await kakao.act(says('안녕'), SMART);
    expect(kakao.keyboardOf(SMART)).toEqual(TEXT);
  });

  test('is there before its exchange is told', async () => {
    const seen: unknown[] = [];
    bot = await startSomeBot(café, { onExchange: () => seen.push(bot?.kakao.keyboardOf(SMART)) });
    await bot.kakao.act(says('크기'), SMART);
    expect(seen.at(-1)).toEqual({ type: 'buttons', buttons: ['톨', '그란데'] });
  });

  test('is each user’s own, but for home’s', async () => {
    const { kakao } = await serve(café);
    await kakao.act({ kind: 'enters' }, SMART);
    await kakao.act(says('크기'), SMART);
    expect(kakao.keyboardOf(other)).toEqual(HOME);
    expect(kakao.keyboardOf({ ...SMART, protocol: 'open-builder' })).toEqual({
      type: 'buttons',
      buttons: ['톨', '그란데'],
    });
  });

  test('of home is asked for once a minute, and kept between', async () => {
    const { kakao } = await serve(café);
    await kakao.act({ kind: 'enters' }, SMART);
    const kept = await kakao.act({ kind: 'enters' }, other);
    expect(kept).toMatchObject({
      scene: other,
      fate: { kind: 'silent', says: { en: expect.stringContaining('once a minute') } },
    });
    expect(kept).not.toHaveProperty('answer');
    expect(kakao.exchanges).toHaveLength(2);
    expect(callsOf(bot)).toEqual(['GET /keyboard']);
    goOn(60_000);
    expect(await kakao.act({ kind: 'enters' }, other)).toMatchObject({ fate: { kind: 'shown' } });
    expect(callsOf(bot)).toEqual(['GET /keyboard', 'GET /keyboard']);
  });

  test('of home is asked for again where it was none', async () => {
    let isBroken = true;
    const { kakao } = await serve(() => ({ body: isBroken ? { keyboard: HOME } : HOME }));
    expect((await kakao.act({ kind: 'enters' }, SMART)).fate).toMatchObject({
      kind: 'dropped',
      reason: 'violation',
    });
    expect(kakao.keyboardOf(SMART)).toEqual(TEXT);
    isBroken = false;
    await kakao.act({ kind: 'enters' }, SMART);
    expect(kakao.keyboardOf(SMART)).toEqual(HOME);
  });

  test('takes the place of an answer’s after ten minutes, asked for anew', async () => {
    const told: Exchange[] = [];
    // The timers of the bot are its own: it answers at once.
    bot = await startSomeBot(café, { onExchange: one => told.push(one) });
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] });
    const { kakao } = bot;
    let isDone = false;
    const done = kakao.act(says('크기'), SMART).then(() => {
      isDone = true;
    });
    while (!isDone) await jest.advanceTimersByTimeAsync(1);
    await done;
    await jest.advanceTimersByTimeAsync(10 * 60_000 - 100);
    expect(kakao.keyboardOf(SMART)).toEqual({ type: 'buttons', buttons: ['톨', '그란데'] });
    expect(callsOf(bot)).toEqual(['POST /message']);
    for (let times = 0; told.length < 4 && times < 1_000; times++) await jest.advanceTimersByTimeAsync(1);
    expect(callsOf(bot)).toEqual(['POST /message', 'GET /keyboard']);
    expect(kakao.keyboardOf(SMART)).toEqual(HOME);
    expect(told.at(-1)).toMatchObject({ act: { kind: 'enters' }, fate: { kind: 'shown' } });
  });

  test('stays where an answer is dropped', async () => {
    let isBroken = false;
    const { kakao } = await serve(call => (isBroken ? { status: 500, body: '' } : café(call)));
    await kakao.act(says('크기'), SMART);
    isBroken = true;
    await kakao.act(says('톨'), SMART);
    expect(kakao.keyboardOf(SMART)).toEqual({ type: 'buttons', buttons: ['톨', '그란데'] });
  });

  test('has at most a hundred buttons', async () => {
    const buttons = Array.from({ length: 120 }, (_, at) => `${at}번`);
    const { kakao } = await serve(() => ({
      body: { message: { text: '?' }, keyboard: { type: 'buttons', buttons } },
    }));
    const exchange = await kakao.act(says('목록'), SMART);
    expect(exchange).toMatchObject({
      fate: { kind: 'shown' },
      violations: [{ rule: 'buttons', severity: 'shortened' }],
    });
    expect(kakao.keyboardOf(SMART)).toEqual({ type: 'buttons', buttons: buttons.slice(0, 100) });
  });

  test('is forgotten with everything else, and when the user leaves', async () => {
    const { kakao } = await serve(café);
    await kakao.act({ kind: 'enters' }, SMART);
    await kakao.act(says('크기'), SMART);
    await kakao.act({ kind: 'leaves' }, SMART);
    expect(kakao.keyboardOf(SMART)).toEqual(HOME);
    kakao.clear();
    expect(kakao.keyboardOf(SMART)).toEqual(TEXT);
  });
});

describe('a tap', () => {
  const tap = ({ id: exchange }: Exchange, path: string): Act => ({ kind: 'taps', at: { exchange, path } });

  test('on the keyboard sends its label as text', async () => {
    const { kakao, got } = await serve(café);
    const home = await kakao.act({ kind: 'enters' }, SMART);
    const size = await kakao.act(tap(home, 'buttons[1]'), SMART);
    expect(size.said).toBe('주문');
    expect(got[1]?.json).toMatchObject({ type: 'text', content: '주문' });
    const sizes = await kakao.act(says('크기'), SMART);
    await kakao.act(tap(sizes, 'keyboard.buttons[1]'), SMART);
    expect(got.at(-1)?.json.content).toBe('그란데');
  });

  test('on a link is done by the phone', async () => {
    const message = { text: '여기예요', message_button: { label: '길 찾기', url: 'https://map.kakao.com' } };
    const { kakao } = await serve(() => ({ body: { message } }));
    const exchange = await kakao.act(says('길'), SMART);
    await expect(kakao.act(tap(exchange, 'message.message_button'), SMART)).rejects.toThrow(
      /길 찾기 is webLink, done by the phone/,
    );
  });
});

describe('a notice', () => {
  const notices: readonly Act[] = [{ kind: 'adds-friend' }, { kind: 'blocks-friend' }, { kind: 'leaves' }];

  test.each(notices)('$kind is told, and shows nothing', async act => {
    const { kakao } = await serve(café);
    expect(await kakao.act(act, SMART)).toMatchObject({ fate: { kind: 'silent' }, violations: [] });
  });

  test.each(notices)('$kind may be unserved, but somebody must answer', async act => {
    const { kakao } = await serve(({ path }) =>
      path.includes('friend') || path.includes('chat_room') ? { status: 404, body: '' } : 'hang-up',
    );
    const { fate } = await kakao.act(act, SMART);
    expect(fate).toMatchObject({ kind: 'silent', says: { en: expect.stringContaining('answered 404') } });
    const gone = await startSomeBot(() => 'hang-up');
    expect((await gone.kakao.act(act, SMART)).fate).toMatchObject({ kind: 'dropped', reason: 'unreachable' });
    await gone.stop();
  });

  test('tells the key in the path, or in the body', async () => {
    const { kakao, got } = await serve(café);
    for (const act of notices) await kakao.act(act, SMART);
    const key = SMART.user.plusfriendUserKey;
    expect(callsOf(bot)).toEqual(['POST /friend', `DELETE /friend/${key}`, `DELETE /chat_room/${key}`]);
    expect(got.map(({ json }) => json)).toEqual([{ user_key: key }, undefined, undefined]);
  });
});

test.each<readonly [Act, Scene, RegExp]>([
  [{ kind: 'calls-block', block: '예약' }, SMART, /smart-chat has no block: use Open Builder/],
  [{ kind: 'fills', param: 'p', value: 'v' }, SMART, /has no parameter that the user fills:/],
  [{ kind: 'gets-event', name: '배송' }, SMART, /has no event:/],
  [{ kind: 'uses-plugin', plugin: 'profile', param: 'p', block: 'b' }, SMART, /has no plugin:/],
  [says('안녕'), { ...GROUP, protocol: 'smart-chat' }, /smart-chat has no group rooms/],
])('an act that smart-chat does not know is refused: case %#', async (act, scene, words) => {
  const { kakao, got } = await serve(café);
  await expect(kakao.act(act, scene)).rejects.toThrow(words);
  expect(got).toEqual([]);
});

test('a message is sent twice, and late, where the world is so', async () => {
  const { kakao, got } = await serve(café);
  const faults = { ...SCENE.faults, isSentTwice: true, networkMs: 30 };
  const first = await kakao.act(says('안녕'), { ...SMART, faults });
  expect(got.map(({ json }) => json.content)).toEqual(['안녕', '안녕']);
  expect(kakao.exchanges[1]).toMatchObject({ repeats: first.id });
  expect(first.answer?.ms).toBeGreaterThanOrEqual(29);
});
