import { execFile } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../dev/local-aws.ts';
import { bundleHandler } from '../../lib/bundling.ts';
import { type KeptSourceMap, keptSourceMap } from '../../lib/source-maps.ts';
import { runTrace } from '../../tools/trace/command.ts';
import { forgedIn, HOSTILE, unseenIn } from '../kit/hostile-texts.ts';
import { httpEvent, SECRET, skillCall } from '../kit/http.ts';
import { runHere } from '../kit/ran-command.ts';

const BOT = 'test/tools/tracing-bot.ts';

let folder: string;
let map: KeptSourceMap;
/** The lines that the deployed function wrote of the failures of its rules. */
let logged: Record<'menu' | 'table' | 'other', string>;

beforeAll(async () => {
  // Within the project, so that the folder that the sources are told from is the one that deploys.
  mkdirSync('build', { recursive: true });
  folder = mkdtempSync(join('build', 'trace-'));
  const task = join(folder, 'task');
  mkdirSync(task);
  map = keptSourceMap(task, bundleHandler('open-builder', BOT, task).sourceMap);
  writeFileSync(join(folder, `index.mjs.${map.build}.map`), map.json);
  const aws = await startLocalAws({ secret: SECRET });
  try {
    const [menu = '', table = '', other = ''] = await linesOf(task, aws, ['메뉴', '표', '아무 말']);
    logged = { menu, table, other };
  } finally {
    await aws.stop();
  }
}, 30_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** The lines that a function writes of turns, in a process of its own: jest would change the places of code that it loads. */
async function linesOf(task: string, aws: LocalAws, utterances: readonly string[]): Promise<string[]> {
  const events = utterances.map(utterance =>
    httpEvent(skillCall({ bot: { id: 'b' }, userRequest: { utterance, user: { id: 'u' } } })),
  );
  writeFileSync(join(task, 'events.json'), JSON.stringify(events));
  const program = `
    import { readFileSync } from 'node:fs';
    const { handler } = await import('./index.mjs');
    for (const event of JSON.parse(readFileSync('events.json', 'utf8'))) await handler(event, {});
    process.exit();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    cwd: task,
    env: { PATH: process.env.PATH, LAMBDA_TASK_ROOT: join(process.cwd(), task), ...aws.environment },
  });
  return stdout.split('\n').filter(line => line.startsWith('{'));
}

const trace = (
  args: readonly string[],
  { stdin = '', environment = {} }: { stdin?: string; environment?: Record<string, string> } = {},
) => runHere(() => runTrace(args, { environment, stdin: Readable.from([Buffer.from(stdin)]) }));

/** Of lines with the maps at hand. */
const traced = (...lines: readonly string[]) => trace(['--assembly', folder, ...lines]);

describe('a line of the log', () => {
  test("tells the build of the function's code, which is no part of it", () => {
    const code = readFileSync(join(folder, 'task/index.mjs'));
    expect(JSON.parse(logged.menu).build).toBe(createHash('sha256').update(code).digest('hex'));
    expect(code.toString()).not.toContain('sourceMappingURL');
    expect(JSON.parse(logged.menu).error.frames[0]).toMatch(/^at index\.mjs:\d+:\d+$/);
  });

  test('is traced to the files, lines, columns and functions that were written, with the line itself', async () => {
    const { code, stdout, stderr } = await traced(logged.menu);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [head, kind, first, ...rest] = stdout.split('\n');
    expect(head).toMatch(/^20\S+Z hears 메뉴: turn failed$/);
    expect(kind).toBe('TypeError');
    expect(first).toBe(`    at priceOf (${BOT}:10:51)`);
    expect(rest.slice(0, 5)).toEqual([
      '         8 | function priceOf(menu: Menu): number {',
      '         9 |   // 가격이 없는 메뉴도 있다',
      '      > 10 |   return (menu.price as { readonly won: number }).won;',
      `           |   ${' '.repeat(48)}^`,
      '        11 | }',
    ]);
    expect(rest[5]).toMatch(new RegExp(`^ {4}at describeMenu \\(${BOT}:13:\\d+\\)$`));
    expect(rest[6]).toMatch(new RegExp(`^ {4}at ${BOT}:19:\\d+$`));
    expect(rest[7]).toMatch(/^ {4}at lambda\/turn\/\S+\.ts:\d+:\d+$/);
  });

  test('is traced into packages, and shows the line of who called them', async () => {
    const { stdout } = await traced(logged.table);
    expect(stdout).toMatch(/^ {4}at (\w+ \()?node_modules\/@(smithy|aws-sdk)\/\S+\.js:\d+:\d+\)?$/m);
    expect(stdout).toMatch(/^ {6}> 22 \| {5}await new DynamoDBClient\(\{\}\)\.send/m);
  });

  test('is traced with what is behind its error', async () => {
    const { stdout } = await traced(logged.other);
    expect(stdout).toMatch(/^RangeError\n {4}at .*tracing-bot\.ts:26:11\)?$/m);
    expect(stdout).toMatch(/^caused by TypeError\n {4}at .*tracing-bot\.ts:26:41\)?$/m);
  });
});

describe('lines are found', () => {
  const inForms = (line: string): [string, string][] => [
    ['as they are', line],
    ['behind what a log viewer puts before them', `2026-11-22T01:02:03 stream/[1]abc ${line}`],
    ['indented', JSON.stringify(JSON.parse(line), null, 2)],
    [
      'in aws logs filter-log-events',
      JSON.stringify({ events: [{ timestamp: 1, message: `${line}\n` }] }, null, 4),
    ],
    [
      'in aws logs get-query-results',
      JSON.stringify({
        results: [
          [
            { field: '@message', value: line },
            { field: '@ptr', value: 'x' },
          ],
        ],
      }),
    ],
    ['in an export of Logs Insights', JSON.stringify([{ '@timestamp': 'x', '@message': JSON.parse(line) }])],
  ];

  test('in every form in which CloudWatch gives them', async () => {
    const { stdout } = await traced(logged.menu);
    expect(stdout).toContain('priceOf');
    for (const [form, text] of inForms(logged.menu)) {
      expect([form, (await traced(text)).stdout]).toEqual([form, stdout]);
      expect([form, (await trace(['--assembly', folder], { stdin: text })).stdout]).toEqual([form, stdout]);
    }
  });

  test('among others, each in its turn', async () => {
    const turn = '{"time":"2026","what":"turn answered","outcome":"answered"}';
    const stdin = [turn, logged.other, 'START RequestId: x', logged.menu, '{broken'].join('\n');
    const { code, stdout } = await trace(['--assembly', folder], { stdin });
    expect(code).toBe(0);
    expect(stdout.match(/^20.*failed$/gm)).toEqual([
      expect.stringContaining('fallback: turn failed'),
      expect.stringContaining('hears 메뉴: turn failed'),
    ]);
  });

  test.each([
    '',
    'hello',
    '{"what":"turn answered"}',
    '[]',
    '{"error":1,"what":"x"}',
    '{'.repeat(1e5),
    '['.repeat(1e5),
  ])('or it says that there is none: %#', async stdin => {
    const { code, stderr } = await trace([], { stdin });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^trace: No line with an "error" .*\n$/);
  });

  test('and whatever they hold is shown, never obeyed', async () => {
    const error = {
      name: HOSTILE,
      message: HOSTILE,
      frames: [`at ${HOSTILE}:1:1`, 7, null],
      cause: { name: [] },
    };
    const line = JSON.stringify({
      time: HOSTILE,
      what: HOSTILE,
      rule: HOSTILE,
      build: '../../etc/passwd',
      error,
    });
    const { code, stdout, stderr } = await traced(line);
    expect(code).toBe(1);
    expect(unseenIn(stdout + stderr)).toEqual([]);
    expect(forgedIn(stdout + stderr)).toEqual([]);
  });

  test('without a build, as the frames are, and says so', async () => {
    const { build: _, ...line } = JSON.parse(logged.menu);
    const { code, stdout, stderr } = await traced(JSON.stringify(line));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ {4}at index\.mjs:\d+:\d+$/m);
    expect(stderr).toMatch(/^The line names no "build"/);
  });
});

test('a source that is another by now is not shown', async () => {
  const { sourceHashes, ...rest } = JSON.parse(map.json);
  const build = 'b'.repeat(64);
  const other = { ...rest, sourceHashes: sourceHashes.map((hash: string) => hash && '0123456789abcdef') };
  writeFileSync(join(folder, `index.mjs.${build}.map`), JSON.stringify(other));
  const { code, stdout } = await traced(logged.menu.replace(map.build, build));
  expect(code).toBe(0);
  expect(stdout).toContain(
    `      (${BOT} here is not the one that was deployed: check that commit out to see the line)`,
  );
  expect(stdout).toContain('at priceOf');
  expect(stdout).not.toContain('> 10 |');
});

test('a map that is none is told in one sentence', async () => {
  const build = 'c'.repeat(64);
  writeFileSync(join(folder, `index.mjs.${build}.map`), '{"version":3');
  const { code, stderr } = await traced(logged.menu.replace(map.build, build));
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^trace: \S+\/index\.mjs\.c{64}\.map is no source map: delete it and run npx cdk synth again .*\n$/,
  );
});

describe('a map that is not in the folder', () => {
  let server: Server | undefined;
  const asked: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];

  afterEach(() => {
    server?.close();
    server = undefined;
    asked.length = 0;
    for (const name of ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name];
  });

  /** S3 and STS of this machine, and an environment that leads there. */
  async function startAws(object: string | number): Promise<Record<string, string>> {
    const listening = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      if (request.method === 'POST')
        response.end('{"GetCallerIdentityResponse":{"GetCallerIdentityResult":{"Account":"123456789012"}}}');
      else if (typeof object === 'number') response.writeHead(object).end();
      else response.end(object);
    });
    server = listening;
    await new Promise<void>(resolve => listening.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
    Object.assign(process.env, {
      AWS_REGION: 'ap-northeast-2',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'a-secret-key',
    });
    return { AWS_ENDPOINT_URL_S3: url, AWS_ENDPOINT_URL_STS: url };
  }

  const nowhere = join(tmpdir(), 'no-such-folder');

  test("is read from the bucket of the functions' code, by calls that are signed", async () => {
    const environment = await startAws(map.json);
    const bootstrapped = 'cdk-hnb659fds-assets-123456789012-ap-northeast-2';
    const { code, stdout, stderr } = await trace(['--assembly', nowhere, logged.menu, logged.menu], {
      environment,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.match(/at priceOf/g)).toHaveLength(2);
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /',
      `GET /${bootstrapped}/${map.build}.map`,
    ]);
    for (const [at, service] of ['sts', 's3'].entries()) {
      const { [at]: call } = asked;
      if (call === undefined) throw new Error('not asked');
      expect(call.headers.authorization).toContain(`Signature=${signatureOf(call, service)}`);
    }
  });

  test('is read from another bucket where that is named', async () => {
    const environment = await startAws(map.json);
    const { code } = await trace(['--assembly', nowhere, '--bucket', 'my-maps', logged.menu], {
      environment,
    });
    expect(code).toBe(0);
    expect(asked.map(({ url }) => url)).toEqual([`/my-maps/${map.build}.map`]);
  });

  test.each([
    ['en', 404, /, nor in s3:\/\/my-maps: check out the commit that was deployed, run npx cdk synth there/],
    ['ko', 404, /소스 맵이 .*와 s3:\/\/my-maps에 .*커밋을 체크아웃하고 npx cdk synth를 실행/],
    ['en', 403, /, and s3:\/\/my-maps could not be asked \(S3 answered 403 for /],
    ['ko', 500, /s3:\/\/my-maps은 볼 수 없어서\(S3 answered 500 for /],
  ])('is missed in one sentence that says what to do: %s, %d', async (lang, status, sentence) => {
    const environment = await startAws(status);
    const args = ['--assembly', nowhere, '--bucket', 'my-maps', '--lang', lang, logged.menu, logged.menu];
    const { code, stdout, stderr } = await trace(args, { environment });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ {4}at index\.mjs:\d+:\d+$/m);
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(sentence)]);
    expect(stderr).toContain(map.build);
  });

  test('is missed in the same sentence where AWS can not be asked at all', async () => {
    process.env.AWS_REGION = 'ap-northeast-2';
    const environment = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' });
    const { code, stderr } = await trace(['--assembly', nowhere, logged.menu], { environment });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^No source map of the build .*, and its bucket could not be asked \(.+\): check out/,
    );
  });
});

/** AWS Signature Version 4 of a call, by its documentation. */
function signatureOf(
  { method, url, headers, body }: { method: string; url: string; headers: IncomingHttpHeaders; body: string },
  service: string,
): string {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string): Buffer =>
    createHmac('sha256', key).update(text).digest();
  const signed = /SignedHeaders=([^,]+)/.exec(`${headers.authorization}`)?.[1] ?? '';
  const date = `${headers['x-amz-date']}`;
  const scope = [date.slice(0, 8), 'ap-northeast-2', service, 'aws4_request'];
  const canonical = [
    ...[method, url, '', ...signed.split(';').map(name => `${name}:${headers[name]}`), ''],
    ...[signed, sha256(body)],
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(canonical)].join('\n');
  const key = scope.reduce<string | Buffer>(hmac, 'AWS4a-secret-key');
  return hmac(key, text).toString('hex');
}

describe('the command line', () => {
  test.each([
    ['en', /^Usage: npx kakao-gateway trace/],
    ['ko', /^사용법: npx kakao-gateway trace/],
  ])('is explained in %s', async (lang, usage) => {
    expect((await trace(['--help', '--lang', lang])).stdout).toMatch(usage);
    expect((await trace(['-h'], { environment: { LANG: `${lang}_X` } })).stdout).toMatch(usage);
  });

  test.each([
    [['--what'], /--what/],
    [['--lang', 'fr'], /--lang is en or ko/],
    [['--bucket', 's3://x/y'], /--bucket must be the name of a bucket/],
  ])('says what is wrong with %j', async (args, sentence) => {
    const { code, stdout, stderr } = await trace(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
  });
});
