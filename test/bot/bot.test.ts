import { describe, expect, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import { image, reply } from '../../lambda/bot/reply.ts';
import { MemorySessionStore } from '../../lambda/bot/session.ts';
import { answerSkill } from '../../lambda/open-builder/skill.ts';
import { openChat, PROTOCOLS } from '../kit/chat.ts';

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

  test.each([' 메뉴\n', 'ＭＥＮＵ'.normalize('NFKC'), 'menu', '메뉴'.normalize('NFD')])(
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
          { label: '둘', action: 'block', blockId: 'b2', extra: { id: 2, __proto__: 'x' } },
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
    expect((await chat.taps('둘')).words).toContain('블록 {"id":2');
  });
});

describe('blocks of the 챗봇 관리자센터', () => {
  const bot = newBot()
    .welcome(() => '어서 오세요')
    .block('예약하기', () => '이름으로')
    .block('0123456789abcdef01234567', () => '번호로');
  const answerTo = async (block: object): Promise<string> => {
    const body = { userRequest: { utterance: '말', user: { id: 'u' }, block } };
    const tools = { bot, store: new MemorySessionStore() };
    return JSON.stringify((await answerSkill(tools, body, 't', deadlineAt(Date.now() + 1_000))).answer);
  };

  test('are known by name, whatever spaces the admin typed, and by id', async () => {
    expect(await answerTo({ id: 'x', name: ' 예약하기 ' })).toContain('이름으로');
    expect(await answerTo({ id: '0123456789abcdef01234567', name: '다른 이름' })).toContain('번호로');
    expect(await answerTo({ id: 'y', name: '웰컴 블록' })).toContain('어서 오세요');
    expect(await answerTo({ id: 'z', name: '폴백 블록' })).toContain(bot.texts.notUnderstood);
  });
});
