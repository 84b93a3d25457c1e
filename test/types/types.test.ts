import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

// The promises of the types are tests like others: npm test alone must show a broken one. Of the rest of the project,
// with all of CDK's types, npm run typecheck tells: that takes ten times as long.
test('the types hold: what Kakao would drop does not compile', async () => {
  const root = join(import.meta.dirname, '../..');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '--project', import.meta.dirname], {
    cwd: root,
  });
  expect(stdout).toBe('');
});
