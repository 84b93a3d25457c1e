import { randomUUID } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventBridge } from '../../lambda/aws/event-bus.ts';
import type { LogEntry } from '../../lambda/aws/log.ts';
import { Bot, type Notice } from '../../lambda/bot/index.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import { UnavailableError } from '../../lambda/errors.ts';
import { lateTurnHandler } from '../../lambda/gateway/late-turn.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { deliverers } from '../../lambda/gateway/protocols.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { takeNotice } from '../../lambda/gateway/take-notice.ts';
import { type BusOptions, tellingBus } from '../../lambda/gateway/tell-bus.ts';
import { webhooksHandler } from '../../lambda/gateway/webhooks.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { ANSWER_WITHIN_MS, BUS_WITHIN_MS } from '../../lambda/turn/time-budget.ts';
import { type Mood, startTestBus, type TestBus } from '../kit/event-bus.ts';
import {
  type Call,
  CONTEXT,
  invoke,
  skillCall,
  smartChatCall,
  testAdminKey,
  testSecret,
  unlinkWebhook,
} from '../kit/http.ts';
import { type LateGateway, startLateGateway, until } from '../kit/late-gateway.ts';
import { privateTexts } from '../kit/private-texts.ts';
import { skillBodies, smartChatCalls } from '../kit/samples.ts';

const { config } = new SecretsManagerClient({
  region: 'ap-northeast-2',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
const put = eventBridge(() => config, 'cafe');
const before = { ...process.env };

let bus: TestBus;

beforeAll(async () => {
  bus = await startTestBus();
  Object.assign(process.env, bus.environment);
});
afterAll(async () => {
  process.env = before;
  await bus?.stop();
});
beforeEach(() => {
  bus.calls.length = 0;
  bus.mood = 'well';
});

const newBot = () =>
  new Bot({ session: () => ({ cups: 0 }) })
    .welcome(() => '어서 오세요')
    .hears('담기', turn => `${++turn.session.cups}잔`)
    .hears('보기', turn => `${turn.session.cups}잔`)
    .hears('고장', () => Promise.reject(new Error('broken')))
    .hears('느린 일', () => '늦은 답', { slow: '잠시만요' })
    .hears('느린 사과', () => new Bot().texts.apology, { slow: '잠시만요' })
    .hears('느린 고장', () => Promise.reject(new Error('broken')), { slow: '잠시만요' })
    .fallback(() => '무슨 말씀인지 몰라요');

function gatewayOf({ ids = 'hashed', utterances = false }: Partial<BusOptions> = {}) {
  const logged: LogEntry[] = [];
  const log = (entry: LogEntry): void => void logged.push(entry);
  const told = tellingBus({ put, log, bot: 'cafe-prod', ids, utterances });
  const gateway = { bot: newBot(), store: new MemorySessionStore(), secret: testSecret, log, bus: told };
  const [openBuilder, smartChat] = [openBuilderHandler(gateway), smartChatHandler(gateway)];
  const call = (made: Call) => invoke(made.path.startsWith('/smart-chat') ? smartChat : openBuilder, made);
  return { gateway, logged, call };
}

/** A word of somebody's in the live channel. */
const said = (utterance: string, id: string = randomUUID(), receivedAt = Date.now()): Call => ({
  ...skillCall(
    {
      bot: { id: 'b' },
      userRequest: {
        utterance,
        user: { id: 'someone', properties: { plusfriendUserKey: 'her-key', appUserId: 7 } },
      },
    },
    { 'x-request-id': id },
  ),
  receivedAt,
});
const wrote = (content: string): Call =>
  smartChatCall('POST', '/message', { user_key: 'her-key', type: 'text', content });

const PSEUDONYM = testSecret.pseudonymOf(userKeyOf('live', { plusfriendUserKey: 'her-key' }));
const ALWAYS = { version: 1, bot: 'cafe-prod', channel: 'live', user: PSEUDONYM };
const MS = expect.any(Number);

describe('the event bus is told', () => {
  test('that a turn was answered, and of a user with whom a session begins, by one call', async () => {
    const { call } = gatewayOf();
    const { json } = await call(said('담기', 'first-id'));
    expect(json.template.outputs).toEqual([{ simpleText: { text: '1잔' } }]);
    expect(bus.calls).toHaveLength(1);
    const turn = { ...ALWAYS, protocol: 'open-builder', turn: 'first-id' };
    expect(bus.taken()).toEqual([
      ['turn.answered', { ...turn, incoming: 'utterance', rule: 'hears 담기', ms: MS }],
      ['user.arrived', { ...turn, how: 'first-turn' }],
    ]);
    await call(said('담기'));
    expect(bus.taken().map(([type]) => type)).toEqual(['turn.answered']);
  });

  test('of smart-chat as of Open Builder', async () => {
    const { call } = gatewayOf();
    await call(wrote('담기'));
    expect(bus.taken()).toMatchObject([
      ['turn.answered', { ...ALWAYS, protocol: 'smart-chat', rule: 'hears 담기', incoming: 'utterance' }],
      ['user.arrived', { ...ALWAYS, protocol: 'smart-chat', how: 'first-turn' }],
    ]);
  });

  test('that a turn failed: no apology is called an answer', async () => {
    const { call } = gatewayOf();
    await call(said('고장'));
    expect(bus.taken()).toMatchObject([['turn.failed', { ...ALWAYS, rule: 'hears 고장' }]]);
  });

  test('of a turn once, though Kakao delivers it twice', async () => {
    const { call } = gatewayOf();
    const [first, second] = [await call(said('담기', 'same')), await call(said('담기', 'same'))];
    expect(second.json).toEqual(first.json);
    expect(bus.calls).toHaveLength(1);
  });

  test.each([
    ['담기', 'turn.answered'],
    ['느린 일', 'turn.late'],
  ])('of a turn that meets its own save, whose answer was lost: %s', async (words, detailType) => {
    const { gateway } = gatewayOf();
    const store = new MemorySessionStore();
    const { save } = store;
    let saves = 0;
    store.save = async (...given) => {
      await save.apply(store, given);
      if (++saves === 1) throw new UnavailableError('sessions table');
    };
    const handler = openBuilderHandler({ ...gateway, store, defer: async () => {} });
    await invoke(handler, said(words));
    expect(bus.taken()).toMatchObject([[detailType, ALWAYS]]);
    expect(saves).toBe(1);
  });

  test('that a user came by the welcome block', async () => {
    const { call } = gatewayOf();
    const block = { id: '5f8a0c1d2e3b4a5968778695', name: '웰컴 블록' };
    const userRequest = { utterance: '', user: { id: 'x' }, block };
    await call(skillCall({ bot: { id: 'b' }, userRequest, intent: block }));
    expect(bus.taken()).toMatchObject([
      ['turn.answered', { incoming: 'arrival', block }],
      ['user.arrived', { how: 'welcome' }],
    ]);
  });

  test('what kind of a file came, and by which block', async () => {
    const { call } = gatewayOf();
    const [photo] = smartChatCalls().filter(({ name }) => name === 'req-message-photo');
    await call(smartChatCall('POST', '/message', photo?.body));
    expect(bus.taken()).toMatchObject([['turn.answered', { incoming: 'photo' }]]);
  });

  test('that a user came, or left, by what smart-chat tells of friends and rooms', async () => {
    const { call } = gatewayOf();
    await call(smartChatCall('POST', '/friend', { user_key: 'her-key' }));
    await call(smartChatCall('DELETE', '/chat_room/her-key'));
    await call(smartChatCall('DELETE', '/friend/her-key'));
    const told = { ...ALWAYS, protocol: 'smart-chat' };
    expect(bus.taken()).toEqual([
      ['user.arrived', { ...told, how: 'friend-added' }],
      ['user.left', { ...told, how: 'room-left' }],
      ['user.left', { ...told, how: 'friend-blocked' }],
    ]);
  });

  test.each<[Notice, string, object]>([
    [{ kind: 'unlinked', user: { channelKind: 'live', isFriend: false } }, 'user.left', { how: 'unlinked' }],
    [{ kind: 'group-entered', group: { key: 'room' } }, 'group.entered', {}],
    [{ kind: 'group-left', channel: 'dev', group: { key: 'room' } }, 'group.left', { channel: 'dev' }],
    [{ kind: 'group-invited', group: { key: '' } }, 'group.invited', { group: 'unnamed' }],
  ])('of the notice %j', async (notice, detailType, more) => {
    await takeNotice(gatewayOf().gateway, 'open-builder', notice, Date.now());
    const group = notice.group && { group: testSecret.pseudonymOf('room') };
    const channel = notice.user && { channel: 'live' };
    const detail = { version: 1, bot: 'cafe-prod', protocol: 'open-builder', ...channel, ...group, ...more };
    expect(bus.taken()).toEqual([[detailType, detail]]);
  });

  test('of who entered a group room, by its webhook', async () => {
    const [webhook] = skillBodies().filter(({ name }) => name.startsWith('35-'));
    await gatewayOf().call(skillCall(webhook?.json));
    const group = testSecret.pseudonymOf(webhook?.json.group.botGroupKey);
    expect(bus.taken()).toMatchObject([
      ['group.entered', { protocol: 'open-builder', channel: 'live', group }],
    ]);
  });

  test('of who left the app, by the webhook of Kakao Developers', async () => {
    const { gateway } = gatewayOf();
    const key = userKeyOf('live', { plusfriendUserKey: 'her-key' });
    const aliases = { load: async () => [key], add: async () => {}, delete: async () => [key] };
    const webhooks = webhooksHandler({ ...gateway, aliases, adminKey: testAdminKey });
    const { status } = await invoke(
      webhooks,
      unlinkWebhook({ app_id: '1', user_id: '1234567', referrer_type: 'UNLINK_FROM_APPS' }),
    );
    expect(status).toBe(200);
    expect(bus.calls.map(({ body }) => body).join()).not.toContain('1234567');
    const left = { ...ALWAYS, protocol: 'kakao-developers', how: 'unlinked' };
    expect(bus.taken()).toEqual([['user.left', left]]);
  });

  test('in which group room something was said, and by which tester', async () => {
    const { call } = gatewayOf();
    const [group] = skillBodies().filter(({ name }) => name.startsWith('26-'));
    await call(skillCall(group?.json));
    const { chat } = Object(group?.json.userRequest);
    expect(bus.taken()).toMatchObject([['turn.answered', { group: testSecret.pseudonymOf(chat.id) }]]);
    const [skillTest] = skillBodies().filter(({ name }) => name.startsWith('21-'));
    await call(skillCall(skillTest?.json));
    expect(bus.taken()).toMatchObject([['turn.answered', { tester: 'skill-test' }]]);
  });
});

describe('of a late turn the event bus is told', () => {
  let late: LateGateway;
  beforeAll(async () => {
    const told = tellingBus({ put, log: () => {}, bot: 'cafe-prod', ids: 'hashed', utterances: false });
    late = await startLateGateway(newBot(), { bus: told });
  });
  afterAll(() => late?.stop());
  afterEach(() => late.idle());

  /** Its events, in the order of their coming. */
  async function eventsOf(utterance: string, callbackUrl?: string, group?: string) {
    const chat = group && { id: group, type: 'botGroupKey', properties: { botGroupKey: group } };
    const user = { id: randomUUID() };
    await late.skillBody({ bot: { id: 'b' }, userRequest: { utterance, user, callbackUrl, chat } });
    await until(() => bus.calls.length > 1);
    return bus.taken();
  }

  test('that it was put off, and that its answer was posted: by one id, and one pseudonym', async () => {
    const [[, first] = [], , [type, detail] = []] = await eventsOf('느린 일', late.sink.newUrl());
    const { turn, user, bot, protocol, channel, version } = first;
    expect(first).toMatchObject({ delivery: 'callback', rule: 'hears 느린 일' });
    const same = { turn, user, bot, protocol, channel, version };
    const answered = { ...same, rule: 'hears 느린 일', delivery: 'callback', incoming: 'utterance', ms: MS };
    expect([type, detail]).toEqual(['turn.answered', answered]);
    expect(user).toMatch(/^[0-9a-f]{16}$/);
  });

  test('that its answer waits to be collected', async () => {
    expect(await eventsOf('느린 일')).toMatchObject([
      ['turn.late', { delivery: 'collect' }],
      ['user.arrived', { how: 'first-turn' }],
      ['turn.answered', { delivery: 'collect' }],
    ]);
  });

  test('that Kakao did not take its answer, which waits to be collected', async () => {
    late.sink.answerNext({ status: 200, body: { status: 'FAIL', message: 'Invalid bot ID' } });
    const [, , answered] = await eventsOf('느린 일', late.sink.newUrl());
    expect(answered).toMatchObject(['turn.answered', { delivery: 'collect' }]);
  });

  test('that it failed, and not that it was answered', async () => {
    const [, , ...ends] = await eventsOf('느린 고장');
    expect(ends).toMatchObject([['turn.failed', { rule: 'hears 느린 고장' }]]);
    expect(ends[0]?.[1]).not.toHaveProperty('delivery');
  });

  test('that it was answered, whatever words a rule has for that', async () => {
    expect(await eventsOf('느린 사과')).toMatchObject([['turn.late', {}], {}, ['turn.answered', {}]]);
  });

  test('that it failed, by a worker that found it answered with the apology, too', async () => {
    await eventsOf('느린 고장', late.sink.newUrl());
    const [record] = late.events.at(-1)?.Records ?? [];
    if (record === undefined) throw new Error('no record');
    const told = tellingBus({ put, log: () => {}, bot: 'cafe-prod', ids: 'hashed', utterances: false });
    const { store, sink } = late;
    const another = lateTurnHandler({
      ...{ bot: newBot(), store, log: () => {}, bus: told, deliverers, callbackOrigins: [sink.origin] },
    });
    const attributes = { ...record.attributes, ApproximateReceiveCount: '2' };
    await another({ Records: [{ ...record, attributes }] }, CONTEXT);
    expect(bus.taken().map(([type]) => type)).toEqual(['turn.failed']);
  });

  test('in which group room it was', async () => {
    const events = await eventsOf('느린 일', undefined, 'a-room');
    const group = testSecret.pseudonymOf('a-room');
    expect(events).toMatchObject([
      ['turn.late', { group }],
      ['user.arrived', { group }],
      ['turn.answered', { group }],
    ]);
  });
});

describe('the event bus is not told', () => {
  /** The entries without the bot's own words and ids of no person, as they came. */
  const sent = (): string =>
    bus
      .taken()
      .map(([, { rule: _, block: __, turn: ___, ms: ____, ...detail }]) => JSON.stringify(detail))
      .join('\n');

  test.each(skillBodies())('who said what in a skill: $name', async ({ name, json }) => {
    await gatewayOf().call(skillCall(json));
    const told = sent();
    // A validation that lost its way is no turn, nor is what a group room tells.
    if (!/^(23|35)-/.test(name)) expect(told).toContain('"user"');
    for (const text of privateTexts(json)) expect(told).not.toContain(text);
  });

  test.each(smartChatCalls())('who said what in smart-chat: $name', async ({ method, path, body }) => {
    await gatewayOf().call(smartChatCall(method, path, body));
    const told = sent();
    for (const text of [...privateTexts(body), path.split('/')[2] || 'nobody'])
      expect(told).not.toContain(text);
  });

  test("an id that is none of Kakao's, whoever made it up", async () => {
    await gatewayOf().call(said('보기', '제 번호는 010-1234-5678'));
    expect(bus.taken()[0]?.[1]).not.toHaveProperty('turn');
  });
});

describe('where its owner asks for it, the event bus is told', () => {
  test("Kakao's own ids, beside the pseudonym", async () => {
    const { call } = gatewayOf({ ids: 'plain' });
    await call(said('보기'));
    const ids = { botUserKey: 'someone', plusfriendUserKey: 'her-key', appUserId: '7' };
    expect(bus.taken()).toMatchObject([['turn.answered', { user: PSEUDONYM, ids }]]);
    await call(smartChatCall('DELETE', '/friend/her-key'));
    expect(bus.taken()[0]?.[1].ids).toEqual({ plusfriendUserKey: 'her-key' });
  });

  test('what the user said, and of that no more than Kakao lets anybody say', async () => {
    const { call } = gatewayOf({ utterances: true });
    await call(said('보기'));
    await call(said('말'.repeat(20_000)));
    expect(bus.taken()).toMatchObject([
      ['turn.answered', { utterance: '보기' }],
      ['turn.answered', { utterance: '말'.repeat(1_000) }],
    ]);
  });

  test('in a call that it takes, however long the names of rules and blocks are', async () => {
    const { gateway } = gatewayOf({ utterances: true, ids: 'plain' });
    const long = '\u0001'.repeat(3_000);
    const openBuilder = openBuilderHandler({
      ...gateway,
      bot: new Bot({ session: () => ({ a: 0 }) }).block(long, ({ session }) => `${++session.a}`),
    });
    const block = { id: 'b1', name: long };
    const user = { id: 'u', properties: { plusfriendUserKey: 'p', botUserKey: 'b' } };
    await invoke(openBuilder, skillCall({ userRequest: { utterance: long, user, block }, intent: block }));
    expect(bus.calls[0]?.entries).toHaveLength(2);
    const { rule, block: told } = JSON.parse(bus.calls[0]?.entries[0]?.Detail ?? '');
    expect([rule.length, told.name.length]).toEqual([300, 300]);
    expect(Buffer.byteLength(bus.calls[0]?.body ?? '')).toBeLessThan(64 * 1024);
  });
});

describe('an answer is the same, and in time', () => {
  test.each<[Mood, number, string]>([
    ['hangs', 2, 'AbortError'],
    ['throttles', 2, 'ThrottlingException'],
    ['fails', 2, 'InternalException'],
    ['breaks off', 2, 'Error'],
    ['refuses one', 1, 'InternalFailure'],
  ])('though the event bus %s: %i are counted as lost, by one line', async (mood, count, name) => {
    const { call, logged } = gatewayOf();
    bus.mood = mood;
    const startedAt = performance.now();
    const { status, json } = await call(said('담기'));
    expect(performance.now() - startedAt).toBeLessThan(BUS_WITHIN_MS + 500);
    bus.mood = 'well';
    expect({ status, json }).toEqual({ status: 200, json: (await gatewayOf().call(said('담기'))).json });
    const lost = logged.filter(({ what }) => what === 'events lost');
    expect(lost).toMatchObject([{ level: 'warn', metrics: { BusEventsLost: count }, error: { name } }]);
  });

  test('where nobody listens', async () => {
    const { AWS_ENDPOINT_URL_EVENTBRIDGE: url } = process.env;
    process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = 'http://127.0.0.1:1';
    const { call, logged } = gatewayOf();
    const { json } = await call(said('보기'));
    process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = url;
    expect(json.template.outputs).toEqual([{ simpleText: { text: '0잔' } }]);
    expect(logged).toMatchObject([{}, { what: 'events lost', error: { code: 'ECONNREFUSED' } }]);
  });

  test('near the deadline, which nothing is told after', async () => {
    const { call, logged } = gatewayOf();
    bus.mood = 'hangs';
    const tookMs: number[] = [];
    // A machine may be busy with others once.
    while (tookMs.length < 3 && tookMs.every(ms => ms >= BUS_WITHIN_MS)) {
      const startedAt = performance.now();
      await call(said('보기', `near, ${tookMs.length}`, Date.now() - ANSWER_WITHIN_MS + 150));
      tookMs.push(performance.now() - startedAt);
    }
    expect(Math.min(...tookMs)).toBeLessThan(BUS_WITHIN_MS);
    expect(bus.calls).toHaveLength(tookMs.length);
    await call(said('보기', 'after', Date.now() - ANSWER_WITHIN_MS));
    expect(bus.calls).toHaveLength(tookMs.length);
    const lost = logged.filter(({ what }) => what === 'events lost');
    // Of the last nothing went wrong: there was no time.
    expect(lost.map(({ error }) => error !== undefined)).toEqual([...tookMs.map(() => true), false]);
  });

  test('to a notice', async () => {
    const { call, logged } = gatewayOf();
    bus.mood = 'hangs';
    const startedAt = performance.now();
    expect(await call(smartChatCall('DELETE', '/friend/her-key'))).toMatchObject({ status: 200, json: {} });
    expect(performance.now() - startedAt).toBeLessThan(BUS_WITHIN_MS + 500);
    expect(logged).toMatchObject([{ metrics: { BusEventsLost: 1 } }, { what: 'notice taken' }]);
  });
});
