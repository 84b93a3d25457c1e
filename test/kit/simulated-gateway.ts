import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { type LocalQueue, localQueue, type QueueTimes } from '../../dev/local-queue.ts';
import type { Bot } from '../../lambda/bot/bot.ts';
import { lateTurnHandler, type QueueHandler } from '../../lambda/gateway/late-turn.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { deliverers } from '../../lambda/gateway/protocols.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import type { DeferTurn } from '../../lambda/turn/deferred-turn.ts';
import { type DraftStore, MemoryDraftStore } from '../../lambda/turn/drafts.ts';
import { MemorySessionStore, type SessionStore } from '../../lambda/turn/session.ts';
import { GROWING_VISIBILITY_SECONDS, GROWING_WORKER_TIMEOUT_SECONDS } from '../../lambda/turn/time-budget.ts';
import { type Answered, type Call, invoke, skillCall, smartChatCall, testSecret } from './http.ts';
import { type Logged, logInto } from './log.ts';

/**
 * The handlers, the late queue and its worker, a store and Kakao's side of callbacks, on a clock of their own:
 * a minute passes as fast as its work is done, and nothing is late because the machine is.
 */
export interface SimulatedGateway {
  readonly logged: Logged[];
  readonly store: SessionStore;
  readonly drafts: DraftStore;
  /** Every event that the queue gave the worker. */
  readonly events: Parameters<QueueHandler>[0][];
  skill(
    user: string,
    utterance: string,
    call?: { callbackUrl?: string; id?: string; extra?: object; group?: string },
  ): Promise<Timed>;
  smartChat(user: string, content: string): Promise<Timed>;
  /** A callback URL that nobody else has. */
  newUrl(): string;
  /** Every post that came to this URL, taken or refused. */
  postsTo(url: string): readonly SimulatedPost[];
  /** Lets the clock run until the work is done. @throws when nothing is left that could finish it */
  run<T>(work: Promise<T>): Promise<T>;
  stop(): void;
}

/** An answer, and how many simulated milliseconds after API Gateway's receipt it was there. */
export interface Timed extends Answered {
  readonly ms: number;
}

/** A callback's body, and when it came. */
export interface SimulatedPost {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was posted
  readonly json: any;
  readonly at: number;
}

const CALLBACKS = 'https://callbacks.test';

/** Simulated milliseconds that the way to the queue and back takes at most each, and the one to Kakao. */
const QUEUE_MS = 20;
const KAKAO_MS = 300;

/** Simulated time passes for everything that this test file does, until it is stopped. */
export function simulateGateway<S>(
  bot: Bot<S>,
  {
    random = Math.random,
    storeMs = 20,
    queueTimes,
    queueDelaySeconds = 0,
    isKakaoIll = () => false,
    isKakaoHanging = () => false,
    workerStore = store => store,
    workerDrafts = drafts => drafts,
  }: {
    readonly random?: () => number;
    /** Simulated milliseconds that the way to the store and back takes at most each. */
    readonly storeMs?: number;
    readonly queueTimes?: QueueTimes;
    /** How long the queue keeps every record longer than it is told. */
    readonly queueDelaySeconds?: number;
    /** Whether Kakao fails to take posts now. */
    readonly isKakaoIll?: () => boolean;
    /** Whether nothing comes back of a post now: whoever has sent it is as good as dead. */
    readonly isKakaoHanging?: () => boolean;
    readonly workerStore?: (store: SessionStore) => SessionStore;
    readonly workerDrafts?: (drafts: DraftStore) => DraftStore | undefined;
  } = {},
): SimulatedGateway {
  const immediately = setImmediate;
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  const chance = jest.spyOn(Math, 'random').mockImplementation(random);
  const travel = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, random() * ms));
  const store = faraway(new MemorySessionStore(), () => travel(storeMs));
  const drafts = farawayDrafts(new MemoryDraftStore(), () => travel(storeMs));
  const longLived = bot.hasGrowingRules ? GROWING_TIMES : undefined;
  const queue: LocalQueue = localQueue({ ...longLived, ...queueTimes });
  const logged: Logged[] = [];
  const log = logInto(logged);
  const defer: DeferTurn = async records => {
    await travel(QUEUE_MS);
    for (const { turn, delaySeconds } of records)
      queue.send(JSON.stringify(turn), delaySeconds + queueDelaySeconds);
    await travel(QUEUE_MS);
  };
  const callbackOrigins = [CALLBACKS];
  const gateway = { bot, store, drafts, secret: testSecret, log, defer, callbackOrigins };
  const [openBuilder, smartChat] = [openBuilderHandler(gateway), smartChatHandler(gateway)];
  const worker = lateTurnHandler({
    bot,
    store: workerStore(store),
    drafts: workerDrafts(drafts),
    log,
    defer,
    callbackOrigins,
    deliverers,
  });
  const events: Parameters<QueueHandler>[0][] = [];
  queue.deliverTo((event, context) => {
    events.push(event);
    return worker(event, context);
  });

  const posts = new Map<string, SimulatedPost[]>();
  const kakao = jest.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    await travel(KAKAO_MS);
    if (isKakaoHanging()) await new Promise(() => {});
    if (isKakaoIll()) return new Response('', { status: 503 });
    const known = posts.get(String(url)) ?? [];
    posts.set(String(url), [...known, { json: JSON.parse(String(init?.body)), at: Date.now() }]);
    await travel(KAKAO_MS);
    const status = known.length === 0 ? 'SUCCESS' : 'FAIL';
    return new Response(JSON.stringify({ taskId: 't', status, message: 'Invalid callback token.' }));
  });
  let urls = 0;
  const timed = async (call: Promise<Answered>, receivedAt: number): Promise<Timed> => ({
    ...(await call),
    ms: Date.now() - receivedAt,
  });
  const ask = (handler: Parameters<typeof invoke>[0], call: Call): Promise<Timed> =>
    timed(invoke(handler, call), Date.now());
  return {
    logged,
    store,
    drafts,
    events,
    skill: (user, utterance, { callbackUrl, id = randomUUID(), extra, group } = {}) => {
      const chat = { id: group, type: 'botGroupKey' };
      const userRequest = {
        ...{ utterance, user: { id: user } },
        ...(callbackUrl && { callbackUrl }),
        ...(group !== undefined && { chat }),
      };
      const body = { bot: { id: 'b' }, userRequest, action: { clientExtra: extra } };
      return ask(openBuilder, skillCall(body, { 'x-request-id': id }));
    },
    smartChat: (user_key, content) =>
      ask(smartChat, smartChatCall('POST', '/message', { user_key, type: 'text', content })),
    newUrl: () => `${CALLBACKS}/${++urls}`,
    postsTo: url => posts.get(url) ?? [],
    run: async work => {
      let isDone = false;
      const end = () => {
        isDone = true;
      };
      work.then(end, end);
      for (;;) {
        // Whatever a timer set going has run to its next timer by then.
        await new Promise(resolve => immediately(resolve));
        if (isDone) return work;
        if (jest.getTimerCount() === 0) throw new Error('nothing is left that could finish the work');
        jest.advanceTimersToNextTimer();
      }
    },
    stop: () => {
      queue.stop();
      kakao.mockRestore();
      chance.mockRestore();
      jest.useRealTimers();
    },
  };
}

/** The queue and the worker of a bot whose answers grow, as they are deployed. */
const GROWING_TIMES: QueueTimes = {
  visibilityMs: GROWING_VISIBILITY_SECONDS * 1_000,
  workerTimeoutMs: () => GROWING_WORKER_TIMEOUT_SECONDS * 1_000,
};

/** Has a call take its way, and that of its answer. */
const thereAndBack =
  (travel: () => Promise<void>) =>
  <A extends readonly unknown[], R>(work: (...args: A) => Promise<R>) =>
  async (...args: A): Promise<R> => {
    await travel();
    const result = await work(...args);
    await travel();
    return result;
  };

function farawayDrafts(drafts: DraftStore, travel: () => Promise<void>): DraftStore {
  const there = thereAndBack(travel);
  return {
    load: there((...args) => drafts.load(...args)),
    save: there((...args) => drafts.save(...args)),
    delete: there(user => drafts.delete(user)),
  };
}

function faraway(store: SessionStore, travel: () => Promise<void>): SessionStore {
  const there = thereAndBack(travel);
  return {
    load: there(user => store.load(user)),
    save: there((...args) => store.save(...args)),
    claim: there((...args) => store.claim(...args)),
    delete: there(user => store.delete(user)),
  };
}
