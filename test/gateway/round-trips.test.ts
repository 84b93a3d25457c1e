import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { lambdaContext } from '../../dev/lambda-context.ts';
import { readDeferredTurn } from '../../lambda/aws/late-queue.ts';
import { Bot, valid } from '../../lambda/bot/index.ts';
import { validationHandler } from '../../lambda/gateway/validation.ts';
import type { SessionStore } from '../../lambda/turn/session.ts';
import { invoke, skillCall } from '../kit/http.ts';
import { type LateGateway, startLateGateway, until } from '../kit/late-gateway.ts';
import { type SimulatedGateway, simulateGateway } from '../kit/simulated-gateway.ts';

const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));

/** Ends the held rules, by user. */
const release = new Map<string, () => void>();

const newBot = () =>
  new Bot({ session: () => ({ counted: 0 }) })
    .hears('세기', turn => `${++turn.session.counted}번`)
    .hears('몇 번', turn => `${turn.session.counted}번`)
    .hears(/일 (\d+)초/, {
      slow: '잠시만요',
      upToMs: 45_000,
      work: (_, [, seconds]) => pause(Number(seconds) * 1_000),
      then: turn => `${++turn.session.counted}번째 답`,
    })
    .fallback({
      slow: '잠시만요',
      work: ({ user }) =>
        new Promise<void>(resolve => release.set(user.botUserKey ?? user.plusfriendUserKey ?? '', resolve)),
      then: turn => `${++turn.session.counted}번째 답`,
    });

let gateway: LateGateway;
beforeAll(async () => {
  gateway = await startLateGateway(newBot());
});
afterAll(() => gateway?.stop());

/** The calls to DynamoDB and to SQS since this was asked last. */
const calls = () => ({ table: gateway.roundTrips(), queue: gateway.queueCalls() });

/** Lets the rule of this user end, when it is begun. */
async function ends(user: string): Promise<void> {
  await until(() => release.has(user));
  release.get(user)?.();
  release.delete(user);
}

/** Gives the worker the second record of the turn that the queue gave it last, as it comes 30 s later. */
async function secondRecord(): Promise<void> {
  const [record] = gateway.events.at(-1)?.Records ?? [];
  const turn = record && readDeferredTurn(record.body);
  if (record === undefined || turn === undefined) throw new Error('the queue gave the worker nothing');
  const body = JSON.stringify({ ...turn, isSecond: true });
  const { batchItemFailures } = await gateway.worker(
    { Records: [{ ...record, body }] },
    lambdaContext('late', 49_000),
  );
  expect(batchItemFailures).toEqual([]);
}

/** Says something in one of the ways in which its late answer can come back. */
const WAYS: Readonly<Record<string, (user: string, words: string) => Promise<{ status: number }>>> = {
  'by callback': (user, words) => gateway.skill(user, words, { callbackUrl: gateway.sink.newUrl() }),
  'to be collected': (user, words) => gateway.skill(user, words),
  'to be collected in smart-chat': (user, words) => gateway.smartChat(user, words),
};

describe.each(Object.entries(WAYS))('the calls to AWS of a turn whose late answer comes %s', (way, says) => {
  const user = (name: string) => `${name} ${way}`;

  test('are two round trips to DynamoDB where it changes something, and one where it does not', async () => {
    calls();
    await says(user('ordinary'), '세기');
    expect(calls()).toEqual({ table: 2, queue: 0 });
    await says(user('ordinary'), '몇 번');
    expect(calls()).toEqual({ table: 1, queue: 0 });
  });

  test('are two round trips and one to SQS before the waiting text, two in its worker, and one for its second record', async () => {
    calls();
    await says(user('late'), '느린 일');
    await until(() => release.has(user('late')));
    // The worker has claimed it by then.
    expect(calls()).toEqual({ table: 2 + 1, queue: 1 });
    await ends(user('late'));
    await gateway.idle();
    expect(calls()).toEqual({ table: 1, queue: 0 });
    await secondRecord();
    expect(calls()).toEqual({ table: 1, queue: 0 });
  });

  test('are the same where it waits for another, and one to SQS more of whoever answers that one', async () => {
    await says(user('in line'), '첫째');
    await until(() => release.has(user('in line')));
    calls();
    await says(user('in line'), '둘째');
    expect(calls()).toEqual({ table: 2, queue: 1 });
    await ends(user('in line'));
    // The first is saved, which the mark of the second came before: it reads the session, and saves again.
    await until(() => release.has(user('in line')));
    expect(calls()).toEqual({ table: 3 + 1, queue: 1 });
    await ends(user('in line'));
    await gateway.idle();
    expect(calls()).toEqual({ table: 1, queue: 0 });
    await secondRecord();
    expect(calls()).toEqual({ table: 1, queue: 0 });
  });
});

describe('the calls to AWS of a turn of a bot without a session', () => {
  let stateless: LateGateway;
  beforeAll(async () => {
    stateless = await startLateGateway(
      new Bot()
        .hears('길게', () => '긴 글입니다. '.repeat(1_000))
        .validates('잔', () => valid())
        .fallback(() => '답'),
    );
  });
  afterAll(() => stateless?.stop());

  test('are none, unless a part of its answer must be kept, or is asked for', async () => {
    const { skill, roundTrips, queueCalls } = stateless;
    await skill('a user', '안녕');
    await skill('a user', '안녕', { callbackUrl: stateless.sink.newUrl() });
    expect(roundTrips()).toBe(0);
    await skill('a user', '길게');
    expect(roundTrips()).toBe(2);
    await skill('a user', '더보기');
    expect(roundTrips()).toBe(2);
    await skill('another user', '결과 확인');
    expect(roundTrips()).toBe(1);
    await skill('a user', '다른 말');
    expect([roundTrips(), queueCalls()]).toEqual([0, 0]);
  });

  test('are none of a validation, whose session is undefined', async () => {
    const seen: unknown[] = [];
    const bot = new Bot().validates('잔', async (_, validation) => {
      seen.push(await validation.session());
      return valid();
    });
    const handler = stateless.handlerOf(gateway => validationHandler({ ...gateway, bot }));
    stateless.roundTrips();
    const body = { value: { origin: '두 잔' }, user: { id: 'a user', properties: {} }, bot: { id: 'b' } };
    const call = { ...skillCall(body), path: '/open-builder/validation/%EC%9E%94' };
    expect((await invoke(handler, call)).json).toMatchObject({ status: 'SUCCESS' });
    expect([seen, stateless.roundTrips()]).toEqual([[undefined], 0]);
  });
});

describe("the worker's round trips of a turn, its second record included", () => {
  let simulation: SimulatedGateway | undefined;
  afterEach(() => simulation?.stop());

  test.each([
    [23, 3],
    // A worker says once that it lives.
    [40, 4],
  ])('that works %i s are %i', async (seconds, expected) => {
    let trips = 0;
    const counted =
      <A extends readonly unknown[], R>(call: (...args: A) => R) =>
      (...args: A): R => {
        trips++;
        return call(...args);
      };
    const workerStore = (store: SessionStore): SessionStore => ({
      load: counted(store.load),
      save: counted(store.save),
      claim: counted(store.claim),
      delete: counted(store.delete),
    });
    const gateway = simulateGateway(newBot(), { workerStore });
    simulation = gateway;
    const callbackUrl = gateway.newUrl();
    await gateway.run(gateway.skill('u', `일 ${seconds}초`, { callbackUrl }));
    await gateway.run(pause(60_000));
    expect(gateway.postsTo(callbackUrl)).toHaveLength(1);
    expect(trips).toBe(expected);
  });
});
