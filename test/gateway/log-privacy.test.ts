import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type LocalAws, startLocalAws, useLocalAws } from '../../dev/local-aws.ts';
import { loadHandlers } from '../../dev/local-gateway.ts';
import { ENVIRONMENT, PLUGIN_ORIGINS, REST_API_KEY } from '../../lambda/aws/environment.ts';
import type { HttpHandler } from '../../lambda/aws/http.ts';
import { log } from '../../lambda/aws/log.ts';
import { Bot, secretText, type Turn } from '../../lambda/bot/index.ts';
import type { Plugins, ProfileResult } from '../../lambda/bot/plugins.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import type { HandlerName } from '../../lambda/routes.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { type Call, invoke, SECRET, skillCall, smartChatCall, testSecret } from '../kit/http.ts';
import { startLateGateway, until } from '../kit/late-gateway.ts';
import { privateTexts } from '../kit/private-texts.ts';
import { skillBodies, smartChatCalls } from '../kit/samples.ts';
import { takeStdout } from '../kit/stdout.ts';

const API_KEY = 'restapikeyofthisbot';

let aws: LocalAws;
let handlers: Readonly<Record<HandlerName, HttpHandler>>;
let plugins: Plugins;

beforeAll(async () => {
  aws = await startLocalAws({ secret: SECRET });
  useLocalAws(aws);
  process.env[REST_API_KEY] = API_KEY;
  // Nobody listens there: every question to a plugin that gets so far fails.
  process.env[PLUGIN_ORIGINS] = 'http://127.0.0.1:1';
  handlers = await loadHandlers();
  ({ plugins } = await import('../../lambda/handlers/plugins.ts'));
});

afterAll(async () => {
  delete process.env[REST_API_KEY];
  delete process.env[PLUGIN_ORIGINS];
  await aws?.stop();
});

afterEach(() => {
  delete process.env[ENVIRONMENT.logErrors];
  jest.restoreAllMocks();
});

/**
 * The rule tells which of the bot's own texts fitted: that is not what the user typed. API Gateway's id and the time have
 * any digits, a user's short ones among them.
 */
function withoutChance(line: string): string {
  const { rule: _, requestId: __, time: ___, _aws: ____, ...told } = JSON.parse(line);
  return JSON.stringify(told);
}

/** The calls of smart-chat that are notices, each by its beginning. */
const NOTICES = [
  ['POST /friend', 'friend-added'],
  ['DELETE /friend', 'friend-blocked'],
  ['DELETE /chat_room', 'room-left'],
] as const;

/** @param outcomes what the lines must tell: where none is written, none holds anything */
function expectNothingOf(
  texts: readonly string[],
  lines: readonly string[],
  outcomes: readonly string[],
): void {
  expect(texts.length).toBeGreaterThan(0);
  expect(lines.flatMap(line => JSON.parse(line).outcome ?? []).sort()).toEqual(outcomes);
  for (const line of lines) {
    expect(line.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(line).requestId).toEqual(expect.any(String));
    const told = withoutChance(line);
    for (const text of [...texts, SECRET, API_KEY, '/otp/', '/callback/']) expect(told).not.toContain(text);
  }
}

async function linesOf(handler: HttpHandler, call: Call): Promise<string[]> {
  const lines = takeStdout();
  await invoke(handler, call);
  jest.restoreAllMocks();
  return lines;
}

/** A bot that fails with all it knows of a turn, once it has asked for whatever it could. */
const telltale = new Bot({ session: () => ({}) })
  .validates('전화번호', (value, { user }) => {
    throw new Error(`${value} ${JSON.stringify(user)}`);
  })
  .fallback(async (turn: Turn<object>) => {
    for (const name of turn.params.names) {
      await turn.askProfile(name);
      await turn.askLocation(name);
    }
    const all = JSON.stringify([turn.text, turn.user, turn.incoming]);
    throw Object.assign(new Error(`${all}\n    at ${all}`, { cause: new Error(all) }), { said: all });
  });

describe('no line of the log holds what a user said, who they are, a secret or a URL that is one', () => {
  test.each(skillBodies())('of the skill: $name', async ({ name, json: body }) => {
    const texts = privateTexts(body);
    const lines = await linesOf(handlers['open-builder'], skillCall(body));
    // A validation that lost its way is no turn, nor is what a group room tells.
    const outcomes = name.startsWith('23-') ? [] : [name.startsWith('35-') ? 'group-entered' : 'answered'];
    expectNothingOf(texts.length > 0 ? texts : ['nobody'], lines, outcomes);
  });

  test.each(skillBodies())(
    'of a skill whose rule fails with all it knows: $name',
    async ({ name, json: body }) => {
      const tools = { bot: telltale, store: new MemorySessionStore(), secret: testSecret, log, plugins };
      const lines = await linesOf(openBuilderHandler(tools), skillCall(body));
      const texts = privateTexts(body);
      expectNothingOf(texts.length > 0 ? texts : ['nobody'], lines, [
        name.startsWith('35-') ? 'group-entered' : 'failed',
      ]);
    },
  );

  test.each(skillBodies())(
    'of the same, where its own words are told: $name',
    async ({ name, json: body }) => {
      process.env[ENVIRONMENT.logErrors] = 'masked';
      const tools = { bot: telltale, store: new MemorySessionStore(), secret: testSecret, log, plugins };
      const lines = await linesOf(openBuilderHandler(tools), skillCall(body));
      // The rule tells names of members, too, one of which a sample's user says.
      const texts = privateTexts(body).filter(text => text !== 'key');
      expectNothingOf(texts.length > 0 ? texts : ['nobody'], lines, [
        name.startsWith('35-') ? 'group-entered' : 'failed',
      ]);
      for (const line of lines.filter(one => one.includes('turn failed')))
        expect(JSON.parse(line).error.message).toContain('[…]');
    },
  );

  test('of what a bot remembers or was told by a plugin, where its own words are told', async () => {
    process.env[ENVIRONMENT.logErrors] = 'masked';
    const bot = new Bot({ session: () => ({ name: '', calls: 0 }) })
      .hears('제 이름은 임꺽정', turn => {
        turn.session = { name: '임꺽정', calls: 71 };
        return '네';
      })
      .fallback(async turn => {
        const { name, calls } = turn.session;
        turn.session = { name: '장길산', calls: 0 };
        const profile = JSON.stringify(await turn.askProfile('profile'));
        const ids = JSON.stringify([turn.user, turn.group, turn.contexts, turn.eventParams]);
        throw new Error(`no seat for ${name} (${calls} calls), ${turn.session.name}, ${profile}, ${ids}`);
      });
    const told: ProfileResult = {
      kind: 'profile',
      profile: { nickname: '전우치', email: 'a@b.kr' },
    } as never;
    const store = new MemorySessionStore();
    const asked: Plugins = { profile: async () => told, location: async () => told as never };
    const handler = openBuilderHandler({ bot, store, secret: testSecret, log, plugins: asked });
    const body = (utterance: string) => ({
      userRequest: { utterance, user: { id: 'bot-user-Qx71', properties: { plusfriendUserKey: 'Zx3_Kp' } } },
      action: {
        params: { profile: JSON.stringify({ otp: 'https://talk-plugin.kakao.com/otp/a1/profile' }) },
      },
      contexts: [{ name: '주문', lifespan: 1, params: { 음료: { value: '유자차' } } }],
    });
    await linesOf(handler, skillCall(body('제 이름은 임꺽정')));
    const [line = ''] = await linesOf(handler, skillCall(body('자리 있나요')));
    const { message } = JSON.parse(line).error;
    expect(message).toMatch(/^no seat for \[…\] calls\), /);
    expectNothingOf(
      ['임꺽정', '71', '장길산', '전우치', 'a@b', 'Qx71', 'Zx3', '유자차', '자리'],
      [JSON.stringify({ requestId: 'r', outcome: 'failed', message })],
      ['failed'],
    );
  });

  test('of a secret text that a rule has read, where its own words are told', async () => {
    process.env[ENVIRONMENT.logErrors] = 'masked';
    process.env.SECRET_TEXT_MODEL = 'sk-proj-Ab12cdEF';
    const bot = new Bot({ session: () => ({}) }).fallback(async () => {
      throw new Error(`Incorrect API key provided: ${await secretText('model')}, ends with cdEF`);
    });
    const tools = { bot, store: new MemorySessionStore(), secret: testSecret, log };
    const [line = ''] = await linesOf(
      openBuilderHandler(tools),
      skillCall({ userRequest: { utterance: '안녕', user: { id: 'u1' } } }),
    );
    delete process.env.SECRET_TEXT_MODEL;
    expect(JSON.parse(line).error.message).toBe('Incorrect API key provided: […], ends with […]');
  });

  test('of a plugin that was asked in vain, which tells its request all the same', async () => {
    const tools = { bot: telltale, store: new MemorySessionStore(), secret: testSecret, log, plugins };
    for (const origin of ['https://talk-plugin.kakao.com', 'http://127.0.0.1:1']) {
      const value = JSON.stringify({ otp: `${origin}/otp/a1b2c3/profile`, app_user_id: 7 });
      const body = {
        userRequest: { utterance: '내 번호', user: { id: 'a-user-key' } },
        action: { params: { profile: value } },
      };
      const lines = await linesOf(
        openBuilderHandler(tools),
        skillCall(body, { 'x-chappie-footprint': 'chp-f' }),
      );
      expect(lines.map(line => JSON.parse(line))).toMatchObject([
        { what: expect.stringContaining('plugin not read'), footprint: 'chp-f' },
        { what: expect.stringContaining('plugin not read'), footprint: 'chp-f' },
        { what: 'turn failed', footprint: 'chp-f' },
      ]);
      expectNothingOf(['a1b2c3', '내 번호', 'a-user-key'], lines, ['failed']);
    }
  });

  test.each(smartChatCalls())('of smart-chat: $name', async ({ method, path, headers, body }) => {
    const call = { ...smartChatCall(method, path, body), headers };
    const tools = { bot: telltale, store: new MemorySessionStore(), secret: testSecret, log };
    for (const [handler, outcome] of [
      [handlers['smart-chat'], 'answered'],
      [smartChatHandler(tools), 'failed'],
    ] as const) {
      const notice = NOTICES.find(([told]) => `${method} ${path}`.startsWith(told))?.[1];
      const outcomes = path === '/message' ? [outcome] : notice ? [notice] : [];
      expectNothingOf([...privateTexts(body), 'nobody'], await linesOf(handler, call), outcomes);
    }
  });

  test('of a validation', async () => {
    const [body] = skillBodies().filter(({ name }) => name.startsWith('23'));
    const path = `/open-builder/validation/${SECRET}/전화번호`;
    const lines = await linesOf(handlers.validation, { method: 'POST', path, body: body?.json });
    expectNothingOf(privateTexts(body?.json), lines, ['valid']);
  });

  test('of a call that is refused', async () => {
    const said = { userRequest: { utterance: '비밀 이야기', user: 'a-user-key' } };
    const message = { user_key: 'a-user-key', content: ['비밀 이야기'] };
    const wrong = { 'x-gateway-secret': 'wrong-secret' };
    for (const [handler, call] of [
      [handlers['open-builder'], skillCall(said)],
      [handlers['open-builder'], skillCall(said, wrong)],
      [handlers['open-builder'], skillCall(JSON.stringify(said).slice(0, -1))],
      [handlers['smart-chat'], smartChatCall('POST', '/message', message)],
      [handlers['smart-chat'], { method: 'DELETE', path: '/smart-chat/wrong-secret/friend/a-user-key' }],
      [handlers.validation, { method: 'POST', path: '/open-builder/validation/wrong-secret/a-user-key' }],
    ] as const) {
      const lines = await linesOf(handler, call);
      expect(lines.map(line => JSON.parse(line))).toMatchObject([
        { what: expect.stringMatching(/ refused$/) },
      ]);
      expectNothingOf(['a-user-key', '비밀 이야기', 'wrong-secret'], lines, []);
    }
  });

  test('of the worker, whatever becomes of its turn', async () => {
    const bot = new Bot({ session: () => ({}) }).fallback(
      turn => {
        throw new Error(`${turn.text} ${turn.user.botUserKey}`);
      },
      { slow: '잠시만요' },
    );
    const gateway = await startLateGateway(bot);
    try {
      const callbackUrl = gateway.sink.newUrl();
      gateway.sink.answerNext({
        status: 200,
        body: { status: 'FAIL', message: `Invalid bot ID ${callbackUrl}` },
      });
      await gateway.skill('a-user-key', '비밀 이야기', { callbackUrl });
      await gateway.skill('a-user-key', '비밀 이야기', { callbackUrl: 'https://evil.example/callback/x' });
      await until(() => gateway.logged.filter(({ outcome }) => outcome === 'answered').length > 1);
      const lines = takeStdout();
      for (const entry of gateway.logged) log(entry);
      jest.restoreAllMocks();
      const outcomes = ['answered', 'answered', 'deferred', 'deferred', 'failed', 'failed'];
      expectNothingOf(['a-user-key', '비밀 이야기', callbackUrl, 'evil.example'], lines, outcomes);
    } finally {
      await gateway.stop();
    }
  });
});
