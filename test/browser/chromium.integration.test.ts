import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
const COMMAND = join(import.meta.dirname, 'look-for-chromium.ts');

/** The look-up that `npm run test:browser` begins with. */
function look(environment: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), COMMAND],
    { env: environment, encoding: 'utf8', cwd: ROOT },
  );
  return { status, stdout, stderr };
}

test('without Chromium the browser tests say in one sentence what is missing and how to get it', () => {
  expect(look({ PATH: '/nowhere' })).toEqual({
    status: 1,
    stdout: '',
    stderr:
      'The browser tests need Chromium, which is not in PATH: run apt-get install chromium fonts-noto-cjk, or name the file that you have by CHROMIUM=/path/to/chromium.\n',
  });
});

test('a CHROMIUM that is no executable file is named', () => {
  expect(look({ PATH: '/nowhere', CHROMIUM: '/nowhere/chromium' })).toEqual({
    status: 1,
    stdout: '',
    stderr:
      'The browser tests need Chromium, and CHROMIUM=/nowhere/chromium is no executable file: correct its path, or unset it and run apt-get install chromium fonts-noto-cjk.\n',
  });
});

test('any executable file that CHROMIUM names is taken', () => {
  expect(look({ PATH: '/nowhere', CHROMIUM: process.execPath })).toEqual({
    status: 0,
    stdout: '',
    stderr: '',
  });
});

test('no test of npm test starts a browser', () => {
  const own = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.test.ts'),
  );
  expect(own.length).toBeGreaterThan(100);
  const starting = own.filter(file =>
    /from '(playwright-core|[^']*browser\/kit\.ts)'/.test(readFileSync(join(ROOT, 'test', file), 'utf8')),
  );
  expect(starting).toEqual([]);
});
