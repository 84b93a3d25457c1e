import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { CreateTableCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DynamoSessionStore } from '../../lambda/aws/dynamo-session-store.ts';
import { type UserKey, userKeyOf } from '../../lambda/bot/user.ts';
import { EMPTY_SESSION } from '../../lambda/turn/session.ts';
import { runRestore } from '../../tools/restore/command.ts';
import { ready } from '../../tools/restore/sentences.ts';
import { targetNameOf } from '../../tools/restore/source.ts';
import type { Clients } from '../../tools/sessions-table/clients.ts';
import { arnOf, type FakeBackups, startBackups } from '../kit/backups-server.ts';
import { until } from '../kit/late-gateway.ts';
import { runHere } from '../kit/ran-command.ts';
import { type FakeStacks, gatewayStacks, startStacks } from '../kit/stack-server.ts';

const TABLE = 'kakao-gateway-sessions-prod-Sessions8896A56D-1ABCDEF';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Three hours ago, when all was well. */
let at: Date;
let target: string;
let aws: FakeBackups;
let stacks: FakeStacks;
let clients: Clients;

beforeEach(async () => {
  at = new Date(Math.floor((Date.now() - 3 * HOUR_MS) / 1_000) * 1_000);
  target = targetNameOf(TABLE, at);
  aws = await startBackups(TABLE);
  aws.facts.set(TABLE, {
    window: { earliest: new Date(Date.now() - 35 * DAY_MS), latest: new Date(Date.now() - 300_000) },
    timeToLive: 'expiresAt',
    isProtected: true,
    tags: [
      { Key: 'stage', Value: 'prod' },
      { Key: 'aws:cloudformation:stack-name', Value: 'kakao-gateway-sessions-prod' },
    ],
  });
  const both = gatewayStacks(TABLE, 'arn:of-the-secret');
  const { 'kakao-gateway-prod': main } = both;
  stacks = await startStacks({ ...both, ...(main && { 'kakao-gateway-prod--flowers': main }) });
  clients = {
    dynamo: aws.client,
    stacks: stacks.client,
    secrets: new SecretsManagerClient({ region: 'local' }),
  };
});
afterEach(() => Promise.all([aws.stop(), stacks.stop()]));

const STACK = ['--stack', 'kakao-gateway-prod'];

function restore(args: readonly string[], typed?: string) {
  const stdin = Object.assign(Readable.from([Buffer.from(typed ?? '')]), { isTTY: typed !== undefined });
  return runHere(() => runRestore(args, { environment: {}, stdin, clients: () => clients, everyMs: 5 }));
}

const toThen = (...more: readonly string[]): string[] => [...STACK, '--at', at.toISOString(), ...more];

const keysIn = async (TableName: string): Promise<readonly string[]> => {
  const { Items = [] } = await aws.client.send(new ScanCommand({ TableName }));
  return Items.map(({ userKey }) => userKey?.S ?? '').sort();
};

const someone = (): UserKey => userKeyOf('live', { plusfriendUserKey: randomUUID() });

/** An item of a session that was first saved so long ago. */
function itemOf(key: UserKey, { ageMs = DAY_MS, endsInMs = DAY_MS } = {}) {
  return {
    userKey: { S: key },
    state: { S: '{"cups":3}' },
    memory: { S: '{"turns":[]}' },
    format: { N: '2' },
    revision: { N: String(Date.now() - ageMs) },
    expiresAt: { N: String(Math.floor((Date.now() + endsInMs) / 1_000)) },
  };
}

describe('restore', () => {
  test('brings the sessions of a time back in a new table, which has all that the old one has', async () => {
    const user = someone();
    aws.past = [itemOf(user)];
    await aws.client.send(
      new PutItemCommand({ TableName: TABLE, Item: { ...itemOf(user), state: { S: '"nonsense"' } } }),
    );
    const { code, stdout, stderr } = await restore(toThen('--gone', 'erase'), 'yes\n');
    expect(code).toBe(0);
    expect(stderr).toContain(`Restores ${TABLE} as it was at ${at.toISOString()}`);
    const { state } = await new DynamoSessionStore(aws.client, target).load(user);
    expect(JSON.parse(state ?? '')).toEqual({ cups: 3 });
    expect(aws.facts.get(target)).toMatchObject({
      window: expect.anything(),
      timeToLive: 'expiresAt',
      isProtected: true,
      tags: [{ Key: 'stage', Value: 'prod' }],
      restored: { from: arnOf(TABLE), at },
    });
    expect(stdout).toContain(`npm run deploy -- -c stage=prod -c sessionsTableName=${target}\n`);
    expect(stdout).toContain('Nobody who is in it was deleted from the present table since.');
  });

  test('goes on where it was stopped, and begins nothing twice', async () => {
    aws.past = [itemOf(someone())];
    const args = toThen('--gone', 'keep', '--yes');
    expect((await restore(args)).stdout).toContain('The restore has begun.');
    aws.facts.set(target, { tags: [], looks: 3, restored: { from: arnOf(TABLE), at } });
    const again = await restore(args);
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('The restore was begun before.'),
    });
    expect(aws.asked.filter(action => action === 'RestoreTableToPointInTime')).toHaveLength(1);
    expect(aws.facts.get(target)).toMatchObject({ timeToLive: 'expiresAt', isProtected: true });
    // All is done: once more changes nothing.
    expect(await restore(args)).toMatchObject({ code: 0 });
  });

  test('asks a table that has just come for its backups until it has them', async () => {
    aws.unready = 3;
    expect(await restore(toThen('--gone', 'keep', '--yes'))).toMatchObject({ code: 0 });
    expect(aws.facts.get(target)?.window).toBeDefined();
  });

  test.each(['erase', 'keep'] as const)('finds who was deleted since, and can %s them', async gone => {
    const [staying, left, returned, expired, fresh] = [someone(), someone(), someone(), someone(), someone()];
    aws.past = [itemOf(staying), itemOf(left), itemOf(returned), itemOf(expired, { endsInMs: -HOUR_MS })];
    const now = [itemOf(staying), itemOf(returned, { ageMs: HOUR_MS }), itemOf(fresh, { ageMs: HOUR_MS })];
    for (const Item of now) await aws.client.send(new PutItemCommand({ TableName: TABLE, Item }));
    const ran = await restore(toThen(), `yes\nwhat\n${gone}\n`);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('2 items of the restored table were deleted from the present one since');
    expect(ran.stdout).toContain(
      gone === 'erase' ? '2 items of who was deleted since are deleted in it' : 'are in it again',
    );
    const kept = gone === 'erase' ? [] : [left, returned];
    expect(await keysIn(target)).toEqual([staying, expired, ...kept].sort());
  });

  test('finds, once more, who was deleted since it was done', async () => {
    const [staying, leaving] = [someone(), someone()];
    aws.past = [itemOf(staying), itemOf(leaving)];
    for (const Item of aws.past) await aws.client.send(new PutItemCommand({ TableName: TABLE, Item }));
    const args = toThen('--gone', 'erase', '--yes');
    expect((await restore(args)).stdout).toContain('run the same command once more right before you deploy');
    await new DynamoSessionStore(aws.client, TABLE).delete(leaving);
    expect(await restore(args)).toMatchObject({ code: 0 });
    expect(await keysIn(target)).toEqual([staying]);
  });

  test('brings back a table that was deleted, from the backup of its deletion', async () => {
    const user = someone();
    aws.past = [itemOf(user)];
    aws.facts.delete(TABLE);
    const [older, newer] = [new Date(at.getTime() - DAY_MS), at];
    aws.deleted.set('arn:older', { table: TABLE, at: older }).set('arn:newer', { table: TABLE, at: newer });
    const { code, stdout } = await restore([...STACK, '--yes']);
    expect(code).toBe(0);
    expect(stdout).toContain('Nobody was deleted from it since: there was no table.');
    expect(aws.facts.get(target)).toMatchObject({
      timeToLive: 'expiresAt',
      isProtected: true,
      restored: { backup: 'arn:newer' },
    });
    expect(await new DynamoSessionStore(aws.client, target).load(user)).not.toBe(EMPTY_SESSION);
    expect(await restore(toThen('--yes', '--gone', 'keep'))).toMatchObject({
      code: 2,
      stderr: 'restore: the table is gone: what is left is the backup of its deletion, so leave --at out\n',
    });
  });

  test.each(['a table', 'the backup of its deletion'])(
    'of %s under a key of your own is under the same, and the deployment is told of it',
    async from => {
      const key = 'arn:aws:kms:ap-northeast-2:123456789012:key/1a2b3c4d';
      const args = from === 'a table' ? toThen('--gone', 'keep', '--yes') : [...STACK, '--yes'];
      if (from === 'a table') Object.assign(aws.facts.get(TABLE) ?? {}, { key });
      else {
        aws.facts.delete(TABLE);
        aws.deleted.set('arn:backup', { table: TABLE, at, key });
      }
      const { code, stdout } = await restore(args);
      expect([code, aws.facts.get(target)?.key]).toEqual([0, key]);
      expect(stdout).toContain(
        `-c sessionsTableName=${target} -c customerManagedKey=false -c encryptionKeyArn=${key}\n`,
      );
    },
  );

  test('begins nothing before it is told yes', async () => {
    expect(await restore(toThen(), 'no\n')).toMatchObject({ code: 1, stdout: 'Nothing was restored.\n' });
    expect(await restore(toThen())).toMatchObject({
      code: 2,
      stderr: 'restore: a restore asks at a terminal first; where there is none, give --yes and --gone\n',
    });
    expect(aws.facts.has(target)).toBe(false);
  });

  test('takes another table of that name for none of its own', async () => {
    aws.facts.set('another', { tags: [] });
    await aws.client.send(
      new CreateTableCommand({
        TableName: 'another',
        KeySchema: [{ AttributeName: 'userKey', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'userKey', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    expect(await restore(toThen('--to', 'another', '--yes', '--gone', 'keep'))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^restore: there is a table another already, .* by --to\n$/),
    });
  });

  test('can go to the latest time there is', async () => {
    const { latest } = aws.facts.get(TABLE)?.window ?? {};
    const { code } = await restore([...STACK, '--at', 'latest', '--yes', '--gone', 'keep', '--to', 'newest']);
    expect(code).toBe(0);
    expect(
      Math.abs((aws.facts.get('newest')?.restored?.at.getTime() ?? 0) - (latest?.getTime() ?? 0)),
    ).toBeLessThan(1_000);
  });

  test('of the latest time goes on by the time that it tells, and by latest would begin another', async () => {
    const args = ['--yes', '--gone', 'keep'];
    const { stdout } = await restore([...STACK, '--at', 'latest', ...args]);
    const { window } = aws.facts.get(TABLE) ?? {};
    Object.assign(window ?? {}, { latest: new Date((window?.latest.getTime() ?? 0) + 60_000) });
    const [, time = ''] =
      /run the same command again, with --at (\S+Z) in place of --at latest/.exec(stdout) ?? [];
    expect((await restore([...STACK, '--at', time, ...args])).stdout).toContain('was begun before. Waiting');
    expect(aws.asked.filter(action => action === 'RestoreTableToPointInTime')).toHaveLength(1);
    expect((await restore([...STACK, '--at', 'latest', '--lang', 'ko', ...args])).stdout).toMatch(
      /--at latest 대신 --at \S+Z로 같은 명령을/,
    );
  });

  test.each([
    ['INACCESSIBLE_ENCRYPTION_CREDENTIALS', 'is INACCESSIBLE_ENCRYPTION_CREDENTIALS, and so'],
    [undefined, 'was there and is gone: somebody has deleted it'],
  ])('waits no longer for a table that becomes %s', async (status, words) => {
    const args = toThen('--gone', 'keep', '--yes');
    await restore(args);
    aws.facts.set(target, { tags: [], looks: 1_000, restored: { from: arnOf(TABLE), at } });
    const waiting = restore(args);
    await until(() => (aws.facts.get(target)?.looks ?? 0) < 990);
    if (status === undefined) aws.facts.delete(target);
    else Object.assign(aws.facts.get(target) ?? {}, { status });
    expect(await waiting).toMatchObject({ code: 2, stderr: expect.stringContaining(words) });
  });

  test.each([
    [
      'a time before the window',
      () => ['--at', '2020-01-01T00:00:00Z'],
      'the table can be restored to any time from ',
    ],
    [
      'a time to come',
      () => ['--at', new Date(Date.now() + DAY_MS).toISOString()],
      'the table can be restored to any time from ',
    ],
    ['no time', () => [], 'say which state to bring back: --at 2026-11-22T09:30:00+09:00, or --at latest'],
    ['a time without a zone', () => ['--at', '2026-11-22T09:30:00'], '--at must be a time with its zone'],
    ['a day that is none', () => ['--at', '2026-13-22T09:30:00Z'], '--at must be a time with its zone'],
    ['a day that no month has', () => ['--at', '2026-09-31T09:30:00Z'], '--at must be a time with its zone'],
    [
      'an answer that is none',
      () => ['--at', 'latest', '--gone', 'perhaps'],
      '--gone is erase or keep, not perhaps',
    ],
    ['yes to what is not said', () => ['--at', 'latest', '--yes'], '--yes needs --gone: erase, or keep,'],
    ['a name that no table has', () => ['--at', 'latest', '--to', 'a b'], '--to must be a name of a table'],
    ['another argument', () => ['latest'], "Unexpected argument 'latest'"],
  ])('refuses %s in one sentence', async (_, more, words) => {
    const { code, stdout, stderr } = await restore([...STACK, ...more()], '');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^restore: /);
    expect(stderr).toContain(words);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  test('refuses a table without point-in-time recovery, and one that is not there, in both languages', async () => {
    Object.assign(aws.facts.get(TABLE) ?? {}, { window: undefined });
    expect((await restore(toThen(), '')).stderr).toBe(
      `restore: ${TABLE} can't be restored: its point-in-time recovery is off, which the gateway's stacks switch on\n`,
    );
    expect((await restore(['--table', 'no-such', '--at', 'latest', '--lang', 'ko'], '')).stderr).toMatch(
      /^restore: 이 계정의 local에 no-such 테이블이 없고, .*\n$/,
    );
  });

  test('says of one bot of several where its table is named', () => {
    const region = 'ap-northeast-2';
    const { en } = ready('old', 'new', { stage: 'prod', bot: 'flowers', region });
    expect(en).toMatch(
      /: "sessionsTableName": "new" in the entry of flowers among the "bots" of the stage prod in cdk.json .+, then npm run deploy -- -c stage=prod\n/,
    );
    const { ko } = ready('old', 'new', { bot: 'flowers', key: 'arn:of:key', region });
    expect(ko).toContain(
      '"sessionsTableName": "new", "customerManagedKey": false, "encryptionKeyArn": "arn:of:key"을',
    );
    expect(en).toContain('aws dynamodb delete-table --region ap-northeast-2 --table-name old');
  });

  describe('in an app of several bots', () => {
    const from = process.cwd();
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'app-'));
      process.chdir(folder);
    });
    afterEach(() => {
      process.chdir(from);
      rmSync(folder, { recursive: true });
    });
    const flowers = { name: 'flowers', scenario: 'lambda/scenarios/flowers.ts' };
    const cafe = { name: 'cafe', scenario: './lambda/scenario.ts' };

    test.each<[string, object, readonly string[], string]>([
      ['of all stages', { bots: [flowers, { name: 'cafe' }] }, STACK, 'the entry of cafe among'],
      [
        'of its stage alone',
        { bots: [{ name: 'shop' }], stages: { prod: { bots: [flowers, cafe] } } },
        STACK,
        'the entry of cafe among',
      ],
      ['by the tag of its table', { bots: [flowers, cafe] }, ['--table', TABLE], 'the entry of cafe among'],
      [
        'another one by its stack',
        {},
        ['--stack', 'kakao-gateway-prod--flowers'],
        'the entry of flowers among',
      ],
    ])('says of the main one where its table is named: %s', async (_, context, table, words) => {
      writeFileSync('cdk.json', JSON.stringify({ context }));
      aws.past = [itemOf(someone())];
      const { stdout } = await restore([...table, '--at', at.toISOString(), '--gone', 'keep', '--yes']);
      expect(stdout).toContain(words);
      expect(stdout).not.toContain('-c sessionsTableName');
      expect(stdout).toContain(`"sessionsTableName": "${target}"`);
    });

    test('names no bot where nothing tells which', async () => {
      writeFileSync('cdk.json', JSON.stringify({ context: { bots: [flowers, cafe] } }));
      aws.facts.set(TABLE, { ...aws.facts.get(TABLE), tags: [] });
      const { stdout } = await restore([
        '--table',
        TABLE,
        '--at',
        at.toISOString(),
        '--gone',
        'keep',
        '--yes',
      ]);
      expect(stdout).toContain('in the entry of its bot among the "bots" of the stage <stage>');
    });
  });

  test('names a restored table after the first one, however often it is restored', () => {
    const [one, other] = [new Date('2026-11-22T00:30:00Z'), new Date('2026-11-23T00:30:00Z')];
    const first = targetNameOf('kakao', one);
    expect([first, targetNameOf(first, other)]).toEqual([
      'kakao-at-20261122T003000Z',
      'kakao-at-20261123T003000Z',
    ]);
    expect(targetNameOf('k'.repeat(255), one)).toHaveLength(255);
  });
});
