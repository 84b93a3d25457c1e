import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttp, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcp, type Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { painted } from '../../tools/doctor/report.ts';
import { runSecretCommand } from '../../tools/secret/command.ts';
import { complain, print } from '../../tools/terminal.ts';
import { type BuiltCommand, builtCommand } from '../kit/built-command.ts';
import { forgedIn, HOSTILE, UNSEEN_CHARACTERS, unseenIn } from '../kit/hostile-texts.ts';
import { kakaoCheckHere, type RanCommand, runHere, runNode } from '../kit/ran-command.ts';
import { type Served, startVisitedServer, type VisitedServer } from '../kit/visited-server.ts';

const SECRET = 'a-test-secret-of-the-doctor';
/** Texts that a terminal would obey, beside lines that would be taken for the command's own. */
const ATTACK = `${HOSTILE}${UNSEEN_CHARACTERS.join('')}`;

let folder = '';
let doctor: BuiltCommand;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-'));
  doctor = await builtCommand('bin/doctor.ts');
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  await doctor?.remove();
});

/** Expects that a terminal shows everything as it was printed, and each line is the command's own. */
function expectShown({ stdout, stderr }: Pick<RanCommand, 'stdout' | 'stderr'>): void {
  expect({ stdout: unseenIn(stdout), stderr: unseenIn(stderr) }).toEqual({ stdout: [], stderr: [] });
  expect([...forgedIn(stdout), ...forgedIn(stderr)]).toEqual([]);
}

describe('kakao-check shows what others wrote', () => {
  const checked = (args: readonly string[], stdin = '') => kakaoCheckHere(args, { cwd: folder, stdin });

  test('in the names of files and folders', async () => {
    // A file's name has no room for every one of them.
    const name = HOSTILE.replaceAll('/', '');
    await mkdir(join(folder, 'names', name), { recursive: true });
    await writeFile(join(folder, 'names', `${name}.json`), '{"version":"2.0","template":{"outputs":[{}]}}');
    await writeFile(join(folder, 'names', name, 'b.json'), '{');
    for (const args of [['names'], ['names', `${name}absent`, `names/${name}`], ['--json', 'names']]) {
      const ran = await checked(args);
      expect(ran.code).toBe(2);
      expect(ran.stdout).toContain('\\u001b[2J');
      expectShown(ran);
      if (args[0] === '--json')
        expect(JSON.parse(ran.stdout).files[0].file).toBe(join('names', `${name}.json`));
    }
  });

  test('in answers, and where they are no JSON', async () => {
    const answers: Readonly<Record<string, unknown>> = {
      members: { version: '2.0', [ATTACK]: 1, template: { outputs: [{ [ATTACK]: {} }] } },
      words: { version: ATTACK, template: { outputs: [{ carousel: { type: HOSTILE, items: [] } }] } },
      urls: { version: '2.0', template: { outputs: [{ simpleImage: { imageUrl: ATTACK, altText: 1 } }] } },
      status: { statusCode: HOSTILE, body: ATTACK },
      holder: { [HOSTILE]: { version: '2.0' }, result: { version: '2.0', [ATTACK]: 1 } },
      record: { protocol: ATTACK, inReplyTo: ATTACK, response: { status: 500, body: ATTACK } },
    };
    await mkdir(join(folder, 'answers'));
    const write = (name: string, text: string) => writeFile(join(folder, 'answers', `${name}.json`), text);
    for (const [name, answer] of Object.entries(answers)) await write(name, JSON.stringify(answer));
    for (const [at, one] of ['\u001b', '\u009b', '\u202e', '\u2028', '\r', '\ufeff'].entries())
      for (const [of, text] of [`{${one}`, `["${one}`, `[1]${one}`, `{"a" ${one}`].entries())
        await write(`broken-${at}-${of}`, text);
    for (const args of [[], ['--json'], ['--lang', 'ko'], ['--protocol', 'smart-chat']]) {
      const ran = await checked([...args, 'answers']);
      expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 2, stderr: '' });
      expect(ran.stdout).toContain('\\u001b');
      expectShown(ran);
    }
  });

  test('in what it was called with', async () => {
    for (const args of [[`--${HOSTILE}`], ['--lang', HOSTILE], ['--protocol', HOSTILE], [`-${HOSTILE}`]]) {
      const ran = await checked(args);
      expect(ran.code).toBe(2);
      expect(ran.stderr.trim().split('\n')).toHaveLength(1);
      expectShown(ran);
    }
  });
});

describe('the doctor shows what others wrote', () => {
  const servers: (VisitedServer | TcpServer)[] = [];
  afterAll(() =>
    Promise.all(
      servers.map(server =>
        'url' in server ? server.stop() : new Promise(resolve => server.close(resolve)),
      ),
    ),
  );
  const examined = (url: string, ...args: string[]) =>
    runNode([doctor.path, '--url', url, '--secret', SECRET, ...args], { cwd: folder });
  const hostileAnswer = { version: '2.0', template: { outputs: [{ [ATTACK]: {} }] }, [ATTACK]: 1 };

  test('in answers, types and redirects', async () => {
    const kinds: readonly Served[] = [
      { body: hostileAnswer },
      { status: 418, body: ATTACK },
      { status: 400, type: 'text/\u009bhtml; \u0085', body: ATTACK },
      { status: 302, headers: { location: 'http://a/\u009b31m\u0085' }, body: ATTACK },
    ];
    let calls = 0;
    const server = await startVisitedServer(() => kinds[calls++ % kinds.length] ?? 'hang');
    servers.push(server);
    for (const args of [[], ['--json', '--lang', 'ko']]) {
      const ran = await examined(server.url, ...args);
      expect(ran).toMatchObject({ code: 1, stdout: expect.stringContaining('\\u001b') });
      expectShown(ran);
    }
  });

  test('in no colour but its own', () => {
    expect(painted('  ✗ keyboard: a ✓')).toBe('  \u001b[31m✗\u001b[0m keyboard: a ✓');
    expect(painted('    ! keyboard')).toBe('    \u001b[33m!\u001b[0m keyboard');
    for (const line of ['      ✗ what a server said', '✗ 1 failed', 'keyboard'])
      expect(painted(line)).toBe(line);
  });

  test('in the line and the headers of what is hardly HTTP', async () => {
    const raw = (more: string) =>
      `HTTP/1.1 418 \u009b31m${more}\u0085ok\r\nx-a: \u009b${more}\r\ncontent-length: 6\r\n\r\n\u001b[2J\u0007!`;
    for (const more of ['', '\u001b[2J']) {
      const server = createTcp(socket => {
        socket.on('error', () => {});
        socket.once('data', () => socket.end(Buffer.from(raw(more), 'latin1')));
      });
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
      servers.push(server);
      const ran = await examined(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      expect(ran.code).toBe(1);
      expectShown(ran);
    }
  });

  test('in what it was called with', async () => {
    const url = 'https://api.example.com';
    const ran = await examined(url, `--a${ATTACK.replaceAll('\u0000', '')}`);
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('is no option');
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
    expectShown(ran);
  });
});

describe('npm run secret shows what others wrote', () => {
  let aws: Server;
  let answer: { readonly status: number; readonly body: unknown };

  beforeAll(async () => {
    aws = createHttp((request, response) => {
      request.resume();
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answer.body));
    });
    await new Promise<void>(resolve => aws.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise(resolve => aws.close(resolve)));

  async function secret(...args: string[]): Promise<RanCommand> {
    const client = new SecretsManagerClient({
      endpoint: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
      region: 'local',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
    const readInput = async () => '';
    const ran = await runHere(() =>
      runSecretCommand(args, { client: () => client, language: 'en', readInput, print, complain }),
    );
    client.destroy();
    return ran;
  }
  const tags = [{ Key: 'aws:cloudformation:stack-name', Value: 'prod' }];

  test.each<[what: string, body: object, status: number, args: readonly string[], code: number]>([
    ['a refusal', { __type: 'AccessDenied', message: ATTACK }, 400, ['--secret-id', 'a'], 2],
    ['an ARN', { SecretList: [{ ARN: ATTACK, Tags: tags }], Versions: [] }, 200, ['--stack', 'prod'], 0],
    ['a value', { SecretString: ATTACK }, 200, ['--secret-id', 'a', '--show'], 0],
    [
      'several ARNs',
      { SecretList: ['a', HOSTILE].map(ARN => ({ ARN, Tags: tags })) },
      200,
      ['--stack', 'prod', '--rotate'],
      2,
    ],
    ['an id', { Versions: [] }, 200, ['--secret-id', `a${HOSTILE}`, '--rotate'], 0],
    ['a stack', { SecretList: [] }, 200, ['--stack', `a${HOSTILE}`], 2],
    ['a language', {}, 200, ['--lang', HOSTILE], 2],
    ['an option', {}, 200, [`--${HOSTILE}`], 2],
  ])('in %s', async (_, body, status, args, code) => {
    answer = { status, body };
    const ran = await secret(...args);
    expect(ran.code).toBe(code);
    expect(`${ran.stdout}${ran.stderr}`).toContain('\\u001b[2J');
    expectShown(ran);
  });
});
