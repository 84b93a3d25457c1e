import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { HttpHandler } from '../../lambda/aws/http.ts';
import type { LogEntry } from '../../lambda/aws/log.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { bot } from '../../lambda/scenarios/cafe.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { type Call, invoke, skillCall, smartChatCall, testSecret } from '../kit/http.ts';
import { messageProblems, skillProblems } from '../kit/kakao-accepts.ts';
import { anyBody } from '../kit/mutations.ts';
import { runs } from '../kit/property.ts';
import { skillBodies, smartChatCalls } from '../kit/samples.ts';

const MANY = runs(20_000);
const RUNS = MANY.numRuns;

let unhandled: unknown[] = [];
const remember = (reason: unknown): void => {
  unhandled.push(reason);
};

beforeEach(() => {
  unhandled = [];
  process.on('unhandledRejection', remember);
});

afterEach(() => {
  process.off('unhandledRejection', remember);
  expect(unhandled).toEqual([]);
});

const isVerdict = (json: unknown): boolean =>
  /^\{"status":"(SUCCESS|FAIL|IGNORE)"/.test(JSON.stringify(json));

describe(`${RUNS} random and mutated bodies get a 200 that Kakao shows, or a 4xx that names the field`, () => {
  async function check(
    handlerOf: (tools: { log: (entry: LogEntry) => void }) => HttpHandler,
    samples: readonly unknown[],
    callOf: (body: string) => Call,
    problemsOf: (json: unknown, body: string) => readonly string[],
  ): Promise<void> {
    const failures: LogEntry[] = [];
    const statuses = new Map<number, number>();
    const handler = handlerOf({
      log: entry => {
        if (entry.level !== 'info' && entry.what !== 'body refused') failures.push(entry);
      },
    });
    await fc.assert(
      fc.asyncProperty(anyBody(samples), async body => {
        const { status, json } = await invoke(handler, callOf(body));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        expect(failures).toEqual([]);
        if (status === 200) return expect(problemsOf(json, body)).toEqual([]);
        expect(status).toBe(400);
        expect(json.message).toContain(json.field);
      }),
      MANY,
    );
    expect(statuses.get(200)).toBeGreaterThan(RUNS / 20);
    expect(statuses.get(400)).toBeGreaterThan(RUNS / 20);
  }

  test('of a skill', async () => {
    const problemsOf = (json: unknown, body: string): readonly string[] => {
      // Neither is a turn: a validation call that lost its way, and a group room's webhook.
      if (isVerdict(json)) return [];
      if (JSON.stringify(json) === '{"version":"2.0","template":{"outputs":[]}}') return [];
      const { chat } = JSON.parse(body).userRequest;
      return skillProblems(
        json,
        typeof chat === 'object' && chat && !Array.isArray(chat) ? 'group' : 'private',
      );
    };
    await check(
      ({ log }) => openBuilderHandler({ bot, store: new MemorySessionStore(), secret: testSecret, log }),
      skillBodies().map(({ json }) => json),
      body => skillCall(body),
      problemsOf,
    );
  }, 60_000);

  test('of smart-chat', async () => {
    const messages = smartChatCalls().filter(({ path }) => path === '/message');
    await check(
      ({ log }) => smartChatHandler({ bot, store: new MemorySessionStore(), secret: testSecret, log }),
      messages.map(({ body }) => body),
      body => smartChatCall('POST', '/message', body),
      messageProblems,
    );
  }, 60_000);

  test('and so does whatever comes as a path or a user_key', async () => {
    const handler = smartChatHandler({
      bot,
      store: new MemorySessionStore(),
      secret: testSecret,
      log: entry => {
        if (entry.level !== 'warn' && entry.what !== 'notice taken') throw new Error(entry.what);
      },
    });
    const paths = fc.array(
      fc.oneof(fc.webSegment(), fc.constantFrom('', '..', '%', '%E0', 'friend', 'keyboard', 'smart-chat')),
      { maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'HEAD'),
        paths,
        async (method, segments) => {
          for (const call of [
            { method, path: `/${segments.join('/')}` },
            smartChatCall(method, `/${segments.join('/')}`),
          ]) {
            const { status, json } = await invoke(handler, call);
            expect([200, 400, 401, 404, 405]).toContain(status);
            if (status !== 200) expect(json.message).toMatch(/\w/);
          }
        },
      ),
      runs(2_000),
    );
  });
});
