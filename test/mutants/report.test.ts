import { expect, test } from '@jest/globals';
import { type Mutant, reportOf } from './report.ts';

const mutant = (line: number, status: string, more: Partial<Mutant> = {}): Mutant => ({
  fileName: '/somewhere/lambda/aws/http.ts',
  status,
  mutatorName: 'ConditionalExpression',
  replacement: 'true',
  location: { start: { line, column: 7 } },
  ...more,
});

test('the score is the share of judged mutants that a test caught, hangs included', () => {
  const { score } = reportOf(
    [mutant(1, 'Killed'), mutant(2, 'Timeout'), mutant(3, 'Survived'), mutant(4, 'NoCoverage')],
    'npm run mutants -- lambda/aws',
  );
  expect(score).toBe(50);
  expect(reportOf([mutant(1, 'Killed'), mutant(2, 'CompileError'), mutant(3, 'Ignored')], '').score).toBe(
    100,
  );
});

test('each survivor stands in its line, by place, on one line of the page', () => {
  const { text } = reportOf(
    [
      mutant(30, 'Survived', { replacement: '{\n  `a`: 1\n}' }),
      mutant(4, 'NoCoverage'),
      mutant(9, 'Killed'),
      mutant(5, 'Survived', { fileName: '/somewhere/lambda/aws/log.ts' }),
    ],
    'npm run mutants -- lambda/aws',
  );
  expect(text.match(/^- .*$/gm)).toEqual([
    '- 4:7 ConditionalExpression: `true`, reached by no test',
    "- 30:7 ConditionalExpression: `{ 'a': 1 }`",
    '- 5:7 ConditionalExpression: `true`',
  ]);
  expect(text).toContain('## lambda/aws/log.ts');
  expect(text).toContain('| lambda/aws/http.ts | 33.3 | 1 | 0 | 1 | 1 |');
});
