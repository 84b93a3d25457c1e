import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { bot } from '../../lambda/scenarios/cafe.ts';
import { ANSWER_WITHIN_MS, READABLE_MS } from '../../lambda/turn/time-budget.ts';
import { messageProblems, skillProblems } from '../kit/kakao-accepts.ts';
import { type SimulatedGateway, simulateGateway, type Timed } from '../kit/simulated-gateway.ts';

/** Each way of delivery takes so many turns, so many of them at once, each of which takes 0 to 20 s. */
const TURNS = 200;
const AT_ONCE = 50;
const RECOMMENDED = /어떠세요\?/g;
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));

let gateway: SimulatedGateway;

beforeEach(() => {
  process.env.RECOMMEND_DELAY_MS = '0-20000';
  gateway = simulateGateway(bot, { random: randomFrom(SEED) });
});

afterEach(() => {
  gateway.stop();
  delete process.env.RECOMMEND_DELAY_MS;
});

/** mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The answers that one user saw, in order, and how long the first answer took. */
interface Seen {
  readonly firstMs: number;
  readonly answers: readonly string[];
  readonly problems: readonly string[];
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const recommendations = (answers: readonly string[]): number =>
  answers.join('\n').match(RECOMMENDED)?.length ?? 0;
// One in twenty-five rules does not say that it is slow.
const wordsOf = (n: number): string => (n % 25 === 0 ? '빨리 추천해줘' : '추천해줘');

/** Kakao's minute, and what is posted in it. */
async function byCallback(n: number): Promise<Seen> {
  const url = gateway.newUrl();
  const askedAt = Date.now();
  const { json, ms } = await gateway.skill(`callback-${n}`, wordsOf(n), { callbackUrl: url });
  const answeredAt = Date.now();
  await pause(60_000);
  const posts = gateway.postsTo(url);
  const isEarlyOrLate = posts.some(({ at }) => at < answeredAt + 900 || at > askedAt + 60_000);
  return {
    firstMs: ms,
    answers: [json, ...posts.map(post => post.json)].map(one => JSON.stringify(one)),
    problems: [
      ...(json.useCallback ? posts.flatMap(post => skillProblems(post.json)) : skillProblems(json)),
      ...(isEarlyOrLate ? ['posted too early or too late'] : []),
    ],
  };
}

/** Taps "결과 확인" once too early perhaps, twice when the work must be done, and once when nothing can be read again. */
const byTaps =
  (say: (user: string, words: string) => Promise<Timed>, problemsOf: (json: unknown) => string[]) =>
  async (n: number): Promise<Seen> => {
    const user = `${say.name}-${n}`;
    const answers = [await say(user, wordsOf(n))];
    const early = Math.random() * 20_000;
    for (const ms of [early, 25_000 - early, 100, READABLE_MS]) {
      await pause(ms);
      answers.push(await say(user, '결과 확인'));
    }
    const said = answers.map(({ json }) => JSON.stringify(json));
    const isThereForEver = recommendations(said.slice(-1)) > 0;
    return {
      firstMs: Math.max(...answers.map(({ ms }) => ms)),
      // The reply to a tap may be lost: the next one shows the same again.
      answers: [...new Set(said)],
      problems: [
        ...answers.flatMap(({ json }) => problemsOf(json)),
        ...(isThereForEver ? ['shown again after a minute'] : []),
      ],
    };
  };

const WAYS = {
  callback: () => byCallback,
  room: () => byTaps(gateway.skill, json => skillProblems(json)),
  'smart-chat': () => byTaps(gateway.smartChat, messageProblems),
};

describe(`${TURNS} slow turns of 0 to 20 s, ${AT_ONCE} users at once (SEED=${SEED})`, () => {
  test.each(['callback', 'room', 'smart-chat'] as const)(
    'by %s, are answered in time by the gateway, and each reply arrives once',
    async way => {
      const take = WAYS[way]();
      const seen: Seen[] = [];
      let next = 0;
      const one = async (): Promise<void> => {
        while (next < TURNS) seen.push(await take(next++));
      };
      await gateway.run(Promise.all(Array.from({ length: AT_ONCE }, one)));
      expect(seen).toHaveLength(TURNS);
      expect(Math.max(...seen.map(({ firstMs }) => firstMs))).toBeLessThanOrEqual(ANSWER_WITHIN_MS);
      expect(seen.flatMap(({ problems }) => problems)).toEqual([]);
      const wrong = seen.filter(({ answers }) => recommendations(answers) !== 1);
      expect(wrong.map(({ answers }) => answers)).toEqual([]);
      expect(gateway.logged.filter(({ level }) => level !== 'info')).toEqual([]);
    },
  );
});
