import { randomUUID } from 'node:crypto';
import type { SQSEvent } from 'aws-lambda';
import { lambdaContext } from '../../dev/lambda-context.ts';
import type { Bot } from '../../lambda/bot/bot.ts';
import { lateTurnHandler, type QueueHandler } from '../../lambda/gateway/late-turn.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { deliverers } from '../../lambda/gateway/protocols.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import type { Deliverer } from '../../lambda/turn/protocol.ts';
import { MemorySessionStore, type SessionStore } from '../../lambda/turn/session.ts';
import { type CallbackSink, startCallbackSink } from './callback-sink.ts';
import { deferInto } from './deferred.ts';
import { type Answered, invoke, skillCall, testSecret } from './http.ts';
import { type Logged, logInto } from './log.ts';

/** The skill and its workers around one store in memory, with a late queue that delivers when the test says so. */
export interface LateBench {
  readonly sink: CallbackSink;
  readonly store: SessionStore;
  readonly logged: Logged[];
  skill(user: string, utterance: string, callbackUrl?: string): Promise<Answered>;
  /** Says what the bot defers, and gives what lies in the queue then. */
  defers(user: string, utterance: string, callbackUrl?: string): Promise<DeferredTurn>;
  /** Another process of the worker. */
  newWorker(deliverers?: readonly Deliverer[]): QueueHandler;
  stop(): Promise<void>;
}

/** Sets it up around a bot of the test's own. */
export async function startLateBench<S>(bot: Bot<S>): Promise<LateBench> {
  const sink = await startCallbackSink();
  const store = new MemorySessionStore();
  const logged: Logged[] = [];
  const log = logInto(logged);
  const queue: DeferredTurn[] = [];
  const callbackOrigins = [sink.origin];
  const defer = deferInto(queue);
  const openBuilder = openBuilderHandler({
    bot,
    store,
    secret: testSecret,
    log,
    defer,
    callbackOrigins,
  });
  const skill: LateBench['skill'] = (user, utterance, callbackUrl) => {
    const userRequest = { utterance, user: { id: user }, ...(callbackUrl !== undefined && { callbackUrl }) };
    return invoke(
      openBuilder,
      skillCall({ bot: { id: 'b' }, userRequest }, { 'x-request-id': randomUUID() }),
    );
  };
  return {
    sink,
    store,
    logged,
    skill,
    defers: async (...said) => {
      await skill(...said);
      const turn = queue.pop();
      if (turn === undefined) throw new Error(`nothing of "${said[1]}" was deferred`);
      return turn;
    },
    newWorker: (own = deliverers) => lateTurnHandler({ bot, store, log, callbackOrigins, deliverers: own }),
    stop: () => sink.stop(),
  };
}

/** How a queue delivers a turn. */
export interface DeliveryOptions {
  /** How often it was received, this time included. */
  readonly receives?: number;
  /** How long ago the user spoke; a callback that overtakes the first answer would have to wait. */
  readonly ageMs?: number;
  /** The time that the worker has left. */
  readonly leftMs?: number;
}

/** Gives a turn to a worker as SQS does. @returns whether it is done with, or the queue will deliver it again */
export async function deliver(
  worker: QueueHandler,
  turn: DeferredTurn,
  { receives = 1, ageMs = 1_000, leftMs = 28_000 }: DeliveryOptions = {},
): Promise<'done' | 'comes again'> {
  const aged = { ...turn, receivedAt: turn.receivedAt - ageMs, deferredAt: turn.deferredAt - ageMs };
  const { batchItemFailures } = await worker(
    eventOf(JSON.stringify(aged), receives),
    lambdaContext('late-turn', leftMs),
  );
  return batchItemFailures.length === 0 ? 'done' : 'comes again';
}

/** The event in which SQS gives Lambda one record. */
export function eventOf(body: string, receives = 1): SQSEvent {
  const attributes = {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: '0',
    SenderId: '',
    ApproximateFirstReceiveTimestamp: '0',
  };
  const record = {
    messageId: 'm',
    receiptHandle: '',
    body,
    attributes,
    messageAttributes: {},
    md5OfBody: '',
    eventSource: '',
    eventSourceARN: '',
    awsRegion: '',
  };
  return { Records: [record] };
}
