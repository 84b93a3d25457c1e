import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ScenePatch } from '../../../dev/desk/desk-api.ts';
import { type CafesDesk, type FeedReader, startCafesDesk, startStrangersDesk } from '../../kit/desk.ts';

/** The scene that each of the tests begins with. */
const PLAIN: ScenePatch = {
  protocol: 'open-builder',
  caller: 'live',
  user: '나',
  room: '1:1 채팅방',
  faults: { networkMs: 0 },
};

let desk: CafesDesk;
let page: FeedReader;
/** Beside the first, where a test needs one. */
let another: Awaited<ReturnType<typeof startStrangersDesk>> | undefined;

beforeAll(async () => {
  desk = await startCafesDesk();
});
afterAll(() => desk?.stop());
beforeEach(async () => {
  await desk.call('PATCH', '/desk/scene', PLAIN);
  page = await desk.look();
});
afterEach(async () => {
  page.close();
  await another?.stop();
  another = undefined;
});

const patch = async (changes: ScenePatch): Promise<void> => {
  const { status, text } = await desk.call('PATCH', '/desk/scene', changes);
  expect({ changes, status, text }).toEqual({ changes, status: 200, text: '{}' });
};
const session = async () => JSON.parse((await desk.call('GET', '/desk/session')).text);

describe('the scene', () => {
  test('begins with a user and a room', () => {
    const { scene, users, rooms, database, target } = page.state();
    expect(users.map(({ name }) => name)).toEqual(['나']);
    expect(rooms).toMatchObject([{ name: '1:1 채팅방', kind: 'private' }]);
    expect(scene).toMatchObject({
      protocol: 'open-builder',
      caller: 'live',
      user: {
        name: '나',
        botUserKey: expect.stringMatching(/^[\da-f]{66}$/),
        plusfriendUserKey: expect.stringMatching(/^[\w-]{12}$/),
        isFriend: true,
      },
      room: { name: '1:1 채팅방' },
      faults: { networkMs: 0, isSentTwice: false, callback: 'taken' },
    });
    expect(scene.user).not.toHaveProperty('appUserId');
    expect({ database, target }).toEqual({
      database: 'works',
      target: {
        kind: 'gateway',
        protocols: ['open-builder', 'smart-chat'],
        name: '카페',
        skillUrl: `${desk.url}/open-builder/skill`,
        appUrl: `${desk.url}/smart-chat/<secret>`,
      },
    });
  });

  test('has users by their names, each with keys of its own that a restart leaves', async () => {
    const { user: first } = page.state().scene;
    await patch({ user: ' 친구 ' });
    await page.until(({ state }) => state().scene.user.name === '친구');
    const { user: second } = page.state().scene;
    expect(second.botUserKey).not.toBe(first.botUserKey);
    expect(second.plusfriendUserKey).not.toBe(first.plusfriendUserKey);
    await patch({ user: '나' });
    await page.until(({ state }) => state().scene.user.name === '나');
    expect(page.state().scene.user).toEqual(first);
    expect(page.state().users).toEqual([first, second]);
    another = await startStrangersDesk();
    const itsPage = await another.look();
    expect(itsPage.state().scene.user).toEqual(first);
    itsPage.close();
  });

  test('has group rooms by their names', async () => {
    await patch({ room: '점심 모임' });
    await page.until(({ state }) => state().scene.room.kind === 'group');
    expect(page.state().rooms.map(({ name, kind }) => ({ name, kind }))).toEqual([
      { name: '1:1 채팅방', kind: 'private' },
      { name: '점심 모임', kind: 'group' },
    ]);
    const exchange = await page.plays({ kind: 'says', text: '메뉴' });
    expect(exchange.scene.room.name).toBe('점심 모임');
    expect(JSON.stringify(exchange.request.body)).toContain(`"botGroupKey":"${exchange.scene.room.id}"`);
  });

  test('knows whether the user is a friend and has a linked account, each user for itself', async () => {
    await patch({ user: '낯선 이', isFriend: false, isLinked: true });
    await page.until(({ state }) => state().scene.user.name === '낯선 이');
    expect(page.state().scene.user).toMatchObject({
      isFriend: false,
      appUserId: expect.stringMatching(/^\d+$/),
    });
    await patch({ user: '나' });
    await page.until(({ state }) => state().scene.user.name === '나');
    expect(page.state().scene.user.isFriend).toBe(true);
    await patch({ user: '낯선 이', isLinked: false });
    await page.until(({ state }) => state().scene.user.name === '낯선 이');
    expect(page.state().scene.user).toMatchObject({ isFriend: false });
    expect(page.state().scene.user).not.toHaveProperty('appUserId');
  });

  test('follows who adds and blocks the channel', async () => {
    await patch({ user: '변덕쟁이', protocol: 'smart-chat' });
    await page.plays({ kind: 'blocks-friend' });
    await page.until(({ state }) => !state().scene.user.isFriend);
    await page.plays({ kind: 'adds-friend' });
    await page.until(({ state }) => state().scene.user.isFriend);
  });

  test('shows the keyboard of smart-chat as the user sees it', async () => {
    await patch({ user: '둘러보는 이', protocol: 'smart-chat' });
    await page.plays({ kind: 'enters' });
    await page.until(({ state }) => state().keyboard.type === 'buttons');
    expect(page.state().keyboard).toEqual({ type: 'buttons', buttons: expect.arrayContaining(['메뉴']) });
  });

  test('is told to a page that comes later, with every exchange', async () => {
    const exchange = await page.plays({ kind: 'says', text: '장바구니' });
    await patch({ faults: { networkMs: 3 } });
    const later = await desk.look();
    await later.until(({ exchanges }) => exchanges().length === page.exchanges().length);
    expect(later.told[0]?.kind).toBe('state');
    expect(later.state().scene.faults.networkMs).toBe(3);
    expect(later.exchanges()).toEqual(page.exchanges());
    expect(later.exchanges()).toContainEqual(exchange);
    later.close();
  });

  test('is clean on the wish of the developer, and sessions stay', async () => {
    await patch({ user: '새로 온 이' });
    await page.plays({ kind: 'says', text: '담기 라떼' });
    expect((await desk.call('DELETE', '/desk/exchanges')).status).toBe(200);
    await page.until(({ told }) => told.some(({ kind }) => kind === 'cleared'));
    expect(page.exchanges()).toEqual([]);
    const later = await desk.look();
    expect(later.exchanges()).toEqual([]);
    later.close();
    expect((await page.plays({ kind: 'says', text: '장바구니' })).answer?.text).toContain('라떼');
  });

  test('has room for a bounded number of users and rooms', async () => {
    another = await startStrangersDesk();
    for (const member of ['user', 'room']) {
      const answers: number[] = [];
      for (let n = 0; n < 51; n++)
        answers.push((await another.call('PATCH', '/desk/scene', { [member]: `${n}` })).status);
      expect(answers.filter(status => status === 200)).toHaveLength(49);
      expect(answers.at(-1)).toBe(400);
    }
  });
});

describe('the session of who acts', () => {
  test('is shown as the store keeps it, and forgotten', async () => {
    await patch({ user: '기억되는 이' });
    expect(await session()).toBeNull();
    await page.plays({ kind: 'says', text: '담기 라떼' });
    expect(await session()).toMatchObject({
      state: { cart: { 라떼: 1 } },
      revision: expect.any(Number),
      memory: { turns: [{ reply: expect.anything() }] },
    });
    expect((await desk.call('DELETE', '/desk/session')).status).toBe(200);
    expect(await session()).toBeNull();
    expect((await page.plays({ kind: 'says', text: '장바구니' })).answer?.text).toContain('비어 있어요');
  });

  test.each([
    { caller: 'live' },
    { caller: 'dev' },
    { caller: 'bot-test' },
    { caller: 'skill-test' },
    { room: '모임' },
    { caller: 'dev', room: '모임' },
    { protocol: 'smart-chat' },
  ] as const)('is the one that the bot has in this scene: %j', async scene => {
    const user = `누구 ${JSON.stringify(scene).slice(0, 30)}`;
    await patch({ ...PLAIN, user, ...scene });
    await page.plays({ kind: 'says', text: '담기 라떼' });
    expect(await session()).toMatchObject({ state: { cart: { 라떼: 1 } } });
  });
});

describe('a database that is down', () => {
  afterEach(() => patch({ database: 'works' }));

  test('costs the user an apology, and the developer no look at the session', async () => {
    await patch({ database: 'down' });
    await page.until(({ state }) => state().database === 'down');
    const exchange = await page.plays({ kind: 'says', text: '담기 라떼' });
    expect(exchange).toMatchObject({ fate: { kind: 'shown' }, answer: { status: 200 } });
    expect(exchange.answer?.text).not.toContain('라떼');
    const { status, text } = await desk.call('GET', '/desk/session');
    expect({ status, says: JSON.parse(text).says.en }).toEqual({
      status: 503,
      says: "the sessions' database does not answer: let it work again, then look",
    });
    await patch({ database: 'works' });
    expect((await page.plays({ kind: 'says', text: '담기 라떼' })).answer?.text).toContain('라떼');
  });
});

describe('a photo', () => {
  const PNG = Buffer.from('\x89PNG\r\n\x1a\nand so on', 'latin1');
  const send = (bytes: Buffer, type: string) =>
    desk.call('POST', '/desk/photos', bytes, { 'content-type': type });

  test('is kept where the page and the bot find it, and sent', async () => {
    const { status, text } = await send(PNG, 'image/png');
    const { url } = JSON.parse(text);
    expect({ status, url }).toEqual({
      status: 201,
      url: expect.stringMatching(new RegExp(`^${desk.url}/desk/photos/[\\w-]{36}\\.png$`)),
    });
    const found = await fetch(url);
    expect(Buffer.from(await found.arrayBuffer())).toEqual(PNG);
    expect(found.headers.get('content-type')).toBe('image/png');
    expect(found.headers.get('content-security-policy')).toContain('sandbox');
    const exchange = await page.plays({ kind: 'sends', media: 'photo', url });
    expect(JSON.stringify(exchange.request.body)).toContain(url);
    expect(exchange.fate.kind).toBe('shown');
  });

  test.each([
    ['text/html', '<script>alert(1)</script>'],
    ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['image/png', '<script>alert(1)</script>'],
    ['', '\x89PNG\r\n\x1a\n'],
  ])('must be a picture: not %s %s', async (type, bytes) => {
    const { status, text } = await send(Buffer.from(bytes, 'latin1'), type);
    expect({ status, says: JSON.parse(text).says.en }).toEqual({
      status: 400,
      says: 'a photo must be a JPEG, PNG, GIF or WebP file, sent by its Content-Type',
    });
  });

  test('makes room for the newest twenty', async () => {
    const urls: string[] = [];
    for (let n = 0; n < 21; n++) urls.push(JSON.parse((await send(PNG, 'image/png; charset=x')).text).url);
    const statuses = await Promise.all(urls.map(async url => (await fetch(url)).status));
    expect(statuses).toEqual([404, ...Array.from({ length: 20 }, () => 200)]);
  });
});
