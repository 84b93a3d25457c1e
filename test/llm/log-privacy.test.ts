import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { log } from '../../lambda/aws/log.ts';
import { Bot } from '../../lambda/bot/index.ts';
import { type OperatorNote, operatorHears } from '../../lambda/bot/operator.ts';
import { conversation, type Source, type Talking } from '../../lambda/llm/index.ts';
import { type LateGateway, startLateGateway } from '../kit/late-gateway.ts';
import { takeStdout } from '../kit/stdout.ts';
import { streaming } from './models.ts';

const QUESTION = '제 주민번호는 900101-1234567이에요';
const ANSWER = '비밀스러운 답이에요.';

/** Models by the user who asks: each tells all it knows, or fails with it. */
const MODELS: Readonly<Record<string, (all: string) => Source>> = {
  answers: () => streaming([ANSWER], { input: 10, output: 5 }),
  refuses: () => streaming([ANSWER], { input: 10, output: 5 }, 'content-filter'),
  'fails at once': all => Promise.reject(Object.assign(new Error(all), { status: 400, requestBody: all })),
  'fails in the middle': async function* (all) {
    yield `${ANSWER} `;
    throw Object.assign(new Error(`bad request: ${all}`, { cause: new TypeError(all) }), {
      name: 'APIError',
    });
  },
  'gives what nobody knows': all => ({ [all]: all }) as unknown as Source,
  throws: all => {
    throw new TypeError(`can't read ${all}`);
  },
};

describe('no note and no line of the log holds what was said', () => {
  const notes: OperatorNote[] = [];
  let gateway: LateGateway;

  beforeAll(async () => {
    const chat = conversation({ prices: { inputWonPerMillion: 1_000, outputWonPerMillion: 2_000 } });
    const bot = new Bot<Talking>({ session: () => ({}) }).fallback(
      chat.answers(({ messages, turn }) => {
        const all = JSON.stringify([messages, turn.text, turn.session, ANSWER]);
        return MODELS[`${turn.user.botUserKey}`.replace('user who ', '')]?.(all) ?? '';
      }),
    );
    gateway = await startLateGateway(bot);
    operatorHears(note => notes.push(note));
  });

  afterAll(() => gateway?.stop());

  test.each(Object.keys(MODELS))('of a model that %s', async name => {
    const user = `user who ${name}`;
    const callbackUrl = gateway.sink.newUrl();
    await gateway.skill(user, QUESTION, { callbackUrl });
    await gateway.idle();
    expect(gateway.sink.postsTo(callbackUrl)).toHaveLength(1);
    // What it read before stands in the messages of the next question.
    await gateway.skill(user, QUESTION);
    await gateway.idle();
    expect(notes.length).toBeGreaterThan(0);
    expect(gateway.logged.length).toBeGreaterThan(0);
    const lines = takeStdout();
    for (const entry of gateway.logged.splice(0)) log(entry);
    jest.restoreAllMocks();
    const told = [...lines, JSON.stringify(notes.splice(0))].join('');
    // Whoever looks after the bot learns of it all the same.
    if (/fail|gives|throws/.test(name)) expect(told).toContain('"name":"AnswerError"');
    for (const word of ['주민번호', '900101-1', '비밀', ANSWER, QUESTION]) expect(told).not.toContain(word);
    expect(told).not.toContain(user);
  });
});
