import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { lambdaContext } from '../../dev/lambda-context.ts';
import { CLIENT_CONFIG } from '../../lambda/aws/clients.ts';
import { DynamoSessionStore } from '../../lambda/aws/dynamo-session-store.ts';
import { gatewaySecret } from '../../lambda/aws/gateway-secret.ts';
import { lateQueue } from '../../lambda/aws/late-queue.ts';
import { log } from '../../lambda/aws/log.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import type { TurnGateway } from '../../lambda/gateway/deployment.ts';
import { lateTurnHandler } from '../../lambda/gateway/late-turn.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { deliverers } from '../../lambda/gateway/protocols.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { MemorySessionStore, type SessionStore } from '../../lambda/turn/session.ts';
import { ANSWER_WITHIN_MS } from '../../lambda/turn/time-budget.ts';
import { startCallbackSink } from '../kit/callback-sink.ts';
import { invoke, skillCall, smartChatCall, testSecret } from '../kit/http.ts';
import { messageProblems, skillProblems } from '../kit/kakao-accepts.ts';
import { eventOf } from '../kit/late-bench.ts';

const bot = new Bot({ session: () => ({ cups: 0 }) })
  .hears('느린 일', () => '늦은 답', { slow: '생각하고 있어요…' })
  .fallback(turn => `${++turn.session.cups}잔`);

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const servers: Server[] = [];

afterEach(() => {
  jest.restoreAllMocks();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A part of the cloud that is ill; how, says its answer. */
async function ill(how: 'hangs' | 'slow' | 'throttled' | 'broken' | 'down'): Promise<string> {
  if (how === 'down') return 'http://127.0.0.1:1';
  const server = createServer((request, response) => {
    request.resume();
    if (how === 'hangs') return;
    const type = how === 'throttled' ? 'ProvisionedThroughputExceededException' : 'InternalServerError';
    const answer = () => {
      response.writeHead(how === 'throttled' ? 400 : 500, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'ill' }));
    };
    if (how === 'slow') setTimeout(answer, 800).unref();
    else answer();
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Says something to both protocols, and gives what came back, how long it took and what was logged. */
async function say(words: string, tools: Partial<TurnGateway<{ cups: number }>>) {
  const lines: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation(chunk => {
    lines.push(String(chunk));
    return true;
  });
  const whole = { bot, store: new MemorySessionStore(), secret: testSecret, log, ...tools };
  const body = { userRequest: { utterance: words, user: { id: 'a-user-key' } } };
  const message = { user_key: 'a-user-key', type: 'text', content: words };
  const startedAt = Date.now();
  const answers = await Promise.all([
    invoke(openBuilderHandler(whole), skillCall(body)),
    invoke(smartChatHandler(whole), smartChatCall('POST', '/message', message)),
  ]);
  jest.restoreAllMocks();
  return { answers, ms: Date.now() - startedAt, logged: lines.map(line => JSON.parse(line)) };
}

function expectApologies({ answers, ms, logged }: Awaited<ReturnType<typeof say>>): void {
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect([skillProblems(answers[0]?.json), messageProblems(answers[1]?.json)]).toEqual([[], []]);
  for (const { json } of answers) expect(JSON.stringify(json)).toContain(bot.texts.apology);
  expect(ms).toBeLessThan(ANSWER_WITHIN_MS + 150);
  expect(logged).toHaveLength(2);
  expect(JSON.stringify(logged)).not.toContain('a-user-key');
}

describe('when the cloud is ill, the user gets an apology in time and the operator one line', () => {
  test.each(['hangs', 'slow', 'throttled', 'broken', 'down'] as const)(
    'the sessions table: %s',
    async how => {
      const client = new DynamoDBClient({
        ...CLIENT_CONFIG,
        endpoint: await ill(how),
        region: 'local',
        credentials,
      });
      const said = await say('한 잔', { store: new DynamoSessionStore(client, 'sessions') });
      expectApologies(said);
      for (const line of said.logged) {
        expect(line).toMatchObject({ level: 'error', what: 'turn failed', part: 'sessions table' });
      }
    },
  );

  test('the sessions table, when it stops answering between loading and saving', async () => {
    const store = new MemorySessionStore();
    const stuck: SessionStore = {
      load: user => store.load(user),
      save: () => new Promise(() => {}),
      claim: (...args) => store.claim(...args),
      delete: user => store.delete(user),
    };
    const said = await say('한 잔', { store: stuck });
    expectApologies(said);
    for (const { error } of said.logged) expect(error.message).toContain('saving the session');
  });

  test.each(['hangs', 'broken', 'down'] as const)('the late queue: %s', async how => {
    const store = new MemorySessionStore();
    const endpoint = await ill(how);
    const sqs = new SQSClient({ ...CLIENT_CONFIG, endpoint, region: 'local', credentials });
    const defer = lateQueue(() => sqs, `${endpoint}/000000000000/late-turns`);
    const said = await say('느린 일', { store, defer });
    expectApologies(said);
    for (const line of said.logged)
      expect(line).toMatchObject({ what: 'turn failed', part: 'late queue', rule: 'hears 느린 일' });
    for (const key of ['live/bot/unknown/a-user-key', 'live/channel/a-user-key']) {
      const { state, memory, leases } = await store.load(key as never);
      expect({ state, memory, leases }).toEqual({
        state: undefined,
        memory: { turns: [] },
        leases: {},
      });
    }
  });

  test.each(['hangs', 'broken', 'down'] as const)('the secret store, on a cold start: %s', async how => {
    const client = new SecretsManagerClient({
      ...CLIENT_CONFIG,
      endpoint: await ill(how),
      region: 'local',
      credentials,
    });
    const store = new MemorySessionStore();
    const said = await say('한 잔', { store, secret: gatewaySecret(client, 'gateway-secret') });
    expectApologies(said);
    for (const line of said.logged)
      expect(line).toMatchObject({ what: 'request failed', part: 'gateway secret' });
    expect(store.size).toBe(0);
  });
});

describe('when the sessions table is ill for the worker', () => {
  const broken: SessionStore = {
    load: () => Promise.reject(new Error('ill')),
    save: () => Promise.reject(new Error('ill')),
    claim: () => Promise.reject(new Error('ill')),
    delete: () => Promise.reject(new Error('ill')),
  };

  async function take(
    ageMs: number,
    receives: number,
  ): Promise<{ failures: number; posted: unknown[]; what: string[] }> {
    const sink = await startCallbackSink();
    const url = sink.newUrl();
    const what: string[] = [];
    const worker = lateTurnHandler({
      bot,
      store: broken,
      log: entry => what.push(entry.what),
      callbackOrigins: [sink.origin],
      deliverers,
    });
    const receivedAt = Date.now() - ageMs;
    const request = {
      id: 't',
      mayRepeat: true,
      user: {},
      incoming: { kind: 'utterance', text: '느린 일', extra: {} },
      params: {},
    };
    const turn = {
      key: 'k',
      request,
      delivery: { protocol: 'open-builder', address: url },
      receivedAt,
      deferredAt: receivedAt,
      worthMs: 1_000,
    };
    const { batchItemFailures } = await worker(
      eventOf(JSON.stringify(turn), receives),
      lambdaContext('late-turn', 28_000),
    );
    const posted = sink.postsTo(url).map(({ json }) => json);
    await sink.stop();
    return { failures: batchItemFailures.length, posted, what };
  }

  test.each([2_000, 31_000])('the turn is left to another once, %i ms after its request', async ageMs => {
    expect(await take(ageMs, 1)).toEqual({
      failures: 1,
      posted: [],
      what: ['late turn failed, to be retried'],
    });
  });

  test.each([31_000, 52_000])(
    'the user gets an apology rather than nothing from the last, after %i ms',
    async ageMs => {
      const { failures, posted, what } = await take(ageMs, 2);
      expect({ failures, what: what[0] }).toEqual({ failures: 0, what: 'late turn lost' });
      expect(JSON.stringify(posted)).toContain(bot.texts.apology);
      expect(skillProblems(posted[0])).toEqual([]);
    },
  );
});
