import { createServer } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { askServer, type ServerCall } from '../../../lambda/bot/relay/ask-server.ts';
import { type RawServer, startRawServer } from '../../kit/raw-server.ts';
import { SELF_SIGNED } from '../../kit/test-certificates.ts';

const servers: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.stop()));
});

async function serverOf(...how: Parameters<typeof startRawServer>): Promise<RawServer> {
  const server = await startRawServer(...how);
  servers.push(server);
  return server;
}

const get = (url: string, more: Partial<ServerCall> = {}) =>
  askServer({ method: 'GET', url: new URL(url), headers: {}, timeoutMs: 3_000, maxBytes: 1_000, ...more });

const textOf = (answer: Awaited<ReturnType<typeof get>>) =>
  answer.kind === 'answered' ? `${answer.status} ${answer.body}` : answer;

describe('a call', () => {
  test("sends the headers that it was given and Node's own, and the body as it is", async () => {
    const server = await serverOf((_, answer) => answer.writeHead(201, { 'X-Own': 'yes' }).end('예'));
    const answer = await get(`${server.url}/a/b`, {
      method: 'POST',
      headers: { 'User-Agent': 'KakaoTalk/Bot 2.0', Accept: '*/*' },
      body: '{"말":"네"}',
    });
    expect(answer).toMatchObject({ kind: 'answered', status: 201, headers: { 'x-own': 'yes' } });
    expect(textOf(answer)).toBe('201 예');
    expect(server.asked).toMatchObject([{ method: 'POST', path: '/a/b', body: '{"말":"네"}' }]);
    expect(server.asked[0]?.headers).toEqual([
      ['User-Agent', 'KakaoTalk/Bot 2.0'],
      ['Accept', '*/*'],
      ['Content-Length', '13'],
      ['Host', server.url.slice('http://'.length)],
      ['Connection', 'keep-alive'],
    ]);
  });

  test('goes over the connection of the one before, unless that was idle for long', async () => {
    const server = await serverOf((_, answer) => answer.end('a'));
    await get(server.url);
    await get(server.url);
    await new Promise(resolve => setTimeout(resolve, 1_100));
    await get(server.url);
    const [first, second, third] = server.asked.map(({ from }) => from);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
  ])('reads an answer that is packed by %s, which nobody asked for', async (coding, pack) => {
    const server = await serverOf((_, answer) =>
      answer.writeHead(200, { 'Content-Encoding': coding }).end(pack('긴 답')),
    );
    expect(textOf(await get(server.url))).toBe('200 긴 답');
  });

  test.each([
    ['the name of a charset', 200, 'utf-8', '답', '200 답'],
    ['that of a packing around nothing', 200, 'gzip', '', '200 '],
    ['that of a packing around no answer', 204, 'gzip', '', '204 '],
    ['that of a packing on a failure that is not packed', 500, 'gzip', '<p>Error', '500 '],
  ])('reads an answer whose coding is %s', async (_, status, coding, body, read) => {
    const server = await serverOf((_, answer) =>
      answer.writeHead(status, { 'Content-Encoding': coding }).end(body),
    );
    expect(textOf(await get(server.url))).toBe(read);
  });
});

describe('a call fails', () => {
  test('as silent, when nothing came in its time, and when its signal ends it', async () => {
    const server = await serverOf(() => {});
    const startedAt = Date.now();
    expect(await get(server.url, { timeoutMs: 80 })).toEqual({ kind: 'failed', reason: 'silent' });
    const end = new AbortController();
    setTimeout(() => end.abort(), 80);
    expect(await get(server.url, { signal: end.signal })).toEqual({ kind: 'failed', reason: 'silent' });
    expect(await get(server.url, { signal: end.signal })).toEqual({ kind: 'failed', reason: 'silent' });
    expect(Date.now() - startedAt).toBeLessThan(2_000);
    expect(server.asked).toHaveLength(2);
  });

  test('as silent, when an answer begins and does not end', async () => {
    const server = await serverOf((_, answer) => answer.write('{'));
    expect(await get(server.url, { timeoutMs: 80 })).toEqual({ kind: 'failed', reason: 'silent' });
  });

  test('as unreachable, where nobody listens, or nobody trusts the certificate', async () => {
    const server = await startRawServer(() => {});
    await server.stop();
    expect(await get(server.url)).toEqual({ kind: 'failed', reason: 'unreachable', code: 'ECONNREFUSED' });
    const secure = await serverOf((_, answer) => answer.end('a'), SELF_SIGNED);
    expect(await get(secure.url)).toMatchObject({
      kind: 'failed',
      reason: 'unreachable',
      code: expect.stringMatching(/CERT|SIGNATURE/),
    });
  });

  test('as unreachable, where a connection takes longer than it may', async () => {
    // It takes connections, and never says a word of TLS.
    const mute = createServer(() => {});
    await new Promise<void>(resolve => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as { port: number };
    const answer = await get(`https://127.0.0.1:${port}/`, { connectMs: 80 });
    mute.close();
    expect(answer).toEqual({ kind: 'failed', reason: 'unreachable', code: 'ETIMEDOUT' });
  });

  test('as broken, where the connection ends in the middle, and where no HTTP is spoken', async () => {
    const cut = await serverOf((_, answer) => {
      answer.writeHead(200, { 'Content-Length': '10' });
      answer.write('12345', () => answer.destroy());
    });
    expect(await get(cut.url)).toMatchObject({ kind: 'failed', reason: 'broken' });
    const rude = createServer(socket => socket.end('hello\r\n\r\n'));
    await new Promise<void>(resolve => rude.listen(0, '127.0.0.1', resolve));
    const { port } = rude.address() as { port: number };
    const answer = await get(`http://127.0.0.1:${port}/`);
    rude.close();
    expect(answer).toMatchObject({ kind: 'failed', reason: 'broken', code: expect.stringMatching(/^HPE_/) });
  });

  test('as too long, and reads no further than it must; packed or not', async () => {
    let written = 0;
    const endless = await serverOf((_, answer) => {
      const write = (): void => {
        while (!answer.destroyed && answer.write('a'.repeat(10_000))) written += 10_000;
      };
      answer.on('drain', write);
      answer.on('error', () => {});
      write();
    });
    expect(await get(endless.url)).toEqual({ kind: 'failed', reason: 'too-long' });
    expect(written).toBeLessThan(20_000_000);
    const bomb = await serverOf((_, answer) =>
      answer.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(Buffer.alloc(1_001))),
    );
    expect(await get(bomb.url)).toEqual({ kind: 'failed', reason: 'too-long' });
    const wrong = await serverOf((_, answer) =>
      answer.writeHead(200, { 'Content-Encoding': 'gzip' }).end('a'),
    );
    expect(await get(wrong.url)).toEqual({ kind: 'failed', reason: 'broken' });
  });

  test.each([
    ['with', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'],
    ['without', ''],
  ])(
    'by its status at once where the server switches protocols, %s a header that says so',
    async (_, said) => {
      const switching = createServer(socket => {
        socket.on('error', () => {}).resume();
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${said}\r\n`);
      });
      await new Promise<void>(resolve => switching.listen(0, '127.0.0.1', resolve));
      const { port } = switching.address() as { port: number };
      const answer = await get(`http://127.0.0.1:${port}/`);
      expect(answer).toMatchObject({ kind: 'answered', status: 101 });
      // It is hung up on.
      await new Promise(resolve => switching.close(resolve));
    },
  );

  test('never by what only says that an answer follows', async () => {
    const server = await serverOf((_, answer) => {
      answer.writeProcessing();
      answer.end('답');
    });
    expect(textOf(await get(server.url))).toBe('200 답');
  });

  test('by its status where that is a failure, however long the page about it is', async () => {
    const page = '<p>Traceback'.repeat(20_000);
    const long = await serverOf((_, answer) => answer.writeHead(500).end(page));
    const packed = await serverOf((_, answer) =>
      answer.writeHead(503, { 'Content-Encoding': 'gzip' }).end(gzipSync(page)),
    );
    for (const [{ url }, status] of [[long, 500] as const, [packed, 503] as const]) {
      const answer = await get(url);
      expect(answer).toMatchObject({ kind: 'answered', status, body: Buffer.alloc(0) });
    }
  });
});

describe('a redirect', () => {
  /** A server that says `/3` three times that it moved, from /3 to /0. */
  const moving = () =>
    serverOf(({ path }, answer) => {
      const left = Number(path.slice(1));
      if (left === 0) answer.end('here');
      else answer.writeHead(301, { Location: `/${left - 1}` }).end();
    });

  test('is followed as often as it may be, and no more', async () => {
    const server = await moving();
    expect(textOf(await get(`${server.url}/3`, { redirects: 3 }))).toBe('200 here');
    const redirected = { kind: 'failed', reason: 'redirected', code: '301' };
    expect(await get(`${server.url}/4`, { redirects: 3 })).toEqual(redirected);
    expect(await get(`${server.url}/1`)).toEqual(redirected);
  });

  test.each([
    'http://127.0.0.1:9001/2018-06-01/runtime/invocation/next',
    'http://localhost:PORT/0',
    'file:///etc/passwd',
    'http://[',
    '',
  ])('to %s is not followed: it is no page of the same host', async location => {
    const server = await serverOf(({ path }, answer) =>
      path === '/0'
        ? answer.end('here')
        : answer.writeHead(302, { Location: location.replace('PORT', new URL(server.url).port) }).end(),
    );
    const answer = await get(`${server.url}/1`, { redirects: location === '' ? 1 : 3 });
    expect(answer).toEqual({ kind: 'failed', reason: 'redirected', code: '302' });
    expect(server.asked.map(({ path }) => path)).not.toContain('/0');
  });
});
