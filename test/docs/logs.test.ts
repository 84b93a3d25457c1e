import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const code = readdirSync('lambda', { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .map(file => readFileSync(`lambda/${file}`, 'utf8'));

/** The words for what happened, as the code has them: up to the colon behind which they say more. */
const happenings = code
  .flatMap(text => [...text.matchAll(/\bwhat: ['`]([a-zA-Z]+ [^'`:$]*)/g)])
  .map(([, words = '']) => words.trim());

test.each(['docs/logs.md', 'docs/logs.ko.md'])('%s has everything that a line may say happened', page => {
  const [row = ''] = readFileSync(page, 'utf8').match(/^\| `what` \|.*$/m) ?? [];
  expect(happenings.length).toBeGreaterThan(20);
  expect(happenings.filter(words => !row.includes(`\`${words}`))).toEqual([]);
});

test.each(['docs/runbook.md', 'docs/runbook.ko.md'])(
  '%s knows every reason of a callback that failed',
  page => {
    const posting = readFileSync('lambda/open-builder/deliver.ts', 'utf8');
    const reasons = [
      ...posting.matchAll(/^ {2}\[\/.*\/i, '([a-z-]+)', (?:true|false)\]/gm),
      ...posting.matchAll(/(?:reason: |NO_ANSWER = )'([a-z-]+)'/g),
    ].map(([, reason = '']) => reason);
    expect(reasons.length).toBeGreaterThan(8);
    const runbook = readFileSync(page, 'utf8');
    expect([...reasons, 'http-…'].filter(reason => !runbook.includes(`\`${reason}\``))).toEqual([]);
  },
);
