import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { log } from '../../lambda/aws/log.ts';
import { Bot, secretText } from '../../lambda/bot/index.ts';
import { operatorHears } from '../../lambda/bot/operator.ts';
import {
  type AnswersOptions,
  conversation,
  guards,
  type Question,
  redact,
  type Source,
  toolbox,
} from '../../lambda/llm/index.ts';
import { type SimulatedGateway, simulateGateway } from '../kit/simulated-gateway.ts';
import { takeStdout } from '../kit/stdout.ts';
import type { CafeState, Order } from './tool-cafe.ts';

/** All that is private in these talks: the user's words and key, the tool's input and result, the model's words, its key; no id or time has any. */
const PRIVATE = [
  '홍길동',
  '비밀',
  '유자차',
  '778877887788778',
  '달콤',
  'sk-proj',
  'Zx3Kp9',
  'prompt',
] as const;
const USER = 'Zx3Kp9QwE7';
const SAID = '홍길동인데 비밀이에요, 유자차 주문';

type Ask = (question: Question<CafeState>) => Source;

interface Fault {
  readonly ask: Ask;
  /** The outcome of some line that tells of it. */
  readonly told: string;
  readonly execute?: (input: Order) => unknown;
  readonly more?: AnswersOptions<CafeState>;
}

const KEY = 'sk-proj-Ab12cdEF';

/** Errors as models' clients throw them: they quote the request, the answer and the key. */
const sdkError = (messages: unknown): Error =>
  Object.assign(new Error(`400 bad prompt ${JSON.stringify(messages)} with ${KEY}: "달콤한 하루"`), {
    name: 'AI_APICallError',
    statusCode: 400,
    url: `https://api.example.com/?key=${KEY}`,
    requestBodyValues: { messages },
    responseBody: '달콤한 하루',
    cause: new Error(`prompt ${JSON.stringify(messages)} 달콤한 하루`),
  });

const orders = (drink = '유자차') => ({
  fullStream: (async function* () {
    yield { type: 'text-delta', id: '0', text: '달콤한 걸로 주문할게요. ' };
    yield {
      type: 'tool-call',
      toolCallId: 'c',
      toolName: 'order',
      input: { drink, count: 778_877_887_788_778 },
    };
    yield { type: 'finish', finishReason: 'tool-calls' };
  })(),
});

const FAULTS: Readonly<Record<string, Fault>> = {
  'all is well': { ask: () => orders(), told: 'no card' },
  'the client throws': {
    told: 'refused',
    ask: ({ messages }) => {
      throw sdkError(messages);
    },
  },
  'the client rejects': { told: 'refused', ask: ({ messages }) => Promise.reject(sdkError(messages)) },
  'the stream breaks off': {
    told: 'refused, tokens estimated',
    ask: async function* ({ messages }) {
      yield '달콤한 ';
      throw sdkError(messages);
    },
  },
  'the stream tells an error': {
    told: 'refused, tokens estimated',
    ask: ({ messages }) => ({
      fullStream: (async function* () {
        yield { type: 'text-delta', id: '0', text: '달콤한 ' };
        yield { type: 'error', error: sdkError(messages) };
      })(),
    }),
  },
  'the answer is no source': { told: 'broken', ask: () => ({ 달콤한: '하루', 홍길동: KEY }) as never },
  'the tool throws': {
    told: 'threw',
    ask: () => orders(),
    execute: input => {
      throw sdkError(input);
    },
  },
  'a guard throws': {
    told: 'refused',
    ask: () => orders(),
    more: {
      guard: guards(redact(), {
        output: text => {
          throw sdkError(text);
        },
      }),
    },
  },
  'a card of sources throws': {
    told: 'broken, tokens estimated',
    ask: () => ({
      fullStream: (async function* () {
        yield { type: 'text-delta', id: '0', text: '달콤한 하루' };
        yield { type: 'source', sourceType: 'url', id: '1', url: 'https://example.com/달콤', title: '달콤' };
        yield { type: 'finish', finishReason: 'stop' };
      })(),
    }),
    more: {
      sources: links => {
        throw sdkError(links);
      },
    },
  },
};

let gateway: SimulatedGateway;

beforeEach(() => {
  process.env.SECRET_TEXT_MODEL = KEY;
});

afterEach(() => {
  delete process.env.SECRET_TEXT_MODEL;
  delete process.env[ENVIRONMENT.logErrors];
  gateway.stop();
  jest.restoreAllMocks();
});

/** Every line that the handlers and the worker have written of a talk: an order, and the user's consent. */
async function linesOf(
  { ask, execute, more }: Fault,
  way: 'callback' | 'smart-chat',
): Promise<readonly string[]> {
  const tools = toolbox<{ order: { execute: (input: Order) => unknown } }, CafeState>(
    { order: { execute: execute ?? (() => ({ number: 778_877_887_788_778, to: '홍길동' })) } },
    {
      askFirst: ['order'],
      cards: {
        order: result => {
          throw sdkError(result);
        },
      },
      then: {
        order: (_, result) => {
          throw sdkError(result);
        },
      },
    },
  );
  const chat = conversation<CafeState>({ prices: { inputWonPerMillion: 1, outputWonPerMillion: 1 } });
  const asking: Ask = async question => {
    await secretText('model');
    return ask(question) as never;
  };
  const bot = new Bot<CafeState>({ session: () => ({ orders: [] }) }).fallback(
    chat.answers(asking, { tools, ...more } as AnswersOptions<CafeState>),
  );
  gateway = simulateGateway(bot);
  operatorHears(note => gateway.logged.push(note));
  await gateway.run(
    (async () => {
      for (const said of [SAID, '네', '고마워요 홍길동이에요']) {
        if (way === 'callback') await gateway.skill(USER, said, { callbackUrl: gateway.newUrl() });
        else await gateway.smartChat(USER, said);
        await new Promise(resolve => setTimeout(resolve, 60_000));
        if (way === 'smart-chat') await gateway.smartChat(USER, '결과 확인');
      }
    })(),
  );
  const lines = takeStdout();
  for (const entry of gateway.logged) log(entry);
  jest.restoreAllMocks();
  return lines;
}

describe.each([undefined, 'masked'])('no line holds a word of a talk, with LOG_ERRORS=%s', words => {
  test.each(
    Object.entries(FAULTS).flatMap(([what, fault]) =>
      (['callback', 'smart-chat'] as const).map(way => [what, way, fault] as const),
    ),
  )('where %s, by %s', async (_, way, fault) => {
    if (words) process.env[ENVIRONMENT.logErrors] = words;
    const lines = await linesOf(fault, way);
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.map(line => JSON.parse(line).outcome)).toContain(fault.told);
    for (const line of lines) for (const told of PRIVATE) expect(line).not.toContain(told);
  });
});
