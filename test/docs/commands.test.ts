import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const below = (folder: string, ending: RegExp): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => ending.test(file) && !file.includes('node_modules'))
    .map(file => join(folder, file));

const PAGES = [
  'README.md',
  'README.ko.md',
  ...['docs', 'examples', 'tools/new/template'].flatMap(folder => below(folder, /\.md$/)),
];
const SOURCES = ['bin', 'lib', 'tools'].flatMap(folder => below(folder, /\.ts$/));

/** Commands that change or delete stacks, as somebody would copy them. */
const commandsIn = (text: string): readonly string[] =>
  text.match(/cdk (?:deploy|destroy)[ \t]+-[^`\n]*/g) ?? [];

describe('a command that changes or deletes stacks', () => {
  test.each([...PAGES, ...SOURCES])('says of which stage, in %s', file => {
    const commands = commandsIn(readFileSync(join(ROOT, file), 'utf8'));
    expect(commands.filter(command => !command.includes('-c stage='))).toEqual([]);
  });

  test('is found where it stands', () => {
    expect(commandsIn('`npx cdk destroy --all`')).toEqual(['cdk destroy --all']);
    expect(PAGES.flatMap(file => commandsIn(readFileSync(join(ROOT, file), 'utf8')))).not.toEqual([]);
  });
});
