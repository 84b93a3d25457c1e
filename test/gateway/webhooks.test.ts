import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Bot, growing, type Notice } from '../../lambda/bot/index.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import type { EventBus, TakenNotice } from '../../lambda/gateway/event-bus.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { type WebhookGateway, webhooksHandler } from '../../lambda/gateway/webhooks.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { DRAFT_EVERY_MS } from '../../lambda/turn/time-budget.ts';
import { keepingBot, Person } from '../kit/forgotten.ts';
import {
  ADMIN_KEY,
  type Call,
  CONTEXT,
  channelWebhook,
  invoke,
  skillCall,
  testAdminKey,
  unlinkWebhook,
} from '../kit/http.ts';
import { type Item, type LateGateway, startLateGateway, until } from '../kit/late-gateway.ts';

/** Ends the held rules, by the app's id of who asked. */
const release = new Map<string, () => void>();
const told: Notice[] = [];
let doesBotFail = false;

const bot = keepingBot(release)
  .hears(
    /^자라기 (.+)/,
    growing({
      slow: '잠시만요',
      grow: async function* ({ text, user }) {
        yield `${text} 시작.`;
        await new Promise<void>(resolve => release.set(user.appUserId ?? '', resolve));
        // As long as drafts are kept apart.
        await new Promise(resolve => setTimeout(resolve, DRAFT_EVERY_MS));
        yield `${text} 그리고.`;
        await new Promise(resolve => setTimeout(resolve, 300));
        yield `${text} 끝.`;
      },
      then: () => undefined,
    }),
  )
  .notices(notice => {
    told.push(notice);
    if (doesBotFail) throw new Error('no');
  })
  .fallback(() => '몰라요');

const liveKeyOf = ({ plusfriend }: Person) => userKeyOf('live', { plusfriendUserKey: plusfriend.live });

type Place = 'live' | 'dev' | { readonly room: string };

let gateway: LateGateway;
beforeAll(async () => {
  gateway = await startLateGateway(bot, { keepsAliases: true });
});
afterAll(() => gateway?.stop());

async function says(
  { appUserId, plusfriend, botUserKey }: Person,
  utterance: string,
  place: Place = 'live',
  callbackUrl?: string,
) {
  const isRoom = typeof place === 'object';
  const properties = {
    appUserId,
    botUserKey,
    ...(!isRoom && { plusfriendUserKey: plusfriend[place], isFriend: true }),
  };
  const body = {
    bot: { id: place === 'dev' ? 'b!' : 'b' },
    userRequest: {
      utterance,
      user: { id: botUserKey, type: 'botUserKey', properties },
      ...(isRoom && {
        chat: { id: place.room, type: 'botGroupKey', properties: { botGroupKey: place.room } },
      }),
      ...(callbackUrl && { callbackUrl }),
    },
  };
  const call = skillCall(body, { 'x-request-id': randomUUID() });
  const { status, json } = await invoke(gateway.handlerOf(openBuilderHandler), call);
  expect(status).toBe(200);
  return JSON.stringify(json);
}

function webhook(call: Call, settings: Partial<Omit<WebhookGateway<unknown>, 'bot'>> = {}) {
  const handler = gateway.handlerOf(own =>
    webhooksHandler({ ...own, adminKey: testAdminKey, aliases: gateway.aliases, ...settings }),
  );
  return invoke(handler, call);
}

const unlink = ({ appUserId }: Person, more: Readonly<Record<string, string>> = {}) =>
  unlinkWebhook({ app_id: '123456', user_id: appUserId, referrer_type: 'UNLINK_FROM_APPS', ...more });

const channel = (kind: 'added' | 'blocked', { appUserId }: Person, more: object = {}) =>
  channelWebhook({
    event: kind,
    id: appUserId,
    id_type: 'app_user_id',
    channel_public_id: '_ZeUTxl',
    channel_uuid: '@카페',
    updated_at: '2026-11-22T05:00:00Z',
    ...more,
  });

const itemsWith = async (...traces: readonly string[]): Promise<readonly Item[]> =>
  (await gateway.items()).filter(item => traces.some(trace => JSON.stringify(item).includes(trace)));

/** Lives with the bot in every way that leaves something in the table. */
async function live(person: Person): Promise<void> {
  const { word } = person;
  await says(person, `담기 ${word}`);
  await says(person, `천천히 ${word}`);
  await until(async () => JSON.stringify(await itemsWith(word)).includes(`다 됐어요: 천천히 ${word}`));
  await says(person, `길게 ${word}`, 'dev');
  await says(person, `길게 ${word}`, { room: `room of ${word}` });
  await gateway.drafts.save(liveKeyOf(person), { turn: word, pieces: [`조각 ${word}`] });
  await gateway.store.save(
    `${liveKeyOf(person)}/room` as ReturnType<typeof liveKeyOf>,
    await gateway.store.load(`${liveKeyOf(person)}/room` as ReturnType<typeof liveKeyOf>),
    { state: JSON.stringify(word), version: 1, memory: { turns: [] }, leases: {} },
  );
}

describe('a user who unlinks the app', () => {
  test('is erased from the table under every key, and other users are untouched', async () => {
    const [leaving, staying] = [new Person(), new Person()];
    await live(leaving);
    await live(staying);
    expect(await itemsWith(...leaving.traces)).toHaveLength(6);
    const others = await itemsWith(...staying.traces);

    const { status, json } = await webhook(unlink(leaving));

    expect({ status, json }).toEqual({ status: 200, json: {} });
    expect(await itemsWith(...leaving.traces)).toEqual([]);
    expect(await itemsWith(...staying.traces)).toEqual(others);
  });

  test.each(['callback', 'room'] as const)(
    'gets no answer by %s that was still worked on, and is not made anew by it',
    async way => {
      const person = new Person();
      const url = way === 'callback' ? gateway.sink.newUrl() : undefined;
      await says(person, `붙잡기 ${person.word}`, 'live', url);
      await says(person, `붙잡기 ${person.word} 또`, 'live', url && gateway.sink.newUrl());
      await until(() => release.has(person.appUserId));
      const posts = gateway.sink.requests();

      await webhook(unlink(person));
      release.get(person.appUserId)?.();
      await gateway.idle();

      // As the queue delivers their second records.
      const records = gateway.events.filter(event => JSON.stringify(event).includes(person.word));
      for (const event of records) await gateway.worker(event, CONTEXT);

      expect(records).not.toEqual([]);
      expect(await itemsWith(...person.traces)).toEqual([]);
      expect(gateway.sink.requests()).toBe(posts);
    },
  );

  test('while an answer to them grows, leaves no draft of it', async () => {
    const person = new Person();
    await says(person, `자라기 ${person.word}`);
    await until(async () => JSON.stringify(await itemsWith(person.word)).includes('시작.'));
    await until(() => release.has(person.appUserId));
    await webhook(unlink(person));
    expect(await itemsWith(...person.traces)).toEqual([]);
    release.get(person.appUserId)?.();
    await gateway.idle();
    expect(await itemsWith(...person.traces)).toEqual([]);
  });

  test('is erased under a key, too, that a turn adds to the alias meanwhile', async () => {
    const person = new Person();
    await says(person, `담기 ${person.word}`);
    const { aliases } = gateway;
    const before = {
      load: async () => [],
      add: (...added: Parameters<typeof aliases.add>) => aliases.add(...added),
      delete: (appUserId: string) => aliases.delete(appUserId),
    };
    await webhook(unlink(person), { aliases: before });
    expect(await itemsWith(...person.traces)).toEqual([]);
  });

  test('is told to the bot once, with the key of the channel first and all others', async () => {
    const person = new Person();
    await live(person);
    told.length = 0;
    await webhook(unlink(person));
    expect(told).toEqual([
      {
        kind: 'unlinked',
        user: {
          key: liveKeyOf(person),
          appUserId: person.appUserId,
          channelKind: 'live',
          plusfriendUserKey: person.plusfriend.live,
          isFriend: false,
        },
        keys: [
          liveKeyOf(person),
          expect.stringMatching(/^(dev|live)\//),
          expect.stringMatching(/^(dev|live)\//),
        ],
      },
    ]);
  });

  test('is erased although the bot fails, and by a webhook that comes twice', async () => {
    const person = new Person();
    await says(person, `담기 ${person.word}`);
    doesBotFail = true;
    expect((await webhook(unlink(person))).status).toBe(200);
    doesBotFail = false;
    expect(await itemsWith(...person.traces)).toEqual([]);
    expect((await webhook(unlink(person))).status).toBe(200);
  });

  test('is erased by GET, too', async () => {
    const person = new Person();
    await says(person, `담기 ${person.word}`);
    const query = `app_id=123456&user_id=${person.appUserId}&referrer_type=ACCOUNT_DELETE`;
    const { body: _, ...call } = unlink(person);
    expect((await webhook({ ...call, method: 'GET', query })).status).toBe(200);
    expect(await itemsWith(...person.traces)).toEqual([]);
  });

  test('who is not known is a 200, as Kakao asks for, and told to the bot without a key', async () => {
    const person = new Person();
    told.length = 0;
    expect(await webhook(unlink(person))).toMatchObject({ status: 200, json: {} });
    const user = { appUserId: person.appUserId, channelKind: 'live', isFriend: false };
    expect(told).toEqual([{ kind: 'unlinked', user }]);
  });

  test('may talk on: what they say then is a first turn, and has its alias again', async () => {
    const person = new Person();
    await says(person, `담기 ${person.word}`);
    await webhook(unlink(person));
    expect(await says(person, '담기 물')).toContain('담았어요: 담기 물');
    expect(await gateway.aliases.load(person.appUserId)).toEqual([liveKeyOf(person)]);
  });

  test('is a 500 where the table fails: a 200 would say that it is done', async () => {
    const person = new Person();
    await says(person, `담기 ${person.word}`);
    const store = { ...gateway.store, delete: () => Promise.reject(new Error('ill')) };
    gateway.logged.length = 0;
    expect((await webhook(unlink(person), { store })).status).toBe(500);
    expect(gateway.logged).toMatchObject([{ level: 'error', what: 'request failed' }]);
    // Nothing is lost of it: the next webhook finds all that is left.
    expect((await webhook(unlink(person))).status).toBe(200);
    expect(await itemsWith(...person.traces)).toEqual([]);
  });

  test.each([
    ['user_id', { user_id: '' }],
    ['user_id', { user_id: 'x'.repeat(141) }],
    ['app_id', { app_id: '' }],
  ])('is a 400 that names %s where that is none', async (field, more) => {
    expect(await webhook(unlink(new Person(), more))).toMatchObject({ status: 400, json: { field } });
  });

  test('of another app is refused where the app is named, and of this one is not', async () => {
    const person = new Person();
    await says(person, `담기 ${person.word}`);
    expect(await webhook(unlink(person), { appId: '654321' })).toMatchObject({
      status: 400,
      json: { message: 'app_id must be the id of the app that the setting appId names', field: 'app_id' },
    });
    expect(await itemsWith(person.word)).toHaveLength(1);
    expect((await webhook(unlink(person), { appId: '123456' })).status).toBe(200);
    expect(await itemsWith(person.word)).toEqual([]);
  });
});

describe('a user who adds or blocks the channel', () => {
  test('is told to the bot as smart-chat tells it, with the key of the channel', async () => {
    const person = new Person();
    await says(person, `담기 ${person.word}`, 'dev');
    await says(person, `담기 ${person.word}`);
    told.length = 0;
    await webhook(channel('added', person));
    await webhook(channel('blocked', person));
    const { appUserId, plusfriend } = person;
    const key = liveKeyOf(person);
    const user = { key, appUserId, channelKind: 'live', plusfriendUserKey: plusfriend.live };
    expect(told).toEqual([
      { kind: 'friend-added', user: { ...user, isFriend: true }, keys: [key] },
      { kind: 'friend-blocked', user: { ...user, isFriend: false }, keys: [key] },
    ]);
  });

  test('is forgotten in that channel and its room when they block it, and nowhere else', async () => {
    const person = new Person();
    await live(person);
    const { word, plusfriend } = person;
    await webhook(channel('added', person));
    expect(await itemsWith(`channel/${plusfriend.live}`)).toHaveLength(4);
    await webhook(channel('blocked', person));
    const left = await itemsWith(word);
    expect(left.map(({ userKey }) => userKey?.S?.split('/').slice(0, 2).join('/')).sort()).toEqual([
      'dev/channel',
      'live/bot',
    ]);
  });

  test('by an id of another kind is nobody whom the bot knows', async () => {
    const person = new Person();
    await says(person, `담기 ${person.word}`);
    told.length = 0;
    expect((await webhook(channel('blocked', person, { id_type: 'open_id' }))).status).toBe(200);
    expect(told).toEqual([{ kind: 'friend-blocked' }]);
    expect(await itemsWith(person.word)).toHaveLength(1);
  });

  test('of another channel of the app is nothing to the bot where its own is named', async () => {
    const person = new Person();
    await says(person, `담기 ${person.word}`);
    told.length = 0;
    const named = { channelPublicId: '_ZeUTxl' };
    const other = { channel_public_id: '_another' };
    expect((await webhook(channel('blocked', person, other), named)).status).toBe(200);
    expect(told).toEqual([]);
    expect(await itemsWith(person.word)).toHaveLength(1);
    // Of old, the channel had another name.
    const old = { channel_public_id: undefined, plus_friend_public_id: '_ZeUTxl' };
    await webhook(channel('blocked', person, old), named);
    expect(told).toHaveLength(1);
    expect(await itemsWith(person.word)).toEqual([]);
  });

  test.each([
    ['event', { event: 'muted' }],
    ['id', { id: undefined }],
  ])('is a 400 that names %s where that is none', async (field, more) => {
    expect(await webhook(channel('added', new Person(), more))).toMatchObject({
      status: 400,
      json: { field },
    });
  });
});

test.each([
  ['missing', undefined],
  ['wrong', `KakaoAK ${ADMIN_KEY}x`],
  ['wrong', `Bearer ${ADMIN_KEY}`],
  ['wrong', ADMIN_KEY],
])('whoever does not show the admin key is refused: it is %s', async (what, authorization) => {
  const person = new Person();
  await says(person, `담기 ${person.word}`);
  const calls = [unlink(person), { ...unlink(person), method: 'GET' }, channel('blocked', person)];
  for (const { headers, ...call } of calls) {
    const { authorization: _, ...others } = headers ?? {};
    const answered = await webhook({
      ...call,
      headers: { ...others, ...(authorization && { Authorization: authorization }) },
    });
    expect(answered).toMatchObject({
      status: 401,
      json: {
        message: `the header Authorization is ${what}: Kakao Developers sends KakaoAK and the app's primary admin key, which the gateway's adminKeySecret must hold`,
      },
    });
  }
  expect(await itemsWith(person.word)).toHaveLength(1);
});

test('the log tells which notice came, and nobody who it was about', async () => {
  const person = new Person();
  await says(person, `담기 ${person.word}`);
  gateway.logged.length = 0;
  await webhook(channel('added', person));
  await webhook(unlink(person));
  const about = { level: 'info', what: 'notice taken', protocol: 'kakao-developers' };
  expect(gateway.logged).toMatchObject([
    { ...about, outcome: 'friend-added' },
    { ...about, outcome: 'unlinked' },
  ]);
  expect(person.traces.filter(trace => JSON.stringify(gateway.logged).includes(trace))).toEqual([]);
});

test('who a webhook is about is named by the secret as it is after a rotation, which no webhook shows', async () => {
  const named: (string | undefined)[] = [];
  let current = 'before the rotation';
  const handler = webhooksHandler({
    bot: new Bot(),
    store: new MemorySessionStore(),
    aliases: { load: async () => [], add: async () => {}, delete: async () => [] },
    secret: {
      accepts: async () => false,
      pseudonymOf: () => current,
      wordsKey: () => undefined,
      keepFresh: async () => {
        current = 'after it';
      },
    },
    adminKey: testAdminKey,
    log: () => {},
    bus: {
      notice: async ({ pseudonymOf }: TakenNotice) => void named.push(pseudonymOf('somebody')),
    } as Partial<EventBus> as EventBus,
  });
  const added = {
    event: 'added',
    id: '1',
    id_type: 'app_user_id',
    channel_public_id: '_a',
    channel_uuid: '@a',
  };
  expect((await invoke(handler, channelWebhook(added))).status).toBe(200);
  current = 'before the rotation';
  expect((await invoke(handler, unlinkWebhook({ app_id: '1', user_id: '1' }))).status).toBe(200);
  expect(named).toEqual(['after it', 'after it']);
});
