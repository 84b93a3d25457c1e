import { describe, expect, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/index.ts';
import { type ChatMessage, conversation, type Talking } from '../../lambda/llm/index.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { openChat } from '../kit/chat.ts';
import { saying, take } from '../kit/turns.ts';
import { talkRoom } from './talk-room.ts';

describe('a conversation', () => {
  test('answers what its model says, and tells it what was said before', async () => {
    const told: (readonly ChatMessage[])[] = [];
    const room = talkRoom(async function* ({ messages }) {
      told.push(messages);
      yield told.length === 1 ? '라떼는 ' : '네, ';
      yield told.length === 1 ? '4,500원이에요.' : '있어요.';
    });
    expect(await room.says('라떼 얼마예요?')).toBe('답을 생각하고 있어요. 잠시만 기다려 주세요.');
    expect(await room.works()).toEqual([{ words: '라떼는 4,500원이에요.', quickReplies: [] }]);
    expect(await room.asks('유자차도 있나요?')).toBe('네, 있어요.');
    expect(told[1]).toEqual([
      { role: 'user', content: '라떼 얼마예요?' },
      { role: 'assistant', content: '라떼는 4,500원이에요.' },
      { role: 'user', content: '유자차도 있나요?' },
    ]);
  });
});

describe('an option that is none', () => {
  test.each<[Parameters<typeof conversation>[0], string]>([
    [{ history: { tokens: 99 } }, 'history.tokens must be at least 100, not 99'],
    [{ history: { tokens: Number.NaN } }, 'history.tokens must be at least 100, not NaN'],
    [{ history: { forgetAfterMs: -1 } }, 'history.forgetAfterMs must be at least 0, not -1'],
    [{ limits: { turnsPerDay: -1 } }, 'limits.turnsPerDay must be at least 0, not -1'],
    [{ limits: { tokensPerDay: Number.NaN } }, 'limits.tokensPerDay must be at least 0, not NaN'],
    [{ limits: { bot: { tokensPerDay: -1 } } }, 'limits.bot.tokensPerDay must be at least 0, not -1'],
    [{ texts: { cut: ' ' } }, 'texts.cut is blank: give it words, or leave it out'],
  ])('is refused by a sentence that names it: %j', (options, sentence) => {
    expect(() => conversation(options)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', message: `conversation: ${sentence}` }),
    );
  });

  test('of a rule, too', () => {
    expect(() => conversation().answers(() => '네', { reserve: -1 })).toThrow(
      'conversation: reserve must be at least 0, not -1',
    );
    expect(() => conversation().answers(() => '네', { restUpToMs: 60_001 })).toThrow('restUpToMs');
    expect(() =>
      new Bot<Talking>({ session: () => ({}) }).fallback(conversation().answers(() => '네', { upToMs: 0 })),
    ).toThrow('upToMs must be more than 0');
  });

  test('and a bot without a session is told in the log what it needs', async () => {
    const bot = new Bot().fallback(conversation().answers(() => '네') as never);
    expect(await take(bot, new MemorySessionStore(), saying('질문'))).toMatchObject({
      kind: 'failed',
      error: {
        name: 'ConfigurationError',
        message: 'a conversation needs a session to remember in: new Bot<Talking>({ session: () => ({}) })',
      },
    });
  });
});

describe('a conversation without a worker', () => {
  test('answers in the time of its turn, and is charged for it', async () => {
    const chat = conversation({ limits: { turnsPerDay: 1 } });
    const bot = new Bot<Talking>({ session: () => ({}) }).fallback(
      chat.answers(async function* () {
        yield '**라떼**는 ';
        yield '4,500원이에요.';
      }),
    );
    const room = openChat(bot, 'smart-chat');
    expect((await room.says('라떼 얼마예요?')).words).toContain('라떼는 4,500원이에요.');
    expect((await room.says('유자차는요?')).words).toContain('오늘은 질문을 다 쓰셨어요.');
  });

  test('shows a photo to its model', async () => {
    const told: ChatMessage[][] = [];
    const chat = conversation();
    const answer = chat.answers(({ messages }) => {
      told.push(messages);
      return '고양이네요.';
    });
    const room = openChat(new Bot<Talking>({ session: () => ({}) }).media('photo', answer), 'open-builder');
    expect((await room.sendsPhoto('https://talk.kakaocdn.net/a.jpg')).words).toBe('고양이네요.');
    expect(told[0]?.[0]?.content).toHaveLength(2);
  });
});
