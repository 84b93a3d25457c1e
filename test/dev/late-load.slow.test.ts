import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CallbackSink, startCallbackSink } from '../kit/callback-sink.ts';
import { messageProblems, skillProblems } from '../kit/kakao-accepts.ts';
import { npmStart, type StartedGateway } from '../kit/npm-start.ts';

/** Each way of delivery takes so many turns, so many of them at once, each of which takes 0 to 20 s. */
const TURNS = 500;
const AT_ONCE = 50;
const WORK_MS = '0-20000';
/** Kakao waits 5 s; our own machine's scheduling is what lies between our 4.3 s and this. */
const FIRST_ANSWER_MS = 4_500;
const RECOMMENDED = /어떠세요\?/g;

let sink: CallbackSink;
let gateway: StartedGateway;

type Runs = Readonly<Record<'callback' | 'room' | 'smart-chat', Promise<Seen[]>>>;

/** What one user saw, in order, and how long the first answer took. */
interface Seen {
  readonly firstMs: number;
  readonly answers: string[];
  readonly problems: readonly string[];
}

// One in twenty-five rules does not say that it is slow.
const wordsOf = (n: number): string => (n % 25 === 0 ? '빨리 추천해줘' : '추천해줘');
const recommendations = (answers: readonly string[]): number =>
  answers.join('\n').match(RECOMMENDED)?.length ?? 0;

async function all(take: (n: number) => Promise<Seen>): Promise<Seen[]> {
  const seen: Seen[] = [];
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < TURNS) seen.push(await take(next++));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return seen;
}

/** Taps "결과 확인" once too early perhaps, then when the work must be done until it is there, and once too often. */
async function collect(seen: Seen, say: (words: string) => Promise<unknown>): Promise<Seen> {
  const early = Math.random() * 20_000;
  await new Promise(resolve => setTimeout(resolve, early));
  seen.answers.push(JSON.stringify(await say('결과 확인')));
  await new Promise(resolve => setTimeout(resolve, 21_000 + Math.random() * 5_000 - early));
  for (let taps = 0; recommendations(seen.answers) === 0 && taps < 10; taps++) {
    seen.answers.push(JSON.stringify(await say('결과 확인')));
    await new Promise(resolve => setTimeout(resolve, 2_000));
  }
  seen.answers.push(JSON.stringify(await say('결과 확인')));
  return seen;
}

function expectAll(seen: readonly Seen[]): void {
  expect(seen).toHaveLength(TURNS);
  expect(Math.max(...seen.map(({ firstMs }) => firstMs))).toBeLessThan(FIRST_ANSWER_MS);
  expect(seen.flatMap(({ problems }) => problems)).toEqual([]);
  const wrong = seen.filter(({ answers }) => recommendations(answers) !== 1).map(({ answers }) => answers);
  const failures = gateway.printed().match(/^\{.*"level":"error".*$/gm) ?? [];
  expect({ wrong, failures: wrong.length > 0 ? failures.slice(0, 5) : [] }).toEqual({
    wrong: [],
    failures: [],
  });
}

const skill = (user: string, utterance: string, callbackUrl?: string) =>
  gateway.call(
    'POST',
    '/open-builder/skill',
    { userRequest: { utterance, user: { id: user }, ...(callbackUrl && { callbackUrl }) } },
    { 'x-gateway-secret': 'local-secret' },
  );
const smartChat = (user: string, content: string) =>
  gateway.call('POST', '/smart-chat/local-secret/message', { user_key: user, type: 'text', content });

describe(`${TURNS} slow turns of 0 to 20 s, ${AT_ONCE} at once, are answered in time, and each reply arrives once`, () => {
  let runs: Runs;

  beforeAll(async () => {
    sink = await startCallbackSink();
    gateway = await npmStart({ RECOMMEND_DELAY_MS: WORK_MS, KAKAO_CALLBACK_ORIGINS: sink.origin });
    runs = startRuns();
  });

  afterAll(async () => {
    await gateway?.interrupt();
    await sink?.stop();
  });

  // One after the other to the first answers, and together while the workers work.
  function startRuns(): Runs {
    const waits: Promise<unknown>[] = [];
    const later = (work: Promise<Seen>): void => {
      waits.push(work);
    };
    const byCallback = () =>
      all(async n => {
        const url = sink.newUrl();
        const { json, ms } = await skill(`callback-${n}`, wordsOf(n), url);
        const seen: Seen = {
          firstMs: ms,
          answers: [JSON.stringify(json)],
          problems: json.useCallback ? [] : skillProblems(json),
        };
        if (json.useCallback) {
          later(
            (async () => {
              const startedAt = Date.now();
              while (sink.postsTo(url).length === 0 && Date.now() - startedAt < 40_000)
                await new Promise(resolve => setTimeout(resolve, 200));
              await new Promise(resolve => setTimeout(resolve, 300));
              for (const post of sink.postsTo(url)) seen.answers.push(JSON.stringify(post.json));
              return seen;
            })(),
          );
        }
        return seen;
      });
    const byRoom = () =>
      all(async n => {
        const { json, ms } = await skill(`room-${n}`, wordsOf(n));
        const seen: Seen = { firstMs: ms, answers: [JSON.stringify(json)], problems: skillProblems(json) };
        later(collect(seen, async words => (await skill(`room-${n}`, words)).json));
        return seen;
      });
    const bySmartChat = () =>
      all(async n => {
        const { json, ms } = await smartChat(`chat-${n}`, wordsOf(n));
        const seen: Seen = { firstMs: ms, answers: [JSON.stringify(json)], problems: messageProblems(json) };
        later(collect(seen, async words => (await smartChat(`chat-${n}`, words)).json));
        return seen;
      });
    const callback = byCallback();
    const room = callback.then(byRoom);
    const smart = room.then(bySmartChat);
    const finished = async (run: Promise<Seen[]>): Promise<Seen[]> => {
      await smart;
      await Promise.all(waits);
      return run;
    };
    return { callback: finished(callback), room: finished(room), 'smart-chat': finished(smart) };
  }

  test.each(['callback', 'room', 'smart-chat'] as const)(
    'by %s',
    async way => expectAll(await runs[way]),
    90_000,
  );
});
