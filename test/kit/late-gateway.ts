import { randomUUID } from 'node:crypto';
import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { startLocalAws } from '../../dev/local-aws.ts';
import type { QueueTimes } from '../../dev/local-queue.ts';
import { DynamoAliases } from '../../lambda/aws/dynamo-aliases.ts';
import { DynamoCounterStore } from '../../lambda/aws/dynamo-counter-store.ts';
import { DynamoDraftStore } from '../../lambda/aws/dynamo-draft-store.ts';
import { DynamoRoomStore } from '../../lambda/aws/dynamo-room-store.ts';
import { DynamoSessionStore } from '../../lambda/aws/dynamo-session-store.ts';
import type { HttpHandler } from '../../lambda/aws/http.ts';
import { lateQueue } from '../../lambda/aws/late-queue.ts';
import type { Bot } from '../../lambda/bot/bot.ts';
import type { TurnGateway } from '../../lambda/gateway/deployment.ts';
import type { EventBus } from '../../lambda/gateway/event-bus.ts';
import { lateTurnHandler, type QueueHandler } from '../../lambda/gateway/late-turn.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { deliverers as everyDeliverer } from '../../lambda/gateway/protocols.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { type Aliases, withAlias } from '../../lambda/turn/aliases.ts';
import { Counters } from '../../lambda/turn/counters.ts';
import type { DraftStore } from '../../lambda/turn/drafts.ts';
import type { Deliverer } from '../../lambda/turn/protocol.ts';
import { Rooms } from '../../lambda/turn/rooms.ts';
import type { SessionStore } from '../../lambda/turn/session.ts';
import { type CallbackSink, startCallbackSink } from './callback-sink.ts';
import { type Answered, invoke, skillCall, smartChatCall, testSecret } from './http.ts';
import { type Logged, logInto } from './log.ts';

/** The handlers, the local DynamoDB, the late queue and its worker, and Kakao's side of callbacks, with a bot of the test's own. */
export interface LateGateway {
  /** A further handler on the same gateway. */
  handlerOf(make: <S>(gateway: TurnGateway<S>) => HttpHandler): HttpHandler;
  readonly sink: CallbackSink;
  readonly logged: Logged[];
  /** The store that the worker works on; what is put in front of it here fails as the test says. */
  readonly store: SessionStore;
  /** Every event that the queue gave the worker. */
  readonly events: Parameters<QueueHandler>[0][];
  /** The worker itself, to be given an event again. */
  readonly worker: QueueHandler;
  /** Resolves when the worker has nothing under way: what it has not posted or saved by then will not come. */
  idle(): Promise<void>;
  /** The aliases in the same table, which the gateway keeps where the test asks for it. */
  readonly aliases: Aliases;
  /** The drafts in the same table. */
  readonly drafts: DraftStore;
  /** The table itself, for whoever looks at it from outside. */
  readonly table: { readonly client: DynamoDBClient; readonly name: string };
  /** Every item of the table, as JSON of DynamoDB's own. */
  items(): Promise<readonly Item[]>;
  /** Round trips to DynamoDB since the last call. */
  roundTrips(): number;
  /** Calls to SQS since the last call. */
  queueCalls(): number;
  skill(
    user: string,
    utterance: string,
    call?: { callbackUrl?: unknown; id?: string; extra?: object },
  ): Promise<Answered>;
  /** A skill call with a body of the test's own. */
  skillBody(body: unknown): Promise<Answered>;
  smartChat(user: string, content: string): Promise<Answered>;
  stop(): Promise<void>;
}

/** An item of a table. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** Starts it; `workerStore` may wrap the store that the worker uses. */
export async function startLateGateway<S>(
  bot: Bot<S>,
  {
    queueTimes,
    workerStore = store => store,
    deliverers = everyDeliverer,
    keepsAliases = false,
    bus,
  }: {
    readonly queueTimes?: QueueTimes;
    readonly workerStore?: (store: SessionStore) => SessionStore;
    readonly deliverers?: readonly Deliverer[];
    readonly keepsAliases?: boolean;
    readonly bus?: EventBus;
  } = {},
): Promise<LateGateway> {
  const aws = await startLocalAws({ secret: 'unused', ...(queueTimes && { queueTimes }) });
  const sink = await startCallbackSink();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const {
    AWS_ENDPOINT_URL_DYNAMODB = '',
    AWS_ENDPOINT_URL_SQS = '',
    SESSIONS_TABLE = '',
    LATE_QUEUE_URL = '',
  } = aws.environment;
  const dynamo = new DynamoDBClient({ endpoint: AWS_ENDPOINT_URL_DYNAMODB, region: 'local', credentials });
  const sqs = new SQSClient({ endpoint: AWS_ENDPOINT_URL_SQS, region: 'local', credentials });
  let trips = 0;
  dynamo.middlewareStack.add(
    next => args => {
      trips++;
      return next(args);
    },
    { step: 'finalizeRequest', name: 'count' },
  );
  let sends = 0;
  sqs.middlewareStack.add(
    next => args => {
      sends++;
      return next(args);
    },
    { step: 'finalizeRequest', name: 'count' },
  );
  const store = new DynamoSessionStore(dynamo, SESSIONS_TABLE, { keptToHere: bot.texts.keptToHere });
  const rooms = new Rooms(new DynamoRoomStore(dynamo, SESSIONS_TABLE));
  const counters = new Counters(new DynamoCounterStore(dynamo, SESSIONS_TABLE));
  const drafts = new DynamoDraftStore(dynamo, SESSIONS_TABLE);
  const logged: Logged[] = [];
  const log = logInto(logged);
  const callbackOrigins = [sink.origin];
  const defer = lateQueue(() => sqs, LATE_QUEUE_URL);
  const aliases = new DynamoAliases(dynamo, SESSIONS_TABLE);
  const gateway: TurnGateway<S> = {
    ...{ bot, store, rooms, counters, drafts, secret: testSecret, log, defer, callbackOrigins, bus },
    aliased: keepsAliases ? (kept, turn) => withAlias(kept, aliases, turn) : undefined,
  };
  const [openBuilder, smartChat] = [openBuilderHandler(gateway), smartChatHandler(gateway)];
  const events: Parameters<QueueHandler>[0][] = [];
  const worker = lateTurnHandler({
    ...{
      bot,
      store: workerStore(store),
      rooms,
      counters,
      drafts,
      log,
      defer,
      callbackOrigins,
      deliverers,
      bus,
    },
  });
  const underWay = new Set<Promise<unknown>>();
  aws.queue.deliverTo((event, context) => {
    events.push(event);
    const work = worker(event, context);
    underWay.add(work);
    const ended = () => underWay.delete(work);
    work.then(ended, ended);
    return work;
  }, bot);
  return {
    handlerOf: make => make(gateway),
    sink,
    logged,
    store,
    aliases,
    drafts,
    table: { client: dynamo, name: SESSIONS_TABLE },
    items: async () => {
      const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: SESSIONS_TABLE }));
      return Items;
    },
    events,
    worker,
    idle: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
    roundTrips: () => {
      const since = trips;
      trips = 0;
      return since;
    },
    queueCalls: () => {
      const since = sends;
      sends = 0;
      return since;
    },
    skill: (user, utterance, { callbackUrl, id = randomUUID(), extra } = {}) => {
      const userRequest = {
        utterance,
        user: { id: user },
        ...(callbackUrl !== undefined && { callbackUrl }),
      };
      const body = { bot: { id: 'b' }, userRequest, action: { clientExtra: extra } };
      return invoke(openBuilder, skillCall(body, { 'x-request-id': id }));
    },
    skillBody: body => invoke(openBuilder, skillCall(body, { 'x-request-id': randomUUID() })),
    smartChat: (user_key, content) =>
      invoke(smartChat, smartChatCall('POST', '/message', { user_key, type: 'text', content })),
    stop: async () => {
      dynamo.destroy();
      sqs.destroy();
      await Promise.all([aws.stop(), sink.stop()]);
    },
  };
}

/** Waits until it is so. @throws when it is not in time */
export async function until(isSo: () => boolean | Promise<boolean>, withinMs = 8_000): Promise<void> {
  const startedAt = Date.now();
  while (!(await isSo())) {
    if (Date.now() - startedAt > withinMs) throw new Error(`still not so after ${withinMs} ms`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
