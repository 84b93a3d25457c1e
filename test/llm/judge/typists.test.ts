import { describe, expect, test } from '@jest/globals';
import { Bot } from '../../../lambda/bot/bot.ts';
import type { SlowOptions } from '../../../lambda/bot/slow-rule.ts';
import { conversation, type Talking, type Usage } from '../../../lambda/llm/index.ts';
import { type FakeCall, FakeModel } from '../../kit/fake-model.ts';
import { CHAT_WORDS } from './chat-bot.ts';
import { bubblesOf } from './listener.ts';
import { inWorld } from './world.ts';

const { busy: BUSY, slow: SLOW } = CHAT_WORDS;
const MESSAGES = 8;
const EVERY_MS = 250;

const REFUSED = '거절';
const QUEUED = '차례';
const REPLACED = '새로';

/** Speaks for longer than anybody types here, but to those who wait for each other. */
const model = new FakeModel(({ messages }) => ({
  words: '네, 그럼요. 말씀하신 그대로예요.',
  overMs: String(messages.at(-1)?.content).startsWith(QUEUED) ? 100 : 3_000,
  firstAfterMs: 50,
}));

const chat = conversation<Talking>({ texts: CHAT_WORDS });

const answers = (busy: SlowOptions['busy']) =>
  chat.answers(({ messages, signal }) => model.stream({ messages, signal }), busy && { busy });

const bot = new Bot<Talking>({ session: () => ({}) })
  .when(({ text }) => text.startsWith(REFUSED), answers(undefined))
  .when(({ text }) => text.startsWith(QUEUED), answers('queue'))
  .when(({ text }) => text.startsWith(REPLACED), answers('replace'));

const WAYS = ['skill', 'smartChat'] as const;
type Way = (typeof WAYS)[number];

/** The first bubble of the answer to each message, and the calls of the model that they were worth. */
interface Typed {
  readonly told: readonly string[];
  readonly calls: readonly FakeCall[];
  readonly usage: Usage;
}

/** The first bubble of the answer to each message, and the calls of the model that they were worth. */
interface Typed {
  readonly told: readonly string[];
  readonly calls: readonly FakeCall[];
  readonly usage: Usage;
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

function typed(way: Way, word: string): Promise<Typed> {
  const known = model.calls.length;
  return inWorld(bot, { seed: 1 }, async world => {
    const told = await Promise.all(
      Array.from({ length: MESSAGES }, async (_, n) => {
        await pause(n * EVERY_MS);
        const { json } = await world[way]('user', `${word} ${n}`);
        return bubblesOf(json).at(-1) ?? '';
      }),
    );
    await pause(60_000);
    const { state, memory } = await world.session(way === 'skill' ? 'live/bot/b/user' : 'live/channel/user');
    expect(memory.line ?? []).toEqual([]);
    const usage = chat.usage({ session: JSON.parse(state ?? '') });
    return { told, usage, calls: model.calls.slice(known) };
  });
}

const saidTo = ({ messages }: FakeCall): string => `${messages.at(-1)?.content}`;

describe.each(WAYS)('eight messages in two seconds (%s)', way => {
  test('cost one call where the bot says that it is busy', async () => {
    const { told, calls, usage } = await typed(way, REFUSED);
    expect(told.toSorted()).toEqual([SLOW, ...Array.from({ length: MESSAGES - 1 }, () => BUSY)].toSorted());
    expect(calls).toMatchObject([{ end: 'whole' }]);
    expect(usage).toEqual({ turns: 1, tokens: paidFor(calls), unknownTokens: 0 });
  });

  test('cost a call each where they wait for each other, one at a time', async () => {
    const { calls, usage } = await typed(way, QUEUED);
    expect(calls.map(({ end }) => end)).toEqual(Array.from({ length: MESSAGES }, () => 'whole'));
    expect(new Set(calls.map(saidTo)).size).toBe(MESSAGES);
    for (const [n, { at }] of calls.entries()) expect(calls[n - 1]?.endedAt ?? 0).toBeLessThanOrEqual(at);
    expect(usage).toEqual({ turns: MESSAGES, tokens: paidFor(calls), unknownTokens: 0 });
  });

  test('cost one whole answer where each takes the place of the one before', async () => {
    const { told, calls, usage } = await typed(way, REPLACED);
    expect(new Set(told)).toEqual(new Set([SLOW]));
    expect(calls.filter(({ end }) => end === 'whole')).toHaveLength(1);
    const last = calls.slice(-1);
    expect(last).toMatchObject([{ end: 'whole' }]);
    // A worker looks every second whether its turn was replaced.
    const whole = last[0]?.output ?? 0;
    for (const { output, end } of calls.slice(0, -1)) {
      expect(end).toBe('cut');
      expect(output).toBeLessThanOrEqual(whole / 2);
    }
    // Nobody knows what those took that were replaced.
    expect(usage).toMatchObject({ turns: MESSAGES, tokens: paidFor(last) + usage.unknownTokens });
    expect(usage.unknownTokens).toBeGreaterThan(paidFor(calls) - paidFor(last));
  });
});

const paidFor = (calls: readonly FakeCall[]): number =>
  calls.reduce((sum, { input, output }) => sum + input + output, 0);
