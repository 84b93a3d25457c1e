import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');
const page = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');

/** `a/{b,c}.ts` stands for `a/b.ts` and `a/c.ts`. */
function eachOf(path: string): string[] {
  const [all, before = '', among = '', after = ''] = /^(.*?)\{(.*?)\}(.*)$/.exec(path) ?? [];
  return all === undefined ? [path] : among.split(',').flatMap(one => eachOf(before + one + after));
}

test('CONTRIBUTING leads to places that there are', () => {
  const named = [...page.matchAll(/`((?:lambda|lib|bin|tools|dev|test|docs|bench)\/[^`\s]*)`/g)]
    .map(([, path = '']) => path)
    // A place that is yet to be made.
    .filter(path => !/[<*]/.test(path));
  expect(named.length).toBeGreaterThan(100);
  expect(named.flatMap(eachOf).filter(path => !existsSync(join(ROOT, path)))).toEqual([]);
});

test("CONTRIBUTING's ways of a request and of a late turn lead through files that there are", () => {
  const ways = [...page.matchAll(/^```\n([\s\S]*?)^```/gm)].map(([, way = '']) => way).join('');
  const named = [...ways.matchAll(/\b(?:aws|bot|gateway|handlers|turn|open-builder)\/[a-z-]+/g)].map(
    ([file]) => file,
  );
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter(file => !existsSync(join(ROOT, 'lambda', `${file}.ts`)))).toEqual([]);
});
