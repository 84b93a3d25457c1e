import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { defaultSuite, testsOf } from './which-tests.ts';

const outside = testsOf('outside');
const lambda = testsOf('lambda');

test.each([
  ['names it', 'test/scenario.test.ts'],
  ['deploys it', 'test/lib/cdk.test.ts'],
  ['bundles it', 'test/handlers/bundles.test.ts'],
  ['starts it', 'test/dev/npm-start.test.ts'],
  ['reads its words', 'test/words.test.ts'],
])('whoever looks at the deployed bot is run with another: who %s', (_, file) => {
  expect(outside).toContain(file);
});

test("what meets Lambda first is run on Lambda's Node, and of the rest what has random runs", () => {
  for (const file of ['test/aws/http.test.ts', 'test/handlers/start.test.ts', 'test/turn/settle.test.ts'])
    expect(lambda).toContain(file);
  const hasRuns = (file: string): boolean =>
    /kit\/property\.ts';/.test(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
  const withRuns = defaultSuite().filter(hasRuns);
  expect(withRuns.length).toBeGreaterThan(40);
  expect(withRuns.filter(file => !lambda.includes(file))).toEqual([]);
  expect(lambda).not.toContain('test/lib/cdk.test.ts');
});
