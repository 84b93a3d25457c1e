import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ChatMessage, type Source, toolbox } from '../../lambda/llm/index.ts';
import { turnOf } from '../kit/turns.ts';
import { randomBy, startVirtualTime, type VirtualTime } from '../kit/virtual-time.ts';
import { failing, hanging, streaming } from './models.ts';
import { talkRoom } from './talk-room.ts';

let time: VirtualTime;

beforeEach(() => {
  time = startVirtualTime(randomBy(16));
});

afterEach(() => time.stop());

/** A client's error of this status, before anything came. */
const refusing = (status: number): Source =>
  Promise.reject(Object.assign(new Error('라떼 얼마예요?'), { status }));

const TOKENS = { input: 10, output: 5 };

describe('a model that fails before it says anything', () => {
  test.each([
    [429, '지금은 질문이 몰리고 있어요. 잠시 뒤에 다시 물어봐 주세요.', 2],
    [503, '지금은 질문이 몰리고 있어요. 잠시 뒤에 다시 물어봐 주세요.', 2],
    [413, '이야기가 너무 길어요. 짧게 다시 물어봐 주세요.', 1],
    [401, '죄송해요, 답을 만들지 못했어요. 잠시 뒤에 다시 물어봐 주세요.', 1],
  ])('is told kindly: %i', async (status, words, times) => {
    let asked = 0;
    const room = talkRoom(() => {
      asked++;
      return refusing(status);
    });
    expect(await time.run(room.asks('라떼 얼마예요?'))).toBe(words);
    expect(asked).toBe(times);
    expect(await room.talk()).not.toHaveProperty('said');
    expect(room.notes.map(({ level, outcome }) => [level, outcome])).toEqual([
      ['warn', { 429: 'rate-limited', 503: 'overloaded', 413: 'too-long', 401: 'refused' }[status]],
    ]);
  });

  test('is asked once more after a pause, and answers', async () => {
    const askedAt: number[] = [];
    const room = talkRoom(() => {
      askedAt.push(Date.now());
      return askedAt.length === 1 ? refusing(429) : streaming(['네.'], TOKENS);
    });
    expect(await time.run(room.asks('질문'))).toBe('네.');
    expect(askedAt.map(at => at - (askedAt[0] ?? 0))).toEqual([0, 3_000]);
    expect(await time.run(room.usage())).toMatchObject({ turns: 1, tokens: 15 });
  });

  test('is not asked once more where its client stopped waiting: it may be working, and is paid once', async () => {
    let asked = 0;
    const room = talkRoom(() => {
      asked++;
      return Promise.reject(Object.assign(new Error('no'), { name: 'TimeoutError' }));
    });
    expect(await time.run(room.asks('질문'))).toBe('죄송해요, 답이 너무 오래 걸렸어요. 다시 물어봐 주세요.');
    expect(asked).toBe(1);
    expect(await time.run(room.usage())).toEqual({ turns: 1, tokens: 1_008, unknownTokens: 1_008 });
  });

  test('is not asked once more without the time for it', async () => {
    let asked = 0;
    const room = talkRoom(
      () => {
        asked++;
        return refusing(429);
      },
      {},
      { upToMs: 10_000, restUpToMs: 0 },
    );
    expect(await time.run(room.asks('질문'))).toContain('질문이 몰리고');
    expect(asked).toBe(1);
  });

  test('is never asked again once a word has come', async () => {
    let asked = 0;
    const room = talkRoom(() => {
      asked++;
      return failing(['첫마디. '], 429);
    });
    await time.run(room.asks('질문'));
    expect(asked).toBe(1);
  });

  test('of a bug in the bot is an apology, too', async () => {
    const room = talkRoom(() => {
      throw new TypeError('undefined is not a function');
    });
    expect(await time.run(room.asks('질문'))).toContain('답을 만들지 못했어요');
    expect(await time.run(room.usage())).toMatchObject({ turns: 0, tokens: 0 });
  });
});

describe('an answer that is cut off', () => {
  const heard: ChatMessage[][] = [];

  test.each<[string, (signal: AbortSignal) => Source]>([
    ['by a failure', () => failing(['라떼는 4,500원이에요. ', '유자차는'], 500)],
    ['by the end of its time', signal => hanging(['라떼는 4,500원이에요. ', '유자차는 '], signal)],
    ['by its length', () => streaming(['라떼는 4,500원이에요. ', '유자차는'], TOKENS, 'length')],
  ])('%s is shown as far as it came, and may be asked for again', async (_, answer) => {
    const room = talkRoom(({ messages, signal }) => {
      heard.push(messages);
      return answer(signal);
    });
    await time.run(room.says('값이 얼마예요?'));
    const [{ words = '', quickReplies = [] } = {}] = await time.run(room.works());
    expect(words).toMatch(/^라떼는 4,500원이에요\.( 유자차는)?\n\(답이 여기서 끊겼어요\.\)$/);
    expect(quickReplies).toEqual([
      { label: '다시 물어보기', action: 'message', messageText: '값이 얼마예요?' },
    ]);
    // It is remembered as far as its user saw it.
    await time.run(room.asks('그래서요?'));
    const seen = words.split('\n')[0] ?? '';
    expect(heard.at(-1)?.map(({ content }) => content)).toEqual(['값이 얼마예요?', seen, '그래서요?']);
    const { turns, tokens, unknownTokens } = await time.run(room.usage());
    expect([turns, tokens > 0, unknownTokens]).toEqual([2, true, 0]);
  });

  test('since it is longer than is kept says so once, and is not to be asked for again', async () => {
    const room = talkRoom(() => '아주 긴 답이에요. '.repeat(3_000));
    await time.run(room.says('길게'));
    const [answer] = await time.run(room.works());
    expect(answer?.words).toMatch(
      /답이에요\.\n답이 길어서 여기까지만 보관했어요\. 더 필요하시면 다시 말씀해 주세요\.$/,
    );
    expect(answer?.quickReplies).toEqual([]);
    // No timeout: neither the model nor its worker is slow.
    expect(room.notes).toEqual([
      {
        level: 'warn',
        what: 'model answered',
        outcome: 'longer than is kept, tokens estimated',
        metrics: { LlmFailed: 1, LlmInputTokens: 8, LlmOutputTokens: expect.any(Number) },
      },
    ]);
  });

  test('is not to be asked for again by a button that holds a whole letter', async () => {
    const room = talkRoom(() => failing(['한마디. '], 500));
    await time.run(room.says('아주 긴 질문. '.repeat(30)));
    expect((await time.run(room.works()))[0]?.quickReplies).toEqual([]);
  });
});

describe('a model without a word', () => {
  test('in all its time is told, and its tokens are unknown', async () => {
    const room = talkRoom(({ signal }) => hanging([], signal));
    expect(await time.run(room.asks('질문'))).toBe('죄송해요, 답이 너무 오래 걸렸어요. 다시 물어봐 주세요.');
    expect(await time.run(room.usage())).toMatchObject({ turns: 1, unknownTokens: 1_008, tokens: 1_008 });
    expect(room.counted()).toEqual({ LlmFailed: 1, LlmUnknownTokens: 1_008 });
  });

  test('since something before it never ended is told, too', async () => {
    const room = talkRoom(() => '네.', {}, { pictures: () => new Promise(() => {}) });
    await time.run(
      room.send(turnOf({ kind: 'media', media: 'photo', url: 'https://t1.kakaocdn.net/a.jpg' })),
    );
    expect((await time.run(room.works()))[0]?.words).toBe(
      '죄송해요, 답이 너무 오래 걸렸어요. 다시 물어봐 주세요.',
    );
  });

  test('at its end is told', async () => {
    const room = talkRoom(() => streaming([' \n'], TOKENS));
    expect(await time.run(room.asks('질문'))).toBe('드릴 답이 떠오르지 않았어요. 다르게 물어봐 주세요.');
    expect(await time.run(room.usage())).toMatchObject({ turns: 1, tokens: 15 });
  });

  test('is not asked again when a tool came back after all the time was over', async () => {
    let asked = 0;
    const slow = () => new Promise(resolve => setTimeout(resolve, 1_050, '4,500'));
    const room = talkRoom(
      () => {
        asked++;
        return (async function* () {
          yield { type: 'tool-call', toolCallId: '1', toolName: 'menu', input: {} };
          yield { type: 'finish', finishReason: 'tool-calls' };
        })();
      },
      {},
      { tools: toolbox({ menu: { execute: slow } }), upToMs: 1_000, restUpToMs: 0 },
    );
    await time.run(room.asks('라떼 얼마예요?'));
    await time.run(new Promise(resolve => setTimeout(resolve, 5_000)));
    expect(asked).toBe(1);
  });

  test('that asks for a tool which nobody runs is told, to the operator, too', async () => {
    const room = talkRoom(() => ({
      fullStream: (async function* () {
        yield { type: 'tool-call', toolCallId: '1', toolName: 'order', input: {} };
        yield { type: 'finish', finishReason: 'tool-calls' };
      })(),
    }));
    expect(await time.run(room.asks('질문'))).toBe('드릴 답이 떠오르지 않았어요. 다르게 물어봐 주세요.');
    expect(room.notes[0]).toEqual({
      level: 'warn',
      what: 'model asked for a tool',
      outcome: 'nobody runs it: give it to tools',
    });
  });

  test('that its filter refused is told', async () => {
    const room = talkRoom(() => streaming([], TOKENS, 'content-filter'));
    expect(await time.run(room.asks('질문'))).toBe('죄송해요, 그 말씀에는 답해 드릴 수 없어요.');
  });

  test('that Gemini refused the question itself is told, and it is asked once', async () => {
    for (const blockReason of ['PROHIBITED_CONTENT', 'OTHER']) {
      let asked = 0;
      const room = talkRoom(async function* () {
        asked++;
        yield { promptFeedback: { blockReason } };
      });
      expect(await time.run(room.asks('질문'))).toBe('죄송해요, 그 말씀에는 답해 드릴 수 없어요.');
      expect(asked).toBe(1);
    }
  });
});

describe('the words of a conversation', () => {
  test.each([
    ['slow', '답을 생각하고 있어요. 잠시만 기다려 주세요.'],
    ['busy', '앞 질문에 답하고 있어요.'],
  ] as const)('%s are its own, or the author’s', async (name, ours) => {
    for (const words of [undefined, '가게 말투예요.']) {
      const room = talkRoom(() => '답', { texts: words ? { [name]: words } : {} });
      const first = await time.run(room.says('질문'));
      const second = await time.run(room.says('또 질문'));
      expect({ slow: first, busy: second }[name]).toBe(words ?? ours);
    }
  });

  test('are of one rule where that says so', async () => {
    const room = talkRoom(() => '답', {}, { slow: '찾아보고 있어요.', busy: '아직요.' });
    expect(await time.run(room.says('질문'))).toBe('찾아보고 있어요.');
    expect(await time.run(room.says('질문'))).toBe('아직요.');
  });
});

describe('a model whose answer fills three bubbles', () => {
  test.each([
    [false, 40],
    [true, 31],
  ])('is stopped where that is wanted: %s', async (isStopped, most) => {
    let said = 0;
    const room = talkRoom(
      async function* () {
        for (let line = 0; line < 40; line++) {
          said++;
          yield `${line}. ${'긴 문장을 씁니다. '.repeat(10)}\n\n`;
        }
      },
      {},
      isStopped ? { stopWhen: pieces => pieces.join('').length > 3_000 } : {},
    );
    await time.run(room.asks('질문'));
    expect(said).toBeLessThanOrEqual(most);
    expect(said).toBeGreaterThan(25);
    expect(await time.run(room.usage())).toMatchObject({ turns: 1, unknownTokens: 0 });
  });
});
