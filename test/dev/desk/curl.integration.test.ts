import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { curlOf } from '../../../dev/desk/curl.ts';
import type { SentRequest } from '../../../tools/kakao-simulator/exchange.ts';
import { anyCharacter } from '../../kit/any-character.ts';
import { runs } from '../../kit/property.ts';

/** The words that a real shell passes to curl. */
async function wordsOf(line: string, environment: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const told = `curl() { printf '%s\\0' "$@"; }\n${line}`;
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', told], {
    env: { ...environment },
    encoding: 'buffer',
  });
  return stdout.toString().split('\0').slice(0, -1);
}

const REQUEST: SentRequest = {
  method: 'POST',
  url: 'http://127.0.0.1:3000/open-builder/skill',
  headers: { 'content-type': 'application/json', 'x-gateway-secret': '<secret>' },
  body: { userRequest: { utterance: "그건 '$HOME' 이에요" } },
};

test('a request is a line that a shell takes as it is meant', async () => {
  expect(await wordsOf(curlOf({ request: REQUEST }))).toEqual([
    '-sS',
    '-g',
    '-X',
    'POST',
    REQUEST.url,
    '-H',
    'content-type: application/json',
    '-H',
    'x-gateway-secret: <secret>',
    '--data-raw',
    JSON.stringify(REQUEST.body),
  ]);
});

test("the gateway's secret comes from the shell, wherever it stands", async () => {
  const request = { ...REQUEST, url: 'http://127.0.0.1:3000/smart-chat/<secret>/message' };
  const line = curlOf({ request }, '"$GATEWAY_SECRET"');
  expect(line).toContain('$GATEWAY_SECRET');
  const words = await wordsOf(line, { GATEWAY_SECRET: 'my own; secret' });
  expect(words).toContain('http://127.0.0.1:3000/smart-chat/my own; secret/message');
  expect(words).toContain('x-gateway-secret: my own; secret');
});

test('words of a user are no place of a secret', async () => {
  const request = { ...REQUEST, body: { content: '<secret>' } };
  const words = await wordsOf(curlOf({ request }, '"$GATEWAY_SECRET"'), { GATEWAY_SECRET: 'mine' });
  expect(words.at(-1)).toBe('{"content":"<secret>"}');
});

test('a request without a body sends none', async () => {
  const request: SentRequest = { method: 'GET', url: 'http://127.0.0.1:3000/keyboard', headers: { via: '' } };
  expect(await wordsOf(curlOf({ request }))).toEqual(['-sS', '-g', '-X', 'GET', request.url, '-H', 'via;']);
});

const hostile = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.constantFrom(
    "'",
    "''",
    '$(id)',
    '`id`',
    '\\',
    '\n; id',
    '" $HOME',
    '!!',
    '@/etc/passwd',
    '\u202e',
    '\x1b[2J',
  ),
);

test('whatever is in a request, the shell does nothing of it, and a terminal neither', async () => {
  const requests = fc.record({
    method: fc.constantFrom('POST' as const, 'DELETE' as const),
    url: fc
      .webUrl({ withQueryParameters: true })
      .chain(url => hostile.map(text => url + encodeURI(text.toWellFormed()))),
    headers: fc.dictionary(fc.constantFrom('x-a', 'x-b'), fc.string({ unit: 'grapheme-ascii' })),
    body: fc.record({ text: hostile, list: fc.array(hostile, { maxLength: 3 }) }),
  });
  await fc.assert(
    fc.asyncProperty(requests, async request => {
      const line = curlOf({ request });
      expect(line).not.toMatch(/\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u2069]/u);
      const words = await wordsOf(line);
      const headers = Object.entries(request.headers).flatMap(([name, value]) => [
        '-H',
        value === '' ? `${name};` : `${name}: ${value}`,
      ]);
      expect(words.slice(0, -1)).toEqual([
        '-sS',
        '-g',
        '-X',
        request.method,
        request.url,
        ...headers,
        '--data-raw',
      ]);
      expect(JSON.parse(words.at(-1) ?? '')).toEqual(JSON.parse(JSON.stringify(request.body)));
    }),
    runs(50),
  );
});
