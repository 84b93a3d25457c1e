import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bot } from '../../lambda/scenarios/cafe.ts';
import { ANSWER_WITHIN_MS, CALLBACK_LIVES_MS, LOST_AFTER_MS } from '../../lambda/turn/time-budget.ts';
import { type CallbackSink, startCallbackSink } from '../kit/callback-sink.ts';
import { messageProblems, skillProblems } from '../kit/kakao-accepts.ts';
import { failuresIn, npmStart, type StartedGateway } from '../kit/npm-start.ts';

/** Each way of delivery takes so many turns, by so many users at once, each of which takes 0 to 20 s. */
const TURNS = 500;
const USERS = 50;
const WORK_MS = '0-20000';
/**
 * How much longer a user reads an answer than it took: on a slow machine everybody is slow. Without, one process that
 * plays all of AWS would be asked for more than its processor has, and not for what the gateway promises.
 */
const READING = 5;
const MOST_READING_MS = 5_000;
/**
 * How late the timers of busy processes may be, of the 600 ms that API Gateway has left of its own time: the bot's, which
 * ends a turn, and the server's, which tells it.
 */
const TIMER_MS = 500;
/** One process plays all of AWS: on a busy machine it misses a deadline now and then, and says so at once. */
const MOST_REFUSED = 0.02;
const RECOMMENDED = /어떠세요\?/g;

let sink: CallbackSink;
let gateway: StartedGateway;

type Runs = Readonly<Record<'callback' | 'room' | 'smart-chat', Promise<Seen[]>>>;

/** The answers that one user saw, in order. */
interface Seen {
  readonly answers: string[];
  readonly problems: readonly string[];
}

// One in twenty-five rules does not say that it is slow.
const wordsOf = (n: number): string => (n % 25 === 0 ? '빨리 추천해줘' : '추천해줘');
const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));
const recommendations = (answers: readonly string[]): number =>
  answers.join('\n').match(RECOMMENDED)?.length ?? 0;

async function all(take: (n: number) => Promise<Seen>): Promise<Seen[]> {
  const seen: Seen[] = [];
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < TURNS) {
      const askedAt = Date.now();
      seen.push(await take(next++));
      await pause(Math.min((Date.now() - askedAt) * READING, MOST_READING_MS));
    }
  };
  await Promise.all(Array.from({ length: USERS }, one));
  return seen;
}

const isRefused = ({ answers: [first = ''] }: Seen): boolean => first.includes(bot.texts.apology);

/** Taps "결과 확인" once too early perhaps, then when the work must be done until it is there, and once too often. */
async function collect(seen: Seen, say: (words: string) => Promise<unknown>): Promise<Seen> {
  const askedAt = Date.now();
  const tap = async (): Promise<void> => {
    const answer = JSON.stringify(await say('결과 확인'));
    // The reply to a tap may be lost: for a minute the next one shows the very same again.
    if (!seen.answers.includes(answer)) seen.answers.push(answer);
  };
  const early = Math.random() * 20_000;
  await pause(early);
  await tap();
  await pause(21_000 + Math.random() * 5_000 - early);
  await tap();
  while (!isRefused(seen) && recommendations(seen.answers) === 0 && Date.now() - askedAt < LOST_AFTER_MS) {
    await pause(2_000);
    await tap();
  }
  await tap();
  return seen;
}

/** Who is told at once that there is no answer was promised none, and gets none; for all others it arrives once. */
function expectAll(seen: readonly Seen[]): void {
  expect(seen).toHaveLength(TURNS);
  expect(seen.flatMap(({ problems }) => problems)).toEqual([]);
  const wrong = seen.filter(one => recommendations(one.answers) !== (isRefused(one) ? 0 : 1));
  expect({
    wrong: wrong.map(({ answers }) => answers),
    failures: wrong.length > 0 ? failuresIn(gateway.printed()).slice(0, 5) : [],
  }).toEqual({ wrong: [], failures: [] });
  expect(seen.filter(isRefused).length / TURNS).toBeLessThanOrEqual(MOST_REFUSED);
}

const skill = (user: string, utterance: string, callbackUrl?: string) =>
  call(
    '/open-builder/skill',
    { userRequest: { utterance, user: { id: user }, ...(callbackUrl && { callbackUrl }) } },
    { 'x-gateway-secret': 'local-secret' },
  );
const smartChat = (user: string, content: string) =>
  call('/smart-chat/local-secret/message', { user_key: user, type: 'text', content });

/** Says it again to a machine that says it has too much to do: who was refused there was promised nothing. */
async function call(...[path, body, headers]: [string, object, Record<string, string>?]) {
  for (;;) {
    const answer = await gateway.call('POST', path, body, headers);
    if (answer.status !== 429) return answer;
    await pause(1_000);
  }
}

describe(`${TURNS} slow turns of 0 to 20 s, ${USERS} users at once, are answered in time, and each reply arrives once`, () => {
  let runs: Runs;

  beforeAll(async () => {
    sink = await startCallbackSink();
    gateway = await npmStart({
      RECOMMEND_DELAY_MS: WORK_MS,
      KAKAO_CALLBACK_ORIGINS: sink.origin,
      // All three ways at once are more than the default works on before they expire.
      LATE_TURNS_AT_ONCE: '1000',
    });
    // Cold starts are not what is shown here.
    await Promise.all([skill('first', '메뉴'), smartChat('first', '메뉴')]);
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
        const { json } = await skill(`callback-${n}`, wordsOf(n), url);
        const seen: Seen = {
          answers: [JSON.stringify(json)],
          problems: json.useCallback ? [] : skillProblems(json),
        };
        if (json.useCallback) {
          later(
            (async () => {
              const startedAt = Date.now();
              while (sink.postsTo(url).length === 0 && Date.now() - startedAt < CALLBACK_LIVES_MS)
                await pause(200);
              await pause(300);
              for (const post of sink.postsTo(url)) seen.answers.push(JSON.stringify(post.json));
              return seen;
            })(),
          );
        }
        return seen;
      });
    const byRoom = () =>
      all(async n => {
        const { json } = await skill(`room-${n}`, wordsOf(n));
        const seen: Seen = { answers: [JSON.stringify(json)], problems: skillProblems(json) };
        later(collect(seen, async words => (await skill(`room-${n}`, words)).json));
        return seen;
      });
    const bySmartChat = () =>
      all(async n => {
        const { json } = await smartChat(`chat-${n}`, wordsOf(n));
        const seen: Seen = { answers: [JSON.stringify(json)], problems: messageProblems(json) };
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
    240_000,
  );

  test('all of them by the clock of the gateway', () => {
    expect(gateway.answeredInMs().length).toBeGreaterThan(3 * TURNS);
    expect(Math.max(...gateway.answeredInMs())).toBeLessThanOrEqual(ANSWER_WITHIN_MS + TIMER_MS);
  });
});
