import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { quickSuites, testsOf } from './which-tests.ts';

const textOf = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

const outside = testsOf('outside');
const lambda = testsOf('lambda');

test.each([
  ['names it', 'test/scenario.test.ts'],
  ['deploys it', 'test/lib/cdk.integration.test.ts'],
  ['bundles it', 'test/handlers/bundles.integration.test.ts'],
  ['starts it', 'test/dev/npm-start.integration.test.ts'],
  ['reads its words', 'test/words.test.ts'],
])('whoever looks at the deployed bot is run with another: who %s', (_, file) => {
  expect(outside).toContain(file);
});

test("what meets Lambda first is run on Lambda's Node, and of the rest what has random runs", () => {
  for (const file of ['test/aws/http.test.ts', 'test/handlers/start.test.ts', 'test/turn/settle.test.ts'])
    expect(lambda).toContain(file);
  const hasRuns = (file: string): boolean => /kit\/property\.ts';/.test(textOf(file));
  const withRuns = quickSuites().filter(hasRuns);
  expect(withRuns.length).toBeGreaterThan(40);
  expect(withRuns.filter(file => !lambda.includes(file))).toEqual([]);
  expect(lambda).not.toContain('test/lib/cdk.integration.test.ts');
});

/** How a test starts a process, bundles or loads CDK. */
const HEAVY = [
  /from '(?:node:child_process|esbuild)'/,
  /(?:lib\/bundling|\.suite)\.ts'/,
  /(?:built-command|started-\w+)\.ts'/,
  /\b(?:npmStart|startLambda|runNode|startGatewayProcess)/,
] as const;

/** Those of one process, for a second, since `npm test` alone must show a broken type; and these words. */
const STAY = ['test/aws/log.test.ts', 'test/kit/which-tests.test.ts', 'test/types/types.test.ts'];

test('what starts processes, bundles or loads CDK is an integration test: `npm test` is for after each change', () => {
  const isIntegration = (file: string): boolean => file.endsWith('.integration.test.ts');
  const isHeavy = (file: string): boolean => HEAVY.some(way => way.test(textOf(file)));
  expect(quickSuites().filter(file => isHeavy(file) && !isIntegration(file))).toEqual(STAY);
  expect(quickSuites().filter(isIntegration).length).toBeGreaterThan(30);
});
