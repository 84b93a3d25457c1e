import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { isForDesk } from '../../../dev/desk/serve-desk.ts';
import { routeKeys } from '../../../lambda/routes.ts';
import { type CafesDesk, type FeedReader, startCafesDesk } from '../../kit/desk.ts';

const TUNNEL = 'abc.ngrok.app';

let desk: CafesDesk;
let page: FeedReader;

beforeAll(async () => {
  desk = await startCafesDesk([TUNNEL]);
});
afterAll(() => desk?.stop());
beforeEach(async () => {
  page = await desk.look();
});
afterEach(() => page.close());

const shown = ({ answer }: { readonly answer?: { readonly text: string } }): string => answer?.text ?? '';

describe('a desk beside the gateway', () => {
  test.each(['/', '/gallery'])('serves its page at %s, which loads nothing from elsewhere', async path => {
    const { status, headers, text } = await desk.call('GET', path);
    expect({ status, type: headers['content-type'] }).toEqual({
      status: 200,
      type: 'text/html; charset=utf-8',
    });
    expect([...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url)).toEqual([
      'data:,',
      '/desk/page.css',
      '/desk/page.js',
    ]);
    expect(headers['content-security-policy']?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "img-src 'self' data:",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  test('lets the page load pictures from elsewhere on the wish of who looks alone', async () => {
    const policyOf = async (path: string): Promise<string | undefined> =>
      (await desk.call('GET', path)).headers['content-security-policy'];
    expect(await policyOf('/?images=1')).toContain("img-src 'self' data: https:;");
    for (const path of ['/', '/?images=0', '/?images=']) expect(await policyOf(path)).not.toContain('https:');
  });

  test.each(['/', '/desk/page.js', '/desk/page.css', '/desk/session', '/desk/curl/none', '/desk/nothing'])(
    'sends %s so that no browser guesses, keeps or shares anything of it',
    async path => {
      expect((await desk.call('GET', path)).headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      });
    },
  );

  test('hides no route of the gateway', async () => {
    expect(routeKeys.length).toBeGreaterThan(8);
    for (const key of routeKeys) {
      const [method = '', path = ''] = key.split(' ');
      expect({ key, isForDesk: isForDesk(method, path) }).toEqual({ key, isForDesk: false });
    }
    expect(JSON.parse((await desk.call('GET', '/health')).text)).toMatchObject({ status: 'ok' });
    expect(JSON.parse((await desk.call('POST', '/')).text).message).toContain('/smart-chat/<secret>');
  });

  test.each(['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST'])('is there by the name %s', async name => {
    const { port } = new URL(desk.url);
    for (const host of [name, `${name}:${port}`])
      expect((await desk.call('GET', '/', undefined, { host })).status).toBe(200);
  });

  test.each(['/', '/gallery', '/desk/page.js', '/desk/feed', '/desk/session'])(
    'is not there at %s by the name of a tunnel, which reaches the gateway alone',
    async path => {
      expect((await desk.call('GET', path, undefined, { host: TUNNEL })).status).toBe(404);
      expect((await desk.call('GET', '/health', undefined, { host: TUNNEL })).status).toBe(200);
    },
  );

  test.each([
    ['POST', '/desk/acts', { kind: 'enters' }],
    ['PATCH', '/desk/scene', { user: '남' }],
    ['DELETE', '/desk/session', undefined],
    ['DELETE', '/desk/exchanges', undefined],
    ['POST', '/desk/photos', 'x'],
  ])('does not do %s %s by the name of a tunnel', async (method, path, body) => {
    expect((await desk.call(method, path, body, { host: TUNNEL })).status).toBe(404);
  });

  test.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site' },
    { host: 'evil.example' },
  ])('answers no page of others, nor by a name of theirs: %j', async headers => {
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/desk/feed'],
      ['GET', '/desk/session'],
      ['POST', '/desk/acts'],
    ] as const) {
      const { status, text } = await desk.call(
        method,
        path,
        method === 'POST' ? { kind: 'enters' } : undefined,
        {
          ...headers,
        } as Record<string, string>,
      );
      expect({ path, status, text }).toEqual({ path, status: 403, text: expect.stringMatching(/this port/) });
    }
  });

  test('answers a page of its own', async () => {
    const { status } = await desk.call(
      'POST',
      '/desk/acts',
      { kind: 'says', text: '메뉴' },
      { origin: desk.url },
    );
    expect(status).toBe(202);
  });
});

describe('who acts on a desk', () => {
  test('is answered by the bot, through its real route', async () => {
    const exchange = await page.plays({ kind: 'says', text: '메뉴' });
    expect(exchange).toMatchObject({
      said: '메뉴',
      fate: { kind: 'shown' },
      answer: { status: 200 },
      violations: [],
    });
    expect(shown(exchange)).toContain('아메리카노');
    expect(exchange.request.url).toBe(`${desk.url}/open-builder/skill`);
  });

  test('keeps the session when going over to the other protocol', async () => {
    await desk.call('PATCH', '/desk/scene', { user: '옮긴 이' });
    await page.plays({ kind: 'says', text: '담기 유자차' });
    await desk.call('PATCH', '/desk/scene', { protocol: 'smart-chat' });
    expect(shown(await page.plays({ kind: 'says', text: '담기 유자차' }))).toContain('모두 2잔');
    await desk.call('PATCH', '/desk/scene', { protocol: 'open-builder', user: '나' });
  });

  test('never sees the secret, wherever it is', async () => {
    await desk.call('PATCH', '/desk/scene', { protocol: 'smart-chat' });
    const exchange = await page.plays({ kind: 'says', text: '메뉴' });
    await desk.call('PATCH', '/desk/scene', { protocol: 'open-builder' });
    await page.plays({ kind: 'says', text: '메뉴' });
    const { text: curl } = await desk.call('GET', `/desk/curl/${encodeURIComponent(exchange.id)}`);
    expect(curl).toContain('/smart-chat/');
    for (const text of [JSON.stringify(page.told), curl]) {
      expect(text.length).toBeGreaterThan(200);
      expect(text).not.toContain(desk.secret);
    }
  });

  test("is told which of Kakao's limits an answer breaks that nobody sent", async () => {
    const check = async (body: object): Promise<readonly string[]> => {
      const { status, text } = await desk.call('POST', '/desk/checks', body);
      expect(status).toBe(200);
      const { violations } = JSON.parse(text) as {
        readonly violations: readonly { readonly path: string }[];
      };
      return violations.map(({ path }) => path);
    };
    const card = {
      version: '2.0',
      template: { outputs: [{ basicCard: { title: '카드' } }], quickReplies: [] },
    };
    const replies = {
      version: '2.0',
      template: {
        outputs: [{ simpleText: { text: '네' } }],
        quickReplies: [{ label: '메뉴', action: 'message', messageText: '메뉴' }],
      },
    };
    const before = page.exchanges().length;
    expect(await check({ protocol: 'open-builder', room: 'private', answer: card })).toEqual([
      'template.outputs[0].basicCard.thumbnail',
    ]);
    expect(await check({ protocol: 'open-builder', room: 'private', answer: replies })).toEqual([]);
    expect(await check({ protocol: 'open-builder', room: 'group', answer: replies })).toEqual([
      'template.quickReplies',
    ]);
    expect(await check({ protocol: 'smart-chat', room: 'private', answer: { message: {} } })).toEqual([
      'message.text',
    ]);
    expect(
      await check({ protocol: 'smart-chat', room: 'private', answer: { type: 'buttons', buttons: [] } }),
    ).toEqual(['buttons']);
    expect(page.exchanges()).toHaveLength(before);
    expect((await desk.call('POST', '/desk/checks', { protocol: 'telegram' })).status).toBe(400);
  });

  test('takes the conversation along as a script and as a jest test', async () => {
    await page.plays({ kind: 'says', text: '담기 유자차' });
    for (const [file, words] of [
      ['talk.yaml', /^ *- says: 담기 유자차$/m],
      ['talk.test.ts', /\.says\('담기 유자차'\);$/m],
    ] as const) {
      const { status, headers, text } = await desk.call('GET', `/desk/export/${file}`);
      expect({ status, saved: headers['content-disposition'], text }).toEqual({
        status: 200,
        saved: `attachment; filename="${file}"`,
        text: expect.stringMatching(words),
      });
      expect(text).not.toContain(desk.secret);
    }
  });

  test('is told what can not be done', async () => {
    for (const [path, method, body, sentence] of [
      ['/desk/acts', 'POST', '{', 'the body must be JSON'],
      ['/desk/acts', 'POST', '[]', 'the body must be a JSON object'],
      ['/desk/acts', 'POST', { kind: 'shouts' }, '"kind" must be one of says, taps, sends, enters'],
      ['/desk/acts', 'POST', { kind: 'says' }, '"text" must be a text'],
      ['/desk/acts', 'POST', { kind: 'taps', at: '0' }, '"at" must be an object'],
      [
        '/desk/acts',
        'POST',
        { kind: 'sends', media: 'photo', url: 'file:///etc/passwd' },
        '"url" must be a URL',
      ],
      ['/desk/acts', 'POST', { kind: 'calls-block', block: 'b', params: { n: 1 } }, '"n" must be a text'],
      ['/desk/acts', 'POST', { kind: 'taps', at: { exchange: 'none', path: 'a' } }, ''],
      ['/desk/scene', 'PATCH', { user: ' ' }, '"user" must be a name of 1 to 40 characters'],
      ['/desk/scene', 'PATCH', { protocol: 'sms' }, '"protocol" must be one of open-builder, smart-chat'],
      [
        '/desk/scene',
        'PATCH',
        { faults: { networkMs: -1 } },
        '"networkMs" must be a whole number from 0 to 10000',
      ],
    ] as const) {
      const { status, text } = await desk.call(method, path, body);
      expect({ body, status, json: JSON.parse(text) }).toEqual({
        body,
        status: 400,
        json: { says: { en: expect.stringContaining(sentence), ko: expect.any(String) } },
      });
    }
  });

  test('is told in Korean, too, why something can not be played', async () => {
    const { status, text } = await desk.call('POST', '/desk/acts', { kind: 'leaves' });
    expect({ status, json: JSON.parse(text) }).toEqual({
      status: 400,
      json: {
        says: {
          en: 'Open Builder tells no bot that a user leaves: use smart-chat',
          ko: '오픈빌더는 봇에 알리지 않습니다(방 나가기). 스마트채팅을 쓰세요',
        },
      },
    });
  });

  test('can send no more than it may', async () => {
    const long = JSON.stringify({ kind: 'says', text: 'x'.repeat(64 * 1024) });
    expect((await desk.call('POST', '/desk/acts', long)).status).toBe(413);
    expect((await desk.call('PATCH', '/desk/scene', long)).status).toBe(413);
    const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(10 * 1024 * 1024)]);
    expect((await desk.call('POST', '/desk/photos', png, { 'content-type': 'image/png' })).status).toBe(413);
  });
});
