import { describe, expect, test } from '@jest/globals';
import type { TurnRequest } from '../../lambda/bot/incoming.ts';
import { Bot } from '../../lambda/bot/index.ts';
import type { OwnTap } from '../../lambda/bot/own-button.ts';
import { button, text } from '../../lambda/bot/reply.ts';
import { gatewayAnswer } from '../../lambda/turn/gateway-answers.ts';
import type { Protocol } from '../../lambda/turn/protocol.ts';
import { type LateReply, MemorySessionStore, type Rest, type RoomMemory } from '../../lambda/turn/session.ts';
import type { Waiting } from '../../lambda/turn/waiting.ts';
import { plainTexts, saying, turnOf } from '../kit/turns.ts';

const NOTHING: Waiting = { ready: [], shown: [], isPending: false, lost: [] };
const rest: Rest = { id: 'r', reply: { outputs: [text('긴 답')] }, next: 1 };
const late = (words: string, ...labels: string[]): LateReply => ({
  id: words,
  reply: {
    outputs: [text(words)],
    ...(labels.length > 0 && { quickReplies: labels.map(label => button.message(label)) }),
  },
  expiresAt: Number.POSITIVE_INFINITY,
});

const bot = new Bot({ session: () => ({}) }).hears('처음', () => '봇의 답');
const { texts } = bot;
const withHome: Protocol<string> = {
  ...plainTexts,
  ownReply: said => (said === '처음' || said === '집' ? { outputs: [text(`${said}으로`)] } : undefined),
};

interface Case {
  readonly tapped?: OwnTap;
  readonly room?: RoomMemory;
  readonly waiting?: Partial<Waiting>;
  readonly protocol?: Protocol<string>;
}
const answerTo = (
  said: string | TurnRequest,
  { tapped, room = {}, waiting = {}, protocol = plainTexts }: Case = {},
) =>
  gatewayAnswer(
    { bot, protocol, store: new MemorySessionStore() },
    typeof said === 'string' ? saying(said) : said,
    tapped,
    room,
    { ...NOTHING, ...waiting },
  );
const words = (...bubbles: string[]) => ({ reply: { outputs: bubbles.map(text) } });

describe('no rule is asked', () => {
  const all: Case = { room: { rest }, waiting: { ready: [late('늦은 답')], isPending: true } };

  test('when 더보기 is said while something is left, or tapped', () => {
    const part = { reply: rest.reply, of: { rest, part: 1 } };
    expect(answerTo('더보기', all)).toEqual(part);
    expect(answerTo('계속', { ...all, tapped: { button: 'more' } })).toEqual(part);
    expect(answerTo('계속', { tapped: { button: 'more' } })).toEqual(words(texts.nothingMore));
  });

  test('when 더보기 is tapped of the answer that is left, for the part that the button brings', () => {
    const tap = (answer: string, part?: number): OwnTap => ({
      button: 'more',
      answer,
      ...(part !== undefined && { part }),
    });
    expect(answerTo('더보기', { ...all, tapped: tap('r', 3) })?.of).toEqual({ rest, part: 3 });
    expect(answerTo('더보기', { ...all, tapped: tap('r', 0) })?.of).toEqual({ rest, part: 0 });
    expect(answerTo('더보기', { ...all, tapped: tap('r') })?.of).toEqual({ rest, part: 1 });
    expect(answerTo('더보기', { ...all, tapped: tap('another', 3) })).toEqual(words(texts.nothingMore));
    expect(answerTo('더보기', { tapped: tap('r', 3) })).toEqual(words(texts.nothingMore));
  });

  test('when 결과 확인 is said or tapped, and late replies are there: they come before it', () => {
    const nothingElse = { reply: { outputs: [] } };
    expect(answerTo('결과 확인', all)).toEqual(nothingElse);
    expect(answerTo('확인', { ...all, tapped: { button: 'collect' } })).toEqual(nothingElse);
  });

  test('when 결과 확인 is asked for too early, or again', () => {
    expect(answerTo('결과 확인', { waiting: { isPending: true } })).toStrictEqual(words(texts.notYet));
    const shown = [late('먼저', '커피'), late('다음', '차'), late('끝', '물')];
    expect(answerTo('결과 확인', { waiting: { shown } })).toStrictEqual({
      reply: { ...words('먼저', '다음', '끝').reply, quickReplies: [button.message('물')] },
    });
    expect(answerTo('결과 확인', { waiting: { shown: [late('답')], isPending: true } })).toStrictEqual(
      words('답', texts.notYet),
    );
  });

  test('when 결과 확인 is asked for, and all that is to be told is what was lost', () => {
    const lost = [{ id: 'a', expiresAt: 0 }];
    expect(answerTo('결과 확인', { waiting: { lost } })).toStrictEqual({ reply: { outputs: [] } });
  });

  test('when 결과 확인 is tapped and nothing waits', () => {
    expect(answerTo('결과 확인', { tapped: { button: 'collect' } })).toEqual(words(texts.nothingWaiting));
  });

  test('when a button of the protocol’s own says something that no rule hears', () => {
    expect(answerTo('집', { protocol: withHome })).toEqual(words('집으로'));
    expect(answerTo('처음', { protocol: withHome })).toBeUndefined();
    expect(answerTo('다른 말', { protocol: withHome })).toBeUndefined();
    expect(answerTo('집')).toBeUndefined();
  });
});

describe('rules are asked', () => {
  const all: Case = { room: { rest }, waiting: { ready: [late('늦은 답')] }, protocol: withHome };

  test.each(['더보기', '결과 확인'])('when %s is typed and nothing waits', word => {
    expect(answerTo(word)).toBeUndefined();
  });

  test('when 더보기 is typed and the last part was shown long ago', () => {
    const room = { rest: { ...rest, overAt: 0 } };
    expect(answerTo('더보기', { room })).toBeUndefined();
    expect(answerTo('더보기', { room, tapped: { button: 'more' } })).toEqual(words(texts.nothingMore));
  });

  test('when something else than an utterance came', () => {
    expect(
      answerTo(turnOf({ kind: 'media', media: 'photo', url: 'https://a.example/1.jpg' }), all),
    ).toBeUndefined();
    const block = { id: 'b', name: '더보기' };
    expect(answerTo(turnOf({ kind: 'arrival', text: '더보기', block }), all)).toBeUndefined();
  });

  test.each(['더보기', '결과 확인', '집'])(
    'when a button of the bot’s calls a block, or carries something, and is called %s',
    word => {
      const typed = { ...saying(word), trigger: { how: 'tapped', does: 'message' } as const };
      expect(answerTo(typed, all)).toBeDefined();
      expect(answerTo({ ...typed, trigger: { how: 'tapped', does: 'block' } }, all)).toBeUndefined();
      const carrying = turnOf({ kind: 'utterance', text: word, extra: { id: 1 } });
      expect(answerTo(carrying, all)).toBeUndefined();
      // The gateway's own tap is known whatever it comes with.
      expect(answerTo(carrying, { ...all, tapped: { button: 'more' } })?.of?.part).toBe(1);
    },
  );
});
