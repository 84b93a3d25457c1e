import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { EVENT_ORIGINS } from '../../lambda/aws/environment.ts';
import { runEvent } from '../../tools/event/command.ts';
import { recipientsIn } from '../../tools/event/read-recipients.ts';
import { EVENT_BOT, EVENT_KEY, type EventServer, startEventServer } from '../kit/event-server.ts';
import { forgedIn, HOSTILE, unseenIn } from '../kit/hostile-texts.ts';
import { type RanCommand, runHere } from '../kit/ran-command.ts';
import { startSecretsManager } from '../kit/secrets-manager.ts';

const PACE = { callMs: 2_000, leastMs: 20, firstPauseMs: 2, longestPauseMs: 10 };

let kakao: EventServer;
let folder: string;

beforeAll(async () => {
  kakao = await startEventServer({ events: ['order_ready'] });
  process.env[EVENT_ORIGINS] = kakao.origin;
});

beforeEach(() => {
  kakao.forget();
  folder = mkdtempSync(join(tmpdir(), 'event-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

afterAll(async () => {
  delete process.env[EVENT_ORIGINS];
  await kakao.stop();
});

const at = (name: string): string => join(folder, name);

/** A list of users as a file. */
function listed(
  content: string | object,
  name = typeof content === 'string' ? 'users.csv' : 'users.json',
): string {
  writeFileSync(at(name), typeof content === 'string' ? content : JSON.stringify(content));
  return at(name);
}

function event(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = { KAKAO_REST_API_KEY: EVENT_KEY },
  stdin = '',
): Promise<RanCommand> {
  const all = ['--name', 'order_ready', '--bot', EVENT_BOT, ...args];
  const input = { environment, stdin: Readable.from([Buffer.from(stdin)]), pace: PACE };
  return runHere(() => runEvent(all, input));
}

/** The command in a process that may write files of a few KB: at the limit as on a full disk, the beginning is written. */
function limited(args: readonly string[]): Promise<Pick<RanCommand, 'code' | 'stdout' | 'stderr'>> {
  const command = ['-c', 'ulimit -f 8; exec "$0" "$@"', process.execPath, '--import', 'tsx', 'bin/event.ts'];
  const own = { KAKAO_REST_API_KEY: EVENT_KEY, LANG: 'en_US.UTF-8', TSX_DISABLE_CACHE: '1' };
  return new Promise(resolve => {
    const child = execFile(
      'sh',
      [...command, ...args],
      { cwd: join(import.meta.dirname, '../..'), env: { ...process.env, ...own } },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

const users = (count: number): string =>
  ['botUserKey', ...Array.from({ length: count }, (_, at) => `u${at}`)].join('\n');

describe('npm run event', () => {
  test('sends nothing without --yes: it tells to how many, and what that costs', async () => {
    const list = listed(`${users(1_050)}\nu7`);
    const ran = await event(['--users', list]);
    expect(ran).toMatchObject({
      code: 1,
      stdout: [
        'order_ready: to 1,050 of the live channel, 15,750 won at most, without VAT',
        'named again, and sent to once: 1',
        '',
      ].join('\n'),
      stderr: 'Nothing was sent. To send it: --yes, with --report <file> for what becomes of each\n',
    });
    expect(await event(['--users', list, '--dry-run', '--dev', '--lang', 'ko'], {})).toMatchObject({
      code: 0,
      stdout: [
        'order_ready: 개발채널 1,050명, 많아야 15,750원 (부가세 별도)',
        '1명은 두 번 적혀 있어 한 번만 보냅니다',
        '',
      ].join('\n'),
      stderr: '',
    });
    expect(kakao.calls()).toBe(0);
  });

  test('sends with --yes, tells how many have each fate, and leaves what became of each in a file of its own', async () => {
    kakao.answerNext('own', { status: 400, body: { status: 'FAIL', message: 'Invalid user type.' } });
    kakao.fails('u3', { errorType: 201, msg: 'Bot skill server responded with an HTTP error.' });
    kakao.fails('u203', 'nobody');
    const ran = await event(['--users', listed(users(204)), '--yes', '--report', at('report.json')]);
    expect(ran).toMatchObject({ code: 1, stderr: '' });
    expect(ran.stdout.split('\n')).toEqual([
      'order_ready: to 204 of the live channel, 3,060 won at most, without VAT',
      ' 99  delivered',
      '  4  delivered or not',
      "       4  Kakao did not reach 1 of these 4: 1 of them by an id that is nobody's, and it does not say whom",
      '  1  failed',
      '       1  201: Bot skill server responded with an HTTP error.',
      '100  refused by Kakao',
      '       100  Kakao refused it (HTTP 400): Invalid user type.',
      'Kakao counts 102 as delivered. It cost 1,560 won at most, without VAT.',
      `What became of each: ${at('report.json')}`,
      '',
    ]);
    const report = JSON.parse(readFileSync(at('report.json'), 'utf8'));
    expect(report.fates).toHaveLength(204);
    expect(report.fates[3]).toMatchObject({ botUserKey: 'u3', fate: 'failed', errorType: 201 });
    expect(statSync(at('report.json')).mode & 0o777).toBe(0o600);
    expect(`${ran.stdout}${readFileSync(at('report.json'))}`).not.toContain(EVENT_KEY);
  });

  test('is done when each got it: with data, parameters and properties, in Korean', async () => {
    const list = listed('appUserId,seat,name\n1,"3,A",달빛\n2,"말 ""둘""",봄비\n');
    const ran = await event([
      ...['--users', list, '--dev', '--yes', '--report', at('r.json'), '--lang', 'ko'],
      ...['--data', 'text=a=b', '--data', 'more=', '--param', 'orderId=A-1'],
    ]);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('2  도착\n카카오가 센 도착은 2건이고, 비용은 많아야 30원입니다');
    expect(kakao.sent).toMatchObject([
      {
        path: `/v2/bots/${EVENT_BOT}!/talk`,
        json: {
          event: { name: 'order_ready', data: { text: 'a=b', more: '' } },
          user: [
            { type: 'appUserId', id: '1', properties: { seat: '3,A', name: '달빛' } },
            { type: 'appUserId', id: '2', properties: { seat: '말 "둘"', name: '봄비' } },
          ],
          params: { orderId: 'A-1' },
        },
      },
    ]);
  });

  test('takes a list from the standard input, and prints the report itself with --json', async () => {
    const ran = await event(['--users', '-', '--yes', '--json'], undefined, '[{"plusfriendUserKey":"p"}]');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      ok: true,
      fates: [{ plusfriendUserKey: 'p', fate: 'delivered' }],
    });
  });

  test.each([
    ['a column', 'botGroupKey\nroom-1\nroom-2'],
    ['a list of objects', [{ botGroupKey: 'room-1', isSubscribed: true }, { botGroupKey: 'room-2' }]],
    ['a list of keys', ['room-1', 'room-2']],
  ])('sends to group rooms, of %s', async (_, content) => {
    const ran = await event(['--groups', listed(content), '--yes', '--report', at('r.json')]);
    expect(ran.code).toBe(0);
    expect(kakao.sent.map(({ path, json }) => [path, json.chat.length])).toEqual([
      [`/v2/bots/${EVENT_BOT}/group`, 2],
    ]);
  });

  test('counts group rooms as rooms in Korean, too', async () => {
    const list = listed('botGroupKey\nroom-1\nroom-2\nroom-1');
    const { stdout } = await event(['--groups', list, '--dry-run', '--lang', 'ko']);
    expect(stdout).toBe(
      'order_ready: 운영채널 그룹방 2개, 많아야 30원 (부가세 별도)\n1개는 두 번 적혀 있어 한 번만 보냅니다\n',
    );
  });

  test('leaves no file where nothing was sent, so that the next try has its name; one that is there is nobody else’s', async () => {
    const args = ['--users', listed(users(1)), '--yes', '--report', at('r.json')];
    expect(await event(args, {})).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('REST API key is missing'),
    });
    expect(await event(args)).toMatchObject({ code: 0 });
    const before = readFileSync(at('r.json'), 'utf8');
    expect(await event(args)).toMatchObject({
      code: 2,
      stderr: `event: --report ${at('r.json')} is there already: name a new file (--help tells more)\n`,
    });
    expect(readFileSync(at('r.json'), 'utf8')).toBe(before);
    const nowhere = await event(['--users', listed(users(1)), '--yes', '--report', at('no/r.json')]);
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be written (ENOENT)') });
    expect(kakao.calls()).toBe(2);
  });

  test.each([
    ['appUserId,\n1,\n2\n', { appUserId: '2' }],
    ['appUserId\n1,\n2,,\n', { appUserId: '2' }],
    ['appUserId,,seat,,\r\n1,,A1,,\r\n2,, ,\r\n,,,\r\n', { appUserId: '2', properties: { seat: ' ' } }],
  ])('takes no column and no line of a spreadsheet that holds nothing: %j', (csv, second) => {
    const { list, lines } = recipientsIn(csv);
    expect([list.length, list[1], lines]).toEqual([2, second, [2, 3]]);
  });

  test('sends nothing of a list that is not UTF-8, as spreadsheets save it, nor of one that is not there', async () => {
    // 하나, as Korean Windows saves it.
    writeFileSync(at('users.csv'), Buffer.from('appUserId,name\n1,\xc7\xcf\xb3\xaa\n', 'latin1'));
    const ran = await event(['--users', at('users.csv'), '--yes', '--json']);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('save it as CSV UTF-8') });
    const absent = await event(['--users', at('absent.csv')]);
    expect(absent).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('absent.csv cannot be read (ENOENT)'),
    });
    expect(kakao.calls()).toBe(0);
  });

  test('takes the key of a secret of Secrets Manager by its name', async () => {
    const aws = await startSecretsManager();
    aws.create('kakao/rest-api-key', `${EVENT_KEY}\n`);
    const outside = { ...process.env };
    const own = {
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: 'local',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
    };
    Object.assign(process.env, own);
    const args = ['--users', listed(users(1)), '--yes', '--json', '--secret-name', 'kakao/rest-api-key'];
    expect(await event(args, {})).toMatchObject({ code: 0 });
    const nobody = {
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    };
    Object.assign(process.env, nobody);
    const refused = await event(args, {});
    process.env = outside;
    await aws.stop();
    const words = /^event: AWS takes no credentials from here: log in/;
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(words) });
  });

  test.each([
    { says: '--name is missing', args: [] },
    { says: 'tell who gets it: --users <file>, or --groups <file>', args: ['--name', 'x'] },
    { says: 'tell who gets it', args: ['--name', 'x', '--users', 'a', '--groups', 'b'] },
    { says: '--bot is missing: the id of the bot', args: ['--name', 'x', '--users', 'a'] },
    {
      says: '--yes needs --report <file> or --json',
      args: ['--name', 'x', '--users', 'a', '--bot', 'b', '--yes'],
    },
    {
      says: '--yes sends, and --dry-run sends nothing',
      args: ['--name', 'x', '--users', 'a', '--bot', 'b', '--yes', '--dry-run'],
    },
    {
      says: '--param is for users',
      args: ['--name', 'x', '--groups', 'a', '--bot', 'b', '--param', 'a=b'],
    },
    {
      says: '--data must be <name>=<value>',
      args: ['--name', 'x', '--users', 'a', '--bot', 'b', '--data', '=b'],
    },
    {
      says: '--within must be seconds from 1',
      args: ['--name', 'x', '--users', 'a', '--bot', 'b', '--within', '0'],
    },
    { says: '--lang is en or ko', args: ['--lang', 'fr'] },
    { says: "Unknown option '--dryrun'", args: ['--dryrun'] },
  ])('says in one sentence what is wrong with the command line: $says', async ({ says, args }) => {
    const ran = await runHere(() => runEvent(args, { environment: {}, stdin: Readable.from([]) }));
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(/^event: .* \(--help tells more\)\n$/);
    expect(ran.stderr).toContain(says);
  });

  test.each([
    ['the first line must name the columns, and exactly one of them appUserId', 'u1\nu2'],
    ['the first line must name the columns', 'botUserKey,appUserId\na,1'],
    ['line 3 has 3 columns and the first has 2: put quotes', 'botUserKey,seat\na,1\nb,2,3'],
    ['a quote is opened in the list, and not closed', 'botUserKey,seat\na,"1'],
    ['the list must be JSON of the form [{"appUserId": "1"}], or CSV', '[{"appUserId": '],
    ['line 3 of the list: botUserKey must be an id of 1 to 140 characters', 'botUserKey,seat\na,1\n,2'],
    [
      'line 8 of the list: appUserId must be an id',
      '\n\r\nappUserId,seat\r\n\r\n1,"a\nb"\r\n\r\n ,"c\nd"\r\n',
    ],
    ['line 4 has 1 columns and the first has 2', 'botUserKey,seat\n\na,1\nb'],
    ['line 2 has 3 columns and the first has 2', 'botUserKey,seat,\na,1,x'],
    ['line 2 has a value in column 2, which the first line gives no name', 'botUserKey,,seat\na,x,1'],
    ['two columns are called seat', 'botUserKey,seat,seat\na,1,2'],
    ['users[1].botUserKey must be an id of 1 to 140 characters', '[{"botUserKey":"a"},{"botUserKey":""}]'],
    ['users must be a list of 1 to 100000', 'botUserKey'],
    ['users[0] must be an object with exactly one of', '[{"botUserKey":"a","appUserId":1}]'],
  ])('says in one sentence what is wrong with the list: %s', async (says, content) => {
    const ran = await event(['--users', listed(content), '--yes', '--report', at('r.json')]);
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(says);
    expect(kakao.calls()).toBe(0);
    expect(existsSync(at('r.json'))).toBe(false);
  });

  test('names the line of a group room that is none, too', async () => {
    const ran = await event(['--groups', listed('botGroupKey\nroom-1\n\n"room 2"')]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(
      'event: line 4 of the list: botGroupKey must be an id of 1 to 140 characters',
    );
  });

  test('sends nothing where what becomes of it could not be written, and takes no file for its own', async () => {
    writeFileSync(at('there.json'), 'mine');
    for (const file of ['there.json', 'no-folder/r.json']) {
      const ran = await event(['--users', listed(users(1)), '--yes', '--report', at(file)]);
      expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(file) });
    }
    expect(readFileSync(at('there.json'), 'utf8')).toBe('mine');
    expect(kakao.calls()).toBe(0);
  });

  test('sends nothing without a key, and repeats none', async () => {
    const args = ['--users', listed(users(1)), '--yes', '--json'];
    expect(await event(args, {})).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the REST API key is missing: --secret-name <its secret>'),
    });
    const ran = await event(args, { KAKAO_REST_API_KEY: 'no key at all' });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('restApiKey must be the key') });
    expect(ran.stderr).not.toContain('no key at all');
    expect(kakao.calls()).toBe(0);
  });

  test('shows what Kakao and lists say as texts that no terminal obeys', async () => {
    kakao.answerNext({ status: 400, body: { status: 'FAIL', message: HOSTILE } });
    const list = listed([{ botUserKey: 'a', properties: { x: HOSTILE } }]);
    const ran = await event(['--users', list, '--yes', '--report', at('r.json')]);
    expect(ran.stdout).toContain('\\u001b');
    expect(unseenIn(ran.stdout)).toEqual([]);
    expect(forgedIn(ran.stdout)).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'tells what was sent by then where it is ended by %s',
    async signal => {
      kakao.doneAfter(Number.POSITIVE_INFINITY);
      const ran = event(['--users', listed(users(2)), '--yes', '--report', at('r.json')]);
      while (kakao.asked() === 0) await new Promise(resolve => setTimeout(resolve, 5));
      process.emit(signal, signal);
      expect(await ran).toMatchObject({ code: 1, stdout: expect.stringContaining('2  accepted') });
      expect(JSON.parse(readFileSync(at('r.json'), 'utf8')).counts).toMatchObject({ accepted: 2 });
    },
  );

  test('prints the report where the disk has no room for it, and leaves no part of it in its file', async () => {
    const args = ['--name', 'order_ready', '--bot', EVENT_BOT, '--users', listed(users(100))];
    const { code, stdout, stderr } = await limited([...args, '--yes', '--report', at('r.json')]);
    expect(kakao.sent).toHaveLength(1);
    expect(JSON.parse(stdout.slice(stdout.indexOf('{'))).fates).toHaveLength(100);
    expect(stderr).toMatch(
      /^What became of each could not be written to .*r\.json \(EFBIG\): it was printed above/,
    );
    expect(code).toBe(1);
    expect(existsSync(at('r.json'))).toBe(false);
  });

  test.each(['en', 'ko'])('explains every option in %s', async lang => {
    const { code, stdout } = await runHere(() =>
      runEvent(['--help', '--lang', lang], { environment: {}, stdin: Readable.from([]), calledAs: 'npx x' }),
    );
    expect(code).toBe(0);
    expect(stdout).toContain('npx x --name');
    const options = [
      'name',
      'users',
      'groups',
      'bot',
      'data',
      'param',
      'dev',
      'yes',
      'dry-run',
      'report',
      'json',
    ];
    for (const option of [...options, 'secret-name', 'within', 'lang'])
      expect(stdout).toContain(`\n  --${option} `);
  });
});
