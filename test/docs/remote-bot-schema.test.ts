import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { remoteBot } from '../../lambda/bot/index.ts';
import { readRemoteAnswer } from '../../lambda/bot/relay/remote-answer.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { settle } from '../../lambda/turn/settle.ts';
import { invoke, SECRET, skillCall, testSecret } from '../kit/http.ts';
import { schemaProblems } from '../kit/json-schema.ts';
import { runs } from '../kit/property.ts';
import { type RawServer, startRawServer } from '../kit/raw-server.ts';
import { turnBody } from '../kit/remote-bot-contract.ts';
import { anyGroupReply, anyReply } from '../kit/replies.ts';
import { skillBodies, smartChatCalls } from '../kit/samples.ts';
import { remoteBotSchema } from './remote-bot-schema.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../docs/remote-bot.schema.json', import.meta.url), 'utf8'),
);

/** Everything in a body that the schema does not tell of, or tells otherwise. */
const problemsOfPosted = (body: unknown): readonly string[] =>
  schemaProblems(schema, '#/$defs/posted', body, { isClosed: true });
const problemsOfAnswer = (answer: unknown): readonly string[] =>
  schemaProblems(schema, '#/$defs/answer', answer);

test('is written anew by test/docs/write-remote-bot-schema.ts whenever a limit changes', () => {
  expect(schema).toEqual(remoteBotSchema());
});

describe('what is posted to a bot server', () => {
  let server: RawServer;
  beforeAll(async () => {
    server = await startRawServer((_, answer) => {
      answer
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ outputs: ['네'], session: { a: 1 } }));
    });
  });
  afterAll(() => server?.stop());

  const gateway = () => ({
    bot: remoteBot({ url: server.url, secret: 'the secret of the bot server' }),
    store: new MemorySessionStore(),
    secret: testSecret,
    log: () => {},
  });
  const posted = (): unknown[] => server.asked.splice(0).map(({ body }) => JSON.parse(body));

  test('is in the schema with each of its members, whatever Kakao sent', async () => {
    const handler = openBuilderHandler(gateway());
    let turns = 0;
    const notices: unknown[] = [];
    for (const { name, json } of skillBodies()) {
      await invoke(handler, skillCall(json, { 'x-request-id': randomUUID() }));
      for (const body of posted()) {
        if ('notice' in Object(body)) notices.push(Object(body).notice);
        else turns++;
        expect([name, problemsOfPosted(body)]).toEqual([name, []]);
      }
    }
    expect(turns).toBeGreaterThan(30);
    expect(notices).toMatchObject([
      { kind: 'group-entered', channel: 'live', params: { referer: 'promotion' } },
    ]);
  });

  test('is so under smart-chat, too, notices included', async () => {
    const handler = smartChatHandler(gateway());
    const kinds = new Set<string>();
    for (const { name, method, path, body } of smartChatCalls()) {
      await invoke(handler, { method, path: `/smart-chat/${SECRET}${path}`, body });
      for (const one of posted()) {
        for (const kind of Object.keys(one as object)) kinds.add(kind);
        expect([name, problemsOfPosted(one)]).toEqual([name, []]);
      }
    }
    expect([...kinds].sort()).toEqual(['notice', 'turn', 'version']);
  });

  test('is as the contract of bot servers has it', () => {
    expect(problemsOfPosted(JSON.parse(turnBody('메뉴')))).toEqual([]);
  });
});

describe('the answer of a bot server', () => {
  test('may be any that the types allow a rule', () => {
    fc.assert(
      fc.property(anyReply(), reply => {
        expect(problemsOfAnswer(JSON.parse(JSON.stringify(reply)))).toEqual([]);
      }),
      runs(300),
    );
  });

  test('may be any for a group room, too', () => {
    fc.assert(
      fc.property(anyGroupReply(), reply => {
        expect(problemsOfAnswer(JSON.parse(JSON.stringify(reply)))).toEqual([]);
      }),
      runs(300),
    );
  });

  test.each<[string, unknown]>([
    ['a text', '안녕'],
    ['texts', { outputs: ['안녕'], quickReplies: ['메뉴'], session: { cart: {} } }],
    ['an output with a state', { textCard: { title: '라떼' }, session: {} }],
    ['data for its block', { data: { cups: 2 } }],
  ])('may be %s', (_, answer) => {
    expect(problemsOfAnswer(answer)).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['a blank text', ' '],
    ['a number', 7],
    ['a state alone', { session: {} }],
    ['a state that is a list', { outputs: ['네'], session: [] }],
    ['no bubble', { outputs: [] }],
  ])('may not be %s, which the gateway refuses, too', (_, answer) => {
    expect(problemsOfAnswer(answer)).not.toEqual([]);
    const body = Buffer.from(JSON.stringify(answer));
    expect(() => readRemoteAnswer({ type: 'application/json', body })).toThrow("the bot server's answer: ");
  });

  test.each<[string, unknown]>([
    ['a card without what it needs', { outputs: [{ basicCard: { title: '라떼' } }] }],
    [
      'two components in one output',
      { outputs: [{ simpleText: { text: '네' }, textCard: { title: '라떼' } }] },
    ],
    [
      'a button that leads nowhere',
      { textCard: { title: '라떼', buttons: [{ label: '보기', action: 'webLink' }] } },
    ],
    ['a link to no page', { simpleImage: { imageUrl: 'data:image/png;base64,' } }],
    ['a name that is misspelt', { outputs: ['네'], quickreplies: ['메뉴'] }],
    [
      'a list of five in a carousel',
      {
        carousel: {
          type: 'listCard',
          items: [{ header: { title: '차' }, items: Array(5).fill({ title: '차' }) }],
        },
      },
    ],
  ])('may not be %s, of which the gateway tells, too', (_, answer) => {
    expect(problemsOfAnswer(answer)).not.toEqual([]);
    expect(settle(answer).violations).not.toEqual([]);
  });
});
