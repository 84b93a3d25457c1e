import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type FeedReader, startStrangersDesk } from '../../kit/desk.ts';

let bot: Server;
let calls: { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
let desk: Awaited<ReturnType<typeof startStrangersDesk>>;
let page: FeedReader;

beforeAll(async () => {
  bot = createServer(async (request, response) => {
    calls.push({ path: request.url ?? '', headers: request.headers });
    let body = '';
    for await (const chunk of request) body += chunk;
    const { userRequest: { utterance = '' } = {} } = JSON.parse(body || '{}');
    const text = `<b>${utterance.trim()}</b>`;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ version: '2.0', template: { outputs: [{ simpleText: { text } }] } }));
  }).listen(0, '127.0.0.1');
  await new Promise(resolve => bot.once('listening', resolve));
  const { port } = bot.address() as AddressInfo;
  desk = await startStrangersDesk({
    skill: { url: `http://127.0.0.1:${port}/my-skill`, headers: { 'x-key': 'a-key-of-mine' } },
  });
  page = await desk.look();
});
afterAll(async () => {
  page?.close();
  await desk?.stop();
  bot?.close();
});
beforeEach(() => {
  calls = [];
});

describe("a desk for a stranger's bot", () => {
  test('talks to it with the headers that the developer gave, which it shows nobody', async () => {
    const exchange = await page.plays({ kind: 'says', text: '안녕' });
    expect(calls).toMatchObject([{ path: '/my-skill', headers: { 'x-key': 'a-key-of-mine' } }]);
    expect(exchange).toMatchObject({
      fate: { kind: 'shown' },
      answer: { text: expect.stringContaining('<b>안녕</b>') },
    });
    const { text: curl } = await desk.call('GET', `/desk/curl/${exchange.id}`);
    expect(curl).toContain("-H 'x-key: <secret>'");
    expect(JSON.stringify(page.told) + curl).not.toContain('a-key-of-mine');
  });

  test('names it, and knows what it has not', async () => {
    const { target, database } = page.state();
    expect({ target, database }).toEqual({
      target: {
        kind: 'other',
        protocols: ['open-builder'],
        name: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        skillUrl: expect.stringMatching(/\/my-skill$/),
      },
      database: undefined,
    });
    for (const [method, path, body, sentence] of [
      ['GET', '/desk/session', undefined, "this bot's sessions are its own"],
      ['DELETE', '/desk/session', undefined, "this bot's sessions are its own"],
      ['PATCH', '/desk/scene', { database: 'down' }, "this bot's database is its own"],
      ['PATCH', '/desk/scene', { protocol: 'smart-chat' }, 'start it with --smart-chat <url>, too'],
    ] as const) {
      const { status, text } = await desk.call(method, path, body);
      expect({ status, says: JSON.parse(text).says.en }).toEqual({
        status: 400,
        says: expect.stringContaining(sentence),
      });
    }
  });

  test('is no gateway', async () => {
    const { status, text } = await desk.call('POST', '/open-builder/skill', {});
    expect({ status, text }).toEqual({
      status: 404,
      text: expect.stringContaining('there is no gateway here'),
    });
    expect(calls).toEqual([]);
  });
});
