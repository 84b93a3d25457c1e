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
