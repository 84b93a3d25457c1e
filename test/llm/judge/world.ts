import { randomUUID } from 'node:crypto';
import { localQueue } from '../../../dev/local-queue.ts';
import type { Bot } from '../../../lambda/bot/bot.ts';
import { type OperatorNote, operatorHears } from '../../../lambda/bot/operator.ts';
import { lateTurnHandler, type QueueHandler } from '../../../lambda/gateway/late-turn.ts';
import { openBuilderHandler } from '../../../lambda/gateway/open-builder.ts';
import { deliverers } from '../../../lambda/gateway/protocols.ts';
import { smartChatHandler } from '../../../lambda/gateway/smart-chat.ts';
import { type CounterKey, Counters, MemoryCounterStore } from '../../../lambda/turn/counters.ts';
import type { DeferTurn } from '../../../lambda/turn/deferred-turn.ts';
import { type Draft, MemoryDraftStore } from '../../../lambda/turn/drafts.ts';
import type { Session } from '../../../lambda/turn/session.ts';
import { type Answered, type Call, invoke, skillCall, smartChatCall, testSecret } from '../../kit/http.ts';
import { type Logged, logInto } from '../../kit/log.ts';
import { randomBy, startVirtualTime } from '../../kit/virtual-time.ts';
import { forgetfulStore } from '../../model/forgetful-store.ts';
import { as, currentLife, type Fate, Life } from './life.ts';
import { TableBill } from './table-bill.ts';

/** The real handlers, the late queue and its workers, and Kakao's side, on a clock of their own. */
export interface World {
  readonly logged: readonly Logged[];
  /** The table's part of the bill. */
  readonly bill: TableBill;
  /** The notes to the operator. */
  readonly notes: readonly OperatorNote[];
  /** Every draft that came to the table, in the order of their coming. */
  readonly drafts: readonly Draft[];
  /** How many workers began. */
  readonly workers: number;
  skill(user: string, utterance: string, call?: { callbackUrl?: string; extra?: unknown }): Promise<Timed>;
  smartChat(user: string, content: string): Promise<Timed>;
  /** A callback URL of Kakao's; `onPost` hears what Kakao takes by it. */
  newCallback(onPost: (json: unknown) => void): string;
  /** The counts that all users of the bot share, whatever they count. */
  counts(): Promise<readonly number[]>;
  /** The session that a user has. */
  session(key: string): Promise<Session>;
}

/** An answer, and how many milliseconds after the user's word it was there. */
export interface Timed extends Answered {
  readonly ms: number;
}

/** The troubles of a world. */
export interface WorldOptions {
  readonly seed: number;
  /** The death of the nth worker, from 0, if it dies. */
  readonly fateOf?: (nth: number, random: () => number) => Fate | undefined;
  /** How Kakao answers the nth post, from 0. */
  readonly kakao?: (nth: number) => 'takes' | 'refuses' | 'fails';
}

const CALLBACKS = 'https://callbacks.test';
/** The way there, and the way back, at most each. */
const STORE_MS = 8;
const QUEUE_MS = 20;
const KAKAO_MS = 300;
/** How long a callback lives, as Kakao's documents have it. */
const CALLBACK_MS = 60_000;

/** Plays in a world of its own, until that is done. */
export async function inWorld<S, R>(
  bot: Bot<S>,
  options: WorldOptions,
  play: (world: World) => Promise<R>,
): Promise<R> {
  const time = startVirtualTime(randomBy(options.seed));
  const realFetch = globalThis.fetch;
  const built = new BuiltWorld(bot, options);
  globalThis.fetch = built.fetch;
  operatorHears(note => {
    if (!currentLife()?.isDead) built.notes.push(note);
  });
  try {
    return await time.run(play(built));
  } finally {
    built.stop();
    globalThis.fetch = realFetch;
    time.stop();
  }
}

const travel = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, Math.random() * ms));

class BuiltWorld<S> implements World {
  readonly logged: Logged[] = [];
  readonly bill = new TableBill();
  readonly notes: OperatorNote[] = [];
  readonly drafts: Draft[] = [];
  workers = 0;
  readonly fetch: typeof fetch;
  readonly #queue = localQueue(QUEUE_TIMES);
  readonly #sessions = forgetfulStore();
  readonly #counters = new CountedStore();
  readonly #posts = new Map<
    string,
    { readonly until: number; onPost: ((json: unknown) => void) | undefined }
  >();
  readonly #openBuilder;
  readonly #smartChat;

  constructor(bot: Bot<S>, { fateOf = () => undefined, kakao = () => 'takes' }: WorldOptions) {
    const write = logInto(this.logged);
    const log: typeof write = entry => {
      if (!currentLife()?.isDead) write(entry);
    };
    const store = this.#faraway(this.#sessions, '');
    const drafts = this.#faraway(this.#draftStore(), 'draft ');
    const counters = new Counters(this.#faraway(this.#counters, 'count '));
    const defer: DeferTurn = records =>
      this.#called(QUEUE_MS, async () => {
        for (const { turn, delaySeconds } of records) this.#queue.send(JSON.stringify(turn), delaySeconds);
      });
    const parts = { bot, store, drafts, counters, log, defer, callbackOrigins: [CALLBACKS] };
    const gateway = { ...parts, secret: testSecret };
    this.#openBuilder = openBuilderHandler(gateway);
    this.#smartChat = smartChatHandler(gateway);
    const worker = lateTurnHandler({ ...parts, deliverers });
    this.#queue.deliverTo(this.#mortal(worker, fateOf));
    let posts = 0;
    this.fetch = async (url, init) =>
      this.#called(KAKAO_MS, async () => this.#post(String(url), init, kakao(posts++)));
  }

  skill(
    user: string,
    utterance: string,
    { callbackUrl, extra }: { callbackUrl?: string; extra?: unknown } = {},
  ) {
    const userRequest = { utterance, user: { id: user }, ...(callbackUrl && { callbackUrl }) };
    const body = { bot: { id: 'b' }, userRequest, action: { clientExtra: extra } };
    return this.#ask(this.#openBuilder, skillCall(body, { 'x-request-id': randomUUID() }));
  }

  smartChat(user_key: string, content: string) {
    const call = smartChatCall('POST', '/message', { user_key, type: 'text', content });
    return this.#ask(this.#smartChat, call);
  }

  newCallback(onPost: (json: unknown) => void): string {
    const url = `${CALLBACKS}/${this.#posts.size}`;
    this.#posts.set(url, { until: Date.now() + CALLBACK_MS, onPost });
    return url;
  }

  counts(): Promise<readonly number[]> {
    return this.#counters.all();
  }

  session(key: string): Promise<Session> {
    return this.#sessions.load(key as never);
  }

  stop(): void {
    this.#queue.stop();
  }

  /** Drafts, each of which is remembered. */
  #draftStore(): MemoryDraftStore {
    const { drafts } = this;
    return new (class extends MemoryDraftStore {
      override async save(...[user, draft, signal]: Parameters<MemoryDraftStore['save']>): Promise<void> {
        await super.save(user, draft, signal);
        drafts.push(draft);
      }
    })();
  }

  async #ask(handler: Parameters<typeof invoke>[0], call: Call): Promise<Timed> {
    const at = Date.now();
    const answered = await as(new Life(), () => invoke(handler, call));
    return { ...answered, ms: Date.now() - at };
  }

  /** A worker each time, with a life of its own, which Lambda ends at last. */
  #mortal(
    worker: QueueHandler,
    fateOf: NonNullable<WorldOptions['fateOf']>,
  ): (...args: Parameters<QueueHandler>) => ReturnType<QueueHandler> {
    return async (records, context) => {
      const life = new Life(fateOf(this.workers++, Math.random));
      const end = setTimeout(() => life.die(), context.getRemainingTimeInMillis());
      const done = await as(life, () => worker(records, context));
      clearTimeout(end);
      return life.isDead ? new Promise<never>(() => {}) : done;
    };
  }

  async #post(
    url: string,
    init: RequestInit | undefined,
    how: 'takes' | 'refuses' | 'fails',
  ): Promise<Response> {
    const known = this.#posts.get(url);
    const body = (refusal?: string) => ({
      taskId: 't',
      status: refusal === undefined ? 'SUCCESS' : 'FAIL',
      message: refusal ?? '',
    });
    if (how === 'fails') return new Response('{}', { status: 500 });
    if (how === 'refuses' || known?.onPost === undefined || Date.now() > known.until)
      return new Response(JSON.stringify(body('Invalid callback token.')));
    known.onPost(JSON.parse(String(init?.body)));
    known.onPost = undefined;
    return new Response(JSON.stringify(body()));
  }

  #called<T>(ms: number, work: () => Promise<T>): Promise<T> {
    const life = currentLife();
    const call = async (): Promise<T> => {
      await travel(ms);
      const result = await work();
      await travel(ms);
      return result;
    };
    return life === undefined ? call() : life.calls(call);
  }

  #faraway<T extends object>(store: T, prefix: string): T {
    return new Proxy(store, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name, target);
        if (typeof method !== 'function') return method;
        return (...args: readonly unknown[]) =>
          this.#called(STORE_MS, async () => {
            const result = await Reflect.apply(method, target, args);
            await this.bill.add(`${prefix}${String(name)}`, args, result);
            return result;
          });
      },
    });
  }
}

/** Counters that can be asked for all at once. */
class CountedStore extends MemoryCounterStore {
  readonly #keys = new Set<CounterKey>();

  override add(...args: Parameters<MemoryCounterStore['add']>): Promise<number | undefined> {
    this.#keys.add(args[0]);
    return super.add(...args);
  }

  async all(): Promise<readonly number[]> {
    return Promise.all([...this.#keys].map(async key => (await super.add(key, 0)) ?? 0));
  }
}

/** The queue of a bot with growing rules. */
const QUEUE_TIMES = { visibilityMs: 117_000, workerTimeoutMs: () => 116_000 };
