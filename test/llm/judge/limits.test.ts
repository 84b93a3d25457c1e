import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Bot } from '../../../lambda/bot/bot.ts';
import { operatorHears } from '../../../lambda/bot/operator.ts';
import type { SlowOptions } from '../../../lambda/bot/slow-rule.ts';
import { userKeyOf } from '../../../lambda/bot/user.ts';
import { type ConversationLimits, conversation, type Talking } from '../../../lambda/llm/index.ts';
import { aliveIn } from '../../../lambda/turn/waiting.ts';
import { type FakeCall, FakeModel } from '../../kit/fake-model.ts';
import { type LateGateway, startLateGateway, until } from '../../kit/late-gateway.ts';
import { CHAT_WORDS, chatBot } from './chat-bot.ts';
import { bubblesOf, Listener } from './listener.ts';
import { inWorld } from './world.ts';

/** The tokens that a model takes at most of each question here, by the conversation's own reckoning. */
const RESERVE = 100;
const USER_TOKENS = 460;
const BOT_TOKENS = 1_500;

const model = new FakeModel(() => ({
  words: '네, 그럼요. 말씀하신 그대로예요.',
  overMs: 100,
  firstAfterMs: 50,
  // The reservation is for these, too.
  promptTokens: 60,
}));

const answers = (limits: ConversationLimits, busy: SlowOptions['busy']) =>
  conversation<Talking>({ texts: CHAT_WORDS, limits, history: { tokens: 1_000 } }).answers(
    ({ messages, signal }) => model.stream({ messages, signal }),
    { reserve: RESERVE, ...(busy && { busy }) },
  );

const bot = new Bot<Talking>({ session: () => ({}) })
  .when(({ text }) => text.startsWith('세 번'), answers({ turnsPerDay: 3 }, 'queue'))
  .when(({ text }) => text.startsWith('몇 낱말'), answers({ tokensPerDay: USER_TOKENS }, 'queue'))
  .when(({ text }) => text.startsWith('모두'), answers({ bot: { tokensPerDay: BOT_TOKENS } }, undefined));

let gateway: LateGateway;
beforeAll(async () => {
  operatorHears(() => {});
  gateway = await startLateGateway(bot);
});
afterAll(async () => {
  await gateway?.stop();
});

const WAYS = ['skill', 'smartChat'] as const;
type Way = (typeof WAYS)[number];

/** The answers to a word that was said so often at once, by one user or by as many, and the calls that it was worth. */
async function said(way: Way, word: string, times: number, whose: 'one user' | 'users') {
  const users = Array.from({ length: times }, (_, n) => `${way} ${word} ${whose === 'users' ? n : ''}`);
  const told = await Promise.all(
    users.map(async user => {
      const { json } = await gateway[way](user, `${word} ${way}`);
      return bubblesOf(json).join('\n');
    }),
  );
  // Whoever was told the apology at once may have been marked all the same, and nobody has their turn.
  const waiting = users.filter((_, n) => !told[n]?.includes(bot.texts.apology));
  await Promise.all(
    [...new Set(waiting)].map(user => until(async () => !(await isAwaited(way, user)), 50_000)),
  );
  const calls = model.calls.filter(({ messages }) => `${messages.at(-1)?.content}` === `${word} ${way}`);
  return { told, calls };
}

async function isAwaited(way: Way, user: string): Promise<boolean> {
  const ids = way === 'skill' ? { botId: 'b', botUserKey: user } : { plusfriendUserKey: user };
  return aliveIn(await gateway.store.load(userKeyOf('live', ids))).length > 0;
}

const count = (told: readonly string[], words: string): number =>
  told.filter(one => one.includes(words)).length;

// Whoever is late here, for want of processors, is told the apology: no more than this is certain.
describe.each(WAYS)('by the table, a limit of a day (%s)', way => {
  test('of three turns is no more calls, though eight questions come at once', async () => {
    const { told, calls } = await said(way, '세 번', 8, 'one user');
    expect(calls.length).toBeLessThanOrEqual(3);
    expect(calls.length + count(told, CHAT_WORDS.spent)).toBeLessThanOrEqual(8);
  }, 60_000);

  test('of tokens is not passed by questions that come at once', async () => {
    const { calls } = await said(way, '몇 낱말', 8, 'one user');
    expect(paidFor(calls)).toBeLessThanOrEqual(USER_TOKENS);
  }, 60_000);
});

test('by the table, a limit of a day of all users together is not passed by fifty who come at once', async () => {
  const both = await Promise.all(WAYS.map(way => said(way, '모두', 25, 'users')));
  const calls = both.flatMap(one => one.calls);
  expect(calls.length).toBeLessThan(50);
  expect(paidFor(calls)).toBeLessThanOrEqual(BOT_TOKENS);
}, 60_000);

const paidFor = (calls: readonly FakeCall[]): number =>
  calls.reduce((sum, { input, output }) => sum + input + output, 0);

describe('in a time of its own, a limit of a day', () => {
  const answer = { words: '네, 그럼요. 말씀하신 그대로예요.', overMs: 1_000, promptTokens: 60 };

  /** So many questions at once, by one user or by as many; the words that were read at once, and the model's account book. */
  async function atOnce(limits: ConversationLimits, times: number, whose: 'one user' | 'users') {
    const { bot, model, words } = chatBot(() => answer, { limits, busy: 'queue', reserve: RESERVE });
    return inWorld(bot, { seed: 1 }, async world => {
      const users = Array.from({ length: times }, (_, n) => (whose === 'users' ? `user${n}` : 'user'));
      const listeners = users.map(user => new Listener(world, bot.texts, 'room', words, [], user));
      const told = await Promise.all(listeners.map(listener => listener.says('알려 주세요')));
      await new Promise(resolve => setTimeout(resolve, 60_000));
      const counts = await world.counts();
      return { told: told.flatMap(({ bubbles }) => bubbles), calls: model.calls, counts };
    });
  }

  test('of three turns is three calls, though eight questions come at once', async () => {
    const { told, calls } = await atOnce({ turnsPerDay: 3 }, 8, 'one user');
    expect(calls.map(({ end }) => end)).toEqual(['whole', 'whole', 'whole']);
    expect([count(told, CHAT_WORDS.slow), count(told, CHAT_WORDS.spent)]).toEqual([3, 5]);
  });

  test('of tokens is as many calls as it has reservations for', async () => {
    const { told, calls } = await atOnce({ tokensPerDay: USER_TOKENS }, 8, 'one user');
    expect(calls.length).toBe(Math.floor(USER_TOKENS / (RESERVE + QUESTION_TOKENS)));
    expect(count(told, CHAT_WORDS.spent)).toBe(8 - calls.length);
    expect(paidFor(calls)).toBeLessThanOrEqual(USER_TOKENS);
  });

  test('of all users together is as many calls, and counts to the token what the model was paid', async () => {
    const { calls, counts } = await atOnce({ bot: { tokensPerDay: BOT_TOKENS } }, 50, 'users');
    expect(calls.length).toBe(Math.floor(BOT_TOKENS / (RESERVE + QUESTION_TOKENS)));
    // The other is that the operator was told.
    expect(counts.toSorted((one, other) => one - other)).toEqual([1, paidFor(calls)]);
  });
});

/** Of 알려 주세요, as a conversation estimates them. */
const QUESTION_TOKENS = Math.ceil(Buffer.byteLength('알려 주세요') / 2) + 4;
