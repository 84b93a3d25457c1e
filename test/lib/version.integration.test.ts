import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { versionOf } from '../../lib/version.ts';

const { version: own } = JSON.parse(readFileSync('package.json', 'utf8'));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'version-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd: folder,
    encoding: 'utf8',
  }).trim();
const write = (file: string, text: string): string => {
  const path = join(folder, file);
  writeFileSync(path, text);
  return path;
};
/** Commits everything, and gives out the first letters of the commit. */
function commit(words: string): string {
  git('add', '-A');
  git('commit', '-q', '-m', words);
  return git('rev-parse', 'HEAD').slice(0, 7);
}

describe('the version', () => {
  test("is the package's alone where there is no repository, no commit, no source, or none that git knows", () => {
    const bot = write('bot.ts', '1');
    expect(versionOf([bot], folder)).toBe(own);
    git('init', '-q');
    expect(versionOf([bot], folder)).toBe(own);
    commit('a bot');
    expect(versionOf([], folder)).toBe(own);
    expect(versionOf([join(import.meta.dirname, 'version.integration.test.ts')], folder)).toBe(own);
  });

  test('is the last commit that changed a source or the lock: a page, or what is not bundled, leaves it', () => {
    git('init', '-q');
    const sources = [write('bot.ts', '1'), write('[a] (b).ts', '1')];
    const first = commit('a bot');
    expect(versionOf(sources, folder)).toBe(`${own}+${first}`);
    write('README.md', 'a page');
    // Of another name, which the first would stand for as a pattern.
    write('a (b).ts', '1');
    commit('a page');
    expect(versionOf(sources, folder)).toBe(`${own}+${first}`);
    write('[a] (b).ts', '2');
    const second = commit('a source');
    expect(versionOf(sources, folder)).toBe(`${own}+${second}`);
    write('package-lock.json', '{}');
    expect(versionOf(sources, folder)).toBe(`${own}+${second}.dirty`);
    const third = commit('a lock');
    expect(versionOf(sources, folder)).toBe(`${own}+${third}`);
  });

  test('says that a source is another than the commit has, or is in none, and of other files nothing', () => {
    git('init', '-q');
    const bot = write('bot.ts', '1');
    const first = commit('a bot');
    write('other.ts', '1');
    expect(versionOf([bot], folder)).toBe(`${own}+${first}`);
    mkdirSync(join(folder, 'menu'));
    const added = write('menu/새 메뉴.ts', '1');
    expect(versionOf([bot, added], folder)).toBe(`${own}+${first}.dirty`);
    const second = commit('a menu');
    expect(versionOf([bot, added], folder)).toBe(`${own}+${second}`);
    write('bot.ts', '2');
    expect(versionOf([bot, added], folder)).toBe(`${own}+${second}.dirty`);
  });

  test('is the same from a folder of the repository, by whatever way that is entered', () => {
    mkdirSync(join(folder, 'bots'));
    git('init', '-q');
    write('bots/bot.ts', '1');
    write('package-lock.json', '{}');
    commit('a bot');
    write('package-lock.json', '{ }');
    const second = commit('a lock above it');
    symlinkSync(join(folder, 'bots'), join(folder, 'link'));
    for (const bots of ['bots', 'link'])
      expect(versionOf([join(folder, bots, 'bot.ts')], join(folder, bots))).toBe(`${own}+${second}`);
  });
});
