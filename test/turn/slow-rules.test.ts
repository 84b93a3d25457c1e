import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Bot, type SlowOptions, type SlowRule, type Turn } from '../../lambda/bot/index.ts';
import { ConfigurationError, UnavailableError } from '../../lambda/errors.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import { takeLateTurn } from '../../lambda/turn/late-turn.ts';
import { MemorySessionStore, type SessionStore } from '../../lambda/turn/session.ts';
import { deferInto } from '../kit/deferred.ts';
import { type SimulatedGateway, simulateGateway } from '../kit/simulated-gateway.ts';
import { plainTexts, saying, take, USER } from '../kit/turns.ts';

interface Said {
  said: string[];
}
const newBot = () => new Bot({ session: (): Said => ({ said: [] }) });

const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));

/** The slow rules of one test: which began, and which `then` was run. */
interface Slow {
  readonly begun: string[];
  readonly finished: string[];
  /** A rule that works for so long, or until it is aborted, and remembers what was said. */
  rule(ms: number, options?: Partial<SlowOptions<Said>>): SlowRule<Said, string>;
}

function slowRules(): Slow {
  const begun: string[] = [];
  const finished: string[] = [];
  return {
    begun,
    finished,
    rule: (ms, options = {}) => ({
      slow: '잠시만요',
      ...options,
      work: async (turn: Turn<Said>) => {
        begun.push(turn.text);
        await pause(ms);
        return `답: ${turn.text}`;
      },
      then: (turn: Turn<Said>, answer: string) => {
        finished.push(turn.text);
        turn.session.said.push(turn.text);
        return answer;
      },
    }),
  };
}

let gateway: SimulatedGateway | undefined;
afterEach(() => {
  gateway?.stop();
  gateway = undefined;
  jest.useRealTimers();
});

/** A user of the bot, on a simulated clock. */
function simulated(bot: Bot<Said>, options: Parameters<typeof simulateGateway>[1] = {}) {
  const simulation = simulateGateway(bot, options);
  gateway = simulation;
  const startedAt = Date.now();
  return {
    ...simulation,
    /** Says something with a callback; the words at once, and what is posted later. */
    asks: async (utterance: string, id?: string) => {
      const callbackUrl = simulation.newUrl();
      const { json } = await simulation.skill('u', utterance, { callbackUrl, ...(id && { id }) });
      return {
        said: wordsOf(json),
        posts: () =>
          simulation
            .postsTo(callbackUrl)
            .map(({ json, at }) => ({ words: wordsOf(json), ms: at - startedAt })),
      };
    },
    says: async (utterance: string) => wordsOf((await simulation.skill('u', utterance)).json),
    said: async () =>
      JSON.parse((await simulation.store.load('live/bot/b/u' as never)).state ?? '{"said":[]}').said,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: an answer, or a post
const wordsOf = ({ data, template }: any): string =>
  data?.text ??
  template.outputs.map((output: { simpleText: { text: string } }) => output.simpleText.text).join('|');

describe('a slow rule whose user is busy with another', () => {
  test('answers with its words where it has such, and begins nothing', async () => {
    const slow = slowRules();
    const user = simulated(newBot().fallback(slow.rule(8_000, { busy: '앞 질문에 답하고 있어요.' })));
    await user.run(
      (async () => {
        const first = await user.asks('하나');
        await pause(2_000);
        const records = user.events.length;
        const second = await user.asks('둘');
        expect(second.said).toBe('앞 질문에 답하고 있어요.');
        await pause(60_000);
        expect(user.events).toHaveLength(records + 1);
        expect(second.posts()).toEqual([]);
        expect(first.posts()).toMatchObject([{ words: '답: 하나' }]);
        expect((await user.asks('셋')).said).toBe('잠시만요');
        await pause(60_000);
      })(),
    );
    expect(slow.begun).toEqual(['하나', '셋']);
    expect(await user.run(user.said())).toEqual(['하나', '셋']);
  });

  test('waits for its turn: ten at most, each answered in the order in which they were asked', async () => {
    const slow = slowRules();
    const bot = newBot().fallback(slow.rule(3_000));
    const user = simulated(bot);
    const words = Array.from({ length: 10 }, (_, n) => `질문 ${n}`);
    await user.run(
      (async () => {
        const asked = [];
        for (const word of words) {
          asked.push(await user.asks(word));
          await pause(50);
        }
        const eleventh = await user.asks('열한 번째');
        expect(asked.map(({ said }) => said)).toEqual(words.map(() => '잠시만요'));
        expect(eleventh.said).toBe(bot.texts.busy);
        await pause(60_000);
        expect(asked.map(({ posts }) => posts().map(post => post.words))).toEqual(
          words.map(word => [`답: ${word}`]),
        );
        expect(eleventh.posts()).toEqual([]);
      })(),
    );
    expect(slow.begun).toEqual(words);
    expect(await user.run(user.said())).toEqual(words);
  });

  test('takes its place: what is aborted within a second tells its user so, and has no effect', async () => {
    const slow = slowRules();
    const aborted: number[] = [];
    const bot = newBot().fallback({
      ...slow.rule(0, { busy: 'replace' }),
      work: async turn => {
        slow.begun.push(turn.text);
        turn.deadline.signal.addEventListener('abort', () => aborted.push(Date.now()));
        await pause(10_000);
        return `답: ${turn.text}`;
      },
    });
    const user = simulated(bot);
    await user.run(
      (async () => {
        const first = await user.asks('하나');
        await pause(4_000);
        const replacedAt = Date.now();
        const second = await user.asks('둘');
        await pause(60_000);
        expect(aborted.map(at => at - replacedAt)).toEqual([expect.any(Number)]);
        expect((aborted[0] ?? 0) - replacedAt).toBeLessThanOrEqual(1_200);
        expect(first.posts()).toMatchObject([{ words: bot.texts.replaced }]);
        expect(first.posts()[0]?.ms).toBeLessThan(6_500);
        expect(second.posts()).toMatchObject([{ words: '답: 둘' }]);
        expect(second.posts()[0]?.ms).toBeLessThan(16_000);
      })(),
    );
    expect(slow.begun).toEqual(['하나', '둘']);
    expect(slow.finished).toEqual(['둘']);
    expect(await user.run(user.said())).toEqual(['둘']);
  });

  test('takes the place of those that wait, too, and these tell their user so', async () => {
    const slow = slowRules();
    const bot = newBot()
      .hears('새로', slow.rule(1_000, { busy: 'replace' }))
      .fallback(slow.rule(8_000));
    const user = simulated(bot);
    await user.run(
      (async () => {
        const [first, second] = [await user.asks('하나'), await user.asks('둘')];
        await pause(2_000);
        const third = await user.asks('새로');
        await pause(58_000);
        for (const { posts } of [first, second])
          expect(posts()).toMatchObject([{ words: bot.texts.replaced }]);
        expect(third.posts()).toMatchObject([{ words: '답: 새로' }]);
      })(),
    );
    expect(slow.begun).toEqual(['하나', '새로']);
    expect(await user.run(user.said())).toEqual(['새로']);
  });
});

describe('the waiting text of a slow rule', () => {
  const waitingOf = async (slow: SlowOptions<Said>['slow']) => {
    const bot = newBot().fallback({ slow, work: () => '', then: () => '답' });
    const queue: DeferredTurn[] = [];
    const store = new MemorySessionStore();
    const outcome = await take(bot, store, saying('카페'), { defer: deferInto(queue) });
    return { ...outcome, queued: queue.length, leases: (await store.load(USER)).leases, texts: bot.texts };
  };

  test('is made of the turn by a function', async () => {
    expect(await waitingOf(turn => `"${turn.text}" 찾아볼게요`)).toMatchObject({
      kind: 'late',
      answer: '"카페" 찾아볼게요',
      queued: 1,
    });
  });

  test('is the gateway’s own where that makes nothing to be seen', async () => {
    for (const blank of ['', ' \u3164']) {
      const { kind, answer, texts } = await waitingOf(() => blank);
      expect({ kind, answer }).toEqual({ kind: 'late', answer: texts.waiting });
    }
  });

  test('that can’t be made is an apology, and nothing is deferred', async () => {
    const outcome = await waitingOf(() => {
      throw new Error('no words');
    });
    expect(outcome).toMatchObject({ kind: 'failed', answer: outcome.texts.apology, queued: 0, leases: {} });
  });
});

describe('the time that a slow rule may work', () => {
  /** The post of a rule that works for so long, and how often its worker said that it lives. */
  const workingFor = async (ms: number, options: Partial<SlowOptions<Said>>) => {
    let renewals = 0;
    const workerStore = (store: SessionStore): SessionStore => ({
      load: user => store.load(user),
      save: (...args) => store.save(...args),
      claim: (user, id, until, held) => {
        if (held !== undefined) renewals++;
        return store.claim(user, id, until, held);
      },
      delete: user => store.delete(user),
    });
    const slow = slowRules();
    const bot = newBot().fallback(slow.rule(ms, options));
    const user = simulated(bot, { workerStore });
    const posts = await user.run(
      (async () => {
        const asked = await user.asks('긴 일');
        await pause(60_000);
        return asked.posts();
      })(),
    );
    return { posts, renewals, begun: slow.begun.length, said: await user.run(user.said()), texts: bot.texts };
  };

  test('is 45 s where it asks for that: it is answered by its callback, by one worker that said once that it lives', async () => {
    const { posts, ...others } = await workingFor(44_900, { upToMs: 45_000 });
    expect(posts).toMatchObject([{ words: '답: 긴 일' }]);
    expect(posts[0]?.ms).toBeLessThan(46_500);
    expect(others).toMatchObject({ renewals: 1, begun: 1, said: ['긴 일'] });
  });

  test('is 24 s else: then its user reads the apology', async () => {
    const { posts, ...others } = await workingFor(30_000, {});
    expect(posts).toMatchObject([{ words: others.texts.apology }]);
    expect(posts[0]?.ms).toBeGreaterThan(24_000);
    expect(posts[0]?.ms).toBeLessThan(25_500);
    expect(others).toMatchObject({ begun: 1, said: [] });
  });

  test('is less where it says so', async () => {
    const { posts, texts } = await workingFor(10_000, { upToMs: 5_000 });
    expect(posts).toMatchObject([{ words: texts.apology }]);
    expect(posts[0]?.ms).toBeLessThan(6_500);
  });
});

describe('a slow rule that is declared wrong is refused when the bot is made, by its name and the member', () => {
  const limit = { turns: 5, perMs: 60_000, answer: '잠시 뒤에요' };
  test.each<[Partial<SlowOptions<Said>>, string]>([
    [{ slow: ' ' }, 'hears 느린 일: slow must be the text that the user reads meanwhile'],
    [{ busy: '' }, `hears 느린 일: busy must be 'queue', 'replace' or a text`],
    [{ upToMs: 45_001 }, 'hears 느린 일: upToMs must be more than 0 and at most 45000 ms'],
    [{ upToMs: 0 }, 'hears 느린 일: upToMs must be more than 0 and at most 45000 ms'],
    [{ upToMs: Number.NaN }, 'hears 느린 일: upToMs must be more than 0 and at most 45000 ms'],
    [{ worthMs: 0 }, 'hears 느린 일: worthMs must be more than 0 ms'],
    [{ limit: { ...limit, turns: 0 } }, 'hears 느린 일: limit.turns must be a whole number from 1 to 100'],
    [{ limit: { ...limit, turns: 101 } }, 'hears 느린 일: limit.turns must be a whole number from 1 to 100'],
    [{ limit: { ...limit, turns: 1.5 } }, 'hears 느린 일: limit.turns must be a whole number from 1 to 100'],
    [{ limit: { ...limit, perMs: 0 } }, 'hears 느린 일: limit.perMs must be more than 0 ms'],
  ])('%j', (wrong, sentence) => {
    const options = { slow: '잠시만요', ...wrong };
    const refused = new ConfigurationError(sentence);
    expect(() => newBot().hears('느린 일', () => '답', options)).toThrow(refused);
    expect(() => newBot().hears('느린 일', { ...options, work: () => '', then: () => '답' })).toThrow(
      refused,
    );
  });

  test('and at its bounds it is none', () => {
    for (const right of [{ upToMs: 45_000 }, { upToMs: 1 }, { limit: { ...limit, turns: 100 } }])
      expect(() => newBot().fallback(() => '답', { slow: '잠시만요', ...right })).not.toThrow();
  });
});

describe('a limit of a slow rule', () => {
  const LIMIT = { turns: 2, perMs: 60_000, answer: '많이 물으셨어요' };

  test('holds in any time of its length, and counts what is begun', async () => {
    const slow = slowRules();
    const user = simulated(newBot().fallback(slow.rule(100, { limit: LIMIT })));
    await user.run(
      (async () => {
        const said = [];
        // At 0, 20, 40, 61 and 70 s: the first counts no more for the fourth, the second does for the fifth.
        for (const [n, ms] of [0, 20_000, 20_000, 21_000, 9_000].entries()) {
          await pause(ms);
          said.push((await user.asks(`질문 ${n}`)).said);
        }
        expect(said).toEqual(['잠시만요', '잠시만요', LIMIT.answer, '잠시만요', LIMIT.answer]);
        await pause(60_000);
      })(),
    );
    expect(slow.begun).toEqual(['질문 0', '질문 1', '질문 3']);
  });

  test('holds though turns meet', async () => {
    const slow = slowRules();
    const user = simulated(newBot().fallback(slow.rule(100, { limit: LIMIT })));
    await user.run(
      (async () => {
        const asked = await Promise.all([1, 2, 3, 4, 5].map(n => user.asks(`질문 ${n}`)));
        expect(asked.map(({ said }) => said).toSorted()).toEqual([
          LIMIT.answer,
          LIMIT.answer,
          LIMIT.answer,
          '잠시만요',
          '잠시만요',
        ]);
        await pause(60_000);
      })(),
    );
    expect(slow.begun).toHaveLength(2);
  });

  test('counts a turn that is delivered again once', async () => {
    const slow = slowRules();
    const user = simulated(newBot().fallback(slow.rule(5_000, { limit: LIMIT })));
    await user.run(
      (async () => {
        const said = [];
        for (const id of ['same', 'same', 'same', 'another', 'third'])
          said.push((await user.asks('질문', id)).said);
        expect(said).toEqual(['잠시만요', '잠시만요', '잠시만요', '잠시만요', LIMIT.answer]);
        await pause(60_000);
      })(),
    );
    expect(slow.begun).toHaveLength(2);
  });

  test('counts no turn that the queue did not take', async () => {
    const slow = slowRules();
    const bot = newBot().fallback(slow.rule(100, { limit: { ...LIMIT, turns: 1 } }));
    const store = new MemorySessionStore();
    const ask = (defer: Parameters<typeof take>[3]) => take(bot, store, saying('질문'), defer);
    const refused = await ask({ defer: () => Promise.reject(new UnavailableError('late queue')) });
    expect(refused).toMatchObject({ kind: 'failed', answer: bot.texts.apology });
    const queue: DeferredTurn[] = [];
    expect(await ask({ defer: deferInto(queue) })).toMatchObject({ kind: 'late' });
    expect(await ask({ defer: deferInto(queue) })).toMatchObject({ kind: 'answered', answer: LIMIT.answer });
    expect(queue).toHaveLength(1);
  });
});

describe('a slow rule in two steps', () => {
  /** The end of a slow turn whose user said a word while its second step ran: the session, and the words that were posted. */
  const ended = async (then: (turn: Turn<Said>, runs: number) => string | Promise<string>) => {
    let [worked, runs] = [0, 0];
    const bot = newBot()
      .hears('빠른 말', turn => `${turn.session.said.push(turn.text)}`)
      .fallback({
        slow: '잠시만요',
        work: async turn => {
          worked++;
          turn.session.said.push('일하는 동안');
          await pause(3_000);
          return '결과';
        },
        then: turn => then(turn, ++runs),
      });
    const user = simulated(bot, { storeMs: 4 });
    const posts = await user.run(
      (async () => {
        const asked = await user.asks('느린 일');
        // The second step begins by then, and is not over.
        await pause(3_200);
        await user.says('빠른 말');
        await pause(60_000);
        return asked.posts().map(({ words }) => words);
      })(),
    );
    return { worked, runs, posts, said: await user.run(user.said()), texts: bot.texts, logged: user.logged };
  };

  test('works once, and its second step runs again on the session as another turn left it; what the work changed is not kept', async () => {
    const { worked, runs, posts, said } = await ended(async (turn, run) => {
      const known = turn.session.said.length;
      await pause(600);
      turn.session.said.push(`끝 ${run}`);
      return `${known}`;
    });
    expect({ worked, runs, posts, said }).toEqual({
      worked: 1,
      runs: 2,
      posts: ['1'],
      said: ['빠른 말', '끝 2'],
    });
  });

  test('is answered with the apology when its second step throws, and saves nothing of its own', async () => {
    const { worked, posts, said, texts, logged } = await ended(turn => {
      turn.session.said.push('끝');
      throw new Error('broken');
    });
    expect({ worked, posts, said }).toEqual({ worked: 1, posts: [texts.apology], said: ['빠른 말'] });
    expect(logged).toContainEqual(
      expect.objectContaining({ level: 'error', what: 'late turn failed', rule: 'fallback' }),
    );
  });

  test('is answered with the apology when its second step takes longer than a second', async () => {
    const { worked, posts, said, texts } = await ended(() => pause(1_500).then(() => '늦은 답'));
    expect({ worked, posts, said }).toEqual({ worked: 1, posts: [texts.apology], said: ['빠른 말'] });
  });

  test('is answered at once, by both steps, where no worker is', async () => {
    for (const work of [() => '결과', async () => '결과']) {
      const store = new MemorySessionStore();
      const bot = newBot().fallback({
        slow: '잠시만요',
        work,
        then: (turn, result) => `${result} ${turn.session.said.push(result)}`,
      });
      expect(await take(bot, store, saying('질문'))).toMatchObject({ kind: 'answered', answer: '결과 1' });
      expect(await store.load(USER)).toMatchObject({ state: '{"said":["결과"]}', leases: {} });
    }
  });
});

describe('the name of a rule', () => {
  const SLOW = { slow: '잠시만요' };

  /** The turn of this bot that is deferred for these words. */
  const deferredBy = async (bot: Bot<Said>, words: string, store = new MemorySessionStore()) => {
    const queue: DeferredTurn[] = [];
    await take(bot, store, saying(words), { defer: deferInto(queue) });
    const [turn] = queue;
    if (turn === undefined) throw new Error('nothing was deferred');
    return { turn, store };
  };

  const answerOf = async (bot: Bot<Said>, turn: DeferredTurn, store: SessionStore) => {
    const [endsAt, ruleUntil] = [Date.now() + 28_000, Date.now() + 24_000];
    const outcome = await takeLateTurn({ bot, store }, turn, { isFirst: true, endsAt, ruleUntil });
    if (outcome.kind !== 'answered') throw new Error(`the turn is ${outcome.kind}`);
    return { rule: outcome.rule, words: plainTexts.render(outcome.reply, bot.texts, turn.request).answer };
  };

  const declared = () =>
    newBot()
      .hears('가', () => '처음', SLOW)
      .hears('가', () => '둘째', SLOW)
      .hears(/나/, () => '무늬', { ...SLOW, name: '이름' })
      .when(
        ({ text }) => text === '다',
        () => '하나',
        SLOW,
      )
      .when(
        ({ text }) => text === '라',
        () => '둘',
        SLOW,
      )
      .block('마', () => '블록', { ...SLOW, name: '이름' });

  test.each([
    ['가', 'hears 가'],
    ['나', '이름'],
    ['다', 'when'],
    ['라', 'when (2)'],
  ])('tells it from any other of the bot: %s is for %s', async (words, name) => {
    const { turn } = await deferredBy(declared(), words);
    expect(turn.rule).toBe(name);
  });

  test('finds the rule in the worker, though another of the same declaration comes first', async () => {
    const bot = declared();
    const { turn, store } = await deferredBy(bot, '가');
    expect(await answerOf(bot, { ...turn, rule: 'hears 가 (2)' }, store)).toEqual({
      rule: 'hears 가 (2)',
      words: '둘째',
    });
  });

  test('finds the fallback by a name of its own, and no other rule by the fallback’s', async () => {
    const bot = newBot()
      .when(
        ({ session }) => session.said.length > 0,
        () => '주문',
        SLOW,
      )
      .hears('다른', () => '이름만 같은 규칙', { ...SLOW, name: 'fallback' })
      .hears('상태', turn => `${turn.session.said.push('주문')}`)
      .fallback(() => '답', { ...SLOW, name: '질문' });
    const asked = await deferredBy(bot, '아무 말');
    expect(asked.turn.rule).toBe('질문');
    // The session is one by then from which another rule would be chosen.
    await take(bot, asked.store, saying('상태'));
    expect(await answerOf(bot, asked.turn, asked.store)).toEqual({ rule: '질문', words: '답' });
    const { turn, store } = await deferredBy(bot, '다른');
    expect(await answerOf(bot, turn, store)).toEqual({ rule: 'fallback', words: '이름만 같은 규칙' });
  });

  test('is nobody’s in a release that has no such rule any more: its worker chooses anew', async () => {
    const { turn, store } = await deferredBy(declared(), '나');
    const next = newBot()
      .hears('나', () => '새 규칙', SLOW)
      .fallback(() => '몰라요', SLOW);
    expect(await answerOf(next, turn, store)).toEqual({ rule: 'hears 나', words: '새 규칙' });
  });
});

describe.each(['smartChat', 'skill'] as const)('where the answer of a slow rule is collected (%s)', way => {
  const asking = (bot: Bot<Said>) => {
    const { run, [way]: ask } = simulated(bot);
    const says = async (words: string): Promise<string> => {
      const { json } = await ask('u', words);
      return json.message?.text ?? wordsOf(json);
    };
    return { run, says, collects: () => says(bot.texts.collect) };
  };

  test('a user who is busy reads so at once, and begins nothing', async () => {
    const slow = slowRules();
    const user = asking(newBot().fallback(slow.rule(8_000, { busy: '앞 질문에 답하고 있어요.' })));
    await user.run(
      (async () => {
        expect(await user.says('하나')).toContain('잠시만요');
        expect(await user.says('둘')).toContain('앞 질문에 답하고 있어요.');
        await pause(60_000);
        expect(await user.collects()).toContain('답: 하나');
      })(),
    );
    expect(slow.begun).toEqual(['하나']);
  });

  test('those that wait are answered in order, each when it is asked for or with the next', async () => {
    const slow = slowRules();
    const bot = newBot().fallback(slow.rule(8_000));
    const user = asking(bot);
    await user.run(
      (async () => {
        for (const word of ['하나', '둘', '셋']) await user.says(word);
        expect(await user.collects()).toContain(bot.texts.notYet);
        await pause(9_000);
        const first = await user.collects();
        expect(first).toContain('답: 하나');
        expect(first).not.toContain('둘');
        await pause(17_000);
        expect(await user.collects()).toMatch(/답: 둘[\s\S]*답: 셋/);
      })(),
    );
    expect(slow.begun).toEqual(['하나', '둘', '셋']);
  });

  test('a question in place of another is answered alone', async () => {
    const slow = slowRules();
    const user = asking(newBot().fallback(slow.rule(8_000, { busy: 'replace' })));
    await user.run(
      (async () => {
        await user.says('하나');
        await pause(4_000);
        await user.says('둘');
        await pause(60_000);
        const answer = await user.collects();
        expect(answer).toContain('답: 둘');
        expect(answer).not.toContain('하나');
      })(),
    );
    expect(slow.finished).toEqual(['둘']);
  });

  test('a limit holds, and is told at once', async () => {
    const slow = slowRules();
    const limit = { turns: 2, perMs: 60_000, answer: '많이 물으셨어요' };
    const user = asking(newBot().fallback(slow.rule(100, { limit })));
    await user.run(
      (async () => {
        for (const word of ['하나', '둘']) expect(await user.says(word)).toContain('잠시만요');
        await pause(20_000);
        expect(await user.says('셋')).toContain(limit.answer);
        await pause(41_000);
        expect(await user.says('넷')).toContain('잠시만요');
        await pause(40_000);
      })(),
    );
    expect(slow.begun).toEqual(['하나', '둘', '넷']);
  });
});
