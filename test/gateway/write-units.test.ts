import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { DIALOGUES, PACES } from '../../bench/cost.ts';
import { type LocalAws, startLocalAws } from '../../dev/local-aws.ts';
import { DynamoSessionStore } from '../../lambda/aws/dynamo-session-store.ts';
import { itemSize } from '../../lambda/aws/item-size.ts';
import type { Bot } from '../../lambda/bot/bot.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { bot } from '../../lambda/scenarios/cafe.ts';
import { invoke, skillCall, smartChatCall, testSecret } from '../kit/http.ts';
import { cardShop, DIALOGUE_KINDS } from './card-shop.ts';

const SECOND = 1_000;

/** Ten turns of the café; all but two change something. */
const TURNS = [
  '메뉴',
  '담기 라떼',
  '장바구니',
  '주문',
  '라떼',
  '톨',
  '2잔',
  '네',
  '담기 딸기 스무디',
  '담기 유자차',
];
const READ = ['메뉴', '장바구니'];

let aws: LocalAws;
let client: DynamoDBClient;
/** The write units of each save since the last turn, by the bytes that DynamoDB counts of its item, or a few more. */
let paid: number[];

beforeAll(async () => {
  aws = await startLocalAws({ secret: 'unused' });
  client = new DynamoDBClient({
    endpoint: aws.environment.AWS_ENDPOINT_URL_DYNAMODB ?? '',
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  client.middlewareStack.add(
    next => args => {
      if ('Item' in args.input) paid.push(Math.ceil(itemSize(args.input.Item ?? {}) / 1_024));
      return next(args);
    },
    { step: 'initialize', name: 'write units' },
  );
});

afterAll(async () => {
  client?.destroy();
  await aws?.stop();
});

beforeEach(() => {
  paid = [];
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** Whoever says something: the ids that Kakao gives are as long as these. */
const USERS = {
  'of a channel': () => ({ plusfriendUserKey: `Zx3_${randomUUID().slice(0, 8)}`, isFriend: true }),
  'of a test, whose key is twice as long': () => ({}),
};

/** One user's way to the bot. */
function chat<S>(scenario: Bot<S>, protocol: 'open-builder' | 'smart-chat', whose: keyof typeof USERS) {
  const store = new DynamoSessionStore(client, aws.environment.SESSIONS_TABLE ?? '');
  const gateway = { bot: scenario, store, secret: testSecret, log: () => {}, defer: async () => {} };
  const [skill, smartChat] = [openBuilderHandler(gateway), smartChatHandler(gateway)];
  const id = `${randomUUID()}${randomUUID()}`.replaceAll('-', '');
  const properties = USERS[whose]();
  const userKey = id.slice(0, 20);
  return async (words: string, requestId: string = randomUUID()) => {
    const body = {
      bot: { id: 'b0c1d2e3f4a5b6c7d8e9f0a1', name: '달빛카페' },
      intent: { id: '5b4d5e6f7a8b9c0d1e2f3a4b', name: '폴백 블록' },
      action: { id: 'a', name: 'skill', params: {}, detailParams: {}, clientExtra: {} },
      userRequest: {
        utterance: words,
        lang: 'ko',
        timezone: 'Asia/Seoul',
        block: { id: '5b4d5e6f7a8b9c0d1e2f3a4b', name: '폴백 블록' },
        user: { id, type: 'botUserKey', properties: { botUserKey: id, ...properties } },
      },
    };
    const call =
      protocol === 'open-builder'
        ? skillCall(body, { 'x-request-id': requestId })
        : smartChatCall('POST', '/message', { user_key: userKey, type: 'text', content: words });
    const { status, json } = await invoke(protocol === 'open-builder' ? skill : smartChat, call);
    expect(status).toBe(200);
    const [units = 0, ...others] = paid.splice(0);
    expect(others).toEqual([]);
    return { json, units };
  };
}

describe.each([
  [10, 'open-builder', 'of a channel'],
  [3, 'open-builder', 'of a channel'],
  [3, 'open-builder', 'of a test, whose key is twice as long'],
  [10, 'smart-chat', 'of a channel'],
  [3, 'smart-chat', 'of a channel'],
] as const)('a turn of the café every %i s, by %s, of a user %s', (seconds, protocol, whose) => {
  test('that changes something costs one write unit, and one that does not costs none', async () => {
    const says = chat(bot, protocol, whose);
    const start = Date.now();
    const clock = jest.spyOn(Date, 'now');
    // Three times through: a whole minute of turns is remembered then.
    for (const [n, words] of [...TURNS, ...TURNS, ...TURNS].entries()) {
      clock.mockReturnValue(start + n * seconds * SECOND);
      const { units } = await says(words);
      const isRead = READ.includes(words);
      // Of an answer that it reads, smart-chat remembers what the buttons mean.
      const allowed = !isRead ? [1] : protocol === 'smart-chat' ? [0, 1] : [0];
      expect([n, words, allowed]).toEqual([n, words, expect.arrayContaining([units])]);
    }
  });
});

describe.each(Object.entries(DIALOGUE_KINDS))('a dialogue whose answers are %s', (what, kinds) => {
  const said = DIALOGUES[what as keyof typeof DIALOGUES];

  test.each(PACES)('costs what the page on cost says, at a turn every %i s', async seconds => {
    const says = chat(cardShop, 'open-builder', 'of a channel');
    const start = Date.now();
    const clock = jest.spyOn(Date, 'now');
    const turns: Awaited<ReturnType<typeof says>>[] = [];
    // The quickest for two minutes: a minute of turns is remembered.
    for (let n = 0; n < 40; n++) {
      clock.mockReturnValue(start + n * seconds * SECOND);
      turns.push(await says(`${kinds[n % kinds.length]} ${n}`));
    }
    const meanOf = (of: (turn: (typeof turns)[number]) => number): number =>
      turns.reduce((sum, turn) => sum + of(turn), 0) / turns.length;
    expect(meanOf(({ units }) => units)).toBeCloseTo(said.units[seconds], 1);
    const bytes = meanOf(({ json }) => Buffer.byteLength(JSON.stringify(json)));
    expect(Math.abs(bytes / said.answerBytes - 1)).toBeLessThan(0.02);
  });
});

describe('a delivery that is repeated at the pace of a conversation', () => {
  test('gets the first reply where it is the newest that changed something, and never a second effect', async () => {
    const says = chat(bot, 'open-builder', 'of a channel');
    const start = Date.now();
    const clock = jest.spyOn(Date, 'now');
    const ids: string[] = [];
    let newest: unknown;
    for (let n = 0; n < 19; n++) {
      clock.mockReturnValue(start + n * 3 * SECOND);
      const id = randomUUID();
      ids.push(id);
      newest = (await says('담기 라떼', id)).json;
      expect(await says('담기 라떼', id)).toEqual({ json: newest, units: 0 });
    }
    const answers = [];
    for (const id of ids) answers.push((await says('담기 라떼', id)).json);
    expect(JSON.stringify(answers.at(-1))).toContain('모두 19잔');
    expect(JSON.stringify(answers.at(0))).toContain(bot.texts.answeredBefore);
    // As many of the older ones as there was room for, and these are the newest.
    const forgotten = answers.filter(json => JSON.stringify(json).includes(bot.texts.answeredBefore)).length;
    expect(forgotten).toBeLessThan(19);
    for (const [n, json] of answers.slice(forgotten).entries())
      expect(JSON.stringify(json)).toContain(`모두 ${forgotten + n + 1}잔`);
    expect(JSON.stringify((await says('장바구니')).json)).toContain('모두 19잔');
  });
});
