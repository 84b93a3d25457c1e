import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EVENT_ORIGINS } from '../../lambda/aws/environment.ts';
import { eventApi } from '../../lambda/event-api/event-api.ts';
import type { EventApi } from '../../lambda/event-api/index.ts';
import {
  EVENT_BOT,
  EVENT_KEY,
  type EventServer,
  type NextAnswer,
  type PlayedRoom,
  startEventServer,
} from '../kit/event-server.ts';

const PACE = { callMs: 5_000, leastMs: 20, firstPauseMs: 2, longestPauseMs: 10 };
const REFUSED: NextAnswer = { status: 403, body: { status: 'FAIL', message: 'No permission.' } };
const NO_JSON: NextAnswer = { status: 200, body: '<html>maintenance</html>' };

let server: EventServer;
let kakao: EventApi;

beforeEach(async () => {
  server = await startEventServer();
  process.env[EVENT_ORIGINS] = server.origin;
  kakao = eventApi({ botId: EVENT_BOT, restApiKey: EVENT_KEY }, PACE);
});

afterEach(async () => {
  delete process.env[EVENT_ORIGINS];
  await server.stop();
});

const roomsOf = (count: number): PlayedRoom[] =>
  Array.from({ length: count }, (_, at) => ({ botGroupKey: `room+${at}`, isSubscribed: at % 2 === 0 }));

const QUESTIONS: readonly (readonly [string, (api: EventApi, options?: object) => Promise<unknown>])[] = [
  ['the rooms of a bot', (api, options) => api.groupRooms(options)],
  ['the members of a room', (api, options) => api.groupMembers('room/1', options)],
];

const documented = (name: string) =>
  JSON.parse(readFileSync(new URL(`../samples/open-builder/responses/${name}`, import.meta.url), 'utf8'));

const refusedOf = (asked: Promise<unknown>): Promise<Error> =>
  asked.then(
    () => new Error('not refused'),
    error => error,
  );

describe('the rooms of a bot', () => {
  test('are asked for a hundred at a time, page after page, and come in their order', async () => {
    const rooms = roomsOf(250);
    server.hasRooms(...rooms);
    expect(await kakao.groupRooms()).toEqual(rooms);
    const path = `/v3/bots/${EVENT_BOT}/group-chat-rooms?pageSize=100`;
    expect(server.questions).toEqual([
      path,
      `${path}&lastBotGroupKey=room%2B99`,
      `${path}&lastBotGroupKey=room%2B199`,
    ]);
  });

  test.each([0, 1, 100])('are asked for once where there are %d', async count => {
    server.hasRooms(...roomsOf(count));
    expect(await kakao.groupRooms()).toHaveLength(count);
    expect(server.asked()).toBe(1);
  });

  test('are read of a page as Kakao documents it, and the page after it is asked for', async () => {
    const page = documented('34-group-chat-rooms-page.json');
    server.answerNextQuestion({ status: 200, body: page }, { status: 200, body: { groupChatRooms: [] } });
    expect(await kakao.groupRooms()).toEqual(page.groupChatRooms);
    expect(server.questions[1]).toContain(`lastBotGroupKey=${page.lastBotGroupKey}`);
  });
});

describe('the members of a room', () => {
  test('are told by their botUserKey', async () => {
    server.hasRooms({ botGroupKey: 'room/1', members: ['b1', 'b2'] }, { botGroupKey: 'room/2' });
    expect(await kakao.groupMembers('room/1')).toEqual(['b1', 'b2']);
    expect(await kakao.groupMembers('room/2')).toEqual([]);
    expect(server.questions[0]).toBe(`/v2/bots/${EVENT_BOT}/group-chat-rooms/room%2F1/members`);
  });

  test('are read as Kakao documents them', async () => {
    const body = documented('35-group-members.json');
    server.answerNextQuestion({ status: 200, body });
    expect(await kakao.groupMembers('room/1')).toEqual(body.users);
  });

  test('are not asked for by a key that can be none', async () => {
    expect((await refusedOf(kakao.groupMembers(' '))).message).toMatch(/^groupKey must be an id of 1 to 140/);
    expect(server.calls()).toBe(0);
  });
});

describe.each(QUESTIONS)('%s', (_, ask) => {
  beforeEach(() => server.hasRooms({ botGroupKey: 'room/1' }));

  test('are those of the development channel by the bot id with its !', async () => {
    await ask(kakao, { channel: 'dev' });
    expect(server.questions[0]).toContain(`/bots/${EVENT_BOT}!/group-chat-rooms`);
  });

  test('are refused in Kakao’s words, and not asked for again', async () => {
    server.answerNextQuestion(REFUSED);
    const error = await refusedOf(ask(kakao));
    expect(error.name).toBe('EventApiError');
    expect(error.message).toBe("Kakao's Event API did not tell it: HTTP 403: No permission.");
    expect(server.asked()).toBe(1);
  });

  test.each([NO_JSON, { status: 200, body: '[]' }])('are not told by %j', async answer => {
    server.answerNextQuestion(answer);
    expect((await refusedOf(ask(kakao))).message).toBe(
      "Kakao's Event API did not tell it: HTTP 200: what came is no JSON object",
    );
  });

  test('are asked for again of a server that is ill, five times', async () => {
    const ill: NextAnswer = { status: 503, body: 'ill' };
    server.answerNextQuestion(ill, 'lose', { status: 429 });
    expect(await ask(kakao)).toBeDefined();
    expect(server.asked()).toBe(4);
    server.answerNextQuestion(ill, ill, ill, ill, ill);
    expect((await refusedOf(ask(kakao))).message).toBe("Kakao's Event API did not tell it: HTTP 503");
    expect(server.asked()).toBe(9);
  });

  test('are waited for as long as was said', async () => {
    server.answerNextQuestion('hang');
    const error = await refusedOf(ask(kakao, { withinMs: 100 }));
    expect(error.message).toBe("Kakao's Event API did not tell it: no answer in time");
    expect(server.asked()).toBe(1);
  });

  test('are asked for no longer than their caller wants', async () => {
    server.answerNextQuestion('hang');
    const error = await refusedOf(ask(kakao, { signal: AbortSignal.timeout(100) }));
    expect(error.message).toBe("Kakao's Event API did not tell it: no answer in time");
  });

  test('are not told of with the key, though Kakao repeats one that it does not know', async () => {
    const wrong = 'ffffffffffffffffffffffffffffffff';
    const error = await refusedOf(ask(eventApi({ botId: EVENT_BOT, restApiKey: wrong }, PACE)));
    expect(error.message).toBe("Kakao's Event API did not tell it: HTTP 401: wrong appKey(…) format");
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain(wrong);
  });
});
