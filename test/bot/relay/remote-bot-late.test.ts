import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { errorFacts } from '../../../lambda/aws/error-facts.ts';
import { type Deadline, remoteBot } from '../../../lambda/bot/index.ts';
import { postToServer, WAITED_FOR_MS } from '../../../lambda/bot/relay/remote-call.ts';
import { signerOf } from '../../../lambda/bot/relay/remote-secret.ts';
import { openBuilderHandler } from '../../../lambda/gateway/open-builder.ts';
import { MemorySessionStore } from '../../../lambda/turn/session.ts';
import { KAKAO_WAITS_MS } from '../../../lambda/turn/time-budget.ts';
import { invoke, skillCall, testSecret } from '../../kit/http.ts';
import { type LateGateway, startLateGateway, until } from '../../kit/late-gateway.ts';
import { type RawServer, startRawServer } from '../../kit/raw-server.ts';

const SECRET = 'the secret of the bot server';

/** A turn as the bot server got it. */
interface AskedTurn {
  readonly id: string;
  readonly text: string;
  readonly attempt: number;
  readonly answerWithinMs: number;
  readonly session: { readonly cart?: readonly string[] };
}

const turnsOf = ({ asked }: RawServer): AskedTurn[] => asked.map(({ body }) => JSON.parse(body).turn);

const answerWith = (answer: ServerResponse, json: unknown): void =>
  void answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json));

const skillBody = (user: string, utterance: string, callbackUrl?: string) => ({
  bot: { id: 'b' },
  userRequest: { utterance, user: { id: user }, ...(callbackUrl && { callbackUrl }) },
});

describe('a turn that its bot server answers late', () => {
  let server: RawServer;
  let gateway: LateGateway;
  /** How often a user's turn hangs before it is answered. */
  let hangs = 0;
  beforeAll(async () => {
    server = await startRawServer(({ body }, answer) => {
      const { text, session } = JSON.parse(body).turn as AskedTurn;
      if (hangs-- > 0) return;
      const cart = [...(session.cart ?? []), text];
      answerWith(answer, { outputs: [`모두 ${cart.length}잔`], session: { cart } });
    });
    gateway = await startLateGateway(remoteBot({ url: server.url, secret: SECRET }));
  });
  afterAll(async () => {
    await gateway?.stop();
    await server?.stop();
  });

  test('is asked once more by a worker, under the same id, with more time; its state is kept', async () => {
    const callbackUrl = gateway.sink.newUrl();
    hangs = 1;
    const call = skillCall(skillBody('late', '라떼', callbackUrl), { 'x-request-id': 'late-turn' });
    const { json } = await invoke(gateway.handlerOf(openBuilderHandler), {
      ...call,
      receivedAt: Date.now() - 2_500,
    });
    expect(json.useCallback).toBe(true);
    await until(() => gateway.sink.postsTo(callbackUrl).length > 0);
    expect(JSON.stringify(gateway.sink.postsTo(callbackUrl)[0]?.json)).toContain('모두 1잔');
    const [first, second] = turnsOf(server);
    expect(first).toMatchObject({ id: 'late-turn', text: '라떼' });
    expect(second).toMatchObject({ id: 'late-turn', text: '라떼' });
    expect(first?.answerWithinMs).toBeLessThan(KAKAO_WAITS_MS);
    expect(second?.answerWithinMs).toBeGreaterThan(KAKAO_WAITS_MS);
    await gateway.idle();
    const { json: next } = await gateway.skill('late', '유자차');
    expect(JSON.stringify(next)).toContain('모두 2잔');
  });
});

describe('a bot server that is always slow', () => {
  let server: RawServer;
  let gateway: LateGateway;
  beforeAll(async () => {
    server = await startRawServer(({ body }, answer) => {
      const { text, session } = JSON.parse(body).turn as AskedTurn;
      const cart = [...(session.cart ?? []), text];
      answerWith(answer, { outputs: [`모두 ${cart.length}잔`], session: { cart } });
    });
    gateway = await startLateGateway(
      remoteBot({ url: server.url, secret: SECRET, slow: '잠시만요…' }).hears('빨리', () => '네'),
    );
  });
  afterAll(async () => {
    await gateway?.stop();
    await server?.stop();
  });

  test('is asked by a worker alone, while the user reads the text; quick rules answer in between', async () => {
    const callbackUrl = gateway.sink.newUrl();
    const { json } = await gateway.skill('slow', '라떼', { callbackUrl });
    expect(json).toMatchObject({ useCallback: true, data: { text: '잠시만요…' } });
    expect(JSON.stringify((await gateway.skill('slow', '빨리')).json)).toContain('네');
    await until(() => gateway.sink.postsTo(callbackUrl).length > 0);
    expect(JSON.stringify(gateway.sink.postsTo(callbackUrl)[0]?.json)).toContain('모두 1잔');
    await gateway.idle();
    const again = gateway.sink.newUrl();
    await gateway.skill('slow', '유자차', { callbackUrl: again });
    await until(() => gateway.sink.postsTo(again).length > 0);
    expect(turnsOf(server)).toMatchObject([{ session: {} }, { session: { cart: ['라떼'] } }]);
    for (const { answerWithinMs } of turnsOf(server)) expect(answerWithinMs).toBeGreaterThan(KAKAO_WAITS_MS);
  });
});

test('turns of one user that meet are asked again under their ids, on the state that the other left: none is lost', async () => {
  const waiting: (() => void)[] = [];
  let isMet = false;
  const server = await startRawServer(({ body }, answer) => {
    const { text, session } = JSON.parse(body).turn as AskedTurn;
    const cart = [...(session.cart ?? [])].concat(text).reverse();
    waiting.push(() => answerWith(answer, { outputs: ['담았어요'], session: { cart } }));
    // The first two are answered together.
    isMet ||= waiting.length === 2;
    if (isMet) for (const go of waiting.splice(0)) go();
  });
  const store = new MemorySessionStore();
  const bot = remoteBot({ url: server.url, secret: SECRET });
  const handler = openBuilderHandler({ bot, store, secret: testSecret, log: () => {} });
  const says = (id: string, words: string) =>
    invoke(handler, skillCall(skillBody('two', words), { 'x-request-id': id }));
  await Promise.all([says('turn-1', '라떼'), says('turn-2', '유자차')]);
  const turns = turnsOf(server);
  await server.stop();
  expect(turns).toHaveLength(3);
  const again = turns[2];
  expect(again?.session.cart).toHaveLength(1);
  expect(turns.slice(0, 2)).toContainEqual(
    expect.objectContaining({ id: again?.id, text: again?.text, session: {} }),
  );
  expect((await store.load('live/bot/b/two' as never)).state).toContain(`"cart":["${again?.text}",`);
});

test('a bot server that a worker waits for in vain is given up before the deadline, so that the operator reads which', async () => {
  const server = await startRawServer(() => {});
  let asked = 0;
  const deadline: Deadline = {
    // A minute at first, and then as good as none.
    remainingMs: () => (asked++ === 0 ? 60_000 : 300),
    signal: new AbortController().signal,
    race: async (_, work) => work,
  };
  const turn = { id: randomUUID() } as never;
  const startedAt = Date.now();
  const error = await postToServer(
    { url: new URL(server.url), signer: signerOf(SECRET) },
    { turn },
    deadline,
  ).catch(thrown => thrown);
  await server.stop();
  expect(Date.now() - startedAt).toBeLessThan(1_000);
  expect(errorFacts(error).message).toBe(
    `the bot server at ${server.url} did not answer in time: see what its turns wait for, or give remoteBot slow`,
  );
});

test('nobody who answers Kakao has longer than it takes for a worker', () => {
  expect(WAITED_FOR_MS).toBe(KAKAO_WAITS_MS);
});
