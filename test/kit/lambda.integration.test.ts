import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { type LambdaFunction, startLambda } from './lambda.ts';

const started: { folder: string; lambda: LambdaFunction }[] = [];

afterEach(async () => {
  for (const { folder, lambda } of started.splice(0)) {
    await lambda.stop();
    rmSync(folder, { recursive: true });
  }
});

async function start(code: string): Promise<LambdaFunction> {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-'));
  writeFileSync(join(folder, 'index.mjs'), code);
  const lambda = await startLambda({
    node: process.execPath,
    folder,
    environment: api => ({ OWN: 'own', API: api }),
    answerOther: ({ url }, response) => response.end(`asked for ${url}`),
  });
  started.push({ folder, lambda });
  return lambda;
}

test('a function is invoked as often as it is asked to, with its environment and what it calls', async () => {
  const lambda = await start(`
    let times = 0;
    export const handler = async ({ words }, { awsRequestId, getRemainingTimeInMillis }) => ({
      words, times: ++times, own: process.env.OWN, hasId: awsRequestId.length > 0, hasTime: getRemainingTimeInMillis() > 0,
      other: await (await fetch('http://' + process.env.API + '/other')).text(),
    });`);
  await lambda.ready();
  const same = { own: 'own', hasId: true, hasTime: true, other: 'asked for /other' };
  expect(await lambda.invoke({ words: '안녕' })).toEqual({ words: '안녕', times: 1, ...same });
  expect(await lambda.invoke({ words: '메뉴' })).toEqual({ words: '메뉴', times: 2, ...same });
});

test('a function that throws is told by its error', async () => {
  const lambda = await start(`export const handler = async () => { throw new TypeError('no milk'); };`);
  await expect(lambda.invoke({})).rejects.toThrow(/TypeError.*no milk/);
});

test('a function that does not start is told by what it said', async () => {
  const lambda = await start(`console.error('no beans'); throw new Error('no coffee');`);
  await expect(lambda.ready()).rejects.toThrow('no coffee');
});

test('a function that ends in an invocation is told so, and does not keep its caller waiting', async () => {
  const lambda = await start(`export const handler = () => process.exit(3);`);
  await expect(lambda.invoke({})).rejects.toThrow('it ended with 3');
});
