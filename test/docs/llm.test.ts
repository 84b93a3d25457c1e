import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { llmCostTables } from '../../bench/llm-cost.ts';
import * as llm from '../../lambda/llm/index.ts';
import { MOST_SOURCE_BYTES } from '../../lambda/llm/source-reader.ts';
import { conversationTexts } from '../../lambda/llm/texts.ts';

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

// Its Korean has the same code, the same names and the same figures.
const page = read('docs/llm.md');
const code = [...page.matchAll(/^```ts\n(.*?)^```/gms)].map(([, one = '']) => one);

/** The first cells of the table below a head, each with all of its names. */
const rowsOf = (head: string): string[] => {
  const [, table = ''] = new RegExp(`^\\| ${head} \\|.*\\|\\n((?:\\|.*\\n)+)`, 'm').exec(page) ?? [];
  return [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name);
};

/** The members of an interface in lambda/llm. */
function membersOf(file: string, name: string): string[] {
  const [, body = ''] =
    new RegExp(`^export interface ${name}\\b[^{]*\\{\\n(.*?)^\\}`, 'ms').exec(read(`lambda/llm/${file}`)) ??
    [];
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, member = '']) => member);
}

describe('the page on bots with a model', () => {
  test('shows the scenario and the rights of the example', () => {
    const [scenario = '', app = '', ...others] = code;
    expect(scenario).toBe(`// scenario.ts\n${read('examples/llm-bedrock/scenario.ts')}`);
    const [imported = '', ...rights] = app.replace('// app.ts, at its end\n', '').split('\n\n');
    expect(rights.join('')).not.toBe('');
    expect(read('examples/llm-bedrock/app.ts')).toContain(`${imported}\n`);
    expect(read('examples/llm-bedrock/app.ts').endsWith(rights.join('\n\n'))).toBe(true);
    expect(others.length).toBeGreaterThan(3);
  });

  test('shows a bot of fifteen lines beside the call of its client', () => {
    const lines = read('examples/llm-bedrock/scenario.ts').split('\n');
    const from = lines.findIndex(line => line.includes('bedrock.send('));
    const to = lines.findIndex(line => line.includes('abortSignal'));
    const own = [...lines.slice(0, from), ...lines.slice(to + 2)].filter(line => line.trim() !== '');
    expect(own.length).toBeLessThanOrEqual(15);
  });

  test('shows code that compiles', () => {
    const compiled = read('test/types/llm.ts');
    for (const block of code.slice(2)) expect(compiled).toContain(block);
  });

  test('has a line for each client, which compiles, too', () => {
    // As the formatter breaks them.
    const plain = (line: string): string => line.replace(/\s+|,(?=\s*[)}])/g, '');
    const [, table = ''] = /^\| client \| \|\n((?:\|.*\n)+)/m.exec(page) ?? [];
    const lines = [...table.matchAll(/\| `([^`]+\()(.*)` \|$/gm)].map(([, call, rest]) => `${call}${rest}`);
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) expect(plain(read('test/types/llm.ts'))).toContain(plain(line));
  });

  test.each([
    ['option of `conversation`', 'options.ts', 'ConversationOptions'],
    ['option of `answers`', 'options.ts', 'AnswersOptions'],
    ['option of `toolbox`', 'tool-options.ts', 'ToolOptions'],
  ])('tells every %s', (head, file, name) => {
    const members = membersOf(file, name);
    expect(members.length).toBeGreaterThan(3);
    expect(rowsOf(head)).toEqual(expect.arrayContaining(members));
  });

  test.each(['HistoryOptions', 'ConversationLimits', 'ModelPrices'])('tells every member of %s', name => {
    const told = new Set(page.match(/\w+/g));
    const members = membersOf('options.ts', name);
    expect(members.length).toBeGreaterThan(1);
    expect(members.filter(member => !told.has(member))).toEqual([]);
  });

  test('tells everything that the door has', () => {
    const told = new Set(page.match(/\w+/g));
    expect(Object.keys(llm).filter(name => !told.has(name))).toEqual([]);
  });

  test("tells each of a conversation's words, and when a user reads it", () => {
    const rows = rowsOf('text');
    const told = Object.keys(conversationTexts()).filter(name => !['slow', 'again'].includes(name));
    expect(rows.toSorted()).toEqual(told.toSorted());
  });

  test('has the costs that the script computes, and the bounds that there are', () => {
    for (const table of llmCostTables().split('\n\n')) expect(page).toContain(table);
    expect(page).toContain(`${MOST_SOURCE_BYTES.toLocaleString('en-US')} bytes`);
  });
});

test.each([
  'docs/llm.md',
  'docs/llm.ko.md',
  ...['llm-bedrock', 'llm-ai-sdk'].flatMap(name => [
    `examples/${name}/README.md`,
    `examples/${name}/README.ko.md`,
  ]),
])('%s leads to files and sections that are there', file => {
  const links = [...read(file).matchAll(/(?:\]\(|src=")([\w./-]+)(?:#([^)"]+))?[)"]/g)];
  expect(links.length).toBeGreaterThan(2);
  for (const [, path = '', section] of links) {
    const there = new URL(path, new URL(`../../${file}`, import.meta.url));
    expect([path, existsSync(there)]).toEqual([path, true]);
    if (section === undefined) continue;
    const heads = [...readFileSync(there, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, head = '']) =>
      head
        .toLowerCase()
        .replace(/[^\p{L}\p{N} -]/gu, '')
        .replaceAll(' ', '-'),
    );
    expect(heads).toContain(section);
  }
});
