import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { warmUp } from '../../lambda/handlers/warm-up.ts';
import { AWS_REQUEST_TIMEOUT_MS, WARM_UP_MS } from '../../lambda/turn/time-budget.ts';
import { bundleHandler } from '../../lib/bundling.ts';
import type { FunctionName } from '../../lib/gateway-function.ts';
import { ROOT } from '../../lib/own-module.ts';
import { type CountingAws, startCountingAws } from '../kit/counting-aws.ts';
import { type Call, httpEvent, skillCall, smartChatCall } from '../kit/http.ts';
import { until } from '../kit/late-gateway.ts';
import { type Place, type StartedFunction, startFunction } from '../kit/started-function.ts';

const CAFE = join(ROOT, 'lambda/scenarios/cafe.ts');
const ONE_RULE = join(ROOT, 'test/kit/one-rule-scenario.ts');
const SECRET_READ = ['GetSecretValue AWSCURRENT', 'GetSecretValue AWSPREVIOUS'];
/** No user's: theirs begin with the kind of a channel. */
const NOBODYS_READ = 'GetItem nobody';

const userRequest = { utterance: '메뉴', user: { id: 'u', properties: { plusfriendUserKey: 'somebody' } } };
const TURNS: Readonly<Record<'open-builder' | 'smart-chat', Call>> = {
  'open-builder': skillCall({ bot: { id: 'b' }, userRequest, action: {} }),
  'smart-chat': smartChatCall('POST', '/message', { user_key: 'somebody', type: 'text', content: '메뉴' }),
};
const SESSION_READ = 'GetItem live/channel/somebody';
/** The functions that take turns, each with one and the calls of that: smart-chat remembers the buttons that it showed. */
const FRONT = [
  ['open-builder', TURNS['open-builder'], [SESSION_READ]],
  ['smart-chat', TURNS['smart-chat'], [SESSION_READ, 'PutItem live/channel/somebody']],
] as const;

const folder = mkdtempSync(join(tmpdir(), 'warm-up-'));
let aws: CountingAws;
let started: StartedFunction | undefined;

beforeAll(() => {
  for (const name of ['open-builder', 'smart-chat', 'validation', 'late-turn'])
    bundleHandler(name, CAFE, join(folder, name));
  bundleHandler('open-builder', ONE_RULE, join(folder, 'stateless'));
  for (const [name] of FRONT) bundleHandler(name, CAFE, join(folder, `telling-${name}`), {}, ['event-bus']);
});

afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  aws = await startCountingAws();
});

afterEach(async () => {
  await started?.end();
  await aws.stop();
});

async function start(
  name: FunctionName | 'stateless' | `telling-${FunctionName}`,
  isWatched = false,
): Promise<StartedFunction> {
  const bus = name.startsWith('telling-') && { [ENVIRONMENT.eventBus]: 'cafe' };
  started = await startFunction(join(folder, name), { ...aws.environment, ...bus }, { isWatched });
  return started;
}

/** Starts one that waits for nobody; on a machine that is busy with other things, the third may be the first to show it. */
async function startQuickly(name: FunctionName): Promise<StartedFunction> {
  for (let tries = 1; ; tries++) {
    const one = await start(name);
    if (one.ms < WARM_UP_MS) return one;
    if (tries === 3) throw new Error(`it took ${one.ms} ms to start`);
    await one.end();
  }
}

const MENU = { statusCode: 200, body: expect.stringContaining('오늘의 메뉴예요') };

describe.each(FRONT)('the function %s', (name, turn, ofTurn) => {
  test('reads the secret and opens its way to the table while it starts, so that its first turn has its own calls alone', async () => {
    const { invoke, written } = await start(name);
    expect(aws.calls()).toEqual([NOBODYS_READ, ...SECRET_READ]);
    aws.connections();
    expect(written()).toBe('');
    expect((await invoke(httpEvent(turn))).answer).toMatchObject(MENU);
    expect(aws.calls()).toEqual(ofTurn);
    expect(aws.connections()).toBe(0);
    // The SDK would describe itself and the machine anew for each.
    expect(aws.callers()).toEqual(['kakao-gateway']);
  });

  test('has run nearly all that its first turn runs by then, the bot itself aside', async () => {
    const { ran, invoke } = await start(name, true);
    const known = new Set(ran.map(({ startOffset }) => startOffset));
    const first = (await invoke(httpEvent(turn))).ran;
    const lettersOf = (places: readonly Place[]): number =>
      places.reduce((sum, { startOffset, endOffset }) => sum + endOffset - startOffset, 0);
    const unknown = first.filter(({ startOffset }) => !known.has(startOffset));
    expect(lettersOf(first)).toBeGreaterThan(20_000);
    expect(lettersOf(unknown) / lettersOf(first)).toBeLessThan(0.1);
  });

  test('opens its way to the event bus, too, where it has one', async () => {
    const { invoke, written } = await start(`telling-${name}`);
    expect(aws.calls()).toEqual([NOBODYS_READ, ...SECRET_READ, 'PutEvents 0']);
    aws.connections();
    expect(written()).toBe('');
    expect((await invoke(httpEvent(turn))).answer).toMatchObject(MENU);
    const entries = name === 'smart-chat' ? 2 : 1;
    expect(aws.calls()).toEqual([...ofTurn, `PutEvents ${entries}`].sort());
    expect(aws.connections()).toBe(0);
    expect(aws.callers()).toEqual(['kakao-gateway']);
  });

  test('starts in time where AWS answers nothing, and its first turn asks anew', async () => {
    aws.answers('never');
    const { ms, invoke, written } = await start(name);
    // The tries of a call to AWS take three times as long.
    expect(ms).toBeGreaterThan(WARM_UP_MS - 5);
    expect(ms).toBeLessThan(2.5 * WARM_UP_MS);
    await until(async () => (await aws.open()) === 0);
    expect(written()).toBe('');
    aws.calls();
    aws.answers('well');
    const turnAt = performance.now();
    expect((await invoke(httpEvent(turn))).answer).toMatchObject(MENU);
    expect(performance.now() - turnAt).toBeLessThan(WARM_UP_MS);
    expect(aws.calls()).toEqual([...ofTurn, ...SECRET_READ].sort());
  });

  test('answers its first turn though it was frozen after its start, and AWS has hung up meanwhile', async () => {
    const { frozen, invoke, written } = await start(name);
    frozen(aws.hangUp);
    aws.calls();
    const turnAt = performance.now();
    expect((await invoke(httpEvent(turn))).answer).toMatchObject(MENU);
    // A try that waited for an answer on a dead connection takes as long.
    expect(performance.now() - turnAt).toBeLessThan(AWS_REQUEST_TIMEOUT_MS);
    expect(aws.calls()).toEqual(ofTurn);
    await until(() => written().includes('"what":"turn answered"'));
  });

  test.each(['an error', 'nobody'] as const)(
    'starts where %s answers, and its first turn asks at once',
    async who => {
      if (who === 'nobody') await aws.leave();
      else aws.answers(who);
      const { invoke, written } = await startQuickly(name);
      expect(written()).toBe('');
      if (who === 'nobody') await aws.comeBack();
      aws.calls();
      aws.answers('well');
      expect((await invoke(httpEvent(turn))).answer).toMatchObject(MENU);
      expect(aws.calls()).toEqual([...ofTurn, ...SECRET_READ].sort());
    },
  );
});

test('the function validation reads the secret while it starts, and no session', async () => {
  const { invoke } = await start('validation');
  expect(aws.calls()).toEqual(SECRET_READ);
  const path = `/open-builder/validation/${encodeURIComponent('전화번호')}`;
  const body = { value: { origin: '010-1234-5678' }, user: { id: 'u' }, isInSlotFilling: true };
  const { answer } = await invoke(httpEvent({ ...skillCall(body), path }));
  expect(answer).toMatchObject({ statusCode: 200, body: expect.stringContaining('SUCCESS') });
  expect(aws.calls()).toEqual([]);
});

test('a bot without a session or slow rules opens no way to the table, neither when it starts nor for an ordinary turn', async () => {
  const { invoke } = await start('stateless');
  expect(aws.calls()).toEqual(SECRET_READ);
  const { answer } = await invoke(httpEvent(TURNS['open-builder']));
  expect(answer).toMatchObject({ statusCode: 200, body: expect.stringContaining('simpleText') });
  expect(aws.calls()).toEqual([]);
});

test('the worker opens its way to the table while it starts, and reads no secret', async () => {
  await start('late-turn');
  expect(aws.calls()).toEqual([NOBODYS_READ]);
});

describe('a start', () => {
  test('ends with the last of its parts, whatever became of them', async () => {
    const ended: string[] = [];
    const quick = async () => ended.push('quick');
    const slow = () => new Promise(resolve => setTimeout(resolve, 30)).then(() => ended.push('slow'));
    const rejects = () => Promise.reject(new Error('of a part'));
    const throws = () => {
      throw new Error('of a part');
    };
    const startedAt = performance.now();
    await warmUp(throws, rejects, slow, quick);
    expect(performance.now() - startedAt).toBeLessThan(WARM_UP_MS / 2);
    expect(ended).toEqual(['quick', 'slow']);
  });

  test('waits no longer for a part that does not end, and tells it so', async () => {
    let told: AbortSignal | undefined;
    const startedAt = performance.now();
    await warmUp(signal => {
      told = signal;
      return new Promise(() => {});
    });
    const ms = performance.now() - startedAt;
    expect(ms).toBeGreaterThan(WARM_UP_MS - 5);
    expect(ms).toBeLessThan(1.5 * WARM_UP_MS);
    expect(told?.aborted).toBe(true);
  });
});
