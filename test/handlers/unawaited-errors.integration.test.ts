import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADMIN_KEY } from '../../lambda/aws/environment.ts';
import { bundleHandler } from '../../lib/bundling.ts';
import { ROOT } from '../../lib/own-module.ts';
import { type CountingAws, startCountingAws } from '../kit/counting-aws.ts';
import { httpEvent, skillCall } from '../kit/http.ts';
import { type LambdaFunction, startLambda } from '../kit/lambda.ts';
import { until } from '../kit/late-gateway.ts';

/** All that run the bot. */
const FUNCTIONS = ['open-builder', 'smart-chat', 'validation', 'late-turn', 'webhooks'] as const;

/** Listens as the runtime of Lambda did that had a listener of its own. */
const RUNTIMES_OWN = `data:text/javascript,${encodeURIComponent(`
const errorCallbacks = { end: () => process.exit(128) };
for (const name of ['unhandledRejection', 'uncaughtException']) process.on(name, () => errorCallbacks.end());
process.on('unhandledRejection', () => console.log('a layer heard of it'));
`)}`;

const folder = mkdtempSync(join(tmpdir(), 'unawaited-'));
let aws: CountingAws;
let started: LambdaFunction | undefined;
let written = '';

beforeAll(() => {
  for (const name of FUNCTIONS)
    bundleHandler(name, join(ROOT, 'test/handlers/careless-bot.ts'), join(folder, name));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  aws = await startCountingAws();
  written = '';
});
afterEach(async () => {
  await started?.stop();
  await aws.stop();
});

async function start(name: (typeof FUNCTIONS)[number], options = ''): Promise<LambdaFunction> {
  const environment = { ...aws.environment, [ADMIN_KEY]: 'key', NODE_OPTIONS: options };
  const one = await startLambda({ node: process.execPath, folder: join(folder, name), environment });
  for (const stream of [one.process.stdout, one.process.stderr])
    stream?.on('data', words => (written += words));
  started = one;
  return one;
}

const says = (one: LambdaFunction, utterance: string): Promise<unknown> =>
  one.invoke(
    httpEvent(skillCall({ bot: { id: 'b' }, userRequest: { utterance, user: { id: 'u' } }, action: {} })),
  );
const answer = (words: string) => ({ statusCode: 200, body: expect.stringContaining(words) });

/** The lines that tell of what somebody began. */
const told = () =>
  written
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line))
    .filter(({ what }) => /^un/.test(what));
const ofTurns = () => told().filter(({ requestId }) => requestId !== undefined);

describe('a function outlives', () => {
  test.each(FUNCTIONS)('what the bot of %s began as it was loaded', async name => {
    const one = await start(name);
    await one.ready();
    await until(() => told().length === 2);
    expect(told().map(({ what, level, error }) => [what, level, error.name])).toEqual([
      ['unhandled rejection', 'error', 'SyntaxError'],
      ['unhandled rejection', 'error', 'TypeError'],
    ]);
    expect(one.process.exitCode).toBeNull();
  });

  test.each([
    ['that a rule began and did not await', '약속', '지켰어요', 'unhandled rejection', 'TypeError'],
    ['that is broken after its answer', '나중', '그럴게요', 'unhandled rejection', 'null'],
    ['that a timer of it throws', '타이머', '울렸어요', 'uncaught exception', 'RangeError'],
  ])('what %s: its user gets the answer, and so does the next', async (_, words, answered, what, name) => {
    const one = await start('open-builder', `--import=${RUNTIMES_OWN}`);
    expect(await says(one, words)).toMatchObject(answer(answered));
    await until(() => ofTurns().length > 0);
    expect(await says(one, '나중')).toMatchObject(answer('그럴게요'));
    const [line] = ofTurns();
    expect(line).toMatchObject({ level: 'error', what, TurnsFailed: 1, error: { name } });
    expect(line.requestId).toBe(written.match(/"requestId":"([^"]*)".*"what":"turn answered"/)?.[1]);
    if (name !== 'null') expect(line.error.frames[0]).toMatch(/^at index\.mjs:/);
    expect(written).not.toContain('손님이 한 말');
    // Whoever else listens does so still.
    expect(written.includes('a layer heard of it')).toBe(true);
  });
});
