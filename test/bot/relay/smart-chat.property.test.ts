import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Bot } from '../../../lambda/bot/bot.ts';
import { operatorHears } from '../../../lambda/bot/operator.ts';
import { readServerAnswer } from '../../../lambda/bot/relay/smart-chat-calls.ts';
import { outputsOf } from '../../../lambda/bot/relay/smart-chat-outputs.ts';
import { pageOf } from '../../../lambda/bot/relay/smart-chat-pages.ts';
import { smartChatServer } from '../../../lambda/bot/relay/smart-chat-server.ts';
import { readAnswer } from '../../../lambda/bot/relay/smart-chat-wire.ts';
import { text } from '../../../lambda/bot/reply.ts';
import { openBuilder } from '../../../lambda/open-builder/protocol.ts';
import { renderSkill } from '../../../lambda/open-builder/render.ts';
import { renderMessage } from '../../../lambda/smart-chat/render.ts';
import { MemorySessionStore } from '../../../lambda/turn/session.ts';
import { settle } from '../../../lambda/turn/settle.ts';
import { messageProblems, skillProblems } from '../../kit/kakao-accepts.ts';
import { anyBody } from '../../kit/mutations.ts';
import { type OldServer, type OldServerAnswer, startOldServer } from '../../kit/old-server.ts';
import { runs } from '../../kit/property.ts';
import { samplesOf } from '../../kit/samples.ts';
import { takeBody } from '../../kit/turns.ts';

const { texts } = new Bot();

const SAMPLES = samplesOf('smart-chat').flatMap(({ name, json }) => {
  if (name.startsWith('pair-')) return [json.smartchat];
  return /^res-(?!friend)/.test(name) && json.response.body ? [json.response.body] : [];
});

const ENCODINGS = ['utf16le', 'latin1', 'base64'] as const;
const STATUSES = [201, 202, 204, 301, 404, 429, 500];

/** One value most of the time, else one of these. */
const mostly = <T>(one: T, others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(one) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
const TYPES = [
  ...['application/json; charset=utf-8', 'application/json', 'text/html', 'text/html; charset=euc-kr'],
  ...['application/json; charset=utf-16', 'application/json; charset=none', 'a/b; charset="', ''],
];

/** Whatever a server may answer: what the samples have, mutated, in any bytes, with any status and type. */
const anyAnswer = fc.record({
  status: mostly(200, STATUSES),
  type: fc.constantFrom(...TYPES),
  body: fc
    .tuple(anyBody(SAMPLES), mostly<BufferEncoding>('utf8', ENCODINGS), fc.boolean())
    .map(([body, encoding, hasMark]) => Buffer.from(`${hasMark ? '\uFEFF' : ''}${body}`, encoding)),
});

test('no answer of a server makes an answer that Kakao drops, on any page of its buttons', () => {
  let shown = 0;
  const many = runs(10_000);
  fc.assert(
    fc.property(anyAnswer, ({ status, type, body }) => {
      const headers = type === '' ? {} : { 'content-type': type };
      const found = readServerAnswer({ kind: 'answered', status, headers, body }, readAnswer);
      if (!('read' in found)) return;
      shown++;
      const outputs = outputsOf(found.read) ?? [text(texts.choose)];
      const { buttons = [] } = found.read;
      for (let page = 0; page < pageOf({ buttons, shownAt: 1 }).count; page++) {
        const { quickReplies } = pageOf({ buttons, shownAt: 1 }, page);
        const { reply, violations } = settle({ outputs, quickReplies });
        expect(violations.filter(({ severity }) => severity === 'rejected')).toEqual([]);
        for (const room of ['private', 'group'] as const)
          expect(skillProblems(renderSkill(reply, texts, room).answer, room)).toEqual([]);
        expect(messageProblems(renderMessage(reply, texts).answer)).toEqual([]);
      }
    }),
    many,
  );
  expect(shown).toBeGreaterThan(many.numRuns / 3);
});

describe('through a server', () => {
  let server: OldServer;
  let next: OldServerAnswer = { body: '' };
  beforeAll(async () => {
    operatorHears(() => {});
    server = await startOldServer({ message: () => next, keyboard: () => next });
  });
  afterAll(() => server?.stop());

  test('whatever it answers, the user sees a bubble, and what is remembered of them survives', async () => {
    const runtime = { bot: smartChatServer({ appUrl: server.url }), store: new MemorySessionStore() };
    const body = { bot: { id: 'b' }, userRequest: { utterance: '안녕', user: { id: 'someone' } } };
    await fc.assert(
      fc.asyncProperty(anyAnswer, async answer => {
        next = { ...answer, ...(answer.status === 301 && { headers: { Location: '/keyboard' } }) };
        const outcome = await takeBody(runtime, openBuilder, body);
        expect(outcome.kind).toBe('answered');
        expect(skillProblems(outcome.answer)).toEqual([]);
      }),
      runs(1_000),
    );
  });
});
