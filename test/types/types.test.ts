import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

// The promises of the types are tests like others: npm test alone must show a broken one.
test('the types hold: what Kakao would drop does not compile', async () => {
  const root = join(import.meta.dirname, '../..');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = await promisify(execFile)(process.execPath, [tsc], { cwd: root });
  expect(stdout).toBe('');
});
