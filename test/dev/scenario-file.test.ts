import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findScenario } from '../../dev/scenario-file.ts';

let folder: string;
const from = process.cwd();

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'scenario-file-')));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(from);
  rmSync(folder, { recursive: true });
});

function touch(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
}

const find = (named?: string, own?: string) => findScenario(named, 'npx kakao-gateway dev', own);

test.each(['scenario.ts', 'src/scenario.ts', 'lambda/scenario.ts', 'bot/scenario.js'])(
  'the bot of a project is found in %s, and named there is the same',
  file => {
    touch(file);
    expect(find()).toEqual({ file, folder: '.local' });
    expect(find(`./${file}`)).toEqual({ file, folder: '.local' });
  },
);

test('the first of several is taken, and another keeps its sessions by its own name', () => {
  for (const file of ['src/scenario.ts', 'scenario.ts', 'bots/flowers.ts']) touch(file);
  expect(find().file).toBe('scenario.ts');
  expect(find('bots/flowers.ts')).toEqual({ file: 'bots/flowers.ts', folder: '.local/bots/flowers.ts' });
  expect(find('src/scenario.ts').folder).toBe('.local/src/scenario.ts');
});

test('a bot outside of the folder keeps its sessions in it all the same', () => {
  mkdirSync('app');
  touch('shared/bot.ts');
  process.chdir('app');
  const file = join(folder, 'shared/bot.ts');
  expect(find('../shared/bot.ts')).toEqual({ file, folder: join('.local/elsewhere', file) });
});

test('where there is none, one sentence says what to name', () => {
  expect(() => find()).toThrow(
    /^there is no bot in scenario\.ts, .*: name the file that exports it: npx kakao-gateway dev bots\/flowers\.ts$/,
  );
  mkdirSync('folder.ts');
  for (const named of ['my-secret.ts', 'folder.ts']) {
    expect(() => find(named)).toThrow(/^the scenario must be a file that is there/);
    expect(() => find(named)).not.toThrow(/my-secret/);
  }
});
