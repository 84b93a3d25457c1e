import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/index.ts';
import { operatorHears } from '../../lambda/bot/operator.ts';
import { conversation, type Talking, toolbox } from '../../lambda/llm/index.ts';
import { conversationTexts } from '../../lambda/llm/texts.ts';
import { type LateGateway, startLateGateway, until } from '../kit/late-gateway.ts';

const { failed, empty, cut } = conversationTexts();

/** An `ask` that somebody writes first, the words that their user reads, and the sentence that they find in the log. */
const ASKED: Readonly<Record<string, readonly [ask: () => unknown, read: string, told?: RegExp]>> = {
  nothing: [
    () => undefined,
    failed,
    /^a conversation's ask gave undefined, which is no model's answer: return a/,
  ],
  number: [() => 3, failed, /^a conversation's ask gave Number, which is no model's answer: return a/],
  list: [() => ['네'], failed, /^a conversation's ask gave Array, which is no model's answer: return a/],
  bytes: [() => new Uint8Array(3), failed, /^a conversation's ask gave Uint8Array/],
  'no words': [() => '', empty],
  'blank words': [() => ' \n', empty],
  'a stream of none': [async function* () {}, empty],
  'a stream of numbers': [
    async function* () {
      yield 1;
    },
    failed,
    /^a conversation's ask gave Number/,
  ],
  throws: [
    () => {
      throw new Error('here');
    },
    failed,
    /^here$/,
  ],
  denied: [
    () => Promise.reject(Object.assign(new Error('no'), { $metadata: { httpStatusCode: 403 } })),
    failed,
    /HTTP 403.*key/,
  ],
  breaks: [
    async function* () {
      yield '앞부분이에요. ';
      throw new Error('there');
    },
    `앞부분이에요.\n${cut}`,
    /^there$/,
  ],
};

describe('an ask that is wrong', () => {
  let gateway: LateGateway;
  beforeAll(async () => {
    operatorHears(() => {});
    const bot = new Bot<Talking>({ session: () => ({}) });
    const chat = conversation();
    for (const [said, [ask]] of Object.entries(ASKED)) bot.hears(said, chat.answers(ask as () => string));
    gateway = await startLateGateway(bot);
  });
  afterAll(() => gateway?.stop());

  test.each(Object.keys(ASKED))('is told in one sentence, and its user kindly: %s', async said => {
    const [, read, told] = ASKED[said] ?? [];
    await gateway.smartChat(said, said);
    await until(async () => {
      const { json } = await gateway.smartChat(said, '결과 확인');
      const { text = '' } = (json as { message: { text?: string } }).message;
      return text.replace(/\n+/g, '\n').includes(read ?? '');
    });
    if (told === undefined) return;
    const messages = gateway.logged.flatMap(({ error }) => messagesOf(error));
    expect(messages).toEqual(expect.arrayContaining([expect.stringMatching(told)]));
    for (const message of messages) expect(message).not.toContain('\n');
  });
});

function messagesOf(error: unknown): string[] {
  return error instanceof Error ? [error.message, ...messagesOf(error.cause)] : [];
}

test.each([
  ['history.tokens must be at least 100, not 0', () => conversation({ history: { tokens: 0 } })],
  ['limits.turnsPerDay must be at least 0, not -1', () => conversation({ limits: { turnsPerDay: -1 } })],
  [
    'limits.tokensPerDay must be at least 0, not NaN',
    () => conversation({ limits: { tokensPerDay: Number.NaN } }),
  ],
  [
    'limits.bot.tokensPerDay must be at least 0',
    () => conversation({ limits: { bot: { tokensPerDay: -5 } } }),
  ],
  // The counter would refuse it only when a user asks, and each of them would read that the model failed.
  [
    'limits.bot.tokensPerDay must be a whole number, not Infinity: leave it out for none',
    () => conversation({ limits: { bot: { tokensPerDay: Number.POSITIVE_INFINITY } } }),
  ],
  [
    'limits.bot.tokensPerDay must be a whole number, not 1000.5',
    () => conversation({ limits: { bot: { tokensPerDay: 1_000.5 } } }),
  ],
  // Each user would read that their day is spent, from their first question on.
  [
    'conversation: limits.tokensPerDay must be more than reserve (1000), not 800, or every question is refused: raise it, or lower reserve',
    () => conversation({ limits: { tokensPerDay: 800 } }).answers(() => '네'),
  ],
  [
    'conversation: limits.bot.tokensPerDay must be more than reserve (5000), not 5000, or every question is refused',
    () => conversation({ limits: { bot: { tokensPerDay: 5_000 } } }).answers(() => '네', { reserve: 5_000 }),
  ],
  // The alarm on a day's won would never ring.
  [
    'prices.outputWonPerMillion must be at least 0, not NaN',
    () => conversation({ prices: { inputWonPerMillion: 91, outputWonPerMillion: Number.NaN } }),
  ],
  [
    'prices.inputWonPerMillion must be at least 0, not -1',
    () => conversation({ prices: { inputWonPerMillion: -1, outputWonPerMillion: 1 } }),
  ],
  ['texts.spent is blank: give it words', () => conversation({ texts: { spent: ' ' } })],
  ['reserve must be at least 0, not -1', () => conversation().answers(() => '네', { reserve: -1 })],
  ['restUpToMs must be from 0 to 60000 ms', () => conversation().answers(() => '네', { restUpToMs: 70_000 })],
  ['names "ordre", which is no tool', () => toolbox({ order: {} }, { askFirst: ['ordre' as 'order'] })],
])('an option that is wrong is refused when the bot is made: %s', (sentence, make) => {
  expect(make).toThrow(sentence);
});

test('a limit of 0 is no mistake: it closes the bot', () => {
  const limits = { turnsPerDay: 0, tokensPerDay: 0, bot: { tokensPerDay: 0 } };
  expect(() => conversation({ limits }).answers(() => '네')).not.toThrow();
});
