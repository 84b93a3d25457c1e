import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Bot } from '../../lambda/bot/bot.ts';
import { type Extra, type QuickReply, reply, text } from '../../lambda/bot/index.ts';
import type { SettledReply } from '../../lambda/bot/reply.ts';
import { bytesOf } from '../../lambda/check/measure.ts';
import { cutReply } from '../../lambda/turn/cut-reply.ts';
import { MOST_REPLY_BYTES, settleAnswer } from '../../lambda/turn/settle.ts';
import { cpuMs } from '../kit/cpu.ts';
import { runs } from '../kit/property.ts';
import { anyGroupReply, anyReply } from '../kit/replies.ts';

const { texts } = new Bot({ session: () => ({}) });
const settled = (answer: unknown) => settleAnswer(answer, texts);
const cutsOf = (answer: unknown) =>
  settled(answer).violations.filter(({ rule }) => rule !== 'simpleText.fold');
const wordsIn = ({ outputs }: SettledReply): string =>
  outputs.map(output => ('simpleText' in output ? output.simpleText.text : '')).join('');

/** Texts of which each unit has another number of bytes in JSON. */
const anyWords = fc
  .array(fc.constantFrom('가', 'a', '"', '\n', '\u0001', '👨‍👩‍👧', 'é', '\ud83d', ' ', '\u3164'), {
    maxLength: 40,
  })
  .chain(units => fc.nat(60).map(times => units.join('').repeat(times)));

describe('a reply that is cut', () => {
  test('has at most so many bytes, and nothing that it had not; one that fits is as it was', () => {
    const anyLong = fc.oneof<fc.Arbitrary<SettledReply>[]>(
      anyReply() as unknown as fc.Arbitrary<SettledReply>,
      anyGroupReply() as unknown as fc.Arbitrary<SettledReply>,
      fc.array(anyWords, { maxLength: 4 }).map(all => ({ outputs: all.map(text) })),
    );
    fc.assert(
      fc.property(anyLong, fc.integer({ min: 14, max: 10_000 }), (long, maxBytes) => {
        const { reply: short, cuts } = cutReply(long, maxBytes);
        expect(bytesOf(short)).toBeLessThanOrEqual(maxBytes);
        if (bytesOf(long) <= maxBytes / 2) expect({ short, cuts }).toEqual({ short: long, cuts: [] });
        if (cuts.length === 0) expect(short).toEqual(long);
        for (const [index, output] of short.outputs.slice(0, -1).entries())
          expect(output).toEqual(long.outputs[index]);
        expect(cutReply(short, 2 * maxBytes).reply).toEqual(short);
      }),
      runs(3_000),
    );
  });

  test.each([
    ['Hangul, of three bytes each', '가나다라'],
    ['family emoji, of eight units each', '👨‍👩‍👧'],
    ['quotes, which JSON escapes', '"'],
  ])('keeps of a text as much as fits, but for half a page, and cuts no character: %s', (_, character) => {
    const words = character.repeat(200_000);
    const short = cutReply({ outputs: [text(words), text('그다음')] }, 100_000).reply;
    expect(short.outputs).toHaveLength(1);
    expect(words.startsWith(wordsIn(short))).toBe(true);
    expect(wordsIn(short).length % character.length).toBe(0);
    expect(bytesOf(short)).toBeGreaterThan(98_000);
  });
});

describe('an answer', () => {
  const extra = (bytes: number): Extra => ({ note: 'x'.repeat(bytes) });
  const heavy: QuickReply = {
    label: '무겁다',
    action: 'message',
    messageText: '무겁다',
    extra: extra(70_000),
  };

  test('of 128 KiB and less is whole, and tells nothing', () => {
    const long = '가'.repeat(Math.floor((MOST_REPLY_BYTES - 50) / 3));
    expect(settled(long).reply).toEqual({ outputs: [text(long)] });
    expect(cutsOf(long)).toEqual([]);
  });

  test('past 128 KiB is cut at a character, what follows is left out, and the author is told where', () => {
    const long = reply(['처음', '가'.repeat(100_000), '끝'], ['다음'], { data: { number: 1 } });
    const { reply: kept } = settled(long);
    expect(bytesOf(kept)).toBeLessThanOrEqual(MOST_REPLY_BYTES);
    expect(bytesOf(kept)).toBeGreaterThan(MOST_REPLY_BYTES - 10_000);
    expect(kept).toMatchObject({ quickReplies: [{ label: '다음' }], data: { number: 1 } });
    expect(kept.outputs).toHaveLength(2);
    expect(cutsOf(long)).toEqual([
      {
        path: 'outputs[1]',
        rule: 'reply.bytes',
        value: expect.any(Number),
        limit: MOST_REPLY_BYTES,
        severity: 'rejected',
        effect: {
          en: 'the gateway keeps so much of an answer, and leaves out the rest',
          ko: '게이트웨이는 답변을 이만큼만 보관하고 나머지는 버립니다',
        },
        source: 'GATEWAY',
      },
    ]);
  });

  test('keeps its words where something beside them is too heavy, which is told', () => {
    const { reply: kept, violations } = settled({
      outputs: [text('말')],
      quickReplies: [heavy, heavy],
      data: { kept: true },
    });
    expect(kept).toEqual({ outputs: [text('말')], data: { kept: true } });
    expect(violations).toMatchObject([{ path: 'quickReplies', rule: 'reply.bytes' }]);
  });

  test('of block data alone that is too heavy is the apology', () => {
    const notes = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`n${n}`, 'x'.repeat(10_000)]));
    expect(settled({ data: notes })).toMatchObject({
      reply: { outputs: [text(texts.apology)] },
      violations: [{ path: 'data', rule: 'reply.bytes' }],
      isLost: true,
    });
  });

  test('of 20 million characters is cut in bounded time', () => {
    const started = cpuMs();
    expect(bytesOf(settled('가나다 '.repeat(5_000_000)).reply)).toBeLessThanOrEqual(MOST_REPLY_BYTES);
    expect(cpuMs() - started).toBeLessThan(2_000);
  });
});
