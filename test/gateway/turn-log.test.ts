import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { log } from '../../lambda/aws/log.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import { type Answer, reply } from '../../lambda/bot/reply.ts';
import { SessionConflictError } from '../../lambda/errors.ts';
import type { TurnGateway } from '../../lambda/gateway/deployment.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import { MemorySessionStore, type SessionStore } from '../../lambda/turn/session.ts';
import { ANSWER_WITHIN_MS } from '../../lambda/turn/time-budget.ts';
import { deferInto } from '../kit/deferred.ts';
import { type Call, invoke, skillCall, smartChatCall, testSecret } from '../kit/http.ts';
import { startLateGateway, until } from '../kit/late-gateway.ts';
import { metricsIn, takeStdout } from '../kit/stdout.ts';

/** An answer that does not compile: what a bot in JavaScript may make of what was said. */
const made = (answer: object): Answer => answer as never;

const bot = new Bot({ session: () => ({ cups: 0 }) })
  .hears('담기', turn => `${++turn.session.cups}잔`)
  .hears('보기', turn => `${turn.session.cups}잔`)
  .hears('고장', () => Promise.reject(new Error('broken')))
  .hears('너무 긴 이름', () => reply('말', ['열네 자를 넘어서 카카오톡에서 잘려 보이는 이름']))
  .hears(/^(.*) 담아$/, (_, [, name = '']) => made({ simpleText: { text: '네', [name]: 1 } }))
  .hears(/^(.*) 버튼$/, (_, [, name = '']) =>
    made({ textCard: { title: '네', buttons: [{ label: '네', action: name, extra: [], [name]: 1 }] } }),
  )
  .hears(/^(.*) 기억$/, (_, [, name = '']) =>
    made({ contexts: [{ name: 'order', turns: -Number(name.slice(-11)), params: { [name]: 1 } }] }),
  )
  .hears('느린 일', () => '늦은 답', { slow: '잠시만요' })
  .hears('느린 고장', () => Promise.reject(new Error('broken')), { slow: '잠시만요' })
  .hears('멈춤', () => new Promise<never>(() => {}));

afterEach(() => {
  jest.restoreAllMocks();
});

/** The lines that calls leave behind. */
async function linesOf(tools: Partial<TurnGateway<{ cups: number }>>, ...calls: Call[]) {
  const whole = { bot, store: new MemorySessionStore(), secret: testSecret, log, ...tools };
  const handlers = { skill: openBuilderHandler(whole), smartChat: smartChatHandler(whole) };
  const lines = takeStdout();
  for (const call of calls) {
    await invoke(call.path.startsWith('/smart-chat') ? handlers.smartChat : handlers.skill, call);
  }
  jest.restoreAllMocks();
  return lines;
}

const said = (utterance: string, headers: Record<string, string> = {}, receivedAt = Date.now()): Call => ({
  ...skillCall({ bot: { id: 'b' }, userRequest: { utterance, user: { id: 'u' } } }, headers),
  receivedAt,
});
const wrote = (content: string): Call => smartChatCall('POST', '/message', { user_key: 'u', content });
const figuresOf = (lines: readonly string[]) => lines.map(line => metricsIn(line).metrics);

describe('a turn leaves one line', () => {
  test.each([
    ['open-builder', said],
    ['smart-chat', wrote],
  ] as const)('that tells what became of it, under %s', async (protocol, call) => {
    const lines = await linesOf({}, call('담기'), call('담기'), call('보기'), call('고장'));
    const told = lines.map(line => JSON.parse(line));
    const answered = { level: 'info', what: 'turn answered', outcome: 'answered' };
    expect(told).toMatchObject([
      { ...answered, rule: 'hears 담기' },
      { ...answered, rule: 'hears 담기' },
      { ...answered, rule: 'hears 보기' },
      {
        level: 'error',
        what: 'turn failed',
        outcome: 'failed',
        rule: 'hears 고장',
        error: { name: 'Error' },
      },
    ]);
    for (const line of told) {
      expect(line).toMatchObject({ protocol, ms: line.TurnMs, requestId: expect.any(String) });
      expect(line.user).toMatch(/^[0-9a-f]{16}$/);
    }
    expect(new Set(told.map(({ user }) => user)).size).toBe(1);
    const TurnMs = expect.any(Number);
    expect(figuresOf(lines)).toEqual([
      { Turns: 1, TurnMs, SessionsCreated: 1 },
      { Turns: 1, TurnMs },
      { Turns: 1, TurnMs },
      { Turns: 1, TurnMs, TurnsFailed: 1 },
    ]);
    for (const line of lines) {
      expect(metricsIn(line).dimensions).toEqual([{ Bot: 'bot', Protocol: protocol }, { Bot: 'bot' }]);
    }
  });

  test("that has Kakao's ids, where they can be ids", async () => {
    const ids = { 'x-request-id': 'chp-aaa', 'x-chappie-footprint': 'chp-bbb' };
    const odd = { 'x-request-id': '메뉴 주세요', 'x-chappie-footprint': 'x'.repeat(81) };
    const [named, unnamed] = (await linesOf({}, said('보기', ids), said('보기', odd))).map(line =>
      JSON.parse(line),
    );
    expect(named).toMatchObject({ kakaoRequestId: 'chp-aaa', footprint: 'chp-bbb' });
    expect(unnamed).not.toHaveProperty('kakaoRequestId');
    expect(unnamed).not.toHaveProperty('footprint');
  });

  test('that counts an answer which Kakao shortens each time, and tells it once', async () => {
    const lines = await linesOf({}, said('너무 긴 이름'), said('너무 긴 이름'));
    expect(lines.map(line => JSON.parse(line).what)).toEqual(['answer shortened', 'turn answered']);
    expect(figuresOf(lines)).toMatchObject([{ AnswersShortened: 1 }, { AnswersShortened: 1 }]);
  });

  test.each(['userPhone01012345678', '회원"] 홍길동01012345678', '"]01012345678'])(
    'that tells where an answer is wrong, and no name that the bot made up of what was said: %j',
    async name => {
      const lines = await linesOf({}, said(`${name} 담아`), said(`${name} 버튼`), said(`${name} 기억`));
      const card = 'outputs[0].textCard.buttons[0]';
      expect(lines.map(line => JSON.parse(line).violations)).toEqual([
        [{ rule: 'unknown', path: 'outputs[0].simpleText[…]' }],
        expect.arrayContaining([
          { rule: 'button.action', path: `${card}.action` },
          { rule: 'type', path: `${card}.extra` },
          { rule: 'unknown', path: `${card}[…]` },
        ]),
        expect.arrayContaining([{ rule: 'contextValue.params', path: 'contexts[0].params[…]' }]),
      ]);
      for (const line of lines) {
        expect(line).not.toContain(name.slice(-11));
        expect(line).not.toContain('1012345678');
      }
    },
  );

  test('that tells a made-up name once for its place, whatever users make of it', async () => {
    const lines = await linesOf({}, said('하나 담아'), said('둘 담아'));
    expect(lines.map(line => JSON.parse(line).what)).toEqual(['answer shortened', 'turn answered']);
  });

  test('that counts how often other turns came between', async () => {
    const store = new MemorySessionStore();
    jest.spyOn(store, 'save').mockRejectedValueOnce(new SessionConflictError());
    const lines = await linesOf({ store }, said('담기'));
    expect(figuresOf(lines)).toMatchObject([{ SessionConflicts: 1, SessionsCreated: 1 }]);
  });

  test('that counts a session as new again once it has expired', async () => {
    const store = new MemorySessionStore({ lifetimeDays: -1 });
    const lines = await linesOf({ store }, said('담기'), said('담기'));
    expect(figuresOf(lines)).toMatchObject([{ SessionsCreated: 1 }, { SessionsCreated: 1 }]);
  });

  test('that counts an apology because of the deadline', async () => {
    const lines = await linesOf({}, said('멈춤', {}, Date.now() - ANSWER_WITHIN_MS + 50));
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ what: 'turn failed', rule: 'hears 멈춤' });
    expect(figuresOf(lines)).toMatchObject([{ TurnsFailed: 1, DeadlineMissed: 1 }]);
  });

  test('that counts a turn which the gateway could not even begin', async () => {
    const secret = { ...testSecret, accepts: () => Promise.reject(new Error('away')) };
    const lines = await linesOf({ secret }, said('담기'), wrote('담기'));
    expect(lines.map(line => JSON.parse(line).what)).toEqual(['request failed', 'request failed']);
    expect(figuresOf(lines)).toMatchObject([
      { Turns: 1, TurnsFailed: 1 },
      { Turns: 1, TurnsFailed: 1 },
    ]);
  });

  test('which calls that are no turns do not; a notice leaves one of its own, which counts nothing', async () => {
    const health = { method: 'GET', path: '/health' };
    expect(await linesOf({}, health, smartChatCall('GET', '/keyboard'))).toEqual([]);
    const lines = await linesOf({}, smartChatCall('POST', '/friend', { user_key: 'u' }));
    const [told, ...others] = lines.map(line => JSON.parse(line));
    expect(others).toEqual([]);
    expect(told).toMatchObject({ level: 'info', what: 'notice taken', outcome: 'friend-added' });
    expect(told).not.toHaveProperty('_aws');
  });

  test('which calls that are refused do not: theirs warns, and counts no turn', async () => {
    const lines = await linesOf({}, skillCall({}), { ...said('담기'), headers: {} });
    const told = lines.map(line => JSON.parse(line));
    expect(told).toMatchObject([
      { level: 'warn', what: 'body refused', error: { message: 'userRequest must be an object' } },
      { level: 'warn', what: 'secret refused' },
    ]);
    for (const line of told) expect(line).not.toHaveProperty('Turns');
  });

  test('which a refused secret is counted for where it came with JSON, as all of Kakao does, and not for a stranger', async () => {
    const refused = { ...said('담기'), headers: { 'content-type': 'application/json; charset=utf-8' } };
    const stranger = { ...refused, headers: { 'content-type': 'text/plain' } };
    const lines = await linesOf({}, refused, stranger);
    expect(figuresOf(lines.slice(0, 1))).toEqual([{ CallsRefused: 1 }]);
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ what: 'secret refused' });
    expect(lines[1]).not.toContain('CallsRefused');
  });
});

describe('a deferred turn', () => {
  test('whose callback URL is not of Kakao is counted among the callbacks that failed', async () => {
    const late = { defer: async () => {}, callbackOrigins: ['https://bot-api.kakao.com'] };
    const callbackUrl = 'https://evil.example/callback/x';
    const userRequest = { utterance: '느린 일', user: { id: 'u' }, callbackUrl };
    const lines = await linesOf(late, skillCall({ bot: { id: 'b' }, userRequest }));
    expect(lines.map(line => JSON.parse(line).what)).toEqual(['callback URL refused', 'turn deferred']);
    expect(figuresOf(lines)).toMatchObject([{ CallbacksFailed: 1 }, { TurnsDeferred: 1 }]);
    expect(figuresOf(lines)[1]).not.toHaveProperty('CallbacksFailed');
  });

  test.each([null, ''])(
    'without a callback URL counts none that failed, however Kakao leaves it out: %j',
    async callbackUrl => {
      const late = { defer: async () => {}, callbackOrigins: ['https://bot-api.kakao.com'] };
      const userRequest = { utterance: '느린 일', user: { id: 'u' }, callbackUrl };
      const lines = await linesOf(late, skillCall({ bot: { id: 'b' }, userRequest }));
      expect(lines.map(line => JSON.parse(line).what)).toEqual(['turn deferred']);
    },
  );

  test('misses the deadline when its rule overran, and not when it said that it is slow', async () => {
    const late = { defer: async () => {} };
    // What is left beyond the half second that deferring takes is the rule's.
    const receivedAt = Date.now() - ANSWER_WITHIN_MS + 700;
    const overran = await linesOf(late, said('멈춤', {}, receivedAt));
    expect(JSON.parse(overran[0] ?? '')).toMatchObject({ what: 'turn deferred', rule: 'hears 멈춤' });
    expect(figuresOf(overran)).toMatchObject([{ Turns: 1, TurnsDeferred: 1, DeadlineMissed: 1 }]);
    const slow = await linesOf(late, said('느린 일'));
    expect(figuresOf(slow)).toEqual([
      { Turns: 1, TurnMs: expect.any(Number), TurnsDeferred: 1, SessionsCreated: 1 },
    ]);
  });

  test('is counted, and takes along what the worker is to tell', async () => {
    const deferred: DeferredTurn[] = [];
    const defer = deferInto(deferred);
    const ids = { 'x-request-id': 'chp-aaa', 'x-chappie-footprint': 'chp-bbb' };
    const lines = await linesOf({ defer }, said('느린 일', ids));
    const { requestId, user, ...line } = JSON.parse(lines[0] ?? '');
    expect(line).toMatchObject({ what: 'turn deferred', outcome: 'deferred', rule: 'hears 느린 일' });
    expect(figuresOf(lines)).toMatchObject([{ Turns: 1, TurnsDeferred: 1, SessionsCreated: 1 }]);
    expect(deferred.map(({ delivery, trail }) => ({ delivery, trail }))).toEqual([
      {
        delivery: { protocol: 'open-builder' },
        trail: {
          deferredBy: requestId,
          kakaoRequestId: 'chp-aaa',
          footprint: 'chp-bbb',
          user,
          wordsKey: testSecret.wordsKey(),
        },
      },
    ]);
  });

  test.each(['callback', 'collect'] as const)('leaves a line in the worker, too (%s)', async way => {
    const gateway = await startLateGateway(bot);
    const call = way === 'callback' ? { callbackUrl: gateway.sink.newUrl() } : {};
    await gateway.skill('u', '느린 일', { ...call, id: 'chp-aaa' });
    await until(() => gateway.logged.length > 1);
    const [front, worker] = gateway.logged;
    expect(worker).toMatchObject({
      level: 'info',
      what: 'late turn answered',
      outcome: 'answered',
      protocol: 'open-builder',
      rule: 'hears 느린 일',
      kakaoRequestId: 'chp-aaa',
      deferredBy: front?.requestId,
      user: front?.user,
      metrics: { LateAnswered: 1, LateMs: worker?.ms },
    });
    expect(worker?.requestId).not.toBe(front?.requestId);
    await gateway.stop();
  });

  test('whose rule fails is counted as failed, and its apology as an answer', async () => {
    const gateway = await startLateGateway(bot);
    await gateway.smartChat('u', '느린 고장');
    await until(() => gateway.logged.length > 2);
    expect(gateway.logged.slice(1)).toMatchObject([
      { what: 'late turn failed', protocol: 'smart-chat', metrics: { TurnsFailed: 1 } },
      { what: 'late turn answered', protocol: 'smart-chat', metrics: { LateAnswered: 1 } },
    ]);
    await gateway.stop();
  });

  test.each([
    ['Invalid bot ID. Check your Bot ID.', 'error', 1],
    ['It is a token for testing purposes.', 'info', undefined],
  ] as const)(
    "whose callback fails (%s) is counted unless it is a tester's",
    async (message, level, failed) => {
      const gateway = await startLateGateway(bot);
      gateway.sink.answerNext({ status: 200, body: { status: 'FAIL', message } });
      await gateway.skill('u', '느린 일', { callbackUrl: gateway.sink.newUrl() });
      await until(() => gateway.logged.length > 2);
      const [, callback, kept] = gateway.logged;
      expect(callback).toMatchObject({ level, what: expect.stringContaining('callback failed') });
      expect(callback?.metrics?.CallbacksFailed).toBe(failed);
      expect(kept).toMatchObject({ what: 'late turn kept, to be collected', metrics: { LateAnswered: 1 } });
      await gateway.stop();
    },
  );

  test('that is lost is counted once, although its apology is posted', async () => {
    const broken = (): SessionStore => ({
      load: () => Promise.reject(new Error('ill')),
      save: () => Promise.reject(new Error('ill')),
      claim: () => Promise.reject(new Error('ill')),
      delete: () => Promise.reject(new Error('ill')),
    });
    const gateway = await startLateGateway(bot, { workerStore: broken });
    await gateway.skill('u', '빈 말');
    await gateway.skill('u', '느린 일', { callbackUrl: gateway.sink.newUrl() });
    await until(() => gateway.events.length > 0);
    const event = structuredClone(gateway.events[0]);
    const [record] = event?.Records ?? [];
    if (!event || !record) throw new Error('the queue gave nothing');
    const turn = JSON.parse(record.body);
    record.body = JSON.stringify({ ...turn, receivedAt: turn.receivedAt - 51_000 });
    record.attributes.ApproximateReceiveCount = '2';
    gateway.logged.length = 0;
    await gateway.worker(event, { getRemainingTimeInMillis: () => 5_000, awsRequestId: 'w' } as never);
    const counted = gateway.logged.filter(({ metrics }) => metrics?.LateLost === 1);
    expect(counted).toMatchObject([{ what: 'late turn lost', requestId: 'w', protocol: 'open-builder' }]);
    expect(gateway.logged.some(({ metrics }) => metrics?.LateAnswered)).toBe(false);
    await gateway.stop();
  });
});
