import { afterEach, describe, expect, jest, test } from '@jest/globals';
import {
  Bot,
  type GrowingOptions,
  type Grown,
  growing,
  listCard,
  type Piece,
} from '../../lambda/bot/index.ts';
import { answerOf, outputsOf } from '../../lambda/bot/pieces.ts';
import { reply, text, textCard } from '../../lambda/bot/reply.ts';
import { ConfigurationError } from '../../lambda/errors.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { openChat } from '../kit/chat.ts';
import { saying, take, USER } from '../kit/turns.ts';

const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));

async function* says(...pieces: readonly Piece[]): AsyncGenerator<Piece, string, undefined> {
  for (const piece of pieces) {
    await pause(1);
    yield piece;
  }
  return '끝';
}

interface Told {
  ends: string[];
}

const botOf = (options: Partial<GrowingOptions<Told, string>>) =>
  new Bot({ session: (): Told => ({ ends: [] }) }).fallback(
    growing<Told, string>({
      slow: '잠시만요',
      grow: () => says('하나. ', '둘.'),
      then: ({ session }, { end }) => {
        session.ends.push(end);
        return undefined;
      },
      ...options,
    }),
  );

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a growing rule where no worker is', () => {
  const stateOf = async (store: MemorySessionStore) => JSON.parse((await store.load(USER)).state ?? 'null');

  test('is answered by all that it makes, and what it says at the end', async () => {
    const store = new MemorySessionStore();
    const bot = botOf({ then: (_, grown) => (grown.end === 'whole' ? grown.result : '?') });
    expect(await take(bot, store, saying('?'))).toMatchObject({ answer: '하나. 둘.|끝' });
  });

  test('is cut off in time to say what there is, and its signal tells it', async () => {
    const store = new MemorySessionStore();
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => {});
    let isAborted = false;
    const bot = botOf({
      grow: async function* (turn) {
        const over = new Promise<void>(resolve => {
          turn.deadline.signal.addEventListener('abort', () => resolve());
        });
        yield* says('하나. ');
        await over;
        isAborted = true;
        yield '그리고';
        await new Promise(() => {});
        return '끝';
      },
    });
    expect(await take(bot, store, saying('?'), { withinMs: 1_000 })).toMatchObject({
      answer: '하나. 그리고',
    });
    expect(await stateOf(store)).toEqual({ ends: ['overran'] });
    expect(isAborted).toBe(true);
    expect(warned.mock.calls).toEqual([['growing answer ended early: overran']]);
  });

  test('keeps its pieces where it throws after them, and fails where there are none', async () => {
    const store = new MemorySessionStore();
    jest.spyOn(console, 'warn').mockImplementation(() => {});
    const breaking = async function* (): AsyncGenerator<Piece, string, undefined> {
      yield '하나.';
      throw new Error('broken');
    };
    expect(await take(botOf({ grow: breaking }), store, saying('?'))).toMatchObject({ answer: '하나.' });
    expect(await stateOf(store)).toEqual({ ends: ['failed'] });
    // biome-ignore lint/correctness/useYield: it throws before
    const empty = async function* (): AsyncGenerator<Piece, string, undefined> {
      throw new Error('broken');
    };
    const outcome = await take(botOf({ grow: empty }), store, saying('?'));
    expect(outcome).toMatchObject({ kind: 'failed', error: new Error('broken') });
    expect((await take(botOf({ grow: () => says() }), store, saying('?'))).kind).toBe('failed');
    expect(await stateOf(store)).toEqual({ ends: ['failed'] });
  });

  test('speaks in both protocols', async () => {
    for (const protocol of ['open-builder', 'smart-chat'] as const) {
      const { words } = await openChat(botOf({}), protocol).says('?');
      expect(words).toBe('하나. 둘.');
    }
  });
});

describe('pieces', () => {
  test('are outputs: words that follow each other are one text', () => {
    const card = textCard({ title: '카드' });
    expect(outputsOf(['하나. ', '둘.\n\n', card, ' ', '셋', card])).toEqual([
      text('하나. 둘.'),
      card,
      text('셋'),
      card,
    ]);
    expect(outputsOf([' ', '\n'])).toEqual([]);
  });

  test('come before what is said after them, and keep what stands beside that', () => {
    const pieces = ['하나.'];
    expect(answerOf(pieces, undefined)).toEqual({ outputs: [text('하나.')] });
    expect(answerOf(pieces, '둘')).toEqual({ outputs: [text('하나.'), text('둘')] });
    expect(answerOf(pieces, reply('둘', ['네']))).toMatchObject({
      outputs: [text('하나.'), text('둘')],
      quickReplies: [{ label: '네' }],
    });
    expect(answerOf(pieces, { data: { n: 1 } })).toEqual({ outputs: [text('하나.')], data: { n: 1 } });
    const card = listCard({ header: { title: '목록' }, items: [{ title: '하나' }] });
    expect(answerOf(pieces, card)).toEqual({ outputs: [text('하나.'), card] });
  });
});

describe('a growing rule is refused', () => {
  test.each([-1, 60_001, Number.NaN])('whose restUpToMs is %p', restUpToMs => {
    expect(() => botOf({ restUpToMs })).toThrow(ConfigurationError);
  });

  test('where a rule hears the word that brings the rest, or another button has it', () => {
    expect(() => botOf({}).hears('이어서', () => '?')).toThrow(/texts\.goOn/);
    const rule = growing<undefined, string>({
      slow: '?',
      grow: () => says(),
      then: (_: unknown, __: Grown<string>) => '?',
    });
    expect(() => new Bot({ texts: { more: '이어서' } }).fallback(rule)).toThrow(
      /texts\.more and texts\.goOn/,
    );
    expect(() =>
      new Bot({ texts: { goOn: '계속' } }).hears('이어서', () => '?').fallback(rule),
    ).not.toThrow();
    // A bot without such rules may mean by it whatever it likes.
    expect(() => new Bot({ texts: { more: '이어서' } }).hears('이어서', () => '?')).not.toThrow();
  });
});
