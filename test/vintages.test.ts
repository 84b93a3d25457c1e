import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { HttpHandler } from '../lambda/aws/http.ts';
import type { LogEntry } from '../lambda/aws/log.ts';
import { openBuilderHandler } from '../lambda/gateway/open-builder.ts';
import { smartChatHandler } from '../lambda/gateway/smart-chat.ts';
import { bot } from '../lambda/scenarios/cafe.ts';
import { MemorySessionStore } from '../lambda/turn/session.ts';
import { CONTEXT, invoke, SECRET, skillCall, smartChatCall, testSecret } from './kit/http.ts';
import { type Sample, samplesOf, smartChatCalls } from './kit/samples.ts';

/** One person, by every name that Kakao has ever given one. */
const PERSON = {
  botUserKey: 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee0001',
  plusfriendUserKey: 'Zx3_Kp-9QwE7',
  appUserId: '1234567890',
  appUserStatus: 'REGISTERED',
  accountId: '662293',
  talkUserId: '620678',
};
const NAMES: Readonly<Record<string, string>> = {
  ...PERSON,
  bot_user_key: PERSON.botUserKey,
  plusfriend_user_key: PERSON.plusfriendUserKey,
  app_user_id: PERSON.appUserId,
  app_user_status: PERSON.appUserStatus,
};
const BOT = 'b0c1d2e3f4a5b6c7d8e9f0a1';

const DIALOGUE = ['메뉴', '담기 라떼', '장바구니', '무슨 말인지 모를 말'];

let store: MemorySessionStore;
let logged: LogEntry[];
let skill: HttpHandler;
let smartChat: HttpHandler;

beforeEach(() => {
  store = new MemorySessionStore();
  logged = [];
  const tools = { bot, store, secret: testSecret, log: (entry: LogEntry) => logged.push(entry) };
  [skill, smartChat] = [openBuilderHandler(tools), smartChatHandler(tools)];
});

/** Every sample of a skill request that somebody said something by; a picture's envelope carries words as well. */
const VINTAGES = samplesOf('open-builder/requests').filter(
  ({ name }) => !/fragment|validation|webhook/.test(name),
);

const bodyOf = ({ json }: Sample) => ('httpMethod' in json ? JSON.parse(json.body) : json);

/** The vintage's request with the person, the bot and the words of the test, in the places that it has for them. */
function carrying(sample: Sample, words: string): ReturnType<typeof bodyOf> {
  const body = structuredClone(bodyOf(sample));
  const { user, params, utterance } = body.userRequest;
  // 봇테스트 ends what is said with a line break.
  body.userRequest.utterance = words + /\s*$/.exec(utterance)?.[0];
  user.id =
    user.type === 'accountId'
      ? PERSON.accountId
      : user.type === 'talk_user_id'
        ? PERSON.talkUserId
        : PERSON.botUserKey;
  for (const name of Object.keys(user.properties ?? {}))
    user.properties[name] = NAMES[name] ?? user.properties[name];
  if (body.bot) body.bot.id = `${BOT}${/!?$/.exec(body.bot.id)?.[0]}`;
  // A picture and a welcome say something else, whatever the words.
  delete params?.media;
  if (body.flow?.trigger?.type === 'IMAGE_UPLOAD') body.flow.trigger.type = 'TEXT_INPUT';
  for (const block of [body.intent, body.userRequest.block]) {
    if (block?.name === '웰컴 블록') block.name = '폴백 블록';
  }
  return body;
}

/** The vintage's bodies, sent as they were: two of them are whole events of a REST API. */
async function says(sample: Sample, words: string) {
  const body = carrying(sample, words);
  if (!('httpMethod' in sample.json)) return (await invoke(skill, skillCall(body))).json;
  const { 'X-Request-Id': _, ...headers } = sample.json.headers;
  const event: APIGatewayProxyEvent = {
    ...sample.json,
    requestContext: { ...sample.json.requestContext, requestId: randomUUID() },
    path: '/open-builder/skill',
    resource: '/open-builder/skill',
    headers: { ...headers, 'x-gateway-secret': SECRET },
    body: JSON.stringify(body),
  };
  const { statusCode, body: answer } = await skill(event, CONTEXT);
  expect(statusCode).toBe(200);
  return JSON.parse(answer);
}

const isGroup = ({ name }: Sample) => /group/.test(name);

/** Whose session it is: by the channel's key where the vintage has one, else by the bot's; each kind of channel apart. */
function whoseSession(sample: Sample): string {
  const { bot: itsBot, userRequest } = bodyOf(sample);
  const { type, properties = {} } = userRequest.user;
  const channel = String(itsBot?.id).endsWith('!') ? 'development' : 'operating';
  if ('plusfriendUserKey' in properties || 'plusfriend_user_key' in properties)
    return `${channel}, by channel`;
  return `${channel}, by ${itsBot ? 'bot' : 'no bot'}, ${type === 'accountId' ? 'skill test' : 'user'}`;
}

test('there are vintages of every kind', () => {
  expect(VINTAGES.length).toBeGreaterThanOrEqual(31);
  expect([...new Set(VINTAGES.map(whoseSession))].sort()).toEqual([
    'development, by bot, user',
    'development, by channel',
    'operating, by bot, skill test',
    'operating, by bot, user',
    'operating, by channel',
    'operating, by no bot, user',
  ]);
});

describe('the same words in every vintage of a skill request get the same answers', () => {
  const [usual] = VINTAGES.filter(({ name }) => name.startsWith('11-live'));

  test.each(VINTAGES)('$name', async sample => {
    const ask = async (vintage: Sample) => {
      store = new MemorySessionStore();
      skill = openBuilderHandler({ bot, store, secret: testSecret, log: () => {} });
      const answers = [];
      for (const words of DIALOGUE) answers.push(await says(vintage, words));
      return answers;
    };
    if (usual === undefined) throw new Error('the usual vintage is gone');
    const [usually, answers] = [await ask(usual), await ask(sample)];
    expect(JSON.stringify(usually)).toContain('라떼 1잔');
    // A group room has no quick replies and no carousels: there the words are compared.
    const comparable = ({ template }: { template: { outputs: { simpleText?: object }[] } }) =>
      isGroup(sample) ? (template.outputs[0]?.simpleText ?? template.outputs[0]) : template;
    expect(answers.slice(1, 3).map(comparable)).toEqual(usually.slice(1, 3).map(comparable));
    if (!isGroup(sample)) expect(answers).toEqual(usually);
  });
});

test('a person keeps one session through all vintages that tell the same key, and one pseudonym', async () => {
  const cups = new Map<string, number>();
  const pseudonyms = new Map<string, Set<string | undefined>>();
  for (const sample of VINTAGES) {
    const whose = whoseSession(sample);
    const cup = (cups.get(whose) ?? 0) + 1;
    cups.set(whose, cup);
    const answer = JSON.stringify(await says(sample, '담기 라떼'));
    expect([sample.name, answer]).toEqual([sample.name, expect.stringContaining(`모두 ${cup}잔`)]);
    pseudonyms.set(whose, (pseudonyms.get(whose) ?? new Set()).add(logged.at(-1)?.user));
  }
  expect([...pseudonyms.values()].map(({ size }) => size)).toEqual([...pseudonyms].map(() => 1));
  expect(new Set([...pseudonyms.values()].flatMap(set => [...set])).size).toBe(pseudonyms.size);
  // The same person by smart-chat, whose `user_key` is the channel's.
  const cup = (cups.get('operating, by channel') ?? 0) + 1;
  const body = { user_key: PERSON.plusfriendUserKey, type: 'text', content: '담기 라떼' };
  const { json } = await invoke(smartChat, smartChatCall('POST', '/message', body));
  expect(json.message.text).toContain(`모두 ${cup}잔`);
  expect(pseudonyms.get('operating, by channel')).toEqual(new Set([logged.at(-1)?.user]));
});

describe("the same words in every vintage of smart-chat's message get the same answers", () => {
  const messages = smartChatCalls().filter(
    ({ name, body }) => name.startsWith('req-message') && !/photo|video|audio/.test(JSON.stringify(body)),
  );

  test('and there are vintages with and without a user and a type', () => {
    const members = messages.map(({ body }) => Object.keys(body as object).join());
    expect([...new Set(members)].sort()).toEqual(['content', 'type,content', 'user_key,type,content']);
  });

  test.each(messages)('$name', async ({ headers, body }) => {
    const known = body !== null && typeof body === 'object' && 'user_key' in body;
    const answers = [];
    const own = [];
    for (const content of DIALOGUE) {
      const carried = { ...(body as object), ...(known && { user_key: 'a-vintage' }), content };
      const call = { ...smartChatCall('POST', '/message', carried), headers };
      answers.push((await invoke(smartChat, call)).json);
      const usual = { user_key: known ? 'usual' : 'test', type: 'text', content };
      own.push((await invoke(smartChat, smartChatCall('POST', '/message', usual))).json);
    }
    expect(answers).toEqual(own);
    // Of whom Kakao does not name, nothing is remembered.
    expect(JSON.stringify(answers[2])).toContain(known ? '라떼 1잔' : '비어 있어요');
    expect(logged.every(({ user }) => (user !== undefined) === known)).toBe(true);
  });
});
