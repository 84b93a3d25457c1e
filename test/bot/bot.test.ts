import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Bot, type Texts } from '../../lambda/bot/index.ts';
import { button, image, reply } from '../../lambda/bot/reply.ts';
import { openBuilder } from '../../lambda/open-builder/protocol.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { READABLE_MS } from '../../lambda/turn/time-budget.ts';
import { openChat, PROTOCOLS } from '../kit/chat.ts';
import { takeBody } from '../kit/turns.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const newBot = () => new Bot({ session: () => ({ asked: false }) });

describe.each(PROTOCOLS)('rules under %s', protocol => {
  test('the first declared rule that matches answers', async () => {
    const chat = openChat(
      newBot()
        .hears('안녕', () => '처음')
        .hears(/안녕/, () => '다음')
        .fallback(() => '끝'),
      protocol,
    );
    expect((await chat.says('안녕')).words).toContain('처음');
    expect((await chat.says('안녕하세요')).words).toContain('다음');
    expect((await chat.says('뭐지')).words).toContain('끝');
  });

  test.each([' 메뉴\n', '메 뉴', 'ＭＥＮＵ', 'menu', '메뉴'.normalize('NFD')])(
    'hears %j as the same text',
    async said => {
      const chat = openChat(
        newBot().hears(['메뉴', 'Menu'], () => '들었어요'),
        protocol,
      );
      expect((await chat.says(said)).words).toContain('들었어요');
    },
  );

  test('a pattern gives its groups, and a global one matches every time', async () => {
    const chat = openChat(
      newBot().hears(/(\d+)잔/g, (_turn, [, count]) => `${count}!`),
      protocol,
    );
    for (const count of ['1', '2', '33'])
      expect((await chat.says(`라떼 ${count}잔`)).words).toContain(`${count}!`);
  });

  test('a rule may wait for what the session waits for', async () => {
    const bot = newBot()
      .when(
        turn => turn.session.asked,
        turn => {
          turn.session.asked = false;
          return `답: ${turn.text}`;
        },
      )
      .hears('질문', turn => {
        turn.session.asked = true;
        return '무엇인가요?';
      });
    const chat = openChat(bot, protocol);
    await chat.says('질문');
    expect((await chat.says('질문')).words).toContain('답: 질문');
    expect((await chat.says('질문')).words).toContain('무엇인가요?');
  });

  test('media is told by its kind', async () => {
    const bot = newBot().media(['video', 'photo'], turn =>
      reply([turn.incoming.media, image(turn.incoming.url)]),
    );
    const seen = await openChat(bot, protocol).sendsPhoto('http://dn-m.talk.kakao.com/a/i_1.jpg');
    expect(JSON.stringify(seen.answer)).toContain('http://dn-m.talk.kakao.com/a/i_1.jpg');
  });

  test('an unknown word without a fallback gets a kind answer', async () => {
    const bot = newBot();
    expect((await openChat(bot, protocol).says('???')).words).toContain(bot.texts.notUnderstood);
  });

  test('the gateway speaks in the words the bot gives it', async () => {
    const bot = new Bot({ session: () => ({}), texts: { apology: '앗, 미안해요!' } }).fallback(() => {
      throw new Error('broken');
    });
    const seen = await openChat(bot, protocol).says('안녕');
    expect(seen).toMatchObject({ failed: true, words: expect.stringContaining('앗, 미안해요!') });
  });

  test('the extra of a button comes back when it is tapped', async () => {
    const bot = newBot()
      .hears('목록', () =>
        reply('고르세요.', [
          { label: '하나', action: 'message', messageText: '선택', extra: { id: 1 } },
          { label: '둘', action: 'block', blockId: 'b2', extra: JSON.parse('{"id":2,"__proto__":"x"}') },
        ]),
      )
      .block(
        'b2',
        turn => `블록 ${JSON.stringify(turn.incoming.kind === 'utterance' && turn.incoming.extra)}`,
      )
      .hears('선택', turn => `선택 ${JSON.stringify(turn.incoming.extra)}`);
    const chat = openChat(bot, protocol);
    await chat.says('목록');
    expect((await chat.taps('하나')).words).toContain('선택 {"id":1}');
    await chat.says('목록');
    expect((await chat.taps('둘')).words).toContain('블록 {"id":2,"__proto__":"x"}');
  });
});

describe.each(PROTOCOLS)('an answer too long for one turn under %s', protocol => {
  const sentences = Array.from({ length: 600 }, (_, n) => `${n}번째 문장입니다.`);
  const long = newBot()
    .hears('길게', () => reply(sentences.join(' '), ['처음으로']))
    .fallback(() => '다른 말');

  test('goes on behind 더보기 to its end', async () => {
    const chat = openChat(long, protocol);
    let seen = await chat.says('길게');
    const words = [seen.words];
    for (let taps = 0; seen.labels.includes(long.texts.more); taps++) {
      expect(taps).toBeLessThan(20);
      seen = await chat.taps(long.texts.more);
      words.push(seen.words);
    }
    for (const sentence of sentences)
      expect(words.join(' ').replace(/\s/g, '')).toContain(sentence.replace(/\s/g, ''));
    expect(seen.labels).toContain('처음으로');
    const now = Date.now;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + READABLE_MS);
    expect((await chat.says(long.texts.more)).words).toContain('다른 말');
    clock.mockRestore();
  });

  test('is forgotten when the user says something else', async () => {
    const chat = openChat(long, protocol);
    await chat.says('길게');
    await chat.says('아니');
    expect((await chat.says(long.texts.more)).words).toContain('다른 말');
  });
});

test('a blank text of the gateway is refused by its name', () => {
  const withTexts = (texts: Partial<Texts>) => () => new Bot({ session: () => ({}), texts });
  expect(withTexts({ apology: ' ' })).toThrow('texts.apology is blank');
  // Hangul's filler and a zero-width space: no white space, and nothing to see.
  expect(withTexts({ apology: '\u3164' })).toThrow('texts.apology is blank');
  expect(withTexts({ type: '\u200b' })).toThrow('texts.type is blank');
  expect(withTexts({ type: '' })).not.toThrow();
});

describe('what smart-chat labels mean', () => {
  const bot = newBot()
    .hears('목록', () => reply('고르세요.', [button.message('자세히', '자세히', { id: 'A' })]))
    .hears('자세히', turn => `id ${turn.incoming.extra.id}`);
  const store = new MemorySessionStore();
  const options = { store, userKey: 'labels' };

  test('is not what an Open Builder button of the same label means', async () => {
    await openChat(bot, 'smart-chat', options).says('목록');
    expect((await openChat(bot, 'open-builder', options).says('자세히')).words).toContain('id undefined');
  });

  test('is forgotten with the keyboard that Kakao takes away', async () => {
    const chat = openChat(bot, 'smart-chat', options);
    await chat.says('목록');
    expect((await chat.says('자세히')).words).toContain('id A');
    await chat.says('목록');
    const now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now + 16 * 60_000);
    expect((await chat.says('자세히')).words).toContain('id undefined');
  });

  test('is known as long as the same buttons are shown', async () => {
    const chat = openChat(bot, 'smart-chat', options);
    const start = Date.now();
    const clock = jest.spyOn(Date, 'now');
    for (const minutes of [0, 6, 12, 18]) {
      clock.mockImplementation(() => start + minutes * 60_000);
      await chat.says('목록');
    }
    clock.mockImplementation(() => start + 27 * 60_000);
    expect((await chat.says('자세히')).words).toContain('id A');
  });

  test('buttons hide the input line, and one brings it back', async () => {
    const chat = openChat(bot, 'smart-chat', options);
    const shown = await chat.says('목록');
    expect(shown.labels).toContain(bot.texts.type);
    expect(await chat.taps(bot.texts.type)).toMatchObject({
      labels: [],
      words: expect.stringContaining(bot.texts.typeNow),
    });
  });
});

describe('blocks of the 챗봇 관리자센터', () => {
  const bot = newBot()
    .welcome(() => '어서 오세요')
    .block('예약하기', () => '이름으로')
    .block('0123456789abcdef01234567', () => '번호로');
  const answerTo = async (block: object): Promise<string> => {
    const body = { userRequest: { utterance: '말', user: { id: 'u' }, block } };
    const runtime = { bot, store: new MemorySessionStore() };
    return JSON.stringify((await takeBody(runtime, openBuilder, body)).answer);
  };

  test('are known by name, whatever spaces the admin typed, and by id', async () => {
    expect(await answerTo({ id: 'x', name: ' 예약하기 ' })).toContain('이름으로');
    expect(await answerTo({ id: '0123456789abcdef01234567', name: '다른 이름' })).toContain('번호로');
    expect(await answerTo({ id: 'y', name: '웰컴 블록' })).toContain('어서 오세요');
    expect(await answerTo({ id: 'z', name: '폴백 블록' })).toContain(bot.texts.notUnderstood);
  });
});

describe('what the user did', () => {
  const welcome = { id: 'w', name: '웰컴 블록' };
  const upload = (type: string) => ({
    params: { media: { type, url: 'http://dn-m.talk.kakao.com/a/i_1.jpg' } },
  });
  const answerOf = async (bot: Bot<{ asked: boolean }>, did: object): Promise<string> => {
    const body = { userRequest: { utterance: '말', user: { id: 'u' }, ...did } };
    return JSON.stringify(
      (await takeBody({ bot, store: new MemorySessionStore() }, openBuilder, body)).answer,
    );
  };
  const { texts } = newBot();

  test.each([texts.collect, texts.more, texts.type, '메뉴'])(
    'is an arrival, whatever words come with it: %s',
    async utterance => {
      const bot = newBot()
        .hears('메뉴', () => '메뉴예요')
        .hears(/./, () => '들었어요')
        .media(['photo', 'video', 'audio', 'other'], () => '받았어요');
      const arrival = { block: welcome, utterance };
      expect(await answerOf(bot, arrival)).toContain(texts.notUnderstood);
      expect(
        await answerOf(
          bot.welcome(() => '어서 오세요'),
          arrival,
        ),
      ).toContain('어서 오세요');
    },
  );

  test('is a file for the rule of its kind alone, and nothing that was said', async () => {
    const bot = newBot()
      .hears('', () => '들었어요')
      .hears(/^/, () => '들었어요')
      .media('photo', () => '사진이네요')
      .media('video', () => '영상이네요');
    expect(await answerOf(bot, upload('image'))).toContain('사진이네요');
    expect(await answerOf(bot, upload('video'))).toContain('영상이네요');
    expect(await answerOf(bot, upload('audio'))).toContain(texts.notUnderstood);
    expect(await answerOf(bot, {})).toContain('들었어요');
  });

  test('is said, and so no file, whatever its words', async () => {
    const bot = newBot().media(['photo', 'video', 'audio', 'other'], () => '받았어요');
    for (const utterance of ['photo', '사진', 'undefined', ''])
      expect(await answerOf(bot, { utterance })).toContain(texts.notUnderstood);
  });
});
