import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isHousesOwn } from './kit/houses-own.ts';
import { expressionsIn, expressionsOf, troubleWith } from './kit/regular-expressions.ts';

const ROOT = join(import.meta.dirname, '..');

/** Folders whose code reads texts of others, or judges answers; a test's own patterns see our own words alone. */
const FOLDERS = ['lambda', 'lib', 'bin', 'tools', 'dev', 'bench', 'test/kit'];

/** Made while the program runs, each with why no text makes it slow. */
const MADE: Readonly<Record<string, string>> = {
  'tools/doctor/hide-secret.ts': 'the escaped letters of the secret alone: no part of it repeats',
  'tools/play/regular-expression.ts': "a script author's own: it is stopped where it takes long",
  'lambda/bot/text-matcher.ts':
    "a copy, without its flags, of a bot author's own pattern: a literal, judged where it stands",
  'test/kit/iam.ts':
    "of a policy's ARN, each of whose wildcards is one .* between escaped letters: of our own templates",
};

const files = FOLDERS.flatMap(folder =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => /(?<!\.test)\.m?[jt]s$/.test(file))
    .map(file => `${folder}/${file}`),
);
const found = files.flatMap(file => expressionsOf(ROOT, file));
const fileOf = (place: string): string => place.replace(/:\d+$/, '');

describe('the regular expressions of the project', () => {
  test('are all found, with their places', () => {
    const source = `// 한글
const a = /x+$/g;
const b = [new RegExp('(a+)+'), RegExp(\`b\`, 'u')];
const c = (text: string) => new RegExp(text).test(/* /no/ */ "/no/");
`;
    expect(expressionsIn(source, 'a.ts')).toEqual([
      { place: 'a.ts:2', pattern: 'x+$', flags: 'g' },
      { place: 'a.ts:3', pattern: '(a+)+', flags: '' },
      { place: 'a.ts:3', pattern: 'b', flags: 'u' },
      { place: 'a.ts:4', pattern: undefined, flags: '' },
    ]);
    expect(found.length).toBeGreaterThan(150);
    for (const file of [
      'tools/kakao-check/json-error.ts',
      'lambda/bot/markdown-inline.ts',
      'lib/settings.ts',
    ])
      expect(found.filter(({ place }) => fileOf(place) === file).length).toBeGreaterThan(2);
  });

  test.each([
    // The one over which kakao-check hung.
    [/"(?:[ !#-[\]-\uffff]+|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y, 'exponential'],
    [/^\s*(\d+)\s*잔?\s*$/, '2nd degree polynomial'],
    [/\/+$/, '2nd degree polynomial'],
  ])('are told by place, pattern and an attack where they are slow: %s', async ({ source, flags }, how) => {
    const trouble = await troubleWith({ place: 'a.ts:1', pattern: source, flags });
    expect(trouble).toContain(`a.ts:1: /${source}/${flags} takes ${how} time over '`);
  });

  test('take linear time over any text', async () => {
    const made = found.filter(({ pattern }) => pattern === undefined).map(({ place }) => fileOf(place));
    expect(made.filter(isHousesOwn).sort()).toEqual(Object.keys(MADE).sort());
    const literals = found.filter(({ pattern }) => pattern !== undefined);
    const once = new Map(literals.map(one => [`/${one.pattern}/${one.flags}`, one]));
    const troubles = await Promise.all([...once.values()].map(troubleWith));
    expect(troubles.filter(trouble => trouble !== undefined)).toEqual([]);
  }, 120_000);
});
