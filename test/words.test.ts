import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isHousesOwn } from './kit/houses-own.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const filesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => /\.tsx?$/.test(file))
    .map(file => `${folder}/${file}`)
    .filter(isHousesOwn);

const files = ['lambda', 'lib', 'bin', 'tools', 'dev']
  .flatMap(filesIn)
  .filter(file => !file.endsWith('/index.ts'));

describe('a comment of the code', () => {
  test('is looked at', () => {
    expect(files.length).toBeGreaterThan(150);
  });

  test('says what a thing is, and does not begin with "What", in tests neither', () => {
    const everywhere = [...files, ...['test', 'bench'].flatMap(filesIn)];
    const asking = everywhere.flatMap(file =>
      (read(file).match(/^\s*\/\*\*(?:\s*\n\s*\*)? What .*/gm) ?? []).map(
        comment => `${file}: ${comment.trim()}`,
      ),
    );
    expect(asking).toEqual([]);
  });

  test.each(files)('stands at everything that %s exports', file => {
    const code = read(file);
    const exported = [
      ...code.matchAll(/^export (?:async )?(?:abstract )?(?:interface|type|class|const|function) (\w+)/gm),
    ];
    const silent = exported.filter(({ 1: name, index }, at) => {
      // The overloads of a function share one.
      const isOverload = at > 0 && exported[at - 1]?.[1] === name;
      return !isOverload && !/\*\/\n$/.test(code.slice(0, index));
    });
    expect(silent.map(([declaration]) => declaration)).toEqual([]);
  });
});
