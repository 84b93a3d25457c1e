import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { complain, print, printJson, visible, visibleJson } from '../../tools/terminal.ts';
import { anyCharacter } from '../kit/any-character.ts';
import { UNSEEN_CHARACTERS, unseenIn } from '../kit/hostile-texts.ts';
import { runs } from '../kit/property.ts';

const ROOT = join(import.meta.dirname, '../..');

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...UNSEEN_CHARACTERS, '\n', '\ud83d', '\udc69', '✓ ', '\\', '"'),
    fc.string({ unit: anyCharacter, maxLength: 3 }),
  ),
  maxLength: 40,
});

describe('what is printed', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('shows what a terminal would obey as an escape', () => {
    for (const one of UNSEEN_CHARACTERS) {
      const shown = visible(`a${one}b`);
      expect(shown).toMatch(/^a(?:\\u[\da-f]{4}|\\[rt])+b$/);
      expect(JSON.parse(`"${shown}"`)).toBe(`a${one}b`);
    }
    expect(visible('\u001b[31m\n\ud83d')).toBe('\\u001b[31m\\n\\ud83d');
  });

  test('is what it was where a terminal only shows it', () => {
    for (const text of ['', '안녕하세요, "라떼" 2잔!', '❤️ 👩 café 日本 שלום', 'C:\\users', 'a b'])
      expect(visible(text)).toBe(text);
  });

  test('is one line without a character that is not seen, whatever it was', () => {
    fc.assert(
      fc.property(hostile, text => {
        const shown = visible(text);
        expect(unseenIn(shown)).toEqual([]);
        expect(shown).not.toContain('\n');
        expect(visible(shown)).toBe(shown);
      }),
      runs(1_000),
    );
  });

  test('is the same JSON, and breaks its lines itself', () => {
    fc.assert(
      fc.property(fc.dictionary(hostile, fc.array(hostile)), value => {
        const json = visibleJson(value);
        expect(unseenIn(json)).toEqual([]);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(json.split('\n')).toHaveLength(JSON.stringify(value, null, 2).split('\n').length);
      }),
      runs(300),
    );
  });

  test('is printed in no other place, whatever the command', () => {
    const sources = ['bin', 'tools'].flatMap(folder =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.ts') && name !== 'terminal.ts')
        .map(name => join(folder, name)),
    );
    expect(sources.length).toBeGreaterThan(15);
    const printing = /\bconsole\.|\bprocess\.std(?:out|err)\.write\b/;
    expect(sources.filter(file => printing.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });

  test('goes through one place, to either output', () => {
    const written: string[] = [];
    for (const output of [process.stdout, process.stderr])
      jest.spyOn(output, 'write').mockImplementation(chunk => {
        written.push(String(chunk));
        return true;
      });
    print(['a\u001b', 'b\nc']);
    print(['a\u001b'], line => `\u001b[1m${line}\u001b[0m`);
    printJson({ a: '\u009b' });
    printJson({ a: 'b' }, text => text.toUpperCase());
    complain('a\nb');
    jest.restoreAllMocks();
    expect(written).toEqual([
      'a\\u001b\nb\\nc\n',
      '\u001b[1ma\\u001b\u001b[0m\n',
      '{\n  "a": "\\u009b"\n}\n',
      '{\n  "a": "B"\n}\n',
      'a\\nb\n',
    ]);
  });
});
