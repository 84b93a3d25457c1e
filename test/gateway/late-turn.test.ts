import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { lambdaContext } from '../../dev/lambda-context.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import type { SettledReply } from '../../lambda/bot/reply.ts';
import { openBuilderDeliverer } from '../../lambda/open-builder/deliver.ts';
import type { Deliverer } from '../../lambda/turn/protocol.ts';
import { deliver, eventOf, type LateBench, startLateBench } from '../kit/late-bench.ts';
import { until } from '../kit/late-gateway.ts';

/** Rules that hold until the test lets them go, by user. */
const held = new Map<string, () => void>();
let begun = 0;

const bot = new Bot({ session: () => ({ cups: 0 }) })
  .hears('담기', turn => `${++turn.session.cups}잔`)
  .hears('장바구니', turn => `모두 ${turn.session.cups}잔`)
  .hears(
    '느린 담기',
    turn => {
      begun++;
      return `${++turn.session.cups}번째 답`;
    },
    { slow: '잠시만요' },
  )
  .hears(
    '긴 일',
    turn =>
      new Promise(resolve => {
        held.set(turn.user.botUserKey ?? '', () => resolve('다 됐어요'));
      }),
    { slow: '잠시만요' },
  )
  .hears('긴 답', () => '긴 문장입니다. '.repeat(1_000), { slow: '잠시만요' })
  .hears('긴 말', () => '다른 문장입니다. '.repeat(1_000))
  .hears('얼마나', turn => `${turn.deadline.remainingMs()}`, { slow: '잠시만요' })
  .hears('얼마나 길게', turn => `${turn.deadline.remainingMs()}`, { slow: '잠시만요', upToMs: 45_000 });

const wordsOf = (json: unknown): string => JSON.stringify(json);
const SPENT = { status: 200, body: { status: 'FAIL', message: 'Invalid callback token.' } };

let bench: LateBench;

beforeAll(async () => {
  bench = await startLateBench(bot);
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(() => bench?.stop());

const sessionOf = (user: string) => bench.store.load(`live/bot/b/${user}` as never);
const postsTo = (url: string) => bench.sink.postsTo(url).map(({ json }) => wordsOf(json));
const loggedSince = (at: number) => bench.logged.slice(at).map(({ what }) => what);

describe('a late turn whose worker is busy', () => {
  test('leaves what the user did meanwhile as it is, where its rule never looked', async () => {
    await bench.skill('cups', '담기');
    const turn = await bench.defers('cups', '긴 일');
    const done = deliver(bench.newWorker(), turn);
    await until(() => held.has('cups'));
    await bench.skill('cups', '담기');
    await bench.skill('cups', '담기');
    held.get('cups')?.();
    await done;
    expect((await sessionOf('cups')).state).toBe('{"cups":3}');
    const { json } = await bench.skill('cups', '장바구니');
    for (const words of ['다 됐어요', '모두 3잔']) expect(wordsOf(json)).toContain(words);
  });

  test('is done with as a copy, and as a record that came back: whoever has it has it by a record of its own', async () => {
    const url = bench.sink.newUrl();
    const turn = await bench.defers('held', '긴 일', url);
    const done = deliver(bench.newWorker(), turn);
    await until(() => held.has('held'));
    for (const copy of [1, 2, 3])
      expect([copy, await deliver(bench.newWorker(), turn, { receives: 1 })]).toEqual([copy, 'done']);
    expect(await deliver(bench.newWorker(), turn, { receives: 2 })).toBe('done');
    expect(bench.sink.postsTo(url)).toEqual([]);
    held.get('held')?.();
    expect(await done).toBe('done');
    expect(await deliver(bench.newWorker(), turn, { receives: 3 })).toBe('done');
    expect(bench.sink.postsTo(url).map(({ taken }) => taken)).toEqual([true, false]);
  });
});

describe('a late turn that was answered', () => {
  test('is left to its worker by a copy in another process: one rule, one post', async () => {
    const url = bench.sink.newUrl();
    const turn = await bench.defers('copy', '느린 담기', url);
    const before = begun;
    expect(await deliver(bench.newWorker(), turn)).toBe('done');
    expect(await deliver(bench.newWorker(), turn)).toBe('done');
    expect(postsTo(url)).toEqual([expect.stringContaining('1번째 답')]);
    expect(begun).toBe(before + 1);
  });

  test('is posted once by the process that gets its record again', async () => {
    const url = bench.sink.newUrl();
    const turn = await bench.defers('again', '느린 담기', url);
    const before = begun;
    const worker = bench.newWorker();
    for (const receives of [1, 1, 2]) expect(await deliver(worker, turn, { receives })).toBe('done');
    expect(postsTo(url)).toEqual([expect.stringContaining('1번째 답')]);
    expect(begun).toBe(before + 1);
  });

  test('is posted by the worker after one that died, and is there once whether or not the first had posted', async () => {
    const url = bench.sink.newUrl();
    const turn = await bench.defers('died', '느린 담기', url);
    await deliver(bench.newWorker(), turn);
    const at = bench.logged.length;
    expect(await deliver(bench.newWorker(), turn, { receives: 2 })).toBe('done');
    expect(bench.sink.postsTo(url).map(({ taken }) => taken)).toEqual([true, false]);
    expect(loggedSince(at)).toEqual(['late turn answered']);
    expect(wordsOf((await bench.skill('died', bot.texts.collect)).json)).toContain(bot.texts.notUnderstood);
  });

  test.each([
    ['', []],
    [', whatever its user has read of it by then', ['더보기', '더보기']],
    [', though its user has another long answer by then', ['긴 말']],
  ])(
    'is posted as the worker before did, which may have died, and its 더보기 brings the same%s',
    async (meanwhile, said) => {
      const url = bench.sink.newUrl();
      const user = `long${meanwhile}`;
      const turn = await bench.defers(user, '긴 답', url);
      await deliver(bench.newWorker(), turn);
      for (const words of said) await bench.skill(user, words);
      await deliver(bench.newWorker(), turn, { receives: 2 });
      const [first, second] = bench.sink.postsTo(url).map(({ json }) => json);
      expect(second).toEqual(first);
      const { id } = turn.request;
      expect(first).toMatchObject({
        template: {
          quickReplies: [
            { label: '더보기', extra: { kakaoGateway: { button: 'more', answer: id, part: 1 } } },
          ],
        },
      });
    },
  );

  test('waits to be collected when Kakao calls a first post spent: it was not ours that spent it', async () => {
    const url = bench.sink.newUrl();
    const turn = await bench.defers('spent', '느린 담기', url);
    const at = bench.logged.length;
    bench.sink.answerNext(SPENT);
    await deliver(bench.newWorker(), turn);
    expect(loggedSince(at)).toEqual(['callback failed: token-spent', 'late turn kept, to be collected']);
    expect(wordsOf((await bench.skill('spent', bot.texts.collect)).json)).toContain('1번째 답');
  });

  test('is remembered with the last thousand that a process posted, and no more', async () => {
    const url = bench.sink.newUrl();
    const turn = await bench.defers('first', '느린 담기', url);
    const worker = bench.newWorker();
    await deliver(worker, turn);
    await deliver(worker, turn, { receives: 2 });
    expect(bench.sink.postsTo(url)).toHaveLength(1);
    const delivery = { protocol: 'open-builder', address: 'refused' };
    await Promise.all(
      Array.from({ length: 1_000 }, async (_, n) => {
        const other = await bench.defers(`other-${n}`, '느린 담기', bench.sink.newUrl());
        await deliver(worker, { ...other, delivery });
      }),
    );
    // Forgotten, it is posted again, and Kakao takes it once.
    await deliver(worker, turn, { receives: 3 });
    expect(bench.sink.postsTo(url).map(({ taken }) => taken)).toEqual([true, false]);
  });
});

describe('a late turn with a callback', () => {
  /** The protocol's own deliverer, whose renderings are counted. */
  function counting(): { deliverer: Deliverer; renderings: SettledReply[] } {
    const renderings: SettledReply[] = [];
    const render: Deliverer['render'] = (reply, ...others) => {
      renderings.push(reply);
      return openBuilderDeliverer.render(reply, ...others);
    };
    return { deliverer: { ...openBuilderDeliverer, render }, renderings };
  }

  test('is rendered once, from its answer to its post', async () => {
    const { deliverer, renderings } = counting();
    const url = bench.sink.newUrl();
    const turn = await bench.defers('rendered', '느린 담기', url);
    await deliver(bench.newWorker([deliverer]), turn);
    expect(postsTo(url)).toEqual([expect.stringContaining('1번째 답')]);
    expect(renderings).toHaveLength(1);
  });

  test('is rendered once more by the worker after one that died, and not by a copy', async () => {
    const { deliverer, renderings } = counting();
    const turn = await bench.defers('rendered-again', '느린 담기', bench.sink.newUrl());
    await deliver(bench.newWorker([deliverer]), turn);
    await deliver(bench.newWorker([deliverer]), turn);
    expect(renderings).toHaveLength(1);
    await deliver(bench.newWorker([deliverer]), turn, { receives: 2 });
    expect(renderings).toHaveLength(2);
  });

  test('is rendered by nobody where its answer is to be collected', async () => {
    const { deliverer, renderings } = counting();
    await deliver(bench.newWorker([deliverer]), await bench.defers('unrendered', '느린 담기'));
    expect(renderings).toEqual([]);
  });

  test('of a protocol that this release does not know is kept, to be collected, and told', async () => {
    const url = bench.sink.newUrl();
    const turn = await bench.defers('unknown', '느린 담기', url);
    const at = bench.logged.length;
    expect(await deliver(bench.newWorker([]), turn)).toBe('done');
    expect(bench.logged.slice(at)).toMatchObject([
      { level: 'error', what: 'callback failed: no-protocol', metrics: { CallbacksFailed: 1 } },
      { what: 'late turn kept, to be collected', metrics: { LateAnswered: 1 } },
    ]);
    expect(bench.sink.postsTo(url)).toEqual([]);
    expect(wordsOf((await bench.skill('unknown', bot.texts.collect)).json)).toContain('1번째 답');
  });
});

describe('the time of a late turn', () => {
  const given = async (
    user: string,
    ageMs: number,
    { words = '얼마나', leftMs = 28_000 } = {},
  ): Promise<number> => {
    await deliver(bench.newWorker(), await bench.defers(user, words), { ageMs, leftMs });
    const { late = [] } = (await sessionOf(user)).memory;
    return Number(/\d+/.exec(wordsOf(late[0]?.reply))?.[0]);
  };

  test('is the rule’s but for what saving and posting take: 24 s of the worker’s 28', async () => {
    const ms = await given('fresh', 1_000);
    expect(ms).toBeGreaterThan(20_000);
    expect(ms).toBeLessThanOrEqual(24_000);
  });

  test('is the rule’s as far as it asks for, where the worker has as much: 45 s of its 49', async () => {
    const ms = await given('long', 1_000, { words: '얼마나 길게', leftMs: 49_000 });
    expect(ms).toBeGreaterThan(41_000);
    expect(ms).toBeLessThanOrEqual(45_000);
    expect(await given('short', 1_000, { leftMs: 49_000 })).toBeLessThanOrEqual(24_000);
  });

  test('ends 50 s after its request where a callback brings it, whatever the worker has left', async () => {
    const url = bench.sink.newUrl();
    await deliver(bench.newWorker(), await bench.defers('old', '얼마나', url), { ageMs: 40_000 });
    const ms = Number(/"text":"(\d+)"/.exec(postsTo(url)[0] ?? '')?.[1]);
    expect(ms).toBeGreaterThan(6_000);
    expect(ms).toBeLessThanOrEqual(10_000);
  });

  test('does not end while its worker lives where its answer is collected: that is worth the wait', async () => {
    const ms = await given('collected', 40_000);
    expect(ms).toBeGreaterThan(20_000);
    expect(ms).toBeLessThanOrEqual(24_000);
  });

  test('that is over before its worker comes costs the user an apology, and starts no rule', async () => {
    const url = bench.sink.newUrl();
    const turn = await bench.defers('over', '느린 담기', url);
    const before = begun;
    expect(await deliver(bench.newWorker(), turn, { ageMs: 51_000 })).toBe('done');
    expect(begun).toBe(before);
    expect(postsTo(url)).toEqual([expect.stringContaining(bot.texts.apology)]);
    expect((await sessionOf('over')).state).toBeUndefined();
  });

  test('is told by another clock there: a worker half a minute behind takes the turn', async () => {
    const turn = await bench.defers('skewed', '느린 담기');
    const clock = Date.now;
    const behind = jest.spyOn(Date, 'now').mockImplementation(() => clock() - 30_000);
    expect(await deliver(bench.newWorker(), turn, { ageMs: 0 })).toBe('done');
    behind.mockRestore();
    expect(wordsOf((await bench.skill('skewed', bot.texts.collect)).json)).toContain('1번째 답');
  });
});

test('a record that nobody can read is logged and dropped', async () => {
  const at = bench.logged.length;
  for (const body of ['no JSON', '{}', 'null'])
    expect(await bench.newWorker()(eventOf(body), lambdaContext('late-turn', 5_000))).toEqual({
      batchItemFailures: [],
    });
  expect(loggedSince(at)).toEqual(Array(3).fill('late turn unreadable'));
});
