import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { lambdaContext } from '../../dev/lambda-context.ts';
import { startLocalAws } from '../../dev/local-aws.ts';
import { DynamoAliases } from '../../lambda/aws/dynamo-aliases.ts';
import { DynamoCounterStore } from '../../lambda/aws/dynamo-counter-store.ts';
import { DynamoDraftStore } from '../../lambda/aws/dynamo-draft-store.ts';
import { DynamoRoomStore } from '../../lambda/aws/dynamo-room-store.ts';
import { DynamoSessionStore } from '../../lambda/aws/dynamo-session-store.ts';
import type { BusEntry } from '../../lambda/aws/event-bus.ts';
import { lateQueue } from '../../lambda/aws/late-queue.ts';
import type { TurnGateway } from '../../lambda/gateway/deployment.ts';
import { lateTurnHandler } from '../../lambda/gateway/late-turn.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { deliverers } from '../../lambda/gateway/protocols.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { tellingBus } from '../../lambda/gateway/tell-bus.ts';
import { webhooksHandler } from '../../lambda/gateway/webhooks.ts';
import { withAlias } from '../../lambda/turn/aliases.ts';
import { Counters } from '../../lambda/turn/counters.ts';
import type { DeferTurn } from '../../lambda/turn/deferred-turn.ts';
import type { DraftStore } from '../../lambda/turn/drafts.ts';
import { Rooms } from '../../lambda/turn/rooms.ts';
import type { SessionStore } from '../../lambda/turn/session.ts';
import { type CallbackSink, startCallbackSink } from '../kit/callback-sink.ts';
import {
  type Answered,
  invoke,
  skillCall,
  smartChatCall,
  testAdminKey,
  testSecret,
  unlinkWebhook,
} from '../kit/http.ts';
import { type Logged, logInto } from '../kit/log.ts';
import { bot, type Cups } from './bot.ts';

/** All that a release has written: the table's items as DynamoDB holds them, the queue's messages as they are sent. */
export interface Stored {
  readonly items: readonly Readonly<Record<string, AttributeValue>>[];
  readonly messages: readonly string[];
}

/** The real handlers over the local AWS, whose table and queue can be emptied and filled. */
export interface ReleaseGateway {
  readonly sink: CallbackSink;
  readonly logged: Logged[];
  /** The events that the bus was given. */
  readonly told: BusEntry[];
  /** A skill call; a body of its own may be given in the place of the plain one. */
  skill(user: string, utterance: string, about?: SkillCallAbout): Promise<Answered>;
  smartChat(user: string, content: string, type?: string): Promise<Answered>;
  /** Blocks the channel in smart-chat. */
  leave(user: string): Promise<Answered>;
  /** Kakao Developers tells that a user left the app. */
  unlink(appUserId: string): Promise<Answered>;
  /** Takes what lies in the table and the queue out of both. */
  takeStored(): Promise<Stored>;
  /** Puts it there as it stands. */
  putStored(stored: Stored): Promise<void>;
  /** Gives every message of the queue to the worker; @returns how many it left to be delivered again */
  work(receives?: number): Promise<number>;
  /** Gives a message to a worker that claims the turn, and dies. */
  workAndDie(): Promise<void>;
  /** Gives it to one that keeps a draft of the turn's answer, saves the session so often, and dies before it saves the next time. */
  growAndDie(saves?: number): Promise<void>;
  stop(): Promise<void>;
}

export interface SkillCallAbout {
  /** Kakao's own id of the request. */
  readonly id?: string;
  readonly callbackUrl?: string;
  readonly room?: 'private' | 'group';
  /** The app's id of the user. */
  readonly appUserId?: string;
  /** Members of the body beside the plain ones, `userRequest`'s among its own. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly userRequest?: Readonly<Record<string, unknown>>;
}

/** Starts it, empty. */
export async function startReleaseGateway(): Promise<ReleaseGateway> {
  const aws = await startLocalAws({ secret: 'unused' });
  const sink = await startCallbackSink();
  const { SESSIONS_TABLE = '', LATE_QUEUE_URL = '', ...endpoints } = aws.environment;
  const shared = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const dynamo = new DynamoDBClient({ ...shared, endpoint: endpoints.AWS_ENDPOINT_URL_DYNAMODB ?? '' });
  const sqs = new SQSClient({ ...shared, endpoint: endpoints.AWS_ENDPOINT_URL_SQS ?? '' });
  const store = new DynamoSessionStore(dynamo, SESSIONS_TABLE);
  const logged: Logged[] = [];
  const log = logInto(logged);
  const callbackOrigins = [sink.origin];
  const queue = lateQueue(() => sqs, LATE_QUEUE_URL);
  // What is stored is all that was sent, the records that would come later, too.
  const defer: DeferTurn = records => queue(records.map(record => ({ ...record, delaySeconds: 0 })));
  const rooms = new Rooms(new DynamoRoomStore(dynamo, SESSIONS_TABLE));
  const counters = new Counters(new DynamoCounterStore(dynamo, SESSIONS_TABLE));
  const { drafts, saved: draftsSaved } = wholeDrafts(new DynamoDraftStore(dynamo, SESSIONS_TABLE));
  const aliases = new DynamoAliases(dynamo, SESSIONS_TABLE);
  const told: BusEntry[] = [];
  const bus = tellingBus({
    ...{ log, bot: 'cafe', ids: 'hashed', utterances: false },
    put: async entries => {
      told.push(...entries);
      return { count: 0 };
    },
  });
  const gateway: TurnGateway<Cups> = {
    ...{ bot, store, rooms, counters, drafts, secret: testSecret, log, bus, defer, callbackOrigins },
    aliased: (kept, turn) => withAlias(kept, aliases, turn),
  };
  const [openBuilder, smartChat] = [openBuilderHandler(gateway), smartChatHandler(gateway)];
  const webhooks = webhooksHandler({ ...gateway, aliases, adminKey: testAdminKey });
  const worker = lateTurnHandler({ ...gateway, callbackOrigins, deliverers });
  const queued: SQSRecord[] = [];
  const workUntilDead = (death: Partial<SessionStore>): void => {
    const dying: SessionStore = {
      load: user => store.load(user),
      save: (...args) => store.save(...args),
      delete: user => store.delete(user),
      claim: (...args) => store.claim(...args),
      ...death,
    };
    const mortal = lateTurnHandler({ ...gateway, store: dying, callbackOrigins, deliverers });
    void mortal({ Records: [...queued] }, lambdaContext('late-turn', 28_000));
  };
  aws.queue.deliverTo(async ({ Records }) => {
    queued.push(...Records);
    return { batchItemFailures: [] };
  });
  return {
    sink,
    logged,
    told,
    skill: (user, utterance, about = {}) => {
      const { id, callbackUrl, room = 'private', appUserId, body = {}, userRequest = {} } = about;
      const key = { botUserKey: `bot-user-${user}`, ...(appUserId && { appUserId }) };
      const properties = room === 'group' ? key : { ...key, plusfriendUserKey: user, isFriend: true };
      const whole = {
        bot: { id: 'b0c1d2e3f4a5b6c7d8e9f0a1', name: '달빛카페' },
        ...body,
        userRequest: {
          utterance,
          user: { id: key.botUserKey, type: 'botUserKey', properties },
          ...(callbackUrl && { callbackUrl }),
          ...(room === 'group' && { chat: { id: 'group-key', type: 'botGroupKey' } }),
          ...userRequest,
        },
      };
      return invoke(openBuilder, skillCall(whole, { ...(id && { 'x-request-id': id }) }));
    },
    smartChat: (user_key, content, type = 'text') =>
      invoke(smartChat, smartChatCall('POST', '/message', { user_key, type, content })),
    leave: user => invoke(smartChat, smartChatCall('DELETE', `/friend/${user}`)),
    unlink: appUserId =>
      invoke(webhooks, unlinkWebhook({ app_id: '1', user_id: appUserId, referrer_type: 'UNLINK_FROM_APPS' })),
    takeStored: async () => {
      await draftsSaved();
      const { Items: items = [] } = await dynamo.send(new ScanCommand({ TableName: SESSIONS_TABLE }));
      for (const { userKey } of items) {
        if (userKey)
          await dynamo.send(new DeleteItemCommand({ TableName: SESSIONS_TABLE, Key: { userKey } }));
      }
      return { items, messages: queued.splice(0).map(({ body }) => body) };
    },
    putStored: async ({ items, messages }) => {
      for (const Item of items) await dynamo.send(new PutItemCommand({ TableName: SESSIONS_TABLE, Item }));
      for (const MessageBody of messages)
        await sqs.send(new SendMessageCommand({ QueueUrl: LATE_QUEUE_URL, MessageBody }));
    },
    work: async (receives = 1) => {
      const records = queued.map(({ attributes, ...record }) => ({
        ...record,
        attributes: { ...attributes, ApproximateReceiveCount: String(receives) },
      }));
      const { batchItemFailures } = await worker({ Records: records }, lambdaContext('late-turn', 28_000));
      return batchItemFailures.length;
    },
    workAndDie: () =>
      new Promise((resolve, reject) => {
        workUntilDead({
          claim: (...args) => {
            store.claim(...args).then(() => resolve(), reject);
            return new Promise(() => {});
          },
        });
      }),
    growAndDie: (saves = 0) =>
      new Promise(resolve => {
        let saved = 0;
        workUntilDead({
          save: (...args) => {
            if (saved++ < saves) return store.save(...args);
            resolve();
            return new Promise(() => {});
          },
        });
      }),
    stop: async () => {
      dynamo.destroy();
      sqs.destroy();
      await Promise.all([aws.stop(), sink.stop()]);
    },
  };
}

/** Drafts whose saves all come through, also those that are given up, and the end of all that are under way. */
function wholeDrafts(store: DraftStore): {
  readonly drafts: DraftStore;
  readonly saved: () => Promise<void>;
} {
  let saving: Promise<unknown> = Promise.resolve();
  const save: DraftStore['save'] = (user, draft) => {
    const save = store.save(user, draft);
    saving = Promise.allSettled([saving, save]);
    return save;
  };
  return {
    drafts: { save, load: user => store.load(user), delete: user => store.delete(user) },
    saved: async () => void (await saving),
  };
}

/** Every word of an answer. */
export function wordsOf({ json }: Pick<Answered, 'json'>): string {
  return JSON.stringify(json);
}
