import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { LogEntry } from '../../lambda/aws/log.ts';
import { requestIds } from '../../lambda/aws/log.ts';
import { shownSecret } from '../../lambda/aws/shown-secret.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { type Probe, probeHandler } from '../../lambda/gateway/probe.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { invoke, SECRET, skillCall, testSecret } from '../kit/http.ts';
import { secretClient } from '../kit/secret-client.ts';
import { SELF_SIGNED } from '../kit/test-certificates.ts';

const GOOD = { version: '2.0', template: { outputs: [{ simpleText: { text: '네' } }] }, outcome: 'answered' };

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

type Serve = (request: IncomingMessage, response: ServerResponse, body: string) => unknown;

/** An API of the test's own; @returns the URL of its skill */
async function apiThat(serve: Serve, make: (serving: Serving) => Server = createServer): Promise<string> {
  server = make(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    await serve(request, response, body);
  });
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/open-builder/skill`;
}

type Serving = (request: IncomingMessage, response: ServerResponse) => unknown;

const answers =
  (json: unknown, status = 200): Serve =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof json === 'string' ? json : JSON.stringify(json));
  };

/** The end of a call of the probe, and the lines that it logs. */
async function asks(url: string, tools: Partial<Probe> = {}) {
  const lines: (LogEntry & { readonly requestId?: string | undefined })[] = [];
  const handler = probeHandler({
    url,
    secret: shownSecret(secretClient({ AWSCURRENT: SECRET }), 'gateway'),
    log: entry => lines.push({ ...entry, ...requestIds() }),
    ...tools,
  });
  const ended = await handler({}, { awsRequestId: 'the-probes-own' }).then(
    answered => ({ answered, failed: undefined }),
    (failed: Error) => ({ answered: undefined, failed: failed.message }),
  );
  return { ...ended, lines };
}

describe('the probe', () => {
  test('is answered by the real skill, whatever the bot would say, and logs nothing', async () => {
    const handler = openBuilderHandler({
      bot: new Bot().fallback(() => Promise.reject(new Error('nobody asks the bot'))),
      ...{ store: new MemorySessionStore(), secret: testSecret, log: () => {} },
    });
    const url = await apiThat(async ({ headers, method, url: path }, response, body) => {
      expect([method, path]).toEqual(['POST', '/open-builder/skill']);
      const given = { 'x-gateway-secret': String(headers['x-gateway-secret']) };
      const { status, json } = await invoke(handler, skillCall(JSON.parse(body), given));
      answers(json, status)({} as IncomingMessage, response, '');
    });
    const { answered, failed, lines } = await asks(url);
    expect(failed).toBeUndefined();
    expect(answered).toEqual({ ms: expect.any(Number) });
    expect(lines).toEqual([]);
  });

  test.each<[string, Serve]>([
    ['the status is 503', answers({ message: 'Service Unavailable' }, 503)],
    ['the status is 301', answers('', 301)],
    ['the secret is refused', answers({ message: 'wrong' }, 401)],
    ['the answer is none of a skill', answers('<html>')],
    ['the answer is none of a skill', answers({ ...GOOD, version: '1.0' })],
    ['the answer has no bubble', answers({ ...GOOD, template: { outputs: [] } })],
    ['the answer has no bubble', answers({ version: '2.0', useCallback: true, outcome: 'late' })],
    ['the answer is an apology: see what the skill logs', answers({ ...GOOD, outcome: 'failed' })],
    ['the answer is an apology: see what the skill logs', answers({ ...GOOD, outcome: undefined })],
    ['the answer is too long for one of a skill', answers('x'.repeat(300_000))],
    ['the API is not reached: ECONNRESET', request => request.socket.destroy()],
  ])('fails where %s, and says so', async (outcome, serve) => {
    const url = await apiThat(serve);
    const { failed, lines } = await asks(url);
    expect(failed).toBe(outcome);
    expect(lines).toEqual([{ level: 'error', what: 'probe failed', outcome, requestId: 'the-probes-own' }]);
    for (const hidden of [SECRET, new URL(url).host])
      expect(failed + JSON.stringify(lines)).not.toContain(hidden);
  });

  test('takes an answer that promises another for one: its rule is slow', async () => {
    expect((await asks(await apiThat(answers({ ...GOOD, outcome: 'late' })))).failed).toBeUndefined();
  });

  test('fails where nobody answers in time, and where the answer is late', async () => {
    const pace = { waitsMs: 300, withinMs: 50 };
    const never = await apiThat(() => {});
    expect((await asks(never, { pace })).failed).toBe('no answer within 0.3 s');
    server?.close();
    const late = await apiThat((request, response, body) =>
      setTimeout(() => answers(GOOD)(request, response, body), 80),
    );
    expect((await asks(late, { pace })).failed).toMatch(/^the answer came after \d+ ms$/);
  });

  test('trusts no certificate that Kakao would not', async () => {
    const url = await apiThat(answers(GOOD), serving => createSecureServer(SELF_SIGNED, serving));
    const { failed } = await asks(url.replace('http:', 'https:'));
    expect(failed).toBe('the API is not reached: DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  test('names no host where there is none', async () => {
    expect((await asks('https://nobody.invalid/open-builder/skill')).failed).toMatch(
      /^the API is not reached: (ENOTFOUND|EAI_AGAIN)$/,
    );
  });

  test('shows the value that is current when the one that it read was rotated away', async () => {
    const versions = { AWSCURRENT: 'first' };
    const secret = shownSecret(secretClient(versions), 'gateway');
    const shown: unknown[] = [];
    const url = await apiThat(({ headers }, response) => {
      shown.push(headers['x-gateway-secret']);
      const isValid = headers['x-gateway-secret'] === versions.AWSCURRENT;
      answers(GOOD, isValid ? 200 : 401)({} as IncomingMessage, response, '');
    });
    expect((await asks(url, { secret })).failed).toBeUndefined();
    versions.AWSCURRENT = 'third';
    expect((await asks(url, { secret })).failed).toBeUndefined();
    expect(shown).toEqual(['first', 'first', 'third']);
  });

  test('reads the secret once an hour, and not for each call', async () => {
    let reads = 0;
    const client = { send: async () => ({ SecretString: `value ${++reads}` }) } as unknown;
    const secret = shownSecret(client as SecretsManagerClient, 'gateway');
    for (let call = 0; call < 3; call++) expect(await secret.value()).toBe('value 1');
    secret.forget();
    expect(await secret.value()).toBe('value 2');
  });

  test('tells nothing of a secret that it can not read but that, and of AWS the reason', async () => {
    const secret = shownSecret(secretClient({}), 'gateway');
    const { failed, lines } = await asks('http://127.0.0.1:1/', { secret });
    expect(failed).toBe('the secret is not read');
    expect(lines).toMatchObject([{ what: 'probe failed', outcome: 'the secret is not read' }]);
    expect(lines[0]?.error).toBeInstanceOf(Error);
  });

  test('says to the bot what it is given, as a user whom nobody is', async () => {
    const bodies: string[] = [];
    const url = await apiThat((request, response, body) => {
      bodies.push(body);
      answers(GOOD)(request, response, body);
    });
    await asks(url);
    await asks(url, { says: '메뉴' });
    const said = bodies.map(body => JSON.parse(body).userRequest);
    expect(said.map(({ utterance }) => utterance)).toEqual(['kakao-gateway-probe', '메뉴']);
    expect(said.map(({ user }) => user.id)).toEqual(['kakao-gateway-probe', 'kakao-gateway-probe']);
  });
});
