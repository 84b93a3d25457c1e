import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';

const LongestFirst = createRequire(import.meta.url)('./longest-first.cjs');

const fileOf = (name: string): string => `${import.meta.dirname}/../${name}.test.ts`;

test.each<string>(LongestFirst.LONGEST)('%s, which is run early, is there', name => {
  expect(existsSync(fileOf(name))).toBe(true);
});

test('what takes longest is run first, the longest before the others, however small its file is', () => {
  const context = {
    config: { cacheDirectory: '/nowhere', id: 'none', name: 'none' },
    hasteFS: { getSize: () => 1 },
  };
  const named = ['bot/reply', 'gateway/late-turns', 'aws/log', 'lib/cdk.integration'].map(name => ({
    path: `/project/test/${name}.test.ts`,
    context,
  }));
  const sequencer = new LongestFirst({ contexts: [], globalConfig: {} });
  const sorted: { path: string }[] = sequencer.sort(named);
  expect(sorted.slice(0, 2).map(({ path }) => path)).toEqual([
    '/project/test/lib/cdk.integration.test.ts',
    '/project/test/gateway/late-turns.test.ts',
  ]);
});
