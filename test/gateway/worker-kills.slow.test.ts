import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CALLBACK_LIVES_MS, LOST_AFTER_MS, POST_UNTIL_MS } from '../../lambda/turn/time-budget.ts';
import { bundleHandler } from '../../lib/bundling.ts';
import { ROOT } from '../../lib/own-module.ts';
import { messageProblems, skillProblems } from '../kit/kakao-accepts.ts';
import { type ProcessGateway, startProcessGateway, type WorkersCall } from '../kit/process-gateway.ts';
import { bot } from '../kit/worker-scenario.ts';

const WAYS = ['by callback', 'to be collected', 'to be collected in smart-chat'] as const;
type Way = (typeof WAYS)[number];

/** A point of a worker's life: the call at which it is killed there, and what had happened by then. */
interface Point {
  readonly at: (call: WorkersCall, way: Way) => boolean;
  readonly after: { readonly modelCalls: number; readonly asked: number | undefined };
  /** How often the model is asked in all: once more only where its answer died with the worker. */
  readonly modelCalls: number;
}

const POINTS = {
  'when it has the turn, and its claim has not reached the table': {
    at: ({ to, way, isModelDone }) => to === 'table, to write' && way === 'there' && !isModelDone,
    after: { modelCalls: 0, asked: undefined },
    modelCalls: 1,
  },
  'while its rule works': {
    at: ({ to }) => to === 'model',
    after: { modelCalls: 1, asked: undefined },
    modelCalls: 2,
  },
  'when its rule is done, and the save has not reached the table': {
    at: ({ to, way, isModelDone }) => to === 'table, to write' && way === 'there' && isModelDone,
    after: { modelCalls: 1, asked: undefined },
    modelCalls: 2,
  },
  'when its save is applied, and never answered': {
    at: ({ to, way, isModelDone }) => to === 'table, to write' && way === 'back' && isModelDone,
    after: { modelCalls: 1, asked: 1 },
    modelCalls: 1,
  },
  'when the user has the answer, and the queue has not heard of it': {
    at: ({ to, way, isModelDone }, kind) =>
      to === (kind === 'by callback' ? 'Kakao' : 'table, to write') && way === 'back' && isModelDone,
    after: { modelCalls: 1, asked: 1 },
    modelCalls: 1,
  },
} as const satisfies Readonly<Record<string, Point>>;
type PointName = keyof typeof POINTS;
const POINT_NAMES = Object.keys(POINTS) as PointName[];
const USER_HAS_IT: PointName = 'when the user has the answer, and the queue has not heard of it';
const RULE_WORKS: PointName = 'while its rule works';

/** Everybody asks a little after the one before: they share two processors. */
const BETWEEN_MS = 300;
/** From one tap on 결과 확인 to the next: seldom enough that none meets the second worker's save on a slow machine. */
const TAP_EVERY_MS = 7_000;
/** A second, in which whatever is under way at the end arrives. */
const SETTLE_MS = 1_000;

const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, Math.max(0, ms)));

/** Something that the user read, and when: milliseconds from their question. */
interface Reading {
  readonly words: string;
  readonly atMs: number;
}

/** All that one user lived through, and what it left behind. */
interface Story {
  /** Answers to the question, by themselves or to a tap. */
  readonly read: readonly Reading[];
  /** The state of things at each death: in the table, at Kakao, and whether the user had the answer. */
  readonly deaths: readonly {
    modelCalls: number;
    asked: number | undefined;
    posts: number;
    hasRead: boolean;
  }[];
  /** The answers to a quick word, said twice when all is over. */
  readonly afterwards: readonly string[];
  readonly problems: readonly string[];
  readonly modelCalls: number;
  /** Of those posts that came to Kakao, how many it took. */
  readonly taken: number;
  readonly posts: number;
  /** The lines of both functions' logs. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly failures: readonly string[];
}

const hasAnswer = ({ words }: Reading): boolean => words.includes('번째 답');

/** Every word of an answer that the user sees, without the buttons. */
function wordsOf(json: {
  data?: { text: string };
  message?: { text: string };
  template?: { outputs: object[] };
}): string {
  const { data, message, template } = json;
  const bubbles = template?.outputs.map(output => Object.values(output)[0]?.text) ?? [
    (data ?? message)?.text,
  ];
  return bubbles.join('\n');
}

const gateways: ProcessGateway[] = [];
const folder = mkdtempSync(join(tmpdir(), 'worker-kills-'));

/** Starts what one user needs, whose workers are killed at this point, so many one after the other; @returns their story, to be lived */
async function prepare({ way, point, times }: Case): Promise<() => Promise<Story>> {
  const user = `user-of-${way.replaceAll(' ', '-')}`;
  const key = way === 'to be collected in smart-chat' ? `live/channel/${user}` : `live/bot/b/${user}`;
  const problems: string[] = [];
  const read: Reading[] = [];
  const deaths: Story['deaths'][number][] = [];
  let askedAt = 0;
  const say = async (words: string, callbackUrl?: string): Promise<string> => {
    if (way === 'to be collected in smart-chat') {
      const { json } = await gateway.smartChat(user, words);
      problems.push(...messageProblems(json));
      return wordsOf(json);
    }
    const { json } = await gateway.skill(user, words, callbackUrl);
    if (!json.useCallback) problems.push(...skillProblems(json));
    return wordsOf(json);
  };
  // A user's taps come one after the other.
  let tapped: Promise<void> = Promise.resolve();
  const tap = (): Promise<void> => {
    tapped = tapped.then(async () => {
      if (read.some(hasAnswer)) return;
      read.push({ words: await say(bot.texts.collect), atMs: Date.now() - askedAt });
    });
    return tapped;
  };
  const gateway = await startProcessGateway(join(folder, 'index.mjs'), {
    at: call => POINTS[point].at(call, way),
    times,
    before: async () => {
      if (point === USER_HAS_IT && way !== 'by callback') await tap();
      const state = (await gateway.stateOf(key)) as { asked: number } | null;
      const [asked, posts] = [state?.asked, gateway.posts()];
      deaths.push({ modelCalls: gateway.modelCalls(), asked, posts, hasRead: read.some(hasAnswer) });
    },
  });
  gateways.push(gateway);
  return async () => {
    askedAt = Date.now();
    const callback = way === 'by callback' ? gateway.newCallback() : undefined;
    const told = await say('물어보기', callback?.url);
    if (told !== '생각하고 있어요…') problems.push(`was not told to wait, but: ${told}`);
    // Who has lost two workers says nothing until the answer is worth nothing any more.
    while (!callback && times === 1 && !read.some(hasAnswer) && Date.now() - askedAt < CALLBACK_LIVES_MS) {
      await tap();
      await pause(TAP_EVERY_MS);
    }
    await pause(askedAt + LOST_AFTER_MS + SETTLE_MS - Date.now());
    const posts = callback?.posts() ?? [];
    for (const { json, at, taken } of posts) {
      problems.push(...skillProblems(json));
      if (taken) read.push({ words: wordsOf(json), atMs: at - askedAt });
    }
    const afterwards = [await say('몇 번'), await say('몇 번')];
    const lines = [
      ...gateway.workers.logged,
      ...gateway.logged.map(({ metrics, ...line }) => ({ ...line, ...metrics })),
    ];
    return {
      read,
      deaths,
      afterwards,
      problems,
      modelCalls: gateway.modelCalls(),
      taken: posts.filter(({ taken }) => taken).length,
      posts: gateway.posts(),
      lines,
      failures: gateway.workers.failures,
    };
  };
}

interface Case {
  readonly way: Way;
  readonly point: PointName;
  /** How many workers are killed. */
  readonly times: number;
}

const CASES: readonly Case[] = [
  ...WAYS.flatMap(way => POINT_NAMES.map(point => ({ way, point, times: 1 }))),
  ...WAYS.map(way => ({ way, point: RULE_WORKS, times: 2 })),
];
const nameOf = ({ way, point, times }: Case): string => `${way}, ${point}, ${times}`;
const prepared: Promise<() => Promise<Story>>[] = [];
const stories = new Map<string, Promise<Story>>();
const storyOf = async (way: Way, point: PointName, times = 1): Promise<Story> => {
  const story = await stories.get(nameOf({ way, point, times }));
  if (story === undefined) throw new Error('this story is not told');
  return story;
};

/** The sum of a metric over all the lines. */
const count = ({ lines }: Story, metric: string): number =>
  lines.reduce((sum, { [metric]: value }) => sum + (typeof value === 'number' ? value : 0), 0);

const linesSaying = ({ lines }: Story, words: string): number =>
  lines.filter(({ what }) => what === words).length;

beforeAll(async () => {
  bundleHandler('late-turn', join(ROOT, 'test/kit/worker-scenario.ts'), folder);
  // Cold starts are not what is shown here: nobody asks before all have what they need.
  prepared.push(...CASES.map(prepare));
  const lives = await Promise.all(prepared);
  for (const [n, one] of CASES.entries()) {
    const story = pause(n * BETWEEN_MS).then(lives[n]);
    // Told by its own tests.
    story.catch(() => {});
    stories.set(nameOf(one), story);
  }
}, 120_000);

afterAll(async () => {
  await Promise.allSettled([...prepared, ...stories.values()]);
  await Promise.all(gateways.map(gateway => gateway.stop()));
  rmSync(folder, { recursive: true });
}, 120_000);

describe.each(WAYS)('an answer %s, whose worker is killed by SIGKILL', way => {
  describe.each(POINT_NAMES)('%s,', point => {
    const { after, modelCalls } = POINTS[point];
    const isTaken = point === USER_HAS_IT;

    test('reaches its user once, within the minute of a callback, and has one effect', async () => {
      const { read, deaths, afterwards, ...story } = await storyOf(way, point);
      const posts = isTaken && way === 'by callback' ? 1 : 0;
      const hasRead = isTaken && way !== 'by callback';
      expect(deaths).toEqual([{ ...after, posts, hasRead }]);
      expect(read.filter(hasAnswer).map(({ words }) => words)).toEqual(['1번째 답']);
      expect(read.find(hasAnswer)?.atMs).toBeLessThan(CALLBACK_LIVES_MS);
      expect(read.filter(({ words }) => words.includes(bot.texts.apology))).toEqual([]);
      expect(afterwards).toEqual(['1번 물었어요', '1번 물었어요']);
      expect(story).toMatchObject({ problems: [], failures: [], modelCalls });
      // A worker can't know that the one before it has posted: Kakao takes a callback once.
      const taken = way === 'by callback' ? 1 : 0;
      expect({ taken: story.taken, posts: story.posts }).toEqual({ taken, posts: taken + posts });
    }, 120_000);

    test('is told in the log as one answer, and as none that is lost', async () => {
      const story = await storyOf(way, point);
      const { lines } = story;
      // The line of an answer that is to be collected dies with the worker that has saved it: nothing is left to be done.
      const isUntold = way !== 'by callback' && modelCalls === 1 && after.asked === 1;
      const told = isUntold ? [] : ['late turn answered'];
      expect({
        deferred: count(story, 'TurnsDeferred'),
        answered: count(story, 'LateAnswered'),
        lost: count(story, 'LateLost'),
        failed: count(story, 'TurnsFailed'),
        worker: lines.filter(({ what }) => /^(?:late|callback)/.test(`${what}`)).map(({ what }) => what),
      }).toEqual({ deferred: 1, answered: told.length, lost: 0, failed: 0, worker: told });
      const logged = JSON.stringify(lines).replaceAll('hears 물어보기', '');
      expect(['user-of', 'cbtoken', '물어보기'].filter(secret => logged.includes(secret))).toEqual([]);
    }, 120_000);
  });
});

describe.each(WAYS)('a turn %s, two of whose workers are killed by SIGKILL', way => {
  test('has no effect, and its user is told so once', async () => {
    const { read, deaths, afterwards, ...story } = await storyOf(way, RULE_WORKS, 2);
    expect(deaths).toMatchObject([{ modelCalls: 1 }, { modelCalls: 2 }]);
    expect(story).toMatchObject({ problems: [], failures: [] });
    expect(story.modelCalls).toBeLessThanOrEqual(3);
    const [next = '', second] = afterwards;
    expect(second).toBe('0번 물었어요');
    if (way === 'by callback') {
      expect(read).toEqual([{ words: bot.texts.apology, atMs: expect.any(Number) }]);
      expect(read[0]?.atMs).toBeLessThan(POST_UNTIL_MS);
      expect(next).toBe(second);
    } else {
      expect(read).toEqual([]);
      expect(next).toContain(second);
      expect(next.replace('0번 물었어요', '').trim()).not.toBe('');
    }
  }, 120_000);

  test('is told in the log as lost', async () => {
    const story = await storyOf(way, RULE_WORKS, 2);
    expect(count(story, 'LateAnswered')).toBe(0);
    expect({ LateLost: count(story, 'LateLost'), lines: linesSaying(story, 'late turn lost') }).toEqual({
      LateLost: 1,
      lines: 1,
    });
  }, 120_000);
});
