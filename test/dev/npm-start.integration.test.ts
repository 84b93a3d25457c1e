import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ANSWER_WITHIN_MS } from '../../lambda/turn/time-budget.ts';
import { type BuiltCommand, builtCommand } from '../kit/built-command.ts';
import { keyboardProblems, messageProblems, skillProblems } from '../kit/kakao-accepts.ts';
import { npmStart, npmStartFails, type StartedGateway } from '../kit/npm-start.ts';
import { samplesOf, skillBodies, smartChatCalls } from '../kit/samples.ts';

const SECRET = 'a-test-secret';

let gateway: StartedGateway;

beforeAll(async () => {
  gateway = await npmStart({ GATEWAY_SECRET: SECRET });
});

afterAll(async () => {
  await gateway?.interrupt();
});

const skill = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  gateway.call('POST', '/open-builder/skill', body, { 'x-gateway-secret': SECRET, ...headers });
const smartChat = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => gateway.call(method, `/smart-chat/${SECRET}${path}`, body, headers);
const saying = (utterance: string, plusfriendUserKey: string) => ({
  bot: { id: 'b' },
  userRequest: { utterance, user: { id: `bot-${plusfriendUserKey}`, properties: { plusfriendUserKey } } },
});

describe('npm start', () => {
  test('is up within five seconds of processor time', () => {
    expect(gateway.startedInCpuMs).toBeGreaterThan(0);
    expect(gateway.startedInCpuMs).toBeLessThan(5_000);
  });

  test('prints a curl line that works when pasted', async () => {
    const line = /curl .*/.exec(gateway.printed())?.[0] ?? 'false';
    const { stdout } = await promisify(execFile)('bash', ['-c', line]);
    expect(skillProblems(JSON.parse(stdout))).toEqual([]);
    expect(stdout).toContain('아메리카노');
  });

  test('serves the page of its desk, made of its sources', async () => {
    const { headers, ...page } = await fetch(`${gateway.url}/`).then(async response => ({
      headers: response.headers,
      status: response.status,
      text: await response.text(),
    }));
    expect(page).toEqual({ status: 200, text: expect.stringContaining('/desk/page.js') });
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    const script = await fetch(`${gateway.url}/desk/page.js`);
    expect({ status: script.status, length: (await script.text()).length > 1_000 }).toEqual({
      status: 200,
      length: true,
    });
  });

  test('tells of each turn in words, and no JSON', async () => {
    await skill(saying('담기 라떼', 'told'));
    const [, afterStart = ''] = gateway.printed().split('Ctrl-C stops.');
    expect(afterStart).toMatch(/^ {4}hears .*담기.*: turn answered$/m);
    expect(afterStart).not.toContain('{"');
  });

  test("prints a URL for a parameter's validation API that needs no header", async () => {
    const url = /http\S+\/open-builder\/validation\S+/.exec(gateway.printed())?.[0] ?? '';
    const [body] = samplesOf('open-builder/requests').filter(({ name }) => name.startsWith('23'));
    const path = new URL(url.replace('<parameter>', encodeURIComponent('전화번호'))).pathname;
    expect(await gateway.call('POST', path, body?.json)).toMatchObject({
      status: 200,
      json: { status: 'SUCCESS', value: '010-0000-0000' },
    });
  });

  test.each(skillBodies().filter(({ name }) => !/validation-api|group-webhook/.test(name)))(
    'answers $name',
    async ({ name, json: body }) => {
      const { status, json } = await skill(body);
      expect({ status, problems: skillProblems(json, /group/.test(name) ? 'group' : 'private') }).toEqual({
        status: 200,
        problems: [],
      });
    },
  );

  test.each(skillBodies().filter(({ name }) => /validation-api|group-webhook/.test(name)))(
    'answers $name',
    async ({ json: body }) => {
      expect((await skill(body)).status).toBe(200);
    },
  );

  test.each(smartChatCalls().filter(({ name }) => !name.startsWith('req-path')))(
    'answers $name',
    async ({ method, path, body }) => {
      // With the content types that Kakao sends, and with the one that curl would.
      for (const type of ['application/json; charset=utf-8', 'application/x-www-form-urlencoded']) {
        const { status, json } = await smartChat(method, path, body ?? undefined, {
          'content-type': type,
          'user-agent': 'KakaoTalk/Bot 2.0',
        });
        const problems =
          path === '/message' ? messageProblems(json) : path === '/keyboard' ? keyboardProblems(json) : [];
        expect({ status, problems }).toEqual({ status: 200, problems: [] });
      }
    },
  );

  test('is for this machine alone', async () => {
    const { port } = new URL(gateway.url);
    const outside = Object.values(networkInterfaces())
      .flatMap(addresses => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of outside) {
      await expect(fetch(`http://${address}:${port}/health`)).rejects.toThrow();
    }
    expect(await gateway.call('GET', '/health')).toMatchObject({ status: 200 });
  });

  test("passes the console's API test, which leaves no session behind", async () => {
    const [sequence] = samplesOf('smart-chat').filter(({ name }) => name === 'kakao-apitest-sequence');
    const calls: { method: string; path: string; body?: unknown }[] = sequence?.json.body;
    expect(calls).toHaveLength(4);
    const answers = await Promise.all(calls.map(({ method, path, body }) => smartChat(method, path, body)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(keyboardProblems(answers[calls.findIndex(({ path }) => path === '/keyboard')]?.json)).toEqual([]);

    await smartChat('POST', '/message', { user_key: 'test', type: 'text', content: '담기 라떼' });
    const cart = await smartChat('POST', '/message', { user_key: 'test', type: 'text', content: '장바구니' });
    expect(cart.json.message.text).toContain('비어 있어요');
  });

  // A hundred of them, and how soon each is answered: test/gateway/one-users-burst.test.ts, where the machine does not count.
  test('answers ten 담기 of one user at once, and none is lost', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        skill(saying('담기 라떼', 'busy'), { 'X-Request-Id': `chp-${n}` }),
      ),
    );
    const counts = answers.map(({ json }) => Number(/모두 (\d+)잔/.exec(JSON.stringify(json))?.[1]));
    expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, n) => n + 1));
    expect(JSON.stringify((await skill(saying('장바구니', 'busy'))).json)).toContain('라떼 10잔');
  });

  test('answers ten deliveries of one request alike, and adds one cup', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        skill(saying('담기 라떼', 'replayed'), { 'X-Request-Id': 'chp-once' }),
      ),
    );
    expect(new Set(answers.map(({ json }) => JSON.stringify(json))).size).toBe(1);
    expect(JSON.stringify((await skill(saying('장바구니', 'replayed'))).json)).toContain('라떼 1잔');
  });

  test('a session begun by smart-chat goes on when the same key arrives as plusfriendUserKey', async () => {
    await smartChat('POST', '/message', { user_key: 'K', type: 'text', content: '담기 유자차' });
    expect(JSON.stringify((await skill(saying('담기 유자차', 'K'))).json)).toContain('모두 2잔');
    const { json } = await smartChat('POST', '/message', {
      user_key: 'K',
      type: 'text',
      content: '장바구니',
    });
    expect(json.message.text).toContain('유자차 2잔');
  });

  test('refuses what it should with a sentence', async () => {
    expect(await gateway.call('POST', '/open-builder/skill', saying('메뉴', 'u'))).toMatchObject({
      status: 401,
    });
    expect(await skill({})).toMatchObject({ status: 400, json: { field: 'userRequest' } });
    expect(await skill('{')).toMatchObject({ status: 400, json: { field: 'body' } });
    expect(await gateway.call('GET', '/smart-chat/keyboard')).toMatchObject({
      status: 404,
      json: { message: expect.stringContaining(`${gateway.url}/smart-chat/<secret>`) },
    });
    expect(await skill(JSON.stringify('x'.repeat(11_000_000)))).toMatchObject({ status: 413 });
  });

  test('outlives a caller who hangs up in the middle of a body', async () => {
    const { port } = new URL(gateway.url);
    const socket = connect(Number(port), '127.0.0.1');
    const head = ['POST /open-builder/skill HTTP/1.1', 'host: 127.0.0.1', 'content-length: 1000'];
    socket.write(`${[...head, 'expect: 100-continue'].join('\r\n')}\r\n\r\n`);
    // It waits for the body from here on.
    await once(socket, 'data');
    socket.write('{"half');
    socket.resetAndDestroy();
    await once(socket, 'close');
    for (let calls = 0; calls < 3; calls++)
      expect(await gateway.call('GET', '/health')).toMatchObject({ status: 200 });
  });

  test('has answered every call in time, by its own clock', () => {
    expect(gateway.answeredInMs().length).toBeGreaterThan(60);
    expect(Math.max(...gateway.answeredInMs())).toBeLessThanOrEqual(ANSWER_WITHIN_MS);
  });

  test('never prints the secret again, nor a user key, nor what was said', () => {
    const [, afterStart = ''] = gateway.printed().split('Ctrl-C stops.');
    expect(afterStart).toContain('POST /smart-chat/{secret}/message');
    for (const secret of [SECRET, 'busy', '라떼']) expect(afterStart).not.toContain(secret);
  });
});

describe('npm start, on its own', () => {
  let built: BuiltCommand;

  beforeAll(async () => {
    built = await builtCommand('dev/start.ts');
  });
  afterAll(() => built?.remove());

  test('answers with the bot that is deployed, whichever it is', async () => {
    const other = await npmStart({}, { isAsDeployed: true });
    const headers = { 'x-gateway-secret': 'local-secret' };
    const said = saying('외계어', 'somebody');
    const { status, json } = await other.call('POST', '/open-builder/skill', said, headers);
    await other.interrupt();
    expect({ status, problems: skillProblems(json) }).toEqual({ status: 200, problems: [] });
  });

  test('ends at once on Ctrl-C', async () => {
    const other = await npmStart({}, { built });
    expect(await other.call('GET', '/health')).toMatchObject({ json: { status: 'ok' } });
    const { code, ms } = await other.interrupt();
    // However slow the machine is, it starts slower.
    expect({ code, soon: ms < other.startedInMs / 2 }).toEqual({ code: 0, soon: true });
  });

  test('tells the whole of what a rule throws, unless a setting says otherwise', async () => {
    const failing = await builtCommand('dev/start.ts', 'test/dev/failing-bot.ts');
    for (const [environment, told] of [
      [{}, /✗ fallback: turn failed\n {6}no 메뉴\n {6}sold out\n/],
      [{ LOG_ERRORS: 'masked' }, /✗ fallback: turn failed\n {6}no \[…\]\n {6}sold out\n/],
      [{ LOG_ERRORS: '' }, /✗ fallback: turn failed\n {6}RangeError\n {6}TypeError\n/],
    ] as const) {
      const other = await npmStart(environment, { built: failing });
      await other.call('POST', '/open-builder/skill', saying('메뉴', 'u'), {
        'x-gateway-secret': 'local-secret',
      });
      await other.interrupt();
      expect(other.printed()).toMatch(told);
    }
    await failing.remove();
  });

  test('says in one sentence that its port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const { code, stderr } = await npmStartFails({ PORT: String(port) }, { built });
    taken.close();
    expect(code).toBe(1);
    expect(stderr).toContain(
      `port ${port} is taken: stop what listens there, or choose another with PORT=${port + 1} npm start`,
    );
    expect(stderr).not.toContain('    at ');
  });

  test('says in one sentence which setting is wrong', async () => {
    const { code, stderr } = await npmStartFails({ PORT: 'three' }, { built });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/PORT must be a number from 0 to 65535, not "three"\n$/),
    });
    expect(stderr).not.toContain('    at ');
  });
});
