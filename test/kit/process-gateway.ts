import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { startLocalAws } from '../../dev/local-aws.ts';
import { CLIENT_CONFIG } from '../../lambda/aws/clients.ts';
import { DynamoSessionStore } from '../../lambda/aws/dynamo-session-store.ts';
import { CALLBACK_ORIGINS } from '../../lambda/aws/environment.ts';
import { lateQueue } from '../../lambda/aws/late-queue.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { type CallbackSink, startCallbackSink } from './callback-sink.ts';
import { type Answered, invoke, skillCall, smartChatCall, testSecret } from './http.ts';
import { type Logged, logInto } from './log.ts';
import { type Passage, startProxy } from './proxy.ts';
import { type WorkerProcesses, workerProcesses } from './worker-processes.ts';
import { bot, MODEL_URL } from './worker-scenario.ts';

/** A call of a worker's, on its way to whom it calls, or the good answer to it on the way back. */
export interface WorkersCall {
  readonly to: 'table, to read' | 'table, to write' | 'model' | 'Kakao';
  readonly way: Passage['way'];
  /** Whether the model has answered by then: the rule is done, or about to be. */
  readonly isModelDone: boolean;
}

/** The handlers of both protocols in this process, and the worker in processes of its own, which are killed at a call. */
export interface ProcessGateway {
  readonly workers: WorkerProcesses;
  /** The lines that the handlers of the protocols logged. */
  readonly logged: Logged[];
  /** How often a worker has asked the model. */
  modelCalls(): number;
  /** A callback URL, and what has come to it by now. */
  newCallback(): { readonly url: string; readonly posts: () => ReturnType<CallbackSink['postsTo']> };
  /** How many posts of workers' have come to Kakao at all. */
  posts(): number;
  /** The state that the table has of this user. */
  stateOf(key: string): Promise<unknown>;
  skill(user: string, utterance: string, callbackUrl?: string): Promise<Answered>;
  smartChat(user: string, content: string): Promise<Answered>;
  stop(): Promise<void>;
}

/** A death: at which call a worker is killed, how many of them one after the other, and what happens before each. */
export interface Death {
  readonly at: (call: WorkersCall) => boolean;
  readonly times: number;
  /** The call, and every one that the worker still makes, stays where it is until this is done and the worker is dead. */
  readonly before: () => Promise<void>;
}

/** How long the model takes. */
const MODEL_MS = 300;

/** Starts it, with one warm worker of this bundle. */
export async function startProcessGateway(bundle: string, death: Death): Promise<ProcessGateway> {
  const aws = await startLocalAws({ secret: 'unused' });
  const sink = await startCallbackSink();
  let isDying = false;
  let isModelDone = false;
  let modelCalls = 0;
  const isHeld = async (to: WorkersCall['to'], way: Passage['way'], status = 200): Promise<boolean> => {
    if (isDying) return true;
    if (status !== 200 || workers.kills() >= death.times) return false;
    if (!death.at({ to, way, isModelDone })) return false;
    isDying = true;
    try {
      await death.before();
      await workers.kill();
    } catch (error) {
      workers.failures.push(String(error));
    }
    isModelDone = false;
    isDying = false;
    return true;
  };
  const dynamoEndpoint = aws.environment.AWS_ENDPOINT_URL_DYNAMODB ?? '';
  const table = await startProxy(dynamoEndpoint, ({ way, headers, status }) => {
    const isRead = /\.(?:Batch)?Get/.test(String(headers['x-amz-target']));
    return isHeld(isRead ? 'table, to read' : 'table, to write', way, status);
  });
  const kakao = await startProxy(sink.origin, ({ way, status }) => isHeld('Kakao', way, status));
  const model = createServer(async (request, answer) => {
    request.resume();
    modelCalls++;
    if (await isHeld('model', 'there')) return;
    await new Promise(resolve => setTimeout(resolve, MODEL_MS));
    isModelDone = true;
    answer.end('answered');
  });
  await new Promise<void>(resolve => model.listen(0, '127.0.0.1', resolve));
  const workers = workerProcesses(bundle, {
    ...aws.environment,
    AWS_ENDPOINT_URL_DYNAMODB: table.origin,
    [CALLBACK_ORIGINS]: kakao.origin,
    [MODEL_URL]: `http://127.0.0.1:${(model.address() as AddressInfo).port}`,
  });
  aws.queue.deliverTo(workers.handler);

  const { SESSIONS_TABLE = '', LATE_QUEUE_URL = '', AWS_ENDPOINT_URL_SQS = '' } = aws.environment;
  const shared = {
    ...CLIENT_CONFIG,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const dynamo = new DynamoDBClient({ ...shared, endpoint: dynamoEndpoint });
  const sqs = new SQSClient({ ...shared, endpoint: AWS_ENDPOINT_URL_SQS });
  const store = new DynamoSessionStore(dynamo, SESSIONS_TABLE);
  const logged: Logged[] = [];
  const handled = {
    bot,
    store,
    secret: testSecret,
    log: logInto(logged),
    defer: lateQueue(() => sqs, LATE_QUEUE_URL),
    callbackOrigins: [kakao.origin],
  };
  const [openBuilder, smartChat] = [openBuilderHandler(handled), smartChatHandler(handled)];
  await workers.warm();
  return {
    workers,
    logged,
    modelCalls: () => modelCalls,
    newCallback: () => {
      const url = sink.newUrl();
      const { pathname } = new URL(url);
      return { url: `${kakao.origin}${pathname}`, posts: () => sink.postsTo(url) };
    },
    posts: () => sink.requests(),
    stateOf: async key => JSON.parse((await store.load(key as never)).state ?? 'null'),
    skill: (user, utterance, callbackUrl) => {
      const userRequest = { utterance, user: { id: user }, ...(callbackUrl && { callbackUrl }) };
      const ids = { 'x-request-id': randomUUID() };
      return invoke(openBuilder, skillCall({ bot: { id: 'b' }, userRequest }, ids));
    },
    smartChat: (user_key, content) =>
      invoke(smartChat, smartChatCall('POST', '/message', { user_key, type: 'text', content })),
    stop: async () => {
      // Or it would have the next worker started.
      aws.queue.stop();
      await workers.stop();
      dynamo.destroy();
      sqs.destroy();
      model.closeAllConnections();
      model.close();
      await Promise.all([aws.stop(), sink.stop(), table.stop(), kakao.stop()]);
    },
  };
}
