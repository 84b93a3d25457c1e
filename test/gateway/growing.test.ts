import { afterEach, describe, expect, jest, test } from '@jest/globals';
import {
  Bot,
  type GrowingOptions,
  type Grown,
  growing,
  type Piece,
  type Turn,
} from '../../lambda/bot/index.ts';
import { SessionTooLargeError } from '../../lambda/errors.ts';
import type { DraftStore } from '../../lambda/turn/drafts.ts';
import type { SessionStore } from '../../lambda/turn/session.ts';
import { type SimulatedGateway, simulateGateway } from '../kit/simulated-gateway.ts';

interface Told {
  ends: string[];
}

const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));

const sentence = (n: number): string => `문장 ${n}. `;
const upTo = (n: number, from = 1): string =>
  Array.from({ length: n - from + 1 }, (_, at) => sentence(from + at))
    .join('')
    .trim();

const count = (words: string): number => words.match(/문장/g)?.length ?? 0;

/** A bot that says a sentence a second, as many as the user asks for. */
function talker(options: Partial<GrowingOptions<Told, string>> = {}) {
  const begun: string[] = [];
  const grown: Grown<string>[] = [];
  const bot = new Bot({ session: (): Told => ({ ends: [] }) })
    .hears('안녕', () => '네, 안녕하세요.')
    .fallback(
      growing<Told, string>({
        slow: '생각하고 있어요…',
        grow: async function* (turn: Turn<Told>): AsyncGenerator<Piece, string, undefined> {
          begun.push(turn.text + (turn.isRetry ? ' 다시' : ''));
          const [first = 0, many = 0, breaks] = turn.text.split(' ').map(Number);
          for (let n = 1; n <= many; n++) {
            await pause(n === 1 ? first * 1_000 : 1_000);
            if (n === breaks) throw new Error('the model hung up');
            yield sentence(n);
          }
          return '끝';
        },
        then: ({ session }, answer) => {
          grown.push(answer);
          session.ends.push(answer.end);
          return undefined;
        },
        ...options,
      }),
    );
  return { bot, begun, grown };
}

let gateway: SimulatedGateway | undefined;
afterEach(() => {
  gateway?.stop();
  gateway = undefined;
});

// biome-ignore lint/suspicious/noExplicitAny: an answer, or a post
const wordsOf = ({ data, template }: any): string =>
  data?.text ??
  template.outputs
    .map((output: { simpleText: { text: string } }) => output.simpleText?.text ?? '?')
    .join('|');

// biome-ignore lint/suspicious/noExplicitAny: an answer, or a post
const labelsOf = ({ template }: any): string[] =>
  template?.quickReplies?.map(({ label }: { label: string }) => label) ?? [];

/** A worker that is dead between these times (s): what it asks for then never comes back. */
function dying(from: number, to: number) {
  const startedAt = Date.now();
  const isDead = (): boolean => {
    const s = (Date.now() - startedAt) / 1_000;
    return s >= from && s < to;
  };
  const mortal =
    <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (isDead()) await new Promise(() => {});
      return call(...args);
    };
  return {
    isDead,
    workerStore: (store: SessionStore): SessionStore => ({
      load: mortal(user => store.load(user)),
      save: mortal((...args) => store.save(...args)),
      claim: mortal((...args) => store.claim(...args)),
      delete: mortal(user => store.delete(user)),
    }),
    workerDrafts: (drafts: DraftStore): DraftStore => ({
      load: mortal((...args) => drafts.load(...args)),
      save: mortal((...args) => drafts.save(...args)),
      delete: mortal(user => drafts.delete(user)),
    }),
  };
}

/** A user of the bot, on a simulated clock. */
function userOf<S>(bot: Bot<S>, options: Parameters<typeof simulateGateway>[1] = {}) {
  const simulation = simulateGateway(bot, options);
  gateway = simulation;
  const startedAt = Date.now();
  const COLLECT = { kakaoGateway: { button: 'collect' } };
  const read = (json: unknown) => ({ words: wordsOf(json), labels: labelsOf(json) });
  return {
    ...simulation,
    asks: async (utterance: string) => {
      const callbackUrl = simulation.newUrl();
      const { json } = await simulation.skill('u', utterance, { callbackUrl });
      return {
        said: wordsOf(json),
        posts: () =>
          simulation
            .postsTo(callbackUrl)
            .map(({ json, at }) => ({ ...read(json), s: Math.round((at - startedAt) / 1_000) })),
      };
    },
    says: async (utterance: string, extra?: object) =>
      read((await simulation.skill('u', utterance, { ...(extra && { extra }) })).json),
    taps: async (label = '이어서') => read((await simulation.skill('u', label, { extra: COLLECT })).json),
    session: () => simulation.store.load('live/bot/b/u' as never),
    chats: async (content: string) => (await simulation.smartChat('k', content)).json,
    at: (s: number) => pause(startedAt + s * 1_000 - Date.now()),
  };
}

describe('an answer that grows, where a callback brings it', () => {
  test('is posted whole where it is done in time, and asks for nothing else', async () => {
    const { bot, grown } = talker();
    const user = userOf(bot);
    await user.run(
      (async () => {
        const asked = await user.asks('1 20');
        expect(asked.said).toBe('생각하고 있어요…');
        await user.at(120);
        expect(asked.posts()).toMatchObject([{ words: upTo(20), labels: [], s: 20 }]);
        expect((await user.session()).memory).not.toHaveProperty('line');
      })(),
    );
    expect(grown).toEqual([{ end: 'whole', pieces: expect.anything(), result: '끝' }]);
  });

  test('is posted as far as it is when the callback ends, and the button brings the rest when it is ready', async () => {
    const { bot, begun, grown } = talker();
    const user = userOf(bot);
    await user.run(
      (async () => {
        const asked = await user.asks('1 70');
        await user.at(55);
        const [part] = asked.posts();
        expect(part?.labels).toEqual(['이어서']);
        expect(part?.s).toBeGreaterThanOrEqual(45);
        expect(part?.s).toBeLessThanOrEqual(51);
        const seen = count(part?.words ?? '');
        expect(part?.words).toBe(upTo(seen));
        await user.at(80);
        expect(await user.taps()).toEqual({ words: upTo(70, seen + 1), labels: [] });
        // The reply to the tap may have got lost.
        expect((await user.taps()).words).toBe(upTo(70, seen + 1));
        await user.at(200);
        expect(asked.posts()).toHaveLength(1);
      })(),
    );
    expect(begun).toEqual(['1 70']);
    expect(grown.map(({ end }) => end)).toEqual(['whole']);
    expect(await user.run(user.session())).toMatchObject({ state: '{"ends":["whole"]}' });
  });

  test('is brought piece by piece by taps on that button while it goes on, by its typed word, too', async () => {
    const { bot } = talker();
    const user = userOf(bot);
    const parts: string[] = [];
    await user.run(
      (async () => {
        const asked = await user.asks('1 90');
        await user.at(56);
        parts.push(asked.posts()[0]?.words ?? '');
        for (const s of [60, 70, 80, 100]) {
          await user.at(s);
          const { words, labels } = s === 70 ? await user.says('이어서') : await user.taps();
          parts.push(words);
          expect(labels).toEqual(s === 100 ? [] : ['이어서']);
        }
        expect((await user.says('안녕')).words).toBe('네, 안녕하세요.');
      })(),
    );
    expect(parts.join(' ')).toBe(upTo(90));
    expect(parts.every(part => count(part) > 0)).toBe(true);
  });

  test('tells to wait, with the button, where there is no piece yet; the answer is collected', async () => {
    const { bot } = talker();
    const user = userOf(bot);
    await user.run(
      (async () => {
        const asked = await user.asks('55 10');
        await user.at(53);
        expect(asked.posts()).toMatchObject([{ words: '생각하고 있어요…', labels: ['이어서'] }]);
        expect(await user.taps()).toEqual({ words: bot.texts.notYet, labels: ['이어서'] });
        await user.at(58);
        const part = await user.taps();
        expect(part).toMatchObject({ words: upTo(count(part.words)), labels: ['이어서'] });
        await user.at(75);
        expect(await user.taps()).toEqual({ words: upTo(10, count(part.words) + 1), labels: [] });
      })(),
    );
    expect(user.logged.filter(({ metrics }) => metrics?.LateAnswered)).toHaveLength(1);
  });

  test('is as long as its time: 60 s more at most, then the rule says how that ends', async () => {
    const { bot, grown } = talker({ then: (_, { end }) => `(${end})` });
    const user = userOf(bot);
    await user.run(
      (async () => {
        const asked = await user.asks('1 300');
        await user.at(120);
        const seen = count(asked.posts()[0]?.words ?? '');
        const { words } = await user.taps();
        expect(words).toMatch(/\|\(overran\)$/);
        expect(words).toBe(`${upTo(seen + count(words), seen + 1)}|(overran)`);
        expect(seen + count(words)).toBeGreaterThan(100);
      })(),
    );
    expect(grown).toEqual([]);
    expect(user.logged.filter(({ level }) => level === 'error')).toEqual([]);
    expect(user.logged).toContainEqual(
      expect.objectContaining({ level: 'warn', what: 'growing answer ended early' }),
    );
  });

  test('says that this was all, where its user has seen every piece of it', async () => {
    const { bot } = talker({
      grow: async function* () {
        yield sentence(1);
        await pause(70_000);
        return '끝';
      },
    });
    const user = userOf(bot);
    await user.run(
      (async () => {
        const asked = await user.asks('1 1');
        await user.at(60);
        expect(asked.posts()[0]).toMatchObject({ words: '문장 1.', labels: ['이어서'] });
        expect(await user.taps()).toEqual({ words: bot.texts.notYet, labels: ['이어서'] });
        await user.at(90);
        expect(await user.taps()).toEqual({ words: bot.texts.thatIsAll, labels: [] });
      })(),
    );
  });

  test('ends where its rule throws: the pieces are the answer, and then may end them', async () => {
    const { bot, grown } = talker();
    const user = userOf(bot);
    await user.run(
      (async () => {
        const asked = await user.asks('1 20 10');
        await user.at(80);
        expect(asked.posts()[0]).toMatchObject({ words: upTo(9), labels: [] });
        const late = await user.asks('1 80 60');
        await user.at(160);
        const seen = count(late.posts()[0]?.words ?? '');
        expect((await user.taps()).words).toBe(upTo(59, seen + 1));
      })(),
    );
    expect(grown.map(({ end }) => end)).toEqual(['failed', 'failed']);
    const told = user.logged.filter(({ what }) => what === 'growing answer ended early');
    expect(told.map(({ level, metrics }) => [level, metrics?.TurnsFailed])).toEqual([
      ['error', 1],
      ['error', 1],
    ]);
    expect(await user.run(user.session())).toMatchObject({ state: '{"ends":["failed","failed"]}' });
  });

  test('is the apology where there is no piece and nothing said; what then changed is kept', async () => {
    const { bot } = talker();
    const user = userOf(bot);
    await user.run(
      (async () => {
        const asked = await user.asks('1 20 1');
        await user.at(10);
        expect(asked.posts()).toMatchObject([{ words: bot.texts.apology }]);
      })(),
    );
    expect(await user.run(user.session())).toMatchObject({ state: '{"ends":["failed"]}' });
    expect(user.logged).toContainEqual(
      expect.objectContaining({ what: 'late turn failed', outcome: 'failed' }),
    );
  });

  test('is its pieces where then throws, and the session as it was', async () => {
    const { bot } = talker({
      then: ({ session }) => {
        session.ends.push('half');
        throw new Error('broken');
      },
    });
    const user = userOf(bot);
    await user.run(
      (async () => {
        const asked = await user.asks('1 5');
        await user.at(70);
        expect(asked.posts()[0]).toMatchObject({ words: upTo(5) });
      })(),
    );
    expect((await user.run(user.session())).state).toBeUndefined();
    expect(user.logged).toContainEqual(
      expect.objectContaining({
        level: 'error',
        what: 'growing answer ended early',
        error: new Error('broken'),
      }),
    );
  });

  test('is its pieces where what then made of the session is too large to be saved', async () => {
    const { bot } = talker({
      then: ({ session }) => {
        session.ends.push('가'.repeat(200_000));
        return '끝';
      },
    });
    const tooLarge = (store: SessionStore): SessionStore => ({
      load: user => store.load(user),
      claim: (...args) => store.claim(...args),
      delete: user => store.delete(user),
      save: async (user, loaded, next, signal) => {
        const bytes = Buffer.byteLength(next.state ?? '');
        if (bytes > 300_000) throw new SessionTooLargeError(bytes, 300_000);
        return store.save(user, loaded, next, signal);
      },
    });
    const user = userOf(bot, { workerStore: tooLarge });
    await user.run(
      (async () => {
        const asked = await user.asks('1 5');
        await user.at(70);
        expect(asked.posts()).toMatchObject([{ words: upTo(5) }]);
      })(),
    );
    expect((await user.run(user.session())).state).toBeUndefined();
    expect(user.logged).toContainEqual(
      expect.objectContaining({ level: 'error', error: expect.any(SessionTooLargeError) }),
    );
  });

  test('is kept, and in order, where Kakao does not take the part', async () => {
    const { bot } = talker();
    let isKakaoIll = true;
    const user = userOf(bot, { isKakaoIll: () => isKakaoIll });
    await user.run(
      (async () => {
        const asked = await user.asks('1 70');
        await user.at(65);
        isKakaoIll = false;
        expect(asked.posts()).toEqual([]);
        const part = await user.taps();
        expect(part.labels).toEqual(['이어서']);
        expect(part.words).toBe(upTo(count(part.words)));
        await user.at(100);
        expect(await user.taps()).toEqual({ words: upTo(70, count(part.words) + 1), labels: [] });
      })(),
    );
    const metrics = user.logged.map(one => one.metrics ?? {});
    expect(metrics.filter(({ LateAnswered }) => LateAnswered)).toHaveLength(1);
  });

  test('is brought along whole and in order where Kakao does not take the part, and nobody taps before its end', async () => {
    const { bot } = talker();
    const user = userOf(bot, { isKakaoIll: () => true });
    await user.run(
      (async () => {
        await user.asks('1 70');
        await user.at(100);
        const [part = '', rest] = (await user.taps()).words.split('|');
        expect(part).toBe(upTo(count(part)));
        expect(rest).toBe(upTo(70, count(part) + 1));
      })(),
    );
  });

  test('has no time for a rest where the worker lives no longer than others: it is posted as far as it is', async () => {
    const { bot, grown } = talker();
    const queueTimes = { visibilityMs: 50_000, workerTimeoutMs: () => 49_000 };
    const user = userOf(bot, { queueTimes });
    await user.run(
      (async () => {
        const asked = await user.asks('1 70');
        await user.at(100);
        const [post] = asked.posts();
        expect(post).toMatchObject({ labels: [], words: upTo(count(post?.words ?? '')) });
        expect(count(post?.words ?? '')).toBeGreaterThan(40);
      })(),
    );
    expect(grown.map(({ end }) => end)).toEqual(['overran']);
  });

  test('is told to the event bus and counted once', async () => {
    const { bot } = talker();
    const user = userOf(bot);
    await user.run(
      (async () => {
        await user.asks('1 70');
        await user.at(200);
      })(),
    );
    const metrics = user.logged.map(one => one.metrics ?? {});
    expect(metrics.filter(({ LateAnswered }) => LateAnswered)).toHaveLength(1);
    expect(
      metrics.filter(
        ({ TurnsFailed, LateLost, CallbacksFailed }) => TurnsFailed || LateLost || CallbacksFailed,
      ),
    ).toEqual([]);
  });
});

describe('an answer that grows, where nothing is posted', () => {
  test('has all of its time, and each tap brings what there is so far', async () => {
    const { bot, grown } = talker();
    const user = userOf(bot);
    const parts: string[] = [];
    await user.run(
      (async () => {
        expect(await user.says('1 95')).toEqual({ words: '생각하고 있어요…', labels: ['결과 확인'] });
        await user.at(0.7);
        expect(await user.taps('결과 확인')).toEqual({ words: bot.texts.notYet, labels: ['결과 확인'] });
        for (const s of [4, 5, 30, 60, 94]) {
          await user.at(s);
          const { words, labels } = await user.taps();
          if (words !== bot.texts.notYet) parts.push(words);
          expect(labels).toEqual(['이어서']);
        }
        await user.at(100);
        const last = await user.taps();
        expect(last.labels).toEqual([]);
        parts.push(last.words);
      })(),
    );
    expect(parts.join(' ')).toBe(upTo(95));
    expect(parts.length).toBeGreaterThanOrEqual(5);
    expect(new Set(grown.map(({ end }) => end))).toEqual(new Set(['whole']));
  });

  test('is brought by taps in smart-chat, too', async () => {
    const { bot } = talker();
    const user = userOf(bot);
    const parts: string[] = [];
    await user.run(
      (async () => {
        await user.chats('1 60');
        for (const s of [10, 40, 70]) {
          await user.at(s);
          // biome-ignore lint/suspicious/noExplicitAny: an answer of smart-chat
          const { message } = (await user.chats(s === 10 ? '결과 확인' : '이어서')) as any;
          parts.push(message.text);
        }
      })(),
    );
    expect(parts.join(' ')).toBe(upTo(60));
  });

  test('comes along with whatever the user says when it is done', async () => {
    const { bot } = talker();
    const user = userOf(bot);
    await user.run(
      (async () => {
        await user.says('1 10');
        await user.at(5);
        expect(await user.says('안녕')).toEqual({ words: '네, 안녕하세요.', labels: ['결과 확인'] });
        await user.at(20);
        expect(await user.says('안녕')).toEqual({ words: `${upTo(10)}|네, 안녕하세요.`, labels: [] });
      })(),
    );
  });

  test('shows a long draft in parts that the same button brings, one after the other', async () => {
    const { bot } = talker({
      grow: async function* () {
        for (let n = 1; n <= 600; n++) yield sentence(n);
        await pause(60_000);
        return '끝';
      },
    });
    const user = userOf(bot);
    const parts: string[] = [];
    await user.run(
      (async () => {
        await user.says('1 1');
        await user.at(20);
        for (let taps = 0; taps < 2; taps++) {
          const { words, labels } = await user.taps();
          expect(labels).toEqual(['이어서']);
          parts.push(words.replaceAll('|', ' '));
        }
        expect((await user.taps()).words).toBe(bot.texts.notYet);
      })(),
    );
    expect(parts.join(' ')).toBe(upTo(600));
  });
});

describe('a worker that dies while an answer grows', () => {
  test('leaves its draft: with a callback that is the answer, and no rule is begun again', async () => {
    const { bot, begun, grown } = talker();
    const user = userOf(bot, dying(20, 29));
    await user.run(
      (async () => {
        const asked = await user.asks('1 40');
        await user.at(45);
        const [post] = asked.posts();
        expect(post?.s).toBeGreaterThanOrEqual(30);
        expect(post?.words).toBe(upTo(count(post?.words ?? '')));
        expect(count(post?.words ?? '')).toBeGreaterThanOrEqual(17);
        expect(grown.map(({ end }) => end)).toEqual(['died']);
      })(),
    );
    expect(begun).toEqual(['1 40']);
  });

  test('leaves nothing where there was no piece: the rule is begun again, and knows it', async () => {
    const { bot, begun } = talker();
    const user = userOf(bot, dying(3, 29));
    await user.run(
      (async () => {
        const asked = await user.asks('10 5');
        await user.at(70);
        expect(asked.posts()[0]).toMatchObject({ words: upTo(5) });
      })(),
    );
    expect(begun).toEqual(['10 5', '10 5 다시']);
  });

  test('shortly before the end of the callback is followed by the third record, in time to post', async () => {
    const { bot, begun, grown } = talker();
    const user = userOf(bot, dying(40, 52.5));
    await user.run(
      (async () => {
        const asked = await user.asks('1 70');
        await user.at(59);
        const [post] = asked.posts();
        expect(post?.s).toBeGreaterThanOrEqual(53);
        expect(count(post?.words ?? '')).toBeGreaterThanOrEqual(36);
        expect(grown.map(({ end }) => end)).toEqual(['died']);
      })(),
    );
    expect(begun).toEqual(['1 70']);
  });

  test('and had made nothing by then, is followed by one that tells to wait, and begins again', async () => {
    const { bot, begun } = talker();
    const user = userOf(bot, dying(29, 52.5));
    await user.run(
      (async () => {
        const asked = await user.asks('40 3');
        await user.at(59);
        expect(asked.posts()).toMatchObject([{ words: '생각하고 있어요…', labels: ['이어서'] }]);
        await user.at(110);
        expect((await user.taps()).words).toBe(upTo(3));
      })(),
    );
    expect(begun).toEqual(['40 3', '40 3 다시']);
  });

  test('after its part was posted is followed by its own record, which keeps the rest of the draft', async () => {
    const { bot, begun, grown } = talker({ then: (_, { end }) => `(${end})` });
    const user = userOf(bot, dying(70, 110));
    await user.run(
      (async () => {
        const asked = await user.asks('1 90');
        await user.at(130);
        const seen = count(asked.posts()[0]?.words ?? '');
        const { words, labels } = await user.taps();
        expect(words).toBe(`${upTo(seen + count(words), seen + 1)}|(died)`);
        expect(seen + count(words)).toBeGreaterThanOrEqual(67);
        expect(labels).toEqual([]);
      })(),
    );
    expect([begun, grown]).toEqual([['1 90'], []]);
  });

  test('before its part was posted is followed by the third record, which posts that, and by its own for the rest', async () => {
    const { bot, begun } = talker({ then: (_, { end }) => `(${end})` });
    const startedAt = Date.now();
    const isKakaoHanging = () => Date.now() < startedAt + 52_500;
    const user = userOf(bot, { ...dying(70, 110), isKakaoHanging });
    await user.run(
      (async () => {
        const asked = await user.asks('1 90');
        await user.at(59);
        const [part, ...others] = asked.posts();
        expect(others).toEqual([]);
        expect(part?.labels).toEqual(['이어서']);
        const seen = count(part?.words ?? '');
        expect(part?.words).toBe(upTo(seen));
        await user.at(130);
        const { words } = await user.taps();
        expect(words).toBe(`${upTo(seen + count(words), seen + 1)}|(died)`);
      })(),
    );
    expect(begun).toEqual(['1 90']);
  });

  test('of which no record comes any more leaves its draft to its user, and that turn alone is over', async () => {
    const { bot } = talker();
    const user = userOf(bot, dying(70, 400));
    await user.run(
      (async () => {
        await user.says('1 90');
        await user.at(60);
        const { words } = await user.taps('결과 확인');
        const seen = count(words);
        await user.at(250);
        const left = await user.says('안녕');
        const rest = upTo(seen + count(left.words), seen + 1);
        expect(left.words).toBe(`${rest}|${bot.texts.lostRest}|네, 안녕하세요.`);
        expect(count(left.words)).toBeGreaterThan(5);
        expect((await user.says('안녕')).words).toBe('네, 안녕하세요.');
      })(),
    );
    expect(user.logged).toContainEqual(expect.objectContaining({ what: 'late turn lost' }));
  });
});

describe('while an answer grows', () => {
  test('another question waits in line, is told to wait when its callback ends, and is answered after it', async () => {
    const { bot, begun } = talker();
    const user = userOf(bot);
    await user.run(
      (async () => {
        const first = await user.asks('1 90');
        await user.at(5);
        const second = await user.asks('1 3');
        await user.at(75);
        expect(second.posts()).toMatchObject([{ words: bot.texts.waiting, labels: ['이어서'] }]);
        await user.at(130);
        const seen = count(first.posts()[0]?.words ?? '');
        expect((await user.taps()).words).toBe(`${upTo(90, seen + 1)}|${upTo(3)}`);
      })(),
    );
    expect(begun).toEqual(['1 90', '1 3']);
  });

  test('busy answers at once', async () => {
    const { bot, begun } = talker({ busy: '앞 질문에 답하고 있어요.' });
    const user = userOf(bot);
    await user.run(
      (async () => {
        await user.asks('1 90');
        for (const s of [5, 30, 70, 85]) {
          await user.at(s);
          expect((await user.asks('1 3')).said).toBe('앞 질문에 답하고 있어요.');
        }
        await user.at(100);
        expect((await user.asks('1 3')).said).toBe('생각하고 있어요…');
        await user.at(110);
      })(),
    );
    expect(begun).toEqual(['1 90', '1 3']);
  });

  test('a turn that replaces it ends it, and its draft is shown to nobody', async () => {
    const { bot, grown } = talker({ busy: 'replace' });
    const user = userOf(bot);
    await user.run(
      (async () => {
        await user.asks('1 90');
        await user.at(60);
        const second = await user.asks('1 3');
        await user.at(80);
        expect(second.posts()[0]).toMatchObject({ words: upTo(3), labels: [] });
        expect((await user.taps()).words).toBe(bot.texts.nothingWaiting);
        await user.at(200);
      })(),
    );
    expect(grown.map(({ pieces }) => pieces.length)).toEqual([3]);
  });

  test('a user who is erased gets nothing of it, and no draft stays', async () => {
    const { bot, grown } = talker();
    const user = userOf(bot);
    await user.run(
      (async () => {
        await user.asks('1 90');
        await user.at(60);
        await user.store.delete('live/bot/b/u' as never);
        await user.drafts.delete('live/bot/b/u' as never);
        await user.at(200);
        expect(await user.drafts.load('live/bot/b/u' as never)).toBeUndefined();
        expect((await user.session()).revision).toBe(0);
      })(),
    );
    expect(grown).toEqual([]);
  });
});

describe('in a group room, whose callback lives five minutes', () => {
  test('an answer that grows is one post, whole', async () => {
    const { bot } = talker();
    const user = userOf(bot);
    await user.run(
      (async () => {
        const callbackUrl = user.newUrl();
        await user.skill('u', '1 95', { callbackUrl, group: 'g' });
        await user.at(200);
        const [post] = user.postsTo(callbackUrl);
        expect(wordsOf(post?.json).replaceAll('|', ' ')).toBe(upTo(95));
      })(),
    );
  });
});

describe('the bounds of a growing answer', () => {
  test('are told, and what is beyond them is cut, at a piece', async () => {
    const { bot, grown } = talker({
      grow: async function* () {
        for (;;) yield `${'가'.repeat(300)}.\n\n`;
      },
    });
    const user = userOf(bot);
    await user.run(
      (async () => {
        const asked = await user.asks('1 1');
        await user.at(100);
        expect(asked.posts()[0]?.words).toMatch(/^가/);
      })(),
    );
    expect(grown.map(({ end, pieces }) => [end, pieces.length])).toEqual([['overran', 66]]);
    expect(user.logged).toContainEqual(
      expect.objectContaining({ level: 'warn', what: 'growing answer ended early' }),
    );
  });

  test('hold without a store of drafts, too: then nothing is kept of what a worker took with it', async () => {
    const { bot, begun } = talker();
    const user = userOf(bot, { ...dying(20, 29), workerDrafts: () => undefined });
    await user.run(
      (async () => {
        const asked = await user.asks('1 15');
        await user.at(70);
        expect(asked.posts()[0]?.words).toBe(upTo(15));
        const long = await user.asks('1 70');
        await user.at(200);
        const seen = count(long.posts()[0]?.words ?? '');
        expect((await user.taps()).words).toBe(upTo(70, seen + 1));
      })(),
    );
    expect(begun).toEqual(['1 15', '1 70']);
  });

  test('let a store of drafts fail: the answer is as whole', async () => {
    const { bot } = talker();
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => {});
    const failing = (drafts: DraftStore): DraftStore => ({
      ...drafts,
      save: () => Promise.reject(new Error('ill')),
    });
    const user = userOf(bot, { workerDrafts: failing });
    await user.run(
      (async () => {
        const asked = await user.asks('1 70');
        await user.at(100);
        const seen = count(asked.posts()[0]?.words ?? '');
        expect((await user.taps()).words).toBe(upTo(70, seen + 1));
      })(),
    );
    expect(warned.mock.calls).toEqual([['draft of a growing answer not saved: failed']]);
    warned.mockRestore();
  });

  test('are one save at the first piece, then one every two seconds at most, one at a time', async () => {
    const { bot } = talker();
    const saves: number[] = [];
    let underWay = 0;
    const counting = (drafts: DraftStore): DraftStore => ({
      ...drafts,
      save: async (...args) => {
        expect(++underWay).toBe(1);
        saves.push(Date.now());
        await drafts.save(...args);
        underWay--;
      },
    });
    const user = userOf(bot, { workerDrafts: counting });
    await user.run(
      (async () => {
        await user.asks('1 40');
        await user.at(100);
      })(),
    );
    expect(saves.length).toBeGreaterThanOrEqual(19);
    expect(saves.length).toBeLessThanOrEqual(21);
    for (const [at, time] of saves.entries())
      if (at > 0) expect(time - (saves[at - 1] ?? 0)).toBeGreaterThanOrEqual(2_000);
  });
});
