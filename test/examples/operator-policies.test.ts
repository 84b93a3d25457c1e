import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keyOf, type TableItem } from '../../lambda/aws/table-items.ts';
import { runRestore } from '../../tools/restore/command.ts';
import type { Clients } from '../../tools/sessions-table/clients.ts';
import { runUser } from '../../tools/user/command.ts';
import { arnOf, type FakeBackups, startBackups } from '../kit/backups-server.ts';
import { runHere } from '../kit/ran-command.ts';
import { type FakeSecretsManager, startSecretsManager } from '../kit/secrets-manager.ts';
import { type FakeStacks, gatewayStacks, startStacks } from '../kit/stack-server.ts';
import { actionsOf, statementsOf } from './policies.ts';

const ROOT = join(import.meta.dirname, '../..');
const TABLE = 'kakao-gateway-sessions-prod-Sessions8896A56D-1ABCDEF';

let aws: FakeBackups;
let secrets: FakeSecretsManager;
let stacks: FakeStacks;
let clients: Clients;
/** The actions that were asked for, in IAM's words. */
const asked = new Set<string>();

beforeAll(async () => {
  aws = await startBackups(TABLE);
  secrets = await startSecretsManager();
  const secretArn = secrets.create('GatewaySecret', 'a value');
  const SESSIONS_TABLE = { 'Fn::ImportValue': 'Shop:Table' };
  const Skill = {
    Type: 'AWS::Lambda::Function',
    Properties: { Environment: { Variables: { SESSIONS_TABLE } } },
  };
  const imported = { template: JSON.stringify({ Resources: { Skill } }) };
  stacks = await startStacks({ ...gatewayStacks(TABLE, secretArn), imported }, { 'Shop:Table': TABLE });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  clients = {
    // Of its own: the fake asks itself by the other.
    dynamo: new DynamoDBClient({
      endpoint: aws.url,
      region: 'local',
      credentials,
    }),
    stacks: stacks.client,
    secrets: new SecretsManagerClient({ endpoint: secrets.url, region: 'local', credentials }),
  };
  for (const { middlewareStack } of Object.values(clients) as Clients['secrets'][])
    middlewareStack.add(
      (next, { clientName = '', commandName = '' }) =>
        args => {
          asked.add(actionOf(clientName.replace(/Client$/, ''), commandName));
          return next(args);
        },
      { step: 'initialize' },
    );
});
afterAll(async () => {
  clients.dynamo.destroy();
  clients.secrets.destroy();
  await Promise.all([aws.stop(), secrets.stop(), stacks.stop()]);
});

const actionOf = (service: string, command: string): string =>
  `${SERVICES[service.replaceAll('-', '').toLowerCase()]}:${command.replace(/Command$/, '')}`;

/** The prefixes of IAM's, by the names of the SDK's clients. */
const SERVICES: Readonly<Record<string, string>> = {
  dynamodb: 'dynamodb',
  cloudformation: 'cloudformation',
  cloudwatchlogs: 'logs',
  secretsmanager: 'secretsmanager',
};

/** The actions that the code of these folders can ask for. */
function calledIn(...folders: readonly string[]): ReadonlySet<string> {
  const files = folders.flatMap(folder =>
    readdirSync(join(ROOT, folder)).map(file => join(ROOT, folder, file)),
  );
  const imports = files.flatMap(file => [
    ...readFileSync(file, 'utf8').matchAll(/import \{([^}]+)\} from '@aws-sdk\/client-([\w-]+)'/g),
  ]);
  return new Set(
    imports.flatMap(([, names = '', service = '']) =>
      names.split(',').flatMap(name => {
        const [, paged, single] = /^\s*(?:paginate(\w+)|(\w+)Command)\s*$/.exec(name) ?? [];
        return (paged ?? single) ? [actionOf(service, `${paged ?? single}Command`)] : [];
      }),
    ),
  );
}

async function ran(
  run: (options: { clients: () => Clients; stdin: Stdin }) => Promise<number>,
): Promise<number | null> {
  const stdin: Stdin = Object.assign(Readable.from([]), { isTTY: false });
  const { code } = await runHere(() => run({ clients: () => clients, stdin }));
  return code;
}

type Stdin = Readable & { isTTY: boolean };

const put = (Item: TableItem) => aws.client.send(new PutItemCommand({ TableName: TABLE, Item }));

/** The actions of a policy but for those of a key, which AWS asks for in the caller's name. */
const allowedBy = (policy: string): readonly string[] =>
  [...new Set(actionsOf(statementsOf(policy)))].filter(action => !action.startsWith('kms:')).sort();

const STACKS = ['kakao-gateway-prod', 'kakao-gateway-sessions-prod', 'imported'];

describe('an operator who has the policy', () => {
  test('user may show and erase as the command does, and no more', async () => {
    const alias = { ...keyOf('app/1234567'), users: { SS: ['live/channel/someone'] } };
    const memory = JSON.stringify({ turns: [], alias: { appUserId: '1234567', at: 0 } });
    asked.clear();
    for (const stack of STACKS) {
      await put(alias);
      await put({ ...keyOf('live/channel/someone'), memory: { S: memory }, format: { N: '2' } });
      const room = JSON.stringify({ lunch: { state: '["someone"]', version: 1 } });
      await put({ ...keyOf('live/room/lunch'), states: { S: room }, format: { N: '1' } });
      for (const args of [['show'], ['erase', '--rooms', '--yes']]) {
        const [action = '', ...more] = args;
        const given = [action, 'someone', '--stack', stack, '--everywhere', ...more];
        const code = await ran(io => runUser(given, { ...io, environment: {}, turnWithinMs: 1 }));
        expect([given, code]).toEqual([given, 0]);
      }
    }
    expect([...asked].sort()).toEqual(allowedBy('user'));
    for (const action of calledIn('tools/user', 'tools/sessions-table')) expect(asked).toContain(action);
  });

  test('restore may do as the command does, and what DynamoDB does in its name', async () => {
    const DAY_MS = 86_400_000;
    const item = { ...keyOf('live/channel/left'), memory: { S: '{"turns":[]}' }, format: { N: '2' } };
    aws.past = [item];
    aws.facts.set(TABLE, {
      window: { earliest: new Date(Date.now() - DAY_MS), latest: new Date() },
      tags: [{ Key: 'stage', Value: 'prod' }],
    });
    asked.clear();
    for (const stack of STACKS) {
      const args = [
        '--stack',
        stack,
        '--at',
        'latest',
        '--to',
        `${stack}-restored`,
        '--gone',
        'erase',
        '--yes',
      ];
      expect(await ran(io => runRestore(args, { ...io, environment: {}, everyMs: 1 }))).toBe(0);
    }
    aws.facts.delete(TABLE);
    aws.deleted.set(`${arnOf(TABLE)}/backup/1`, { table: TABLE, at: new Date() });
    const args = ['--table', TABLE, '--to', 'of-its-backup', '--yes'];
    expect(await ran(io => runRestore(args, { ...io, environment: {}, everyMs: 1 }))).toBe(0);
    const items = ['BatchWriteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map(
      one => `dynamodb:${one}`,
    );
    expect([...asked, ...items].sort()).toEqual(allowedBy('restore'));
    for (const action of calledIn('tools/restore', 'tools/sessions-table')) expect(asked).toContain(action);
  });

  test('trace may do as the command does, and read source maps', () => {
    expect([...calledIn('tools/trace'), 's3:GetObject'].sort()).toEqual(allowedBy('trace'));
  });
});
