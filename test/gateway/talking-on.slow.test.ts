import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/index.ts';
import { CALLBACK_LIVES_MS } from '../../lambda/turn/time-budget.ts';
import { type LateGateway, startLateGateway } from '../kit/late-gateway.ts';

// Users who talk on while an answer is under way, in real time: all scenes at once, each with users of its own.

jest.setTimeout(75_000);

const ANSWER_MS = 8_000;
const QUICK_ANSWER_MS = 3_000;
const OVERHEAD_MS = 2_000;

const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));

/** How often the model was asked, by user. */
const modelCalls = new Map<string, number>();
/** How many of a user's questions it has at the moment, and how many it had at a time at most. */
const underWay = new Map<string, { now: number; most: number }>();

async function askModel(user: string, question: string, ms: number): Promise<string> {
  modelCalls.set(user, (modelCalls.get(user) ?? 0) + 1);
  const its = underWay.get(user) ?? { now: 0, most: 0 };
  underWay.set(user, its);
  its.most = Math.max(its.most, ++its.now);
  await pause(ms);
  its.now--;
  return `답: ${question}`;
}

const bot = new Bot({ session: (): { history: string[] } => ({ history: [] }) })
  .hears(/^잡담/, turn => {
    turn.session.history.push(turn.text);
    return `네, ${turn.text}`;
  })
  .hears(
    /^질문/,
    async turn => {
      const { history } = turn.session;
      const answer = await askModel(
        turn.user.botUserKey ?? '',
        `${turn.text} (${history.length})`,
        ANSWER_MS,
      );
      history.push(turn.text, answer);
      return answer;
    },
    { slow: '생각하고 있어요' },
  )
  .hears(/^한정/, {
    slow: '생각하고 있어요',
    limit: { turns: 5, perMs: 60_000, answer: '잠시 뒤에 다시 물어봐 주세요.' },
    work: turn => askModel(turn.user.botUserKey ?? '', turn.text, QUICK_ANSWER_MS),
    then: (turn, answer) => {
      turn.session.history.push(answer);
      return answer;
    },
  })
  .hears(/^무한/, {
    slow: '생각하고 있어요',
    work: turn => askModel(turn.user.botUserKey ?? '', turn.text, QUICK_ANSWER_MS),
    then: (turn, answer) => {
      turn.session.history.push(answer);
      return answer;
    },
  })
  .fallback(async turn => {
    const answer = await askModel(turn.user.botUserKey ?? '', turn.text, 1_000);
    turn.session.history.push(answer);
    return answer;
  });

/** One who asks: what was answered at once, and what was posted, by the question. */
interface Asked {
  readonly at: number;
  readonly said: string;
  readonly url: string;
}

let gateway: LateGateway;
beforeAll(async () => {
  gateway = await startLateGateway(bot);
});
afterAll(() => gateway?.stop());

/** Says each of these, so far apart, without waiting for answers, each with a callback. */
async function asks(user: string, questions: readonly string[], everyMs: number): Promise<readonly Asked[]> {
  return Promise.all(
    questions.map(async (question, n): Promise<Asked> => {
      await pause(n * everyMs);
      const [at, url] = [Date.now(), gateway.sink.newUrl()];
      const { status, json } = await gateway.skill(user, question, { callbackUrl: url });
      expect({ status, isInTime: Date.now() - at < 5_000 }).toEqual({ status: 200, isInTime: true });
      return { at, said: json.data?.text ?? json.template.outputs[0].simpleText.text, url };
    }),
  );
}

/** The one post of each, after its question: its words, and when it came. */
async function answersTo(asked: readonly Asked[], withinMs: number) {
  const answers: { words: string; at: number; ms: number }[] = [];
  for (const { at, url } of asked) {
    while (gateway.sink.postsTo(url).length === 0 && Date.now() - at < withinMs) await pause(50);
    const [post, ...others] = gateway.sink.postsTo(url);
    expect(others).toEqual([]);
    if (post === undefined) throw new Error(`no answer within ${withinMs} ms`);
    answers.push({ words: post.json.template.outputs[0].simpleText.text, at: post.at, ms: post.at - at });
  }
  return answers;
}

async function historyOf(user: string): Promise<readonly string[]> {
  const { state } = await gateway.store.load(`live/bot/b/${user}` as never);
  return JSON.parse(state ?? '{}').history;
}

/** The words in the order in which they were answered: questions so close together may be saved in another than they were asked. */
function asAnswered(answers: readonly { readonly words: string; readonly at: number }[]): readonly string[] {
  return answers.toSorted((one, other) => one.at - other.at).map(({ words }) => words);
}

const named = (word: string, count: number) => Array.from({ length: count }, (_, n) => `${word} ${n}`);

describe('a user who talks on while an answer is under way', () => {
  test.concurrent('has each of four questions answered by its callback, in order, for as many model calls', async () => {
    const questions = named('질문', 4);
    const asked = await asks('asks on', questions, 2_000);
    const answers = await answersTo(asked, CALLBACK_LIVES_MS);
    // Each read what those before it had left.
    const expected = questions.map((question, n) => `답: ${question} (${2 * n})`);
    expect(answers.map(({ words }) => words)).toEqual(expected);
    expect(answers.map(({ at }) => at)).toEqual(
      answers.map(({ at }) => at).toSorted((one, other) => one - other),
    );
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(4 * (ANSWER_MS + OVERHEAD_MS));
    expect(modelCalls.get('asks on')).toBe(4);
    expect(await historyOf('asks on')).toEqual(questions.flatMap((question, n) => [question, expected[n]]));
  });

  test.concurrent.each([2_500, 5_500])(
    'has the question answered within 10 s for one model call, and each quick word every %i ms kept',
    async everyMs => {
      const user = `chats every ${everyMs}`;
      const [question] = await asks(user, ['질문'], 0);
      const words = named('잡담', Math.floor(12_000 / everyMs));
      for (const word of words) {
        await pause(everyMs);
        const { json } = await gateway.skill(user, word);
        expect(json.template.outputs).toContainEqual({ simpleText: { text: `네, ${word}` } });
      }
      const [answer] = await answersTo(question ? [question] : [], CALLBACK_LIVES_MS);
      expect(answer?.words).toBe('답: 질문 (0)');
      expect(answer?.ms).toBeLessThan(ANSWER_MS + OVERHEAD_MS);
      expect(modelCalls.get(user)).toBe(1);
      const history = await historyOf(user);
      expect(history.filter(line => line.startsWith('잡담'))).toEqual(words);
      // The answer's pair stands together.
      expect(history).toHaveLength(words.length + 2);
      expect(history[history.indexOf('질문') + 1]).toBe('답: 질문 (0)');
    },
  );

  test.concurrent('gets five of eight questions in 2 s answered where five a minute are allowed, and three told so', async () => {
    const asked = await asks('limited', named('한정', 8), 250);
    const [deferred, refused] = [
      asked.filter(({ said }) => said === '생각하고 있어요'),
      asked.filter(({ said }) => said === '잠시 뒤에 다시 물어봐 주세요.'),
    ];
    expect([deferred.length, refused.length]).toEqual([5, 3]);
    const answers = await answersTo(deferred, CALLBACK_LIVES_MS);
    expect(answers.map(({ words }) => words)).toEqual(
      named('답: 한정', 8).filter((_, n) => deferred.includes(asked[n] as Asked)),
    );
    expect(modelCalls.get('limited')).toBe(5);
    expect(await historyOf('limited')).toEqual(asAnswered(answers));
    expect(refused.flatMap(({ url }) => gateway.sink.postsTo(url))).toEqual([]);
  });

  test.concurrent('gets eight questions in 2 s answered for eight model calls where no limit is', async () => {
    const asked = await asks('unlimited', named('무한', 8), 250);
    const answers = await answersTo(asked, CALLBACK_LIVES_MS);
    expect(answers.map(({ words }) => words)).toEqual(named('답: 무한', 8));
    expect(modelCalls.get('unlimited')).toBe(8);
    expect(underWay.get('unlimited')?.most).toBe(1);
    expect(await historyOf('unlimited')).toEqual(asAnswered(answers));
  });

  test.concurrent('has eight words said at once answered, though their rule of a second does not say that it is slow', async () => {
    const words = named('말', 8);
    const asked = await asks('at once', words, 0);
    expect(asked.map(({ said }) => said)).toEqual(words.map(word => `답: ${word}`));
    expect(modelCalls.get('at once')).toBe(8);
    expect((await historyOf('at once')).toSorted()).toEqual(words.map(word => `답: ${word}`));
  });
});
