import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { lambdaContext } from '../../dev/lambda-context.ts';
import { Bot, type Turn } from '../../lambda/bot/index.ts';
import { reply } from '../../lambda/bot/reply.ts';
import { SessionConflictError } from '../../lambda/errors.ts';
import { lateTurnHandler } from '../../lambda/gateway/late-turn.ts';
import { deliverers } from '../../lambda/gateway/protocols.ts';
import { READABLE_MS } from '../../lambda/turn/time-budget.ts';
import { HOSTILE_URLS } from '../kit/hostile-urls.ts';
import { messageProblems, skillProblems } from '../kit/kakao-accepts.ts';
import { type LateGateway, startLateGateway, until } from '../kit/late-gateway.ts';

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** How often each user's slow rule began. */
const begun = new Map<string, number>();

function begins({ user }: Turn<unknown>): void {
  const { botUserKey = '' } = user;
  begun.set(botUserKey, (begun.get(botUserKey) ?? 0) + 1);
}

/** Ends a rule that the test holds until it has the answer that came first. */
let answered = (): void => {};
const firstAnswer = new Promise<void>(resolve => {
  answered = resolve;
});

const ORDERED = { name: 'ordered', turns: 5 };

const newBot = () =>
  new Bot({ session: () => ({ asked: 0 }) })
    .hears(/느린 일 (\d+)/, {
      slow: '생각하고 있어요…',
      work: (turn, [, ms]) => {
        begins(turn);
        return pause(Number(ms));
      },
      then: turn => `${++turn.session.asked}번째 답`,
    })
    .hears(
      '붙잡힌 일',
      async turn => {
        begins(turn);
        await firstAnswer;
        return `${++turn.session.asked}번째 답`;
      },
      { slow: '생각하고 있어요…' },
    )
    .hears('짧은 값어치', () => '금방 식는 답', { slow: '잠시만요', worthMs: 300 })
    .hears('고장', () => Promise.reject(new Error('broken')), { slow: '잠시만요' })
    .hears('긴 답', () => '긴 문장입니다. '.repeat(1_000), { slow: '잠시만요' })
    .hears('접수', () => reply('접수했어요.', [], { data: { number: 'A-12' }, contexts: [ORDERED] }), {
      slow: '잠시만요',
    })
    .hears('번호', () => ({ data: { number: 'A-13' } }))
    .hears('빠른 말', turn => `빠른 답 ${turn.session.asked}`)
    .hears('세기', turn => `${++turn.session.asked}번`)
    .fallback(() => reply('무슨 말씀인지 몰라요', ['빠른 말']));

const wordsOf = (json: unknown): string => JSON.stringify(json);

const clock = Date.now;

/** Lets so much time pass at once, until the test ends; it goes on then, unless it stands still. */
function later(ms: number, how: 'and goes on' | 'and stands still' = 'and goes on'): void {
  jest.restoreAllMocks();
  const at = clock() + ms;
  jest.spyOn(Date, 'now').mockImplementation(() => (how === 'and goes on' ? clock() + ms : at));
}

/** The mark of 결과 확인, which comes back with a tap. */
const COLLECT = { kakaoGateway: { button: 'collect' } };

describe('a slow rule', () => {
  let gateway: LateGateway;
  const bot = newBot();

  beforeAll(async () => {
    gateway = await startLateGateway(bot);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  afterAll(() => gateway?.stop());

  const sessionOf = (user: string) => gateway.store.load(`live/bot/b/${user}` as never);

  test('with a callback is answered at once, and its reply is posted once', async () => {
    const callbackUrl = gateway.sink.newUrl();
    const startedAt = Date.now();
    // The rule ends after the answer to it alone.
    const { status, json } = await gateway.skill('callback', '붙잡힌 일', { callbackUrl });
    answered();
    expect({ status, json }).toEqual({
      status: 200,
      json: { version: '2.0', useCallback: true, data: { text: '생각하고 있어요…' } },
    });
    await gateway.idle();
    const posts = gateway.sink.postsTo(callbackUrl);
    expect(posts).toHaveLength(1);
    expect(skillProblems(posts[0]?.json)).toEqual([]);
    expect(wordsOf(posts[0]?.json)).toContain('1번째 답');
    // Kakao refuses what overtakes the first answer.
    expect((posts[0]?.at ?? 0) - startedAt).toBeGreaterThanOrEqual(1_000);
    expect(begun.get('callback')).toBe(1);
    expect(wordsOf((await gateway.skill('callback', '빠른 말')).json)).toContain('빠른 답 1');
  });

  test('gives its block what its reply has for it, by the callback and by the room', async () => {
    const given = {
      data: { number: 'A-12' },
      context: { values: [{ name: 'ordered', lifeSpan: 5 }] },
    };
    const callbackUrl = gateway.sink.newUrl();
    await gateway.skill('given', '접수', { callbackUrl });
    await until(() => gateway.sink.postsTo(callbackUrl).length > 0);
    expect(gateway.sink.postsTo(callbackUrl)[0]?.json).toMatchObject(given);

    await gateway.skill('given-room', '접수');
    await gateway.idle();
    const { json } = await gateway.skill('given-room', bot.texts.collect);
    expect(wordsOf(json)).toContain('접수했어요');
    expect(json).toMatchObject(given);
  });

  test('is no reason to lose what another rule gives its block', async () => {
    await gateway.skill('pending', '느린 일 1500');
    expect((await gateway.skill('pending', '번호')).json).toEqual({
      version: '2.0',
      data: { number: 'A-13' },
    });
  });

  test.each(['open-builder', 'smart-chat'] as const)(
    'without a callback waits in the room, under %s',
    async protocol => {
      const user = `room-${protocol}`;
      const say = (text: string) =>
        protocol === 'open-builder' ? gateway.skill(user, text) : gateway.smartChat(user, text);
      const problems = (json: unknown) =>
        protocol === 'open-builder' ? skillProblems(json) : messageProblems(json);
      for (const [said, expected] of [
        ['느린 일 500', ['생각하고 있어요…', bot.texts.collect]],
        [bot.texts.collect, [bot.texts.notYet, bot.texts.collect]],
        ['빠른 말', ['빠른 답 0', bot.texts.collect]],
      ] as const) {
        const { json } = await say(said);
        expect(problems(json)).toEqual([]);
        for (const words of expected) expect(wordsOf(json)).toContain(words);
      }
      await gateway.idle();
      const collected = await say(bot.texts.collect);
      expect(problems(collected.json)).toEqual([]);
      expect(wordsOf(collected.json)).toContain('1번째 답');
      expect(wordsOf(collected.json)).not.toContain(bot.texts.collect);
      // The reply to that tap may be lost: for a minute the answer can be read again.
      expect((await say(bot.texts.collect)).json).toEqual(collected.json);
      expect(wordsOf((await say('빠른 말')).json)).not.toContain('1번째 답');
      later(READABLE_MS);
      expect(wordsOf((await say(bot.texts.collect)).json)).toContain('무슨 말씀인지 몰라요');
    },
  );

  test("comes first when the user's next message is another", async () => {
    await gateway.skill('next', '느린 일 10');
    await gateway.idle();
    const { json } = await gateway.skill('next', '빠른 말');
    expect(
      json.template.outputs.map((output: { simpleText: { text: string } }) => output.simpleText.text),
    ).toEqual(['1번째 답', '빠른 답 1']);
  });

  test('asked for twice keeps both replies, and the effect of both', async () => {
    await gateway.skill('twice', '느린 일 150');
    await gateway.skill('twice', '느린 일 150');
    await gateway.idle();
    const { json } = await gateway.skill('twice', bot.texts.collect);
    for (const words of ['1번째 답', '2번째 답']) expect(wordsOf(json)).toContain(words);
  });

  test('is serial in effect with what the user says meanwhile', async () => {
    await gateway.skill('meanwhile', '느린 일 400');
    for (let n = 1; n <= 3; n++)
      expect(wordsOf((await gateway.skill('meanwhile', '세기')).json)).toContain(`${n}번`);
    await until(async () =>
      wordsOf((await gateway.skill('meanwhile', bot.texts.collect)).json).includes('번째 답'),
    );
    expect(wordsOf((await gateway.skill('meanwhile', '빠른 말')).json)).toContain('빠른 답 4');
  });

  test('that fails is answered with the apology, and saves nothing', async () => {
    const callbackUrl = gateway.sink.newUrl();
    await gateway.skill('fails', '고장', { callbackUrl });
    await until(() => gateway.sink.postsTo(callbackUrl).length > 0);
    expect(wordsOf(gateway.sink.postsTo(callbackUrl)[0]?.json)).toContain(bot.texts.apology);
    expect(gateway.logged).toContainEqual(
      expect.objectContaining({ what: 'late turn failed', rule: 'hears 고장' }),
    );
    expect((await sessionOf('fails')).state).toBeUndefined();
  });

  test('posts what fits, and keeps the rest behind 더보기', async () => {
    const callbackUrl = gateway.sink.newUrl();
    await gateway.skill('long', '긴 답', { callbackUrl });
    await until(() => gateway.sink.postsTo(callbackUrl).length > 0);
    expect(gateway.sink.postsTo(callbackUrl)[0]?.json.template.outputs).toHaveLength(3);
    expect(wordsOf((await gateway.skill('long', bot.texts.more)).json)).toContain('긴 문장입니다.');
  });

  test('is worth telling for as long as its rule says', async () => {
    await gateway.skill('stale', '짧은 값어치');
    await gateway.idle();
    expect(wordsOf((await sessionOf('stale')).memory)).toContain('금방 식는 답');
    later(301);
    expect(wordsOf((await gateway.skill('stale', '빠른 말')).json)).not.toContain('금방 식는 답');
    expect(wordsOf((await gateway.skill('stale', bot.texts.collect, { extra: COLLECT })).json)).toContain(
      bot.texts.nothingWaiting,
    );
  });

  test('marks its button, so that a tap on it when nothing waits any more is told so, and asks no rule', async () => {
    const { json } = await gateway.skill('marked', '짧은 값어치');
    expect(json.template.quickReplies).toMatchObject([{ label: bot.texts.collect, extra: COLLECT }]);
    const tap = async () =>
      wordsOf((await gateway.skill('marked', bot.texts.collect, { extra: COLLECT })).json);
    await gateway.idle();
    later(0, 'and stands still');
    expect(await tap()).toContain('금방 식는 답');
    expect(await tap()).toContain('금방 식는 답');
    later(301, 'and stands still');
    expect(await tap()).toContain(bot.texts.nothingWaiting);
    expect(wordsOf((await gateway.skill('marked', bot.texts.collect)).json)).toContain(
      '무슨 말씀인지 몰라요',
    );

    jest.restoreAllMocks();
    const smartChat = async (words: string) => wordsOf((await gateway.smartChat('marked', words)).json);
    await smartChat('짧은 값어치');
    await gateway.idle();
    later(301);
    expect(await smartChat(bot.texts.collect)).toContain(bot.texts.nothingWaiting);
  });

  test('is asked for by its button while it is worked on, which says so and stays', async () => {
    await gateway.skill('early', '느린 일 300');
    const { json } = await gateway.skill('early', bot.texts.collect, { extra: COLLECT });
    expect(wordsOf(json)).toContain(bot.texts.notYet);
    expect(json.template.quickReplies).toMatchObject([{ label: bot.texts.collect, extra: COLLECT }]);
    await gateway.idle();
    const { json: collected } = await gateway.skill('early', bot.texts.collect, { extra: COLLECT });
    expect(wordsOf(collected)).toContain('1번째 답');
  });

  test('whose request is delivered again is not taken again', async () => {
    const callbackUrl = gateway.sink.newUrl();
    const first = await gateway.skill('again', '느린 일 100', { callbackUrl, id: 'chp-again' });
    const second = await gateway.skill('again', '느린 일 100', { callbackUrl, id: 'chp-again' });
    expect(second.json).toEqual(first.json);
    await gateway.idle();
    expect(gateway.sink.postsTo(callbackUrl)).toHaveLength(1);
    expect(begun.get('again')).toBe(1);
  });

  test('whose callback Kakao does not take is kept, to be collected', async () => {
    const callbackUrl = gateway.sink.newUrl();
    gateway.sink.answerNext({
      status: 200,
      body: { status: 'FAIL', message: 'Invalid bot ID. Check your Bot ID.' },
    });
    await gateway.skill('refused', '느린 일 10', { callbackUrl });
    await gateway.idle();
    expect(gateway.logged.map(({ what }) => what)).toContain('callback failed: bot-id');
    expect(wordsOf((await gateway.skill('refused', bot.texts.collect)).json)).toContain('1번째 답');
  });

  test('brings along what Kakao did not take before', async () => {
    const [refused, taken] = [gateway.sink.newUrl(), gateway.sink.newUrl()];
    gateway.sink.answerNext({
      status: 200,
      body: { status: 'FAIL', message: 'Invalid bot ID. Check your Bot ID.' },
    });
    await gateway.skill('along', '느린 일 10', { callbackUrl: refused });
    await until(async () => ((await sessionOf('along')).memory.late?.length ?? 0) > 0);
    await gateway.skill('along', '느린 일 10', { callbackUrl: taken });
    await until(() => gateway.sink.postsTo(taken).length > 0);
    expect(wordsOf(gateway.sink.postsTo(taken)[0]?.json)).toMatch(/1번째 답.*2번째 답/);
    expect((await sessionOf('along')).memory.late).toMatchObject([{ shownAt: expect.any(Number) }]);
    expect(wordsOf((await gateway.skill('along', '빠른 말')).json)).not.toContain('번째 답');
  });

  test('that Kakao refuses is kept once, whoever else takes its record, and not for a user who left', async () => {
    const callbackUrl = gateway.sink.newUrl();
    const refusal = { status: 200, body: { status: 'FAIL', message: 'Invalid bot ID. Check your Bot ID.' } };
    gateway.sink.answerNext(refusal);
    await gateway.skill('kept', '느린 일 10', { callbackUrl });
    await until(async () => ((await sessionOf('kept')).memory.late?.length ?? 0) > 0);
    const event = structuredClone(gateway.events.at(-1));
    if (!event?.Records[0]) throw new Error('the queue gave nothing');
    event.Records[0].attributes.ApproximateReceiveCount = '2';
    const { store, sink } = gateway;
    const another = lateTurnHandler({
      bot,
      store,
      log: () => {},
      callbackOrigins: [sink.origin],
      deliverers,
    });
    await another(event, lambdaContext('late-turn', 5_000));
    expect(sink.postsTo(callbackUrl)).toHaveLength(1);
    expect(wordsOf((await gateway.skill('kept', bot.texts.collect)).json).match(/1번째 답/g)).toHaveLength(1);

    sink.answerNext(refusal);
    await gateway.skill('blocks', '느린 일 10', { callbackUrl: sink.newUrl() });
    // Answered and saved, not posted yet.
    await until(async () => (await sessionOf('blocks')).state !== undefined);
    await store.delete('live/bot/b/blocks' as never);
    await gateway.idle();
    expect((await store.load('live/bot/b/blocks' as never)).revision).toBe(0);
  });

  test('of a user who left has no effect', async () => {
    await gateway.skill('leaves', '느린 일 100');
    await gateway.store.delete('live/bot/b/leaves' as never);
    await gateway.idle();
    expect((await sessionOf('leaves')).revision).toBe(0);
  });

  test('of somebody who is not remembered runs at once', async () => {
    const { json } = await gateway.smartChat('test', '느린 일 10');
    expect(json.message.text).toBe('1번째 답');
  });

  test.each(HOSTILE_URLS.map((url, n) => [n, url] as const))(
    'with a hostile callback URL (%i) waits in the room',
    async (n, callbackUrl) => {
      const before = gateway.sink.requests();
      const { json } = await gateway.skill(`hostile-${n}`, '느린 일 1', { callbackUrl });
      expect(json.useCallback).toBeUndefined();
      expect(wordsOf(json)).toContain(bot.texts.collect);
      await gateway.idle();
      expect(wordsOf((await sessionOf(`hostile-${n}`)).memory)).toContain('1번째 답');
      expect(gateway.sink.requests()).toBe(before);
      expect(gateway.logged.filter(({ what }) => what === 'callback URL refused').length).toBeGreaterThan(n);
      if (typeof callbackUrl === 'string') expect(JSON.stringify(gateway.logged)).not.toContain(callbackUrl);
    },
  );
});

describe('a worker whose own write seems to be of another, since its answer got lost and the user spoke meanwhile', () => {
  let gateway: LateGateway | undefined;

  afterEach(() => gateway?.stop());

  test.each(['claim', 'save'] as const)('goes on after its %s: the answer is posted once', async which => {
    let lost = false;
    gateway = await startLateGateway(newBot(), {
      workerStore: store => ({
        load: user => store.load(user),
        delete: user => store.delete(user),
        claim: async (...args) => {
          const claimed = await store.claim(...args);
          if (which === 'save' || lost) return claimed;
          lost = true;
          return undefined;
        },
        save: async (...args) => {
          await store.save(...args);
          if (which === 'claim' || lost) return;
          lost = true;
          throw new SessionConflictError();
        },
      }),
    });
    const callbackUrl = gateway.sink.newUrl();
    await gateway.skill('user', '느린 일 10', { callbackUrl });
    await gateway.idle();
    expect(lost).toBe(true);
    expect(gateway.sink.postsTo(callbackUrl)).toHaveLength(1);
    expect((await gateway.store.load('live/bot/b/user' as never)).state).toBe('{"asked":1}');
  });
});

describe('round trips to DynamoDB', () => {
  let gateway: LateGateway;

  beforeAll(async () => {
    gateway = await startLateGateway(newBot());
  });

  afterAll(() => gateway?.stop());

  test('of a turn that changes something: two', async () => {
    gateway.roundTrips();
    await gateway.skill('trips', '세기');
    expect(gateway.roundTrips()).toBe(2);
  });

  test('of a turn that changes nothing: one', async () => {
    await gateway.skill('trips', '빠른 말');
    expect(gateway.roundTrips()).toBe(1);
  });

  test.each([true, false])(
    'of a late turn: two, and two more in the worker (callback: %s)',
    async byCallback => {
      const callbackUrl = gateway.sink.newUrl();
      await gateway.skill('trips', '느린 일 100', byCallback ? { callbackUrl } : {});
      await gateway.idle();
      expect(gateway.roundTrips()).toBe(4);
    },
  );
});
