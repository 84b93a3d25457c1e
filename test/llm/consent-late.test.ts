import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/index.ts';
import { operatorHears } from '../../lambda/bot/operator.ts';
import { conversation, type ToolOptions, toolbox } from '../../lambda/llm/index.ts';
import { type SimulatedGateway, simulateGateway } from '../kit/simulated-gateway.ts';
import { type CafeState, LATTES, modelOf, orderTool, type Said, toolBot } from './tool-cafe.ts';

const NO_QUESTION = '지난 물음이거나 다른 방에서 드린 물음이에요. 필요하시면 다시 말씀해 주세요.';

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

let gateway: SimulatedGateway;

beforeEach(() => {
  operatorHears(() => {});
});

afterEach(() => {
  gateway.stop();
  jest.restoreAllMocks();
});

/** A user behind the real handlers and the worker, on a clock of their own. */
function start(says: readonly Said[]) {
  const model = modelOf(...says);
  const { done, order } = orderTool();
  gateway = simulateGateway(toolBot(model.ask, { order }, { askFirst: ['order'] }));
  return { ...model, done };
}

/** Says or taps something, and reads what Kakao was given for it: at once, and by its callback. */
async function skill(utterance: string, more: { readonly extra?: object; readonly group?: string } = {}) {
  const callbackUrl = gateway.newUrl();
  const { json } = await gateway.skill('user', utterance, { callbackUrl, ...more });
  await pause(60_000);
  const posts = gateway.postsTo(callbackUrl);
  return {
    now: json,
    posts: posts.map(post => post.json),
    words: JSON.stringify([json, ...posts.map(post => post.json)]),
  };
}

/** The extra of the button that agrees. */
// biome-ignore lint/suspicious/noExplicitAny: whatever was posted
const yesOf = ({ posts }: { readonly posts: readonly any[] }): object =>
  posts
    .flatMap(({ template: { quickReplies = [], outputs } }) => [
      ...quickReplies,
      ...outputs.flatMap((output: { textCard?: { buttons?: object[] } }) => output.textCard?.buttons ?? []),
    ])
    .find(({ label }) => label === '네').extra;

describe('a tool that asks first', () => {
  test('is asked for by the callback, runs in the worker of the tap, and its result comes by that callback', async () => {
    const { done } = start([LATTES, '1번으로 주문했어요.']);
    await gateway.run(
      (async () => {
        const asked = await skill('라떼 두 잔');
        expect(asked.posts).toHaveLength(1);
        expect(asked.words).toContain('다음 일을 할까요?');
        expect(done).toEqual([]);
        const tap = { extra: yesOf(asked) };
        const answered = await skill('네', tap);
        expect(answered.posts).toHaveLength(1);
        expect(answered.words).toContain('1번으로 주문했어요.');
        expect(done).toHaveLength(1);
        // Again: told at once, and nothing is begun.
        const again = await skill('네', tap);
        expect(JSON.stringify(again.now)).toContain(NO_QUESTION);
        expect(again.posts).toEqual([]);
        expect(done).toHaveLength(1);
      })(),
    );
  });

  test('runs once where the button is tapped twice before the first tap is answered', async () => {
    const { done, told } = start([LATTES, '주문했어요.', '주문했어요.']);
    await gateway.run(
      (async () => {
        const tap = { extra: yesOf(await skill('라떼 두 잔')) };
        const answers = await Promise.all([skill('네', tap), skill('네', tap), skill('네', tap)]);
        expect(answers.filter(({ words }) => words.includes('주문했어요.'))).toHaveLength(1);
        expect(done).toHaveLength(1);
        expect(told).toHaveLength(2);
      })(),
    );
  });

  test('runs once where Kakao delivers the tap again', async () => {
    const { done } = start([LATTES, '주문했어요.', '주문했어요.']);
    await gateway.run(
      (async () => {
        const extra = yesOf(await skill('라떼 두 잔'));
        const tap = { extra, id: 'the-same', callbackUrl: gateway.newUrl() };
        await Promise.all([gateway.skill('user', '네', tap), gateway.skill('user', '네', tap)]);
        await pause(60_000);
        await gateway.skill('user', '네', tap);
        await pause(60_000);
        expect(done).toEqual([{ order: { drink: '라떼', count: 2 }, key: 'the-same' }]);
      })(),
    );
  });

  test('is asked for, answered and told of in smart-chat, too', async () => {
    const { done } = start([LATTES, '1번으로 주문했어요.']);
    await gateway.run(
      (async () => {
        const collected = async (said: string) => {
          await gateway.smartChat('user', said);
          await pause(5_000);
          return JSON.stringify((await gateway.smartChat('user', '결과 확인')).json);
        };
        const asked = await collected('라떼 두 잔');
        expect(asked).toContain('다음 일을 할까요?');
        expect(asked).toContain('"네"');
        expect(await collected('네')).toContain('1번으로 주문했어요.');
        expect(done).toHaveLength(1);
      })(),
    );
  });

  test('is answered by whom it asked, in the room where it asked', async () => {
    const { done } = start([LATTES, '저는 몰라요.', '다른 방이네요.', '주문했어요.']);
    await gateway.run(
      (async () => {
        const asked = await skill('라떼 두 잔', { group: 'g1' });
        const tap = { extra: yesOf(asked), group: 'g1' };
        const other = await gateway.skill('another', '네', { ...tap, callbackUrl: gateway.newUrl() });
        expect(JSON.stringify(other.json)).toContain(NO_QUESTION);
        // Whoever says the word there is no one that was asked.
        await gateway.skill('another', '네', { group: 'g1', callbackUrl: gateway.newUrl() });
        await pause(60_000);
        expect((await skill('네', { ...tap, group: 'g2' })).words).toContain(NO_QUESTION);
        await skill('네', { group: 'g2' });
        expect(done).toEqual([]);
        expect((await skill('네', tap)).words).toContain('주문했어요.');
        expect(done).toHaveLength(1);
      })(),
    );
  });
});

describe('a worker that dies while the tool runs', () => {
  type Orders = { readonly order: ReturnType<typeof orderTool>['order'] };

  /** The first worker that has ordered saves nothing any more; each step of a turn is as in a process of its own. */
  function dying(options: Pick<ToolOptions<Orders, CafeState>, 'idempotent'> = {}) {
    const model = modelOf(LATTES, '1번으로 주문했어요.', '주문이 되어 있어요.');
    const { done, order } = orderTool();
    const fresh = () => toolbox<Orders, CafeState>({ order }, { askFirst: ['order'], ...options });
    // One process does not remember another's.
    const tools = new Proxy(fresh(), {
      get: (_, name) => {
        const own = fresh();
        const member: unknown = Reflect.get(own, name);
        return typeof member === 'function' ? member.bind(own) : member;
      },
    });
    const chat = conversation<CafeState>();
    const bot = new Bot<CafeState>({ session: () => ({ orders: [] }) }).fallback(
      chat.answers(model.ask, { tools }),
    );
    let isDead = false;
    gateway = simulateGateway(bot, {
      queueTimes: { visibilityMs: 900, workerTimeoutMs: () => (done.length === 0 ? 800 : 10_000) },
      workerStore: store => ({
        load: user => store.load(user),
        claim: (...args) => store.claim(...args),
        delete: user => store.delete(user),
        save: async (...args) => {
          if (done.length === 1 && !isDead) {
            isDead = true;
            await new Promise(() => {});
          }
          return store.save(...args);
        },
      }),
    });
    return { ...model, done };
  }

  test('is followed by one that runs nothing, and says that it does not know', async () => {
    const { done, told } = dying();
    await gateway.run(
      (async () => {
        const answered = await skill('네', { extra: yesOf(await skill('라떼 두 잔')) });
        expect(done).toHaveLength(1);
        expect(answered.words).toContain(
          '말씀하신 일이 되었는지 확인하지 못했어요. 다시 하시기 전에 먼저 확인해 주세요.',
        );
        expect(told).toHaveLength(2);
        expect((await skill('네')).words).not.toContain('확인하지 못했어요');
        expect(done).toHaveLength(1);
      })(),
    );
  });

  test('is followed by one that runs it with the same key, where it does a thing once for a key', async () => {
    const { done } = dying({ idempotent: ['order'] });
    await gateway.run(
      (async () => {
        const answered = await skill('네', { extra: yesOf(await skill('라떼 두 잔')) });
        expect(answered.words).toContain('주문이 되어 있어요.');
        expect(done).toHaveLength(2);
        expect(done[0]?.key).toBe(done[1]?.key);
      })(),
    );
  });
});

describe('a tool whose turn another one replaces', () => {
  test('has run once, or not at all, and the user is told that nobody knows', async () => {
    const model = modelOf(LATTES, '네, 말씀하세요.');
    const { done, order } = orderTool();
    const slow = {
      ...order,
      execute: async (...given: Parameters<typeof order.execute>) => {
        const ordered = await order.execute(...given);
        await pause(10_000);
        return ordered;
      },
    };
    gateway = simulateGateway(
      toolBot(model.ask, { order: slow }, { askFirst: ['order'] }, { busy: 'replace' }),
    );
    await gateway.run(
      (async () => {
        const tap = { extra: yesOf(await skill('라떼 두 잔')) };
        const first = skill('네', tap);
        await pause(5_000);
        const next = await skill('잠깐만요');
        await first;
        expect(done).toHaveLength(1);
        expect(next.words).toContain('말씀하신 일이 되었는지 확인하지 못했어요.');
        expect(next.words).toContain('네, 말씀하세요.');
        expect(JSON.stringify(model.told)).toContain('It is not known whether order was run');
      })(),
    );
  });
});

describe('an answer that overruns after the user has agreed', () => {
  const never = (): Promise<never> => new Promise(() => {});

  test.each([
    [
      'the tool has run, and its model is silent',
      false,
      '말씀하신 대로 했어요. 자세한 답은 드리지 못했어요.',
    ],
    [
      'the tool has not come to its end',
      true,
      '말씀하신 일이 되었는지 확인하지 못했어요. 다시 하시기 전에 먼저 확인해 주세요.',
    ],
  ])('tells what became of it, where %s', async (_, isToolSilent, words) => {
    const model = modelOf(LATTES);
    const { done, order } = orderTool();
    const kept: string[] = [];
    const tool = {
      ...order,
      execute: async (...given: Parameters<typeof order.execute>) => {
        const ordered = await order.execute(...given);
        return isToolSilent ? never() : ordered;
      },
    };
    const ask: typeof model.ask = question =>
      model.told.length === 0 ? model.ask(question) : (never() as never);
    const then = { order: (__: unknown, { drink }: { readonly drink: string }) => void kept.push(drink) };
    gateway = simulateGateway(toolBot(ask, { order: tool }, { askFirst: ['order'], then }));
    await gateway.run(
      (async () => {
        await skill('라떼 두 잔');
        await gateway.skill('user', '네', { callbackUrl: gateway.newUrl() });
        await pause(180_000);
        const late = await gateway.skill('user', '결과 확인');
        expect(JSON.stringify(late.json)).toContain(words);
        expect(done).toHaveLength(1);
        // The bot remembers it, too, as far as it is known.
        expect(kept).toEqual(isToolSilent ? [] : ['라떼']);
      })(),
    );
  });
});
