import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectAccessible } from './accessibility.ts';
import { visit } from './visit.ts';

const POLICY = "default-src 'none'; script-src 'self'";
const pages: Record<string, string> = {
  '/good': '<main><h1>방</h1><p>안녕하세요</p></main>',
  '/thrower': '<script src="/throws.js"></script>',
  '/throws.js': 'throw new Error("broken")',
  '/complainer': '<script src="/complains.js"></script>',
  '/complains.js': 'console.error("a complaint")',
  '/inline': '<script>document.title = "ran"</script>',
  '/stranger': '<a href="http://kakao.example/">밖</a>',
  '/nameless': '<main><h1>방</h1><button></button></main>',
};
const server = createServer(({ url = '' }, answer) => {
  const isScript = url.endsWith('.js');
  answer.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
  if (!isScript) answer.setHeader('content-security-policy', POLICY);
  const body = pages[url] ?? '';
  answer.end(isScript ? body : `<!doctype html><html lang="ko"><title>방</title>${body}</html>`);
});
let origin: string;

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a visit', () => {
  const settle = async (): Promise<void> => new Promise(resolve => setTimeout(resolve, 100));

  test('of a page without a fault passes', () => visit(`${origin}/good`, {}, settle));

  test.each([
    ['that throws', '/thrower', 'thrown: broken'],
    ['that complains in its console', '/complainer', 'console: a complaint'],
    ['whose script its policy refuses', '/inline', 'policy: script-src-elem refused inline'],
  ])('of a page %s fails', async (_, path, fault) => {
    await expect(visit(`${origin}${path}`, {}, settle)).rejects.toThrow(fault);
  });

  test('that leads to another machine fails', async () => {
    const leaving = visit(`${origin}/stranger`, {}, async page => {
      await page.getByRole('link').click();
    });
    await expect(leaving).rejects.toThrow('request: http://kakao.example/');
  });

  test('fails where a screen reader would read nothing', async () => {
    await visit(`${origin}/good`, {}, expectAccessible);
    await expect(visit(`${origin}/nameless`, {}, expectAccessible)).rejects.toThrow('button-name');
  });
});
