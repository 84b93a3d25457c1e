import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Explanation, type Explanations, type Mutant, reportOf } from './report.ts';

const COMMAND = 'npm run mutants -- lambda/aws';

const mutant = (line: number, status: string, more: Partial<Mutant> = {}): Mutant => ({
  file: 'lambda/aws/http.ts',
  status,
  mutator: 'ConditionalExpression',
  line: '  if (isLate) return;',
  code: 'isLate',
  replacement: 'true',
  at: { line, column: 7 },
  ...more,
});

const explanation: Explanation = {
  line: 'if (isLate) return;',
  code: 'isLate',
  mutator: 'ConditionalExpression',
  replacement: 'true',
  why: 'it is always late',
};

const killed = (count: number): Mutant[] =>
  Array.from({ length: count }, (_, at) => mutant(100 + at, 'Killed'));

const listOf = (mutants: readonly Mutant[], explanations: Explanations = {}) =>
  reportOf(mutants, explanations, COMMAND).text.match(/^- .*$/gm);

const failuresOf = (mutants: readonly Mutant[], explanations: Explanations = {}) =>
  reportOf(mutants, explanations, COMMAND).failures;

describe('the score', () => {
  test('is the share of judged mutants that a test caught, hangs included', () => {
    const scoreOf = (...statuses: string[]) =>
      reportOf(
        statuses.map((status, at) => mutant(at, status)),
        {},
        COMMAND,
      ).score;
    expect(scoreOf('Killed', 'Timeout', 'Survived', 'NoCoverage')).toBe(50);
    expect(scoreOf('Killed', 'CompileError', 'Ignored')).toBe(100);
    expect(scoreOf()).toBe(100);
  });

  test('is good enough from 90 % on, whatever is explained', () => {
    const explained = { 'lambda/aws/http.ts': [explanation] };
    expect(failuresOf([...killed(9), mutant(1, 'Survived')], explained)).toEqual([]);
    expect(failuresOf([...killed(8), mutant(1, 'Survived')], explained)).toEqual([
      '88.9 % were killed: 90 % must be',
    ]);
  });
});

describe('the page', () => {
  test('has each survivor by its place, on one line with what was changed', () => {
    const code = '{\n  `a`: 1\n}';
    expect(
      listOf([
        mutant(30, 'Survived', { code, replacement: '{}' }),
        mutant(4, 'NoCoverage'),
        mutant(9, 'Killed'),
        mutant(5, 'Survived', { file: 'lambda/aws/log.ts', replacement: 'x'.repeat(61) }),
        mutant(6, 'Survived', { file: 'lambda/aws/log.ts', replacement: ` ${'x'.repeat(60)} ` }),
      ]),
    ).toEqual([
      '- 4:7 ConditionalExpression: `isLate` -> `true`, reached by no test: **unexplained**',
      "- 30:7 ConditionalExpression: `{ 'a': 1 }` -> `{}`: **unexplained**",
      `- 5:7 ConditionalExpression: \`isLate\` -> \`${'x'.repeat(60)}…\`: **unexplained**`,
      `- 6:7 ConditionalExpression: \`isLate\` -> \`${'x'.repeat(60)}\`: **unexplained**`,
    ]);
  });

  test('counts the mutants of each file, and tells of those that live why, as far as that is known', () => {
    const log = { file: 'lambda/aws/log.ts' };
    const mutants = [
      mutant(8, 'Survived', { ...log, code: 'isEarly' }),
      mutant(9, 'Timeout', log),
      mutant(1, 'Killed', { file: 'lambda/aws/frames.ts' }),
      mutant(1, 'Killed'),
      mutant(2, 'Survived'),
      mutant(3, 'Survived', { at: { line: 3, column: 9 } }),
      mutant(3, 'NoCoverage', { at: { line: 3, column: 8 }, code: 'isEarly' }),
    ];
    const { text } = reportOf(mutants, { 'lambda/aws/http.ts': [explanation] }, COMMAND);
    expect(text).toBe(`# Mutants: 42.9 % killed, 2 unexplained

Written by \`${COMMAND}\`. A line below is a change of the code that none of the quick tests about it noticed, and
why that may be so, as \`explained.json\` has it.

| file | % | killed | timed out | survived | no test reaches it | unexplained |
| --- | --- | --- | --- | --- | --- | --- |
| lambda/aws/frames.ts | 100.0 | 1 | 0 | 0 | 0 | 0 |
| lambda/aws/http.ts | 25.0 | 1 | 0 | 2 | 1 | 1 |
| lambda/aws/log.ts | 50.0 | 0 | 1 | 1 | 0 | 1 |

## lambda/aws/http.ts

- 2:7 ConditionalExpression: \`isLate\` -> \`true\`: it is always late
- 3:8 ConditionalExpression: \`isEarly\` -> \`true\`, reached by no test: **unexplained**
- 3:9 ConditionalExpression: \`isLate\` -> \`true\`: it is always late

## lambda/aws/log.ts

- 8:7 ConditionalExpression: \`isEarly\` -> \`true\`: **unexplained**
`);
  });
});

describe('an explanation', () => {
  const explained = { 'lambda/aws/http.ts': [explanation] };

  test('stands beside its survivor, wherever that has moved', () => {
    for (const line of [1, 70])
      expect(listOf([mutant(line, 'Survived', { line: '\t\tif (isLate) return;' })], explained)).toEqual([
        `- ${line}:7 ConditionalExpression: \`isLate\` -> \`true\`: it is always late`,
      ]);
  });

  test('is found by code of many lines, too, by its beginning on one', () => {
    const why = { ...explanation, code: `{ ${'x'.repeat(58)}…` };
    const survivor = mutant(1, 'Survived', { code: `{\n    ${'x'.repeat(80)}\n}` });
    expect(listOf([survivor], { 'lambda/aws/http.ts': [why] })?.[0]).toMatch(/: it is always late$/);
  });

  test.each<Partial<Mutant>>([
    { line: '  if (isLate) return 1;' },
    { code: 'isEarly' },
    { mutator: 'BooleanLiteral' },
    { replacement: 'false' },
    { file: 'lambda/aws/log.ts' },
  ])('is of no other mutant: %j', more => {
    expect(listOf([mutant(1, 'Survived', more)], explained)?.[0]).toMatch(/: \*\*unexplained\*\*$/);
  });

  test('that a survivor lacks fails the run, which prints all of it but the reason', () => {
    const [failure = '', ...others] = failuresOf([...killed(99), mutant(1, 'Survived')]);
    expect(others).toEqual([]);
    expect(failure).toMatch(
      /^lambda\/aws\/http\.ts has a survivor that nothing explains: kill it by a test, or /,
    );
    const entry = JSON.parse(failure.slice(failure.indexOf('{')));
    expect(entry).toEqual({ ...explanation, why: '' });
    entry.why = ' ';
    expect(
      failuresOf([...killed(99), mutant(1, 'Survived')], { 'lambda/aws/http.ts': [entry] }),
    ).toHaveLength(1);
  });

  test('that fits no survivor fails the run, if its file was judged', () => {
    const elsewhere = mutant(1, 'Survived', { file: 'lambda/aws/log.ts' });
    const failures = failuresOf([...killed(99), elsewhere], {
      ...explained,
      'lambda/aws/log.ts': [explanation],
      'lambda/aws/late-queue.ts': [explanation],
    });
    expect(failures).toEqual([
      'lambda/aws/http.ts has no survivor that this explains, take it out of explained.json: `isLate` -> `true` in `if (isLate) return;`',
    ]);
    expect(failuresOf([...killed(99), mutant(1, 'Survived')], explained)).toEqual([]);
  });

  test('is of a line that is there, and gives a reason', () => {
    const written: Explanations = JSON.parse(
      readFileSync(new URL('explained.json', import.meta.url), 'utf8'),
    );
    for (const [file, explanations] of Object.entries(written)) {
      expect([file, existsSync(file)]).toEqual([file, true]);
      const lines = readFileSync(file, 'utf8')
        .split('\n')
        .map(line => line.trim());
      for (const { line, why } of explanations) {
        expect(lines).toContain(line);
        expect(why).toMatch(/\S/);
      }
    }
  });
});
