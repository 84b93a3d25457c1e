import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { MOST_ANSWER_BYTES, MOST_STATE_BYTES } from '../../lambda/bot/relay/remote-answer.ts';
import { MOST_REPLY_BYTES } from '../../lambda/turn/settle.ts';
import { schemaProblems } from '../kit/json-schema.ts';

const whereIs = (file: string): URL => new URL(`../../${file}`, import.meta.url);
const read = (file: string): string => readFileSync(whereIs(file), 'utf8');
const schema = JSON.parse(read('docs/remote-bot.schema.json'));
const PAGES = ['docs/other-languages.md', 'docs/other-languages.ko.md'];

/** The blocks of code of a kind, in their order. */
const codeOf = (page: string, kind = '\\w+'): string[] =>
  [...read(page).matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\``, 'gms'))].map(([, code = '']) => code);

test('both languages show the same code, sections and tables', () => {
  const [english = '', korean = ''] = PAGES;
  expect(codeOf(korean)).toEqual(codeOf(english));
  const shapeOf = (page: string): readonly string[] =>
    [...read(page).matchAll(/^(#+ |\| *`[^`]*`|\|---)/gm)].map(([start]) => start);
  expect(shapeOf(korean)).toEqual(shapeOf(english));
});

describe.each(PAGES)('%s', page => {
  test('shows a turn, an answer and a notice as the schema has them', () => {
    const [turn = '', answer = '', notice = ''] = codeOf(page, 'json');
    const closed = { isClosed: true };
    expect(schemaProblems(schema, '#/$defs/posted', JSON.parse(turn), closed)).toEqual([]);
    expect(schemaProblems(schema, '#/$defs/answer', JSON.parse(answer))).toEqual([]);
    expect(schemaProblems(schema, '#/$defs/posted', JSON.parse(notice), closed)).toEqual([]);
  });

  test('shows a signature that is right', () => {
    const [headers = ''] = codeOf(page, 'text');
    const [, timestamp = '', signature = ''] = /timestamp: (\d+)\n.*signature: (\S+)\n/.exec(headers) ?? [];
    const secret = 'the secret of the bot server';
    const body = '{"version":1,"turn":{"text":"메뉴"}}';
    for (const words of [secret, body]) expect(read(page)).toContain(`\`${words}\``);
    const hex = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    expect(signature).toBe(`v1=${hex}`);
  });

  test('shows scenarios that compile', () => {
    const compiled = read('test/types/remote-bot.ts');
    const [whole = '', ...scenarios] = codeOf(page, 'ts');
    expect(whole.replace("'./bot", "'../../lambda/bot")).toBe(read('test/types/whole-remote-bot.ts'));
    expect(scenarios).toHaveLength(2);
    for (const code of scenarios) expect(compiled).toContain(code);
  });

  test('tells the limits that there are', () => {
    for (const bytes of [MOST_ANSWER_BYTES, MOST_STATE_BYTES, MOST_REPLY_BYTES])
      expect(read(page)).toContain(bytes.toLocaleString('en-US'));
  });

  test('names commands and files that there are', () => {
    const commands = codeOf(page, 'sh').join('');
    const { scripts } = JSON.parse(read('package.json'));
    for (const [, script = ''] of commands.matchAll(/npm (?:run )?([\w:-]+)/g))
      expect(scripts).toHaveProperty(script);
    for (const [, file = ''] of commands.matchAll(/python3 (\S+)/g))
      expect(existsSync(whereIs(file))).toBe(true);
    const links = [...read(page).matchAll(/\]\(([\w./-]+)\)/g)];
    expect(links.length).toBeGreaterThan(6);
    for (const [, link = ''] of links)
      expect([link, existsSync(new URL(link, whereIs(page)))]).toEqual([link, true]);
  });
});

test.each(['node', 'python'])(
  'the READMEs of the bot server in %s show one command, and lead on',
  language => {
    const folder = `examples/remote-bot/${language}`;
    expect(codeOf(`${folder}/README.ko.md`)).toEqual(codeOf(`${folder}/README.md`));
    for (const page of ['README.md', 'README.ko.md']) {
      const links = [...read(`${folder}/${page}`).matchAll(/\]\(([\w./-]+)\)/g)];
      expect(links).toHaveLength(2);
      for (const [, link = ''] of links)
        expect([link, existsSync(new URL(link, whereIs(`${folder}/${page}`)))]).toEqual([link, true]);
    }
  },
);
