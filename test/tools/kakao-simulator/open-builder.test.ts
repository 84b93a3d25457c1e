import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Act } from '../../../tools/kakao-simulator/act.ts';
import type { Exchange } from '../../../tools/kakao-simulator/exchange.ts';
import type { Scene } from '../../../tools/kakao-simulator/scene.ts';
import { startKakaoSimulator } from '../../../tools/kakao-simulator/start.ts';
import { UsageError } from '../../../tools/usage-error.ts';
import { type Answers, bubble, GROUP, SCENE, SMART, type SomeBot, startSomeBot } from './some-bot.ts';

let bot: SomeBot;

afterEach(async () => {
  jest.useRealTimers();
  await bot.stop();
});

const serve = async (...settings: Parameters<typeof startSomeBot>): Promise<SomeBot> => {
  bot = await startSomeBot(...settings);
  return bot;
};

const says = (text: string): Act => ({ kind: 'says', text });
const taps = ({ id: exchange }: Exchange, path: string): Act => ({ kind: 'taps', at: { exchange, path } });
const hello: Answers = () => ({ body: bubble('안녕하세요') });
const faulty = (faults: Partial<Scene['faults']>): Scene => ({
  ...SCENE,
  faults: { ...SCENE.faults, ...faults },
});

test('what a user says reaches the skill, its bubbles are shown, and each state of it is told', async () => {
  const told: Exchange[] = [];
  const { kakao, got, url } = await serve(hello, { onExchange: one => told.push(one), hasCallbacks: false });
  const exchange = await kakao.act(says('메뉴'), SCENE);
  expect(got).toMatchObject([{ path: '/skill', json: { userRequest: { utterance: '메뉴' } } }]);
  expect(exchange).toMatchObject({
    act: says('메뉴'),
    scene: SCENE,
    said: '메뉴',
    request: { method: 'POST', url: `${url}/skill`, body: got[0]?.json },
    answer: { status: 200, json: bubble('안녕하세요'), text: JSON.stringify(bubble('안녕하세요')) },
    fate: { kind: 'shown' },
    violations: [],
  });
  expect(exchange.answer?.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8' });
  expect(exchange.answer?.ms).toBeLessThan(5_000);
  expect(told.map(({ id, fate }) => [id, fate.kind])).toEqual([
    [exchange.id, 'waits'],
    [exchange.id, 'shown'],
  ]);
  expect(kakao.exchanges).toEqual([exchange]);
});

test('Kakao waits five seconds, and not a millisecond longer', async () => {
  const { kakao } = await serve(() => 'hang');
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'Date'] });
  let exchange: Exchange | undefined;
  const done = kakao.act(says('메뉴'), SCENE).then(one => {
    exchange = one;
  });
  await jest.advanceTimersByTimeAsync(4_999);
  expect(exchange).toBeUndefined();
  await jest.advanceTimersByTimeAsync(1);
  await done;
  expect(exchange?.fate).toMatchObject({
    reason: 'timeout',
    says: { en: expect.stringContaining('after 5 s') },
  });
});

describe('a tap', () => {
  const button = (label: string, more: object) => ({ label, ...more });
  const cards = {
    version: '2.0',
    template: {
      outputs: [
        {
          carousel: {
            type: 'basicCard',
            items: [
              {
                title: '라떼',
                thumbnail: { imageUrl: 'https://img.example.com/a.jpg' },
                buttons: [
                  button('담기', { action: 'message', messageText: '담기 라떼', extra: { drink: 3 } }),
                  button('예약', { action: 'block', blockId: 'b10c' }),
                ],
              },
            ],
          },
        },
        {
          listCard: {
            header: { title: '메뉴' },
            items: [{ title: '유자차', action: 'block', blockId: 'b11c', extra: { n: 1 } }],
            buttons: [
              button('길 찾기', { action: 'webLink', webLinkUrl: 'https://map.kakao.com/' }),
              button('전화', { action: 'phone', phoneNumber: '02-000-0000' }),
            ],
          },
        },
        {
          textCard: {
            title: '상담',
            buttons: [button('상담원', { action: 'operator' }), button('알리기', { action: 'share' })],
          },
        },
      ],
      quickReplies: [
        button('처음으로', { action: 'message' }),
        button('예약하기', { action: 'block', blockId: 'b12c', messageText: '예약할래요' }),
      ],
    },
  };
  const shown = async () => {
    const { kakao, got } = await serve(() => ({ body: cards }));
    return { kakao, got, exchange: await kakao.act({ kind: 'calls-block', block: '메뉴' }, SCENE) };
  };
  const CARD = 'template.outputs[0].carousel.items[0].buttons';

  test.each([
    [`${CARD}[0]`, '담기 라떼', '폴백 블록', 'CARD_BUTTON_MESSAGE', { drink: 3 }],
    [`${CARD}[1]`, '예약', '예약', 'CARD_BUTTON_BLOCK', {}],
    ['template.outputs[1].listCard.items[0]', '유자차', '유자차', 'LIST_ITEM_BLOCK', { n: 1 }],
    ['template.quickReplies[0]', '처음으로', '폴백 블록', 'QUICKREPLY_BUTTON_MESSAGE', {}],
    ['template.quickReplies[1]', '예약할래요', '예약하기', 'QUICKREPLY_BUTTON_BLOCK', {}],
  ])('at %s says %s in the block %s', async (path, said, block, trigger, clientExtra) => {
    const { kakao, got, exchange } = await shown();
    expect((await kakao.act(taps(exchange, path), SCENE)).said).toBe(said);
    expect(got[1]?.json).toMatchObject({
      action: { clientExtra, params: {} },
      userRequest: { utterance: said, block: { name: block } },
      flow: { trigger: { type: trigger, referrerBlock: { name: '메뉴' } }, lastBlock: { name: '메뉴' } },
    });
  });

  test('calls the block by the id that the button has', async () => {
    const { kakao, got, exchange } = await shown();
    await kakao.act(taps(exchange, `${CARD}[1]`), SCENE);
    expect(got[1]?.json).toMatchObject({ intent: { id: 'b10c' }, userRequest: { block: { id: 'b10c' } } });
  });

  test.each([
    ['template.outputs[1].listCard.buttons[0]', 'webLink'],
    ['template.outputs[1].listCard.buttons[1]', 'phone'],
    ['template.outputs[2].textCard.buttons[0]', 'operator'],
    ['template.outputs[2].textCard.buttons[1]', 'share'],
  ])('at %s is done by the phone, and no bot hears of it', async (path, action) => {
    const { kakao, got, exchange } = await shown();
    await expect(kakao.act(taps(exchange, path), SCENE)).rejects.toThrow(
      new RegExp(`is ${action}, done by the phone; the bot hears nothing of it`),
    );
    expect(got).toHaveLength(1);
  });

  test('finds buttons of older answers, and quick replies of the last one alone', async () => {
    const { kakao, got, exchange } = await shown();
    const last = await kakao.act(says('다시'), SCENE);
    await kakao.act(taps(exchange, `${CARD}[0]`), SCENE);
    expect(got[2]?.json.userRequest.utterance).toBe('담기 라떼');
    const gone = kakao.act(taps(exchange, 'template.quickReplies[0]'), SCENE);
    await expect(gone).rejects.toThrow(/처음으로 is a quick reply of an older answer/);
    await expect(kakao.act(taps(last, 'template.quickReplies[0]'), SCENE)).rejects.toThrow(UsageError);
  });

  test('leaves the quick replies of another room alone', async () => {
    const { kakao, exchange } = await shown();
    await kakao.act(says('안녕'), { ...SCENE, user: { ...SCENE.user, botUserKey: 'b'.repeat(66) } });
    const tapped = await kakao.act(taps(exchange, 'template.quickReplies[0]'), SCENE);
    expect(tapped.fate.kind).toBe('shown');
  });

  test.each([
    ['template.quickReplies[7]', /nothing can be tapped at template\.quickReplies\[7\]/],
    ['template.outputs[0]', /nothing can be tapped/],
  ])('at %s finds nothing', async (path, words) => {
    const { kakao, exchange } = await shown();
    await expect(kakao.act(taps(exchange, path), SCENE)).rejects.toThrow(words);
  });

  test('finds nothing in an answer that was dropped, forgotten, or came by the other protocol', async () => {
    const { kakao } = await serve(() => ({ status: 500, body: cards }));
    const dropped = await kakao.act(says('메뉴'), SCENE);
    await expect(kakao.act(taps(dropped, 'template.quickReplies[0]'), SCENE)).rejects.toThrow(
      /nothing can be tapped/,
    );
    await expect(kakao.act(taps(dropped, 'keyboard.buttons[0]'), SMART)).rejects.toThrow(
      /came by open-builder/,
    );
    kakao.clear();
    expect(kakao.exchanges).toEqual([]);
    await expect(kakao.act(taps(dropped, 'template.quickReplies[0]'), SCENE)).rejects.toThrow(
      /no longer remembered/,
    );
  });
});

test('flow tells the block before, once there is one, and what was typed is no tap', async () => {
  const { kakao, got } = await serve(hello);
  await kakao.act(says('안녕'), SCENE);
  await kakao.act({ kind: 'calls-block', block: '예약하기' }, SCENE);
  await kakao.act(says('두 명'), SCENE);
  expect(got.map(({ json }) => json.flow)).toMatchObject([
    { trigger: { type: 'TEXT_INPUT' } },
    { trigger: { type: 'TEXT_INPUT' }, lastBlock: { name: '폴백 블록' } },
    { trigger: { type: 'TEXT_INPUT', referrerBlock: { name: '예약하기' } }, lastBlock: { name: '예약하기' } },
  ]);
  expect(got[0]?.json.flow).toEqual({ trigger: { type: 'TEXT_INPUT' } });
});

describe('contexts', () => {
  const setting =
    (...values: readonly object[]): Answers =>
    ({ json }) => ({
      body: {
        ...bubble('네'),
        ...(json.userRequest.utterance.startsWith('설정') && { context: { values } }),
      },
    });
  const contextsOf = ({ got }: SomeBot) => got.map(({ json }) => json.contexts);
  const order = { name: 'order', lifeSpan: 2, params: { drink: '라떼' } };
  const params = { drink: { value: '라떼', resolvedValue: '라떼' } };

  test('come back as many turns as they live', async () => {
    const { kakao } = await serve(setting(order));
    for (const text of ['설정', '하나', '둘', '셋']) await kakao.act(says(text), SCENE);
    expect(contextsOf(bot)).toEqual([
      [],
      [{ name: 'order', lifespan: 2, params }],
      [{ name: 'order', lifespan: 1, params }],
      [],
    ]);
  });

  test('end where an answer says 0, and live on where it says so again', async () => {
    let lifeSpan = 2;
    const { kakao } = await serve(() => ({
      body: { ...bubble('네'), context: { values: [{ name: 'order', lifeSpan }] } },
    }));
    await kakao.act(says('하나'), SCENE);
    await kakao.act(says('둘'), SCENE);
    lifeSpan = 0;
    await kakao.act(says('셋'), SCENE);
    await kakao.act(says('넷'), SCENE);
    const alive = { name: 'order', lifespan: 2, params: {} };
    expect(contextsOf(bot)).toEqual([[], [alive], [alive], []]);
  });

  test('end when their ttl is over', async () => {
    const { kakao } = await serve(setting({ ...order, lifeSpan: 5, ttl: 60 }));
    await kakao.act(says('설정'), SCENE);
    await kakao.act(says('하나'), SCENE);
    jest.useFakeTimers({
      now: Date.now() + 60_000,
      doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'queueMicrotask', 'performance'],
    });
    await kakao.act(says('둘'), SCENE);
    expect(contextsOf(bot)).toEqual([[], [{ name: 'order', lifespan: 5, ttl: 60, params }], []]);
  });

  test('are each user’s own, in each room and from wherever the skill is called', async () => {
    const { kakao } = await serve(setting(order));
    const other = { ...SCENE, user: { ...SCENE.user, botUserKey: 'b'.repeat(66) } };
    await kakao.act(says('설정'), SCENE);
    for (const scene of [other, { ...SCENE, caller: 'dev' as const }]) await kakao.act(says('안녕'), scene);
    await kakao.act(says('안녕'), GROUP);
    expect(contextsOf(bot)).toEqual([[], [], [], undefined]);
    await kakao.act(says('안녕'), SCENE);
    expect(bot.got.at(-1)?.json.contexts).toHaveLength(1);
  });

  test('of an answer that is dropped are none', async () => {
    const { kakao } = await serve(() => ({ body: { context: { values: [order] } } }));
    await kakao.act(says('하나'), SCENE);
    await kakao.act(says('둘'), SCENE);
    expect(contextsOf(bot)).toEqual([[], []]);
  });

  test('have no more than 64 KB together: the oldest go first', async () => {
    const many = Array.from({ length: 10 }, (_, at) => ({
      name: `${at}`,
      lifeSpan: 5,
      params: { text: 'x'.repeat(5_000) },
    }));
    const { kakao } = await serve(setting(...many));
    await kakao.act(says('설정'), SCENE);
    await kakao.act(says('하나'), SCENE);
    const names = bot.got[1]?.json.contexts.map(({ name }: { name: string }) => name);
    expect(names).toEqual(['4', '5', '6', '7', '8', '9']);
  });

  test('are forgotten with everything else', async () => {
    const { kakao } = await serve(setting(order));
    await kakao.act(says('설정'), SCENE);
    kakao.clear();
    await kakao.act(says('하나'), SCENE);
    expect(contextsOf(bot)).toEqual([[], []]);
  });
});

describe('the world’s faults', () => {
  test('make the way long, and the five seconds go on meanwhile', async () => {
    const { kakao, got } = await serve(hello, { answerWithinMs: 1_000 });
    const startedAt = Date.now();
    const slow = await kakao.act(says('안녕'), faulty({ networkMs: 150 }));
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(150);
    expect(slow).toMatchObject({ fate: { kind: 'shown' } });
    expect(slow.answer?.ms).toBeGreaterThanOrEqual(149);
    const lost = await kakao.act(says('안녕'), faulty({ networkMs: 2_000 }));
    expect(lost.fate).toMatchObject({ reason: 'timeout' });
    expect(Date.now() - startedAt).toBeLessThan(1_900);
    expect(got).toHaveLength(1);
  });

  test('send a request twice at once, by one id: the second is an exchange of its own', async () => {
    const { kakao, got, mostAtOnce } = await serve(() => ({ body: bubble('네'), afterMs: 30 }));
    const first = await kakao.act(says('안녕'), faulty({ isSentTwice: true }));
    expect([got.length, mostAtOnce()]).toEqual([2, 2]);
    const [one, two] = got;
    expect(two?.headers['x-request-id']).toBe(one?.headers['x-request-id']);
    expect(two?.json).toEqual(one?.json);
    expect(kakao.exchanges).toMatchObject([
      { id: first.id, fate: { kind: 'shown' } },
      { repeats: first.id, fate: { kind: 'shown' } },
    ]);
    expect(first).not.toHaveProperty('repeats');
  });

  test('show twice what was answered twice, and either can be tapped', async () => {
    const quickReplies = [{ label: '메뉴', action: 'message', messageText: '메뉴' }];
    let calls = 0;
    // The first one comes last, or the other way round.
    const { kakao, got } = await serve(() => ({
      body: bubble('네', { quickReplies }),
      afterMs: calls++ % 3 === 0 ? 40 : 0,
    }));
    for (let time = 0; time < 2; time++) {
      const first = await kakao.act(says('안녕'), faulty({ isSentTwice: true }));
      await kakao.act(taps(first, 'template.quickReplies[0]'), SCENE);
    }
    const again = kakao.exchanges.find(({ repeats }) => repeats !== undefined) as Exchange;
    await expect(kakao.act(taps(again, 'template.quickReplies[0]'), SCENE)).rejects.toThrow(/older answer/);
    expect(got).toHaveLength(6);
  });

  test('bring another id to each new request', async () => {
    const { kakao, got } = await serve(hello);
    await kakao.act(says('안녕'), SCENE);
    await kakao.act(says('안녕'), SCENE);
    expect(got[1]?.headers['x-request-id']).not.toBe(got[0]?.headers['x-request-id']);
  });
});

describe('a typed value is judged', () => {
  const fills: Act = { kind: 'fills', param: '전화번호', value: '010' };

  test.each([
    [{ status: 'SUCCESS', value: '010-0000-0000' }, 'judged', 'SUCCESS', /is taken/],
    [{ status: 'FAIL', message: '다시 입력해 주세요' }, 'judged', 'FAIL', /message, and asks again/],
    [{ status: 'IGNORE' }, 'judged', 'IGNORE', /as if it had not asked/],
    [{ status: 'ERROR' }, 'judged', 'ERROR', /could not judge/],
  ])('%j', async (body, kind, status, words) => {
    const { kakao, got } = await serve(() => ({ body }));
    const { fate, said } = await kakao.act(fills, SCENE);
    expect(said).toBe('010');
    expect(got[0]?.path).toBe(`/validation/${encodeURIComponent('전화번호')}`);
    expect(fate).toMatchObject({ kind, status, says: { en: expect.stringMatching(words) } });
  });

  test('and an answer that is none is dropped', async () => {
    const { kakao } = await serve(() => ({ body: { status: 'OK' } }));
    expect((await kakao.act(fills, SCENE)).fate).toMatchObject({ kind: 'dropped', reason: 'violation' });
  });
});

describe('an act that is none is refused before anything is sent', () => {
  const photo: Act = { kind: 'sends', media: 'photo', url: 'https://img.example.com/a.jpg' };
  test.each<readonly [Act, Scene, RegExp]>([
    [{ kind: 'adds-friend' }, SCENE, /Open Builder tells no bot that a user adds a friend: use smart-chat/],
    [{ kind: 'blocks-friend' }, SCENE, /use smart-chat/],
    [{ kind: 'leaves' }, SCENE, /a user leaves: use smart-chat/],
    [{ ...photo, media: 'video' }, SCENE, /photos alone, not of video/],
    [{ kind: 'gets-event', name: '배송' }, { ...SCENE, caller: 'bot-test' }, /no tester sends events/],
    [
      photo,
      { ...SCENE, caller: 'skill-test' },
      /스킬 테스트 sends words and params alone, and no photo or other file: use a channel/,
    ],
    [says('안녕'), { ...GROUP, caller: 'bot-test' }, /no tester plays a group room/],
    [says('가'.repeat(70_000)), SCENE, /one act may have 64 KB/],
  ])('case %#', async (act, scene, words) => {
    const { kakao, got } = await serve(hello);
    const refused = kakao.act(act, scene);
    await expect(refused).rejects.toThrow(words);
    await expect(refused).rejects.toThrow(UsageError);
    expect([got, kakao.exchanges]).toEqual([[], []]);
  });

  test('where the bot has no URL for it', async () => {
    const { url } = await serve(hello);
    const own = await startSomeBot(hello, { target: { skill: { url: `${url}/skill`, headers: {} } } });
    expect(own.kakao.protocols).toEqual(['open-builder']);
    await expect(own.kakao.act(says('안녕'), SMART)).rejects.toThrow(/has no URL for smart-chat/);
    await expect(own.kakao.act({ kind: 'fills', param: 'p', value: 'v' }, SCENE)).rejects.toThrow(
      /no URL of the parameter validation API/,
    );
    await own.stop();
  });
});

describe('a target that can not be called is refused', () => {
  test.each([
    [{}, /there is no bot to call/],
    [{ skill: { url: 'bot.example.com/skill', headers: {} } }, /the skill URL is none/],
    [{ appUrl: 'ftp://bot.example.com' }, /the app URL is none/],
    [
      { skill: { url: 'https://bot.example.com', headers: { 'x-key': 'a\nb-secret' } } },
      /header "x-key" can't be sent/,
    ],
  ])('%j', async (target, words) => {
    await serve(hello);
    const started = startKakaoSimulator({ target });
    await expect(started).rejects.toThrow(words);
    await expect(started).rejects.not.toThrow(/b-secret/);
  });
});

test('the last 200 exchanges are remembered, in the order of their requests', async () => {
  const { kakao } = await serve(hello);
  const ids: string[] = [];
  for (let at = 0; at < 203; at++) ids.push((await kakao.act(says(String(at)), SCENE)).id);
  expect(kakao.exchanges.map(({ id }) => id)).toEqual(ids.slice(3));
});

test('a long body is remembered as its first 64 KB, and as JSON where it has less than 256 KB', async () => {
  const { kakao } = await serve(({ json }) => ({
    body: { ...bubble('네'), data: { x: 'x'.repeat(Number(json.userRequest.utterance)) } },
  }));
  const middling = await kakao.act(says('100000'), SCENE);
  expect(middling.answer?.text).toHaveLength(64 * 1_024);
  expect(middling.answer?.json).toMatchObject(bubble('네'));
  const long = await kakao.act(says('300000'), SCENE);
  expect(long).toMatchObject({ fate: { kind: 'shown' } });
  expect(long.answer?.text).toHaveLength(64 * 1_024);
  expect(long.answer).not.toHaveProperty('json');
});

test('a bot that has a skill URL for each block is called at that of the block', async () => {
  const { url, got } = await serve(hello);
  const skill = { url: `${url}/<block>`, headers: {} };
  const kakao = await startKakaoSimulator({ target: { skill } });
  try {
    await kakao.act({ kind: 'calls-block', block: 'info/급식 $&' }, SCENE);
    await kakao.act(says('안녕'), SCENE);
  } finally {
    await kakao.stop();
  }
  expect(got.map(({ path }) => decodeURIComponent(path))).toEqual(['/info/급식 $&', '/폴백 블록']);
});
