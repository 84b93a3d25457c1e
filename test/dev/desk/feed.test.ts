import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FeedEntry } from '../../../dev/desk/desk-api.ts';
import { Feed } from '../../../dev/desk/feed.ts';
import { type LocalServer, serveLocally } from '../../../tools/local-server.ts';

/** More than the buffers of both sides of a connection hold. */
const LONG = 'ㄱ'.repeat(2_000_000);

/** Stands in the last entry alone. */
const END = 'the-end';

/** A page may be behind for so long. */
const SLOW_MS = 300;

let feed: Feed;
let server: LocalServer;
let sockets: Socket[];

const entry = (name: string): FeedEntry => ({ kind: 'cleared', name }) as FeedEntry;

beforeEach(async () => {
  sockets = [];
  feed = new Feed({ entries: 10, ms: SLOW_MS });
  server = await serveLocally((_, response) => feed.attach(response, [entry('before')]));
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  feed.stop();
  await server.stop();
});

/** Asks for the feed, and reads nothing of it until it is told to. */
async function look(): Promise<Socket> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  sockets.push(socket);
  const [already, { host }] = [feed.size, new URL(server.url)];
  socket.on('error', () => {});
  socket.pause();
  socket.write(`GET /desk/feed HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  await until(() => feed.size > already);
  return socket;
}

async function until(isSo: () => boolean): Promise<void> {
  const givesUpAt = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > givesUpAt) throw new Error('it never came to that');
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

describe('the feed', () => {
  test('tells every page what was, and then what comes', async () => {
    const pages = [await look(), await look()].map(socket => ({ socket, text: '' }));
    for (const page of pages) {
      page.socket.on('data', chunk => {
        page.text += chunk;
      });
      page.socket.resume();
    }
    feed.tell(entry('first'));
    feed.tell(entry('second'));
    await until(() => pages.every(({ text }) => text.includes('second')));
    for (const { text } of pages) {
      expect(text).toContain('content-type: text/event-stream');
      expect([...text.matchAll(/^data: (.*)$/gm)].map(([, json = '']) => JSON.parse(json).name)).toEqual([
        'before',
        'first',
        'second',
      ]);
    }
  });

  test('drops a page that reads nothing, and goes on with the others', async () => {
    await look();
    for (let times = 0; times < 3; times++) feed.tell(entry(LONG));
    const reading = await look();
    let text = '';
    reading.on('data', chunk => {
      text += chunk;
    });
    reading.resume();
    await until(() => feed.size === 1);
    feed.tell(entry('after'));
    await until(() => text.includes('after'));
    expect(feed.size).toBe(1);
  });

  test('holds no more than a bounded number of entries for a page that is slow', async () => {
    feed = new Feed({ entries: 10, ms: 60_000 });
    await look();
    feed.tell(entry(LONG));
    for (let times = 0; times < 10; times++) feed.tell(entry('more'));
    expect(feed.size).toBe(1);
    feed.tell(entry('one too many'));
    await until(() => feed.size === 0);
  });

  test('lets a page that reads again have everything in order', async () => {
    feed = new Feed({ entries: 10, ms: 20_000 });
    const socket = await look();
    for (const name of ['a', 'b', `c${END}`]) feed.tell(entry(`${name}${LONG}${name}`));
    const chunks: string[] = [];
    socket.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
    socket.resume();
    await until(() => chunks.some(chunk => chunk.includes(END)));
    const names = [...chunks.join('').matchAll(/"name":"(\w)/g)].map(([, name]) => name);
    expect(names).toEqual(['b', 'a', 'b', 'c']);
  });

  test('ends with the desk', async () => {
    const socket = await look();
    socket.resume();
    const closed = once(socket, 'close');
    feed.stop();
    await closed;
    expect(feed.size).toBe(0);
  });
});
