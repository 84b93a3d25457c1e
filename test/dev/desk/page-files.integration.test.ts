import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodingFor, pageFiles } from '../../../dev/desk/page-files.ts';
import { PAGE } from '../../../dev/local-bundle.ts';
import { packPage } from '../../../tools/package/page.ts';
import { startStrangersDesk } from '../../kit/desk.ts';

const FILES = ['/', '/desk/page.js', '/desk/page.css'];

let desk: Awaited<ReturnType<typeof startStrangersDesk>>;
let folder = '';

beforeAll(async () => {
  desk = await startStrangersDesk();
  folder = await mkdtemp(join(tmpdir(), 'page-'));
});
afterAll(async () => {
  await desk?.stop();
  await rm(folder, { recursive: true });
});

describe('the page', () => {
  test('has less than 100 KB on its way to the browser', async () => {
    let bytes = 0;
    for (const path of FILES)
      bytes += (await desk.call('GET', path, undefined, { 'accept-encoding': 'gzip' })).bytes.length;
    expect(bytes).toBeGreaterThan(1_000);
    expect(bytes).toBeLessThan(100 * 1024);
  });

  test.each(FILES)('is sent as the browser takes %s', async path => {
    const as = (encoding?: string) =>
      desk.call('GET', path, undefined, encoding === undefined ? {} : { 'accept-encoding': encoding });
    const [plain, zipped, brotli] = [await as(), await as('gzip, deflate'), await as('gzip, deflate, br')];
    expect([plain, zipped, brotli].map(({ headers }) => headers['content-encoding'])).toEqual([
      undefined,
      'gzip',
      'br',
    ]);
    expect(plain.headers.vary).toBe('accept-encoding');
    expect(gunzipSync(zipped.bytes)).toEqual(plain.bytes);
    expect(brotliDecompressSync(brotli.bytes)).toEqual(plain.bytes);
    for (const { headers, bytes } of [plain, zipped, brotli])
      expect(Number(headers['content-length'])).toBe(bytes.length);
  });

  test('asks no other machine for anything', async () => {
    const { text: style } = await desk.call('GET', '/desk/page.css');
    expect(style).not.toMatch(/@import|url\((?!["']?(data:|#))/);
    const { text: script } = await desk.call('GET', '/desk/page.js');
    expect(script).not.toMatch(/\bimport\s*\(|\bfrom\s*["']https?:/);
  });

  test('is told of by its head alone where no more is asked for', async () => {
    const { status, headers, bytes } = await desk.call('HEAD', '/');
    expect({ status, bytes: bytes.length }).toEqual({ status: 200, bytes: 0 });
    expect(Number(headers['content-length'])).toBeGreaterThan(100);
  });
});

describe('the files of the page', () => {
  test('lie built in a package, as they are made of their sources in a clone, with the licences of what is in them', async () => {
    packPage(PAGE, folder);
    const [packed, made] = await Promise.all([pageFiles(folder)(), pageFiles(PAGE)()]);
    for (const file of ['page', 'page.js', 'page.css'] as const) expect(packed[file]).toEqual(made[file]);
    expect(gzipSync(packed['page.js'].encoded.identity).length).toBeGreaterThan(1_000);
  });

  test('are made anew where they could not be made before', async () => {
    const broken = await mkdtemp(join(tmpdir(), 'page-'));
    await writeFile(join(broken, 'main.tsx'), 'export const page = <p>');
    const files = pageFiles(broken);
    await expect(files()).rejects.toThrow('main.tsx');
    await writeFile(join(broken, 'main.tsx'), 'console.log("there")');
    expect((await files())['page.js'].encoded.identity.toString()).toContain('there');
    await rm(broken, { recursive: true });
  });
});

test.each([
  [undefined, 'identity'],
  ['', 'identity'],
  ['deflate', 'identity'],
  ['gzip', 'gzip'],
  ['GZIP;q=0.5, br;q=0', 'gzip'],
  ['gzip;q=0, br', 'br'],
  ['br;q=1.0, gzip;q=0.8, *;q=0.1', 'br'],
])('a browser that takes %s gets %s', (accepted, encoding) => {
  expect(encodingFor(accepted)).toBe(encoding);
});
