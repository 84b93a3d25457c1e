import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalAws, startLocalAws, useLocalAws } from '../../dev/local-aws.ts';
import { loadHandlers, startLocalGateway } from '../../dev/local-gateway.ts';
import type { LocalServer } from '../../tools/local-server.ts';

let aws: LocalAws;
let gateway: LocalServer;
let tunnelled: LocalServer;

beforeAll(async () => {
  aws = await startLocalAws({ secret: 'a-test-secret' });
  useLocalAws(aws);
  const handlers = await loadHandlers();
  gateway = await startLocalGateway(handlers, {});
  tunnelled = await startLocalGateway(handlers, { allowedHosts: ['abc.ngrok.app'] });
});

afterAll(() => Promise.all([aws?.stop(), gateway?.stop(), tunnelled?.stop()]));

const PORTS = {
  gateway: () => gateway.url,
  DynamoDB: () => aws.environment.AWS_ENDPOINT_URL_DYNAMODB ?? '',
  'Secrets Manager': () => aws.environment.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? '',
  queue: () => aws.environment.AWS_ENDPOINT_URL_SQS ?? '',
};
const EVERY_PORT = Object.entries(PORTS).map(([name, url]) => ({ name, url }));

/** All that comes back of a request of these lines; %p is the port. */
function raw(url: string, start: string, ...lines: readonly string[]): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), '127.0.0.1');
    socket.setEncoding('utf8').on('data', chunk => {
      text += chunk;
    });
    socket.on('error', reject).on('close', () => resolve(text));
    socket.write(`${[start, 'Connection: close', ...lines].join('\r\n').replaceAll('%p', port)}\r\n\r\n`);
  });
}
const statusOf = (answer: string): number => Number(/^HTTP\/1.1 (\d+)/.exec(answer)?.[1]);
const bodyOf = (answer: string) => JSON.parse(answer.split('\r\n\r\n')[1] ?? 'null');

const POST = 'POST / HTTP/1.1';
const HERE = 'Host: 127.0.0.1:%p';
const BODY = ['Content-Type: text/plain', 'Content-Length: 2', '', '{}'];

const HOSTS_FROM_ELSEWHERE: readonly (readonly string[])[] = [
  ['Host: evil.example'],
  ['Host: evil.example:%p'],
  ['Host: EVIL.EXAMPLE:%p'],
  ['Host: 127.0.0.1.evil.example:%p'],
  ['Host: evil.example.127.0.0.1:%p'],
  ['Host: foo.localhost:%p'],
  ['Host: localhost.:%p'],
  ['Host: localhost.evil.example:%p'],
  ['Host: 127.0.0.1:1'],
  ['Host: 127.0.0.1:%p1'],
  ['Host: 127.0.0.1:'],
  ['Host: 127.0.0.2:%p'],
  ['Host: 2130706433:%p'],
  ['Host: 0.0.0.0:%p'],
  ['Host: ::1'],
  ['Host: user@127.0.0.1:%p'],
  ['Host: 127.0.0.1:%p, evil.example'],
  ['Host: 127.0.0.1:%p@evil.example'],
  ['Host:'],
  [],
  ['Host: 127.0.0.1:%p', 'Host: evil.example'],
  ['Host: evil.example', 'Host: 127.0.0.1:%p'],
  ['Host: 127.0.0.1:%p', 'Host: 127.0.0.1:%p'],
  ['X-Forwarded-Host: 127.0.0.1:%p', 'Host: evil.example'],
];

const OTHER_PAGES: readonly (readonly string[])[] = [
  ['Origin: https://evil.example'],
  ['Origin: null'],
  ['Origin:'],
  ['Origin: http://127.0.0.1'],
  ['Origin: http://127.0.0.1:1'],
  ['Origin: https://127.0.0.1:%p'],
  ['Origin: http://127.0.0.1:%p.evil.example'],
  ['Origin: http://foo.localhost:%p'],
  ['Origin: http://localhost.:%p'],
  ['Origin: http://127.0.0.1:%p', 'Origin: https://evil.example'],
  ['Origin: http://127.0.0.1:%p, https://evil.example'],
  ['Sec-Fetch-Site: cross-site'],
  ['Sec-Fetch-Site: same-site'],
  ['Sec-Fetch-Site: cross-site', 'Origin: http://127.0.0.1:%p'],
];

const OWN: readonly (readonly string[])[] = [
  ['Host: 127.0.0.1'],
  ['Host: 127.0.0.1:%p'],
  ['Host: localhost'],
  ['Host: localhost:%p'],
  ['Host: LocalHost:%p'],
  ['Host: [::1]'],
  ['Host: [::1]:%p'],
  [HERE, 'Origin: http://127.0.0.1:%p', 'Sec-Fetch-Site: same-origin'],
  [HERE, 'Origin: http://localhost:%p'],
  [HERE, 'Origin: http://[::1]:%p'],
  [HERE, 'Sec-Fetch-Site: none'],
];

describe.each(EVERY_PORT)('the port of the $name', ({ url }) => {
  test.each(HOSTS_FROM_ELSEWHERE.map(headers => ({ headers })))(
    'refuses a name that is not its own: $headers',
    async ({ headers }) => {
      const answer = await raw(url(), POST, ...headers, ...BODY);
      expect(statusOf(answer)).toBe(403);
      expect(bodyOf(answer).message).toContain(`this port is for this machine alone: call it as ${url()}`);
    },
  );

  test.each(['http://evil.example/', 'http://127.0.0.1:%p/', '*'])(
    'refuses a target that is no path: %s',
    async target => {
      const answer = await raw(url(), `OPTIONS ${target} HTTP/1.1`, HERE);
      expect(statusOf(answer)).toBe(403);
    },
  );

  test.each(OTHER_PAGES.map(headers => ({ headers })))(
    'refuses the page of another: $headers',
    async ({ headers }) => {
      const answer = await raw(url(), POST, HERE, ...headers, ...BODY);
      expect(statusOf(answer)).toBe(403);
      expect(bodyOf(answer).message).toContain(`this port answers no other web page: open ${url()} itself`);
    },
  );

  test.each(OWN.map(headers => ({ headers })))('serves this machine: $headers', async ({ headers }) => {
    const answer = await raw(url(), POST, ...headers, ...BODY);
    expect(statusOf(answer)).toBeGreaterThanOrEqual(200);
    expect(statusOf(answer)).not.toBe(403);
  });

  test('refuses before there is a body, and never asks for it', async () => {
    const unsent = [HERE, 'Content-Length: 1000', 'Expect: 100-continue'];
    expect(await raw(url(), POST, ...unsent, 'Origin: https://evil.example')).toMatch(/^HTTP\/1.1 403/);
    expect(await raw(url(), POST, ...unsent.slice(0, 2), 'Origin: null')).toMatch(/^HTTP\/1.1 403/);
    expect(await raw(url(), POST, HERE, 'Content-Length: 2', 'Expect: 100-continue', '', '{}')).toMatch(
      /^HTTP\/1.1 100 Continue/,
    );
  });

  test.each(['GET', 'POST', 'OPTIONS'])('lets no page read what it answers to %s', async method => {
    for (const origin of [[], ['Origin: http://127.0.0.1:%p'], ['Origin: https://evil.example']]) {
      const asking = ['Access-Control-Request-Method: POST', 'Access-Control-Request-Headers: x-amz-target'];
      const answer = await raw(url(), `${method} / HTTP/1.1`, HERE, ...origin, ...asking, ...BODY);
      expect(statusOf(answer)).toBeGreaterThanOrEqual(200);
      expect(answer).not.toMatch(/access-control-/i);
    }
  });
});

test('a tunnel that was let in reaches the gateway by its own name, and no page does through it', async () => {
  const call = (...headers: readonly string[]) => raw(tunnelled.url, 'GET /health HTTP/1.1', ...headers);
  expect(statusOf(await call('Host: abc.ngrok.app'))).toBe(200);
  expect(statusOf(await call('Host: ABC.ngrok.app'))).toBe(200);
  expect(statusOf(await call(HERE))).toBe(200);
  expect(statusOf(await call('Host: x.abc.ngrok.app'))).toBe(403);
  expect(statusOf(await call('Host: abc.ngrok.app', 'Origin: https://evil.example'))).toBe(403);
  expect(bodyOf(await call('Host: other.ngrok.app')).message).toContain(
    'or let a tunnel in with ALLOWED_HOSTS=<its host> npm start',
  );
});

test('nothing of dev/ and tools/ listens but through serveLocally', () => {
  const root = join(import.meta.dirname, '../..');
  const files = ['dev', 'tools'].flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(file => `${folder}/${file}`),
  );
  const listening = files.filter(
    file => /\.tsx?$/.test(file) && /\.listen\(|createServer\(/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(listening).toEqual(['tools/local-server.ts']);
});
