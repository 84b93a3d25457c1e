import { describe, expect, test } from '@jest/globals';
import { functionsOf, linesOf } from './long-functions.ts';

const counted = (source: string): string[] =>
  functionsOf(source).map(({ name, lines }) => `${name} ${lines}`);

describe('the functions of a source', () => {
  test.each<[what: string, source: string, functions: readonly string[]]>([
    ['one that is declared', 'function one() {\n  return 1;\n}\n', ['one 3']],
    [
      'one that is exported',
      'export async function* one(): AsyncGenerator<number> {\n  yield 1;\n}',
      ['one 3'],
    ],
    ['the only one of a line', 'const one = () => 1;', ['one 1']],
    ['an arrow', 'const one =\n  (a: number): number =>\n    a;', ['one 2']],
    ['an expression', 'const one = function two() {\n};', ['two 2']],
    ['parameters in lines of their own', 'function one(\n  a: string,\n  b: string,\n) {\n}', ['one 5']],
    [
      'an arrow that is an argument',
      'function one() {\n  return [1].map(\n    a =>\n      a,\n  );\n}',
      ['one 6', 'one 2'],
    ],
    ['an arrow of the file itself', '[1].map(a => {\n  a;\n});', ['the file 3']],
    [
      'a member of an object',
      'const table = {\n  one() {\n  },\n  two: () => {\n\n  },\n};',
      ['one 2', 'two 3'],
    ],
    ['an accessor of an object', 'const a = {\n  get one() {\n    return 1;\n  },\n};', ['one 3']],
    [
      'those of a class',
      'class A {\n  constructor() {\n  }\n  one() {\n\n  }\n  #two() {\n\n\n  }\n  static get three() {\n    return 3;\n  }\n  four = () => {\n  };\n}',
      ['constructor 2', 'one 3', '#two 4', 'three 3', 'four 2'],
    ],
    ['one with comments and empty lines in it', 'function one() {\n  // a\n\n  /* b\n  c */\n}', ['one 6']],
  ])('%s', (_, source, functions) => {
    expect(counted(source)).toEqual(functions);
  });

  test.each([
    ['nothing', ''],
    ['comments', '// a\n\n/**\n * b\n */\n'],
    ['letters of more than one byte', "/** 안녕하세요 👋\n */\nconst hello = '안녕\\n하세요 👋';\n"],
    ['other functions', 'function before() {\n\n}\n'],
    ['a line for the shell', '#!/usr/bin/env node\n'],
  ])('are as long after %s', (_, before) => {
    const source = `${before}/** Says it. */\nfunction one() {\n  return '가나다';\n}\n\n\n`;
    expect(functionsOf(source).at(-1)).toEqual({ name: 'one', lines: 3 });
    // Some versions of the parser count a text's places on from those of the one before.
    expect(functionsOf(source).at(-1)).toEqual({ name: 'one', lines: 3 });
  });

  test.each([60, 61, 144])('are counted to the line: %d', lines => {
    expect(functionsOf(`const x = 1;\nfunction one() {${'\n'.repeat(lines - 1)}}\n`)).toEqual([
      { name: 'one', lines },
    ]);
  });
});

test.each([
  ['', 0],
  ['a', 1],
  ['a\n', 1],
  ['a\n\n', 2],
  ['a\nb', 2],
])('the lines of %j are %d', (text, lines) => {
  expect(linesOf(text)).toBe(lines);
});
