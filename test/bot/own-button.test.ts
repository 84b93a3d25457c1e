import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Bot, button, reply, type Texts } from '../../lambda/bot/index.ts';
import { broughtBy, ownButton, tapOf } from '../../lambda/bot/own-button.ts';
import { openBuilder } from '../../lambda/open-builder/protocol.ts';
import { renderHome } from '../../lambda/smart-chat/render.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { READABLE_MS } from '../../lambda/turn/time-budget.ts';
import { tappables } from '../../tools/kakao-simulator/tappables.ts';
import { openChat, PROTOCOLS } from '../kit/chat.ts';
import { saying, takeBody, turnOf, USER } from '../kit/turns.ts';

const newBot = (texts: Partial<Texts> = {}) => new Bot({ session: () => ({}), texts });
afterEach(() => {
  jest.restoreAllMocks();
});

const LONG = Array.from({ length: 600 }, (_, n) => `${n}번째 문장입니다.`).join(' ');

describe.each(PROTOCOLS)("the gateway's words under %s", protocol => {
  test.each(['결과 확인', '더보기', '직접 입력'])(
    'are the rules’ where nothing of the gateway waits: %s',
    async word => {
      const chat = openChat(
        newBot().hears(word, () => '봇의 답'),
        protocol,
      );
      expect((await chat.says(word)).words).toContain('봇의 답');
    },
  );

  test('are the rules’ again a minute after the rest of an answer was shown, which can be read again until then', async () => {
    const bot = newBot()
      .hears('길게', () => LONG)
      .hears('더보기', () => '봇의 답');
    const chat = openChat(bot, protocol);
    await chat.says('길게');
    let seen = await chat.says('더보기');
    expect(seen.words).toContain('번째 문장입니다.');
    while (seen.labels.includes('더보기')) seen = await chat.says('더보기');
    expect(await chat.says('더보기')).toEqual(seen);
    const now = Date.now;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + READABLE_MS);
    expect((await chat.says('더보기')).words).toContain('봇의 답');
  });

  test('are marked on its own buttons, and no rule sees a mark', async () => {
    const bot = newBot()
      .hears('고르기', () =>
        reply('골라 주세요', [
          button.message('하나', '본다', { kakaoGateway: { button: 'of another release' } }),
          button.message('둘', '본다', { kakaoGateway: 'more', id: 2 }),
        ]),
      )
      .hears('본다', turn => JSON.stringify([turn.incoming.extra, turn.trigger.how]));
    const chat = openChat(bot, protocol);
    await chat.says('고르기');
    expect((await chat.taps('하나')).words).toContain('[{},"tapped"]');
    await chat.says('고르기');
    expect((await chat.taps('둘')).words).toContain('[{"id":2},"tapped"]');
  });
});

describe.each(['private', 'group'] as const)('a tap on 더보기 in a %s room', room => {
  const bot = newBot()
    .hears('길게', () => LONG)
    .hears('더보기', () => '봇의 답')
    .fallback(() => '모르는 말');

  test('goes on, and is told by its mark from a button and a word that say the same', async () => {
    const chat = openChat(bot, 'open-builder', { room });
    const { answer } = await chat.says('길게');
    expect(tappables(answer, 'open-builder')).toMatchObject([
      { label: '더보기', messageText: '더보기', extra: { kakaoGateway: { button: 'more' } } },
    ]);
    expect((await chat.taps('더보기')).words).toContain('번째 문장입니다.');
  });

  test('whose rest was forgotten is told so, and no rule is asked', async () => {
    const store = new MemorySessionStore();
    const [chat, meanwhile] = [1, 2].map(() => openChat(bot, 'open-builder', { room, store }));
    await chat?.says('길게');
    await meanwhile?.says('안녕');
    expect((await meanwhile?.says('더보기'))?.words).toContain('봇의 답');
    expect((await chat?.taps('더보기'))?.words).toContain(bot.texts.nothingMore);
  });
});

test('a tap on 더보기 brings the rest, whatever the button was called when it was shown', async () => {
  const store = new MemorySessionStore();
  const body = {
    userRequest: { utterance: '더보기', user: { id: 'u' } },
    action: { clientExtra: { kakaoGateway: { button: 'more' } } },
  };
  const bot = newBot({ more: '계속' }).hears('길게', () => LONG);
  await takeBody({ bot, store }, openBuilder, { userRequest: { utterance: '길게', user: { id: 'u' } } });
  const { answer } = await takeBody({ bot, store }, openBuilder, body);
  expect(JSON.stringify(answer)).toContain('번째 문장입니다.');
});

test.each([undefined, null, 'collect', ['collect'], { button: 'of another release' }])(
  'a mark that is none of ours is as good as a word: %j',
  async kakaoGateway => {
    const bot = newBot().hears('결과 확인', () => '봇의 답');
    const body = {
      userRequest: { utterance: '결과 확인', user: { id: 'u' } },
      action: { clientExtra: { kakaoGateway } },
    };
    const { answer } = await takeBody({ bot, store: new MemorySessionStore() }, openBuilder, body);
    expect(JSON.stringify(answer)).toContain('봇의 답');
  },
);

describe("a button of the bot's that calls a block is the bot's, whatever its label", () => {
  const bot = newBot()
    .hears('고르기', () => reply('골라 주세요', [button.block('직접 입력', 'b2')]))
    .hears('길게', () => reply(LONG, [button.block('더보기', 'b2')]))
    .block('b2', () => '블록의 답');

  test('under smart-chat', async () => {
    const chat = openChat(bot, 'smart-chat');
    await chat.says('고르기');
    expect((await chat.taps('직접 입력 (2)')).words).toContain('블록의 답');
    await chat.says('길게');
    expect((await chat.taps('더보기 (2)')).words).toContain('블록의 답');
  });

  test('under Open Builder', async () => {
    const store = new MemorySessionStore();
    const user = { id: 'u' };
    await takeBody({ bot, store }, openBuilder, { userRequest: { utterance: '길게', user } });
    const { answer } = await takeBody({ bot, store }, openBuilder, {
      userRequest: { utterance: '더보기', user, block: { id: 'b2', name: '이어서' } },
      flow: { trigger: { type: 'CARD_BUTTON_BLOCK' } },
    });
    expect(JSON.stringify(answer)).toContain('블록의 답');
  });
});

describe("smart-chat's 직접 입력", () => {
  const room = (bot: Bot<object>) => openChat(bot, 'smart-chat');

  test("is answered by the gateway unless a rule hears that very text, in the bot's order", async () => {
    const bot = newBot()
      .hears(/입력/, () => '무늬의 답')
      .when(
        () => true,
        () => '조건의 답',
      )
      .fallback(() => '나머지의 답');
    expect((await room(bot).says('직접 입력')).words).toContain(bot.texts.typeNow);
    expect(
      (await room(bot.hears(['주소', '직접입력'], () => '주소를 적어 주세요')).says('직접 입력')).words,
    ).toContain('무늬의 답');
    const heard = newBot().hears('직접 입력', () => '주소를 적어 주세요');
    expect((await room(heard).says('직접 입력')).words).toContain('주소를 적어 주세요');
  });

  test("stands beside a button of the bot's that means more, and is the one that means no more", async () => {
    const bot = newBot()
      .hears('주소', () => reply('골라 주세요', ['최근 주소', '직접 입력']))
      .hears('다른 주소', () =>
        reply('골라 주세요', [
          button.message('직접 입력', '주소 적기'),
          button.message('직접 입력', '직접 입력', { id: 1 }),
        ]),
      )
      .hears('주소 적기', () => '적어 주세요')
      .hears('직접 입력', turn => `적으세요 ${JSON.stringify(turn.incoming.extra)}`);
    const chat = room(bot);
    expect((await chat.says('주소')).labels).toEqual(['최근 주소', '직접 입력']);
    expect((await chat.taps('직접 입력')).words).toContain('적으세요 {}');
    const labels = ['직접 입력 (2)', '직접 입력 (3)', '직접 입력'];
    expect((await chat.says('다른 주소')).labels).toEqual(labels);
    expect((await chat.taps('직접 입력 (2)')).words).toContain('적어 주세요');
    await chat.says('다른 주소');
    expect((await chat.taps('직접 입력 (3)')).words).toContain('적으세요 {"id":1}');
  });

  test('shows no keyboard by itself, and leaves room for 99 others', async () => {
    const bot = newBot().hears('혼자', () => reply('골라 주세요', ['직접 입력']));
    expect((await room(bot).says('혼자')).answer.keyboard).toEqual({ type: 'text' });
    const many = Array.from({ length: 120 }, (_, n) => `${n}`);
    const buttons = [...many.slice(0, 99), '직접 입력'];
    expect(renderHome(many, bot.texts)).toEqual({ type: 'buttons', buttons });
  });

  test('that is left out answers no empty utterance', async () => {
    const bot = newBot({ type: '' }).fallback(() => '나머지의 답');
    expect((await room(bot).says('')).words).toContain('나머지의 답');
  });
});

describe('words that clash are refused when the bot is made', () => {
  test.each<[Partial<Texts>, string]>([
    [
      { more: '결과확인' },
      'texts.more and texts.collect are the same word, "결과 확인": give one of them another',
    ],
    [{ type: '더 보기' }, 'texts.more and texts.type are the same word, "더 보기": give one of them another'],
    [
      { collect: 'ＡＢＣ', type: 'abc' },
      'texts.collect and texts.type are the same word, "abc": give one of them another',
    ],
  ])('two of the gateway’s: %j', (texts, sentence) => {
    expect(() => newBot(texts)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', message: sentence }),
    );
  });

  test('a bot without 직접 입력 may take any words', () => {
    expect(() => newBot({ type: '', more: '더', collect: '결과' })).not.toThrow();
  });

  const sentence =
    'a rule hears "결과 확인", the word of texts.collect, which brings the answers of slow rules: ' +
    'give texts.collect another word, or the rule';
  const slow = { slow: '잠시만요' };
  test.each<[string, (bot: Bot<object>) => void]>([
    ['after a slow rule', bot => bot.hears('물음', () => '답', slow).hears('결과 확인', () => '봇의 답')],
    [
      'before a slow rule',
      bot =>
        bot
          .hears(['결과확인', '결과'], () => '봇의 답')
          .when(
            () => true,
            () => '답',
            slow,
          ),
    ],
    ['before a slow fallback', bot => bot.hears('결과 확인', () => '봇의 답').fallback(() => '답', slow)],
    ['after a slow fallback', bot => bot.fallback(() => '답', slow).hears('결과 확인', () => '봇의 답')],
    ['as a slow rule', bot => bot.hears('결과 확인', () => '봇의 답', slow)],
  ])('a rule that hears 결과 확인 %s', (_, declare) => {
    expect(() => declare(newBot())).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', message: sentence }),
    );
    expect(() => declare(newBot({ collect: '답 보기' }))).not.toThrow();
  });

  test('but a pattern that would match it, and a quick bot’s rule, are none', () => {
    expect(() => newBot().hears(/결과/, () => '답', slow)).not.toThrow();
    expect(() =>
      newBot()
        .hears('결과 확인', () => '답')
        .fallback(() => '답'),
    ).not.toThrow();
  });
});

describe('a button of the gateway’s', () => {
  test('says its label, and its mark tells which answer it brings', () => {
    expect(ownButton('more', '더', { answer: 'a', part: 2 })).toStrictEqual({
      label: '더',
      action: 'message',
      messageText: '더',
      extra: { kakaoGateway: { button: 'more', answer: 'a', part: 2 } },
    });
    expect(ownButton('collect', '결과').extra).toStrictEqual({ kakaoGateway: { button: 'collect' } });
  });

  test('names its user in a group room, and nobody elsewhere', () => {
    const { user } = saying('안녕');
    const group = { key: 'a-room' };
    expect(broughtBy({ user })).toStrictEqual({});
    expect(broughtBy({ user }, { answer: 'a', part: 1 })).toStrictEqual({ answer: 'a', part: 1 });
    expect(broughtBy({ user, group }, { answer: 'a' })).toStrictEqual({ answer: 'a', of: USER });
    const { key: _, ...unknown } = user;
    expect(broughtBy({ user: unknown, group }, { answer: 'a' })).toStrictEqual({ answer: 'a' });
  });

  const request = (kakaoGateway: unknown) =>
    turnOf({ kind: 'utterance', text: '더', extra: { kakaoGateway } });
  const tapped = (mark: unknown) => tapOf({ ...request(mark), group: { key: 'a-room' } }).tapped;

  test('is told from its mark, as far as that can be read', () => {
    const whole = { button: 'more', answer: 'a', part: 2, of: USER } as const;
    expect(tapped(whole)).toStrictEqual(whole);
    // In a room of two nobody brings what is another's.
    expect(tapOf(request(whole)).tapped).toStrictEqual({ button: 'more', answer: 'a', part: 2 });
    expect(tapped({ button: 'collect' })).toStrictEqual({ button: 'collect' });
    expect(tapped({ button: 'more', part: 0 })).toStrictEqual({ button: 'more', part: 0 });
    for (const part of [-1, 0.5, Number.NaN, 2 ** 53, '1', null])
      expect(tapped({ button: 'more', answer: 1, part, of: {} })).toStrictEqual({ button: 'more' });
    for (const mark of [{ button: 'less' }, {}, 'more', null, ['more']]) expect(tapped(mark)).toBeUndefined();
  });

  test('is a tap, unless the protocol knows how it came about', () => {
    const extra = { kakaoGateway: { button: 'more' }, id: 1 };
    const request = turnOf({ kind: 'utterance', text: '더', extra });
    const seen = { ...request, incoming: { kind: 'utterance', text: '더', extra: { id: 1 } } };
    expect(tapOf(request).request).toStrictEqual({ ...seen, trigger: { how: 'tapped' } });
    expect(tapOf({ ...request, trigger: { how: 'unknown', type: 'X' } }).request).toStrictEqual({
      ...seen,
      trigger: { how: 'tapped', type: 'X' },
    });
    expect(tapOf({ ...request, trigger: { how: 'typed' } }).request.trigger).toStrictEqual({ how: 'typed' });
  });

  test('is none where nothing is marked: the turn is the same', () => {
    for (const request of [
      saying('더보기'),
      turnOf({ kind: 'utterance', text: '더보기', extra: { id: 1 } }),
      turnOf({ kind: 'media', media: 'photo', url: 'https://a.example/1.jpg' }),
    ]) {
      const { request: seen, tapped: none } = tapOf(request);
      expect(seen).toBe(request);
      expect(none).toBeUndefined();
    }
  });
});
