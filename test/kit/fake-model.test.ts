import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type FakeAnswer, FakeModel, numberedSentences } from './fake-model.ts';
import { randomBy, startVirtualTime, type VirtualTime } from './virtual-time.ts';

let time: VirtualTime;
beforeEach(() => {
  time = startVirtualTime(randomBy(1));
});
afterEach(() => {
  time.stop();
});

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
const TEN_SECONDS: FakeAnswer = { words: 'abc'.repeat(11), overMs: 10_000, firstAfterMs: 1_000 };
const ask = (signal?: AbortSignal) => ({
  messages: [{ role: 'user', content: '여섯 글자다' } as const],
  signal,
});

async function heard(words: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const one of words) text += one;
  return text;
}

test('speaks at its own pace, and tells what it counted', async () => {
  const model = new FakeModel(() => TEN_SECONDS);
  const began = Date.now();
  const parts: unknown[] = [];
  const read = async () => {
    for await (const part of model.stream(ask()).fullStream) parts.push(part);
  };
  await time.run(read());
  expect(Date.now() - began).toBe(11_000);
  expect(parts).toHaveLength(13);
  const totalUsage = { inputTokens: 2, outputTokens: 11, totalTokens: 13 };
  expect(parts.at(-1)).toEqual({ type: 'finish', finishReason: 'stop', totalUsage });
  expect(model.calls).toMatchObject([{ input: 2, output: 11, end: 'whole' }]);
});

test('counts what it was asked at the call, and each token as it is made, read or not', async () => {
  const model = new FakeModel(() => TEN_SECONDS);
  model.stream(ask());
  expect(model.paid).toBe(2);
  await time.run(pause(5_999));
  expect(model.paid).toBe(2 + 5);
  await time.run(pause(60_000));
  expect(model.paid).toBe(2 + 11);
});

test.each([
  [true, 2 + 5, 'cut'],
  [false, 2 + 11, 'whole'],
] as const)('stops when it is cut: %s', async (stopsWhenCut, paid, end) => {
  const model = new FakeModel(() => ({ ...TEN_SECONDS, stopsWhenCut }));
  const stop = new AbortController();
  const words = heard(model.words(ask(stop.signal)));
  await time.run(pause(5_999));
  stop.abort();
  expect(await time.run(words)).toBe('abc'.repeat(5));
  await time.run(pause(60_000));
  expect(model.paid).toBe(paid);
  expect(model.calls[0]?.end).toBe(end);
});

test('fails in the middle, falls silent, and takes no call', async () => {
  const answers: readonly FakeAnswer[] = [
    { ...TEN_SECONDS, breaks: { afterMs: 5_000, by: 'an error' } },
    { ...TEN_SECONDS, breaks: { afterMs: 5_000, by: 'silence' } },
    { ...TEN_SECONDS, refusesWith: 429 },
  ];
  const model = new FakeModel((_, nth) => answers[nth] ?? TEN_SECONDS);
  await expect(time.run(heard(model.words(ask())))).rejects.toThrow('the connection was reset');
  let isSilent = true;
  void heard(model.words(ask())).then(() => {
    isSilent = false;
  });
  await time.run(pause(600_000));
  expect(isSilent).toBe(true);
  await expect(time.run(heard(model.words(ask())))).rejects.toMatchObject({ statusCode: 429 });
  expect(model.calls).toMatchObject([
    { input: 2, output: 5, end: 'failed' },
    { input: 2, output: 5, end: undefined },
    { input: 0, output: 0, end: 'refused' },
  ]);
});

test('gives no answer to a caller that died, and stops', async () => {
  let die = (): void => {};
  let isDead = false;
  const caller = {
    calls: async <R>(work: () => Promise<R>): Promise<R> => {
      const result = await work();
      return isDead ? new Promise<never>(() => {}) : result;
    },
    onDeath: (listener: () => void) => {
      die = () => {
        isDead = true;
        listener();
      };
    },
  };
  const model = new FakeModel(
    () => TEN_SECONDS,
    () => caller,
  );
  let isAnswered = false;
  void heard(model.words(ask())).then(() => {
    isAnswered = true;
  });
  await time.run(pause(4_500));
  die();
  await time.run(pause(60_000));
  expect({ isAnswered, paid: model.paid }).toEqual({ isAnswered: false, paid: 2 + 4 });
});

test('numbered sentences tell their places', () => {
  expect(numberedSentences(6).match(/〈\d+〉/g)).toEqual([
    '〈1〉',
    '〈2〉',
    '〈3〉',
    '〈4〉',
    '〈5〉',
    '〈6〉',
  ]);
});
