import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { startLocalDynamo } from '../../dev/local-dynamo.ts';
import { SESSION_TABLE } from '../../lambda/aws/session-table.ts';
import type { TableItem } from '../../lambda/aws/table-items.ts';
import { serveLocally } from '../../tools/local-server.ts';

/** The things that DynamoDB knows of a table beside its items. */
export interface TableFacts {
  /** The window of its point-in-time recovery; absent where that is off. */
  window?: { readonly earliest: Date; readonly latest: Date } | undefined;
  /** The attribute that its items end by; absent where they don't. */
  timeToLive?: string;
  isProtected?: boolean;
  tags: { Key: string; Value: string }[];
  /** How often it is looked at before it is there. */
  looks?: number;
  /** Its status, unless it is one that is coming or there. */
  status?: string;
  /** The ARN of the KMS key that it is encrypted with. */
  key?: string | undefined;
  restored?: { readonly from: string; readonly at: Date; readonly backup?: string };
}

/** DynamoDB with backups: a local one for items, and beside it what no emulator of items knows. */
export interface FakeBackups {
  readonly client: DynamoDBClient;
  readonly url: string;
  /** By the tables' names; a table without is deleted. */
  readonly facts: Map<string, TableFacts>;
  /** The items that a restore of any time or backup brings back. */
  past: TableItem[];
  /** The backups that were made of tables as they were deleted, by ARN. */
  readonly deleted: Map<string, { readonly table: string; readonly at: Date; readonly key?: string }>;
  /** The operations that were asked for beside those on items. */
  readonly asked: string[];
  /** How often a new table answers that it keeps no backups yet. */
  unready: number;
  stop(): Promise<void>;
}

/** The ARN of a table here. */
export const arnOf = (table: string): string => `arn:aws:dynamodb:ap-northeast-2:000000000000:table/${table}`;

/** Starts it with one table of sessions. */
export async function startBackups(table: string): Promise<FakeBackups> {
  const items = await startLocalDynamo(table);
  const server = await serveLocally(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const target = String(request.headers['x-amz-target']);
    const action = target.split('.').at(-1) ?? '';
    const forward = async (): Promise<{ status: number; json: Answer }> => {
      const headers = {
        'x-amz-target': target,
        'content-type': 'application/x-amz-json-1.0',
        authorization: String(request.headers.authorization),
        'x-amz-date': String(request.headers['x-amz-date']),
      };
      const answered = await fetch(items.url, { method: 'POST', headers, body });
      return { status: answered.status, json: (await answered.json()) as Answer };
    };
    const done = ACTIONS[action];
    if (done) fake.asked.push(action);
    const { status, json } = done ? await done(fake, JSON.parse(body), forward) : await forward();
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(json));
  });
  const client = new DynamoDBClient({
    endpoint: server.url,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const fake: FakeBackups = {
    client,
    url: server.url,
    facts: new Map([[table, { tags: [], timeToLive: SESSION_TABLE.timeToLive, isProtected: true }]]),
    past: [],
    deleted: new Map(),
    asked: [],
    unready: 0,
    stop: async () => {
      client.destroy();
      await Promise.all([server.stop(), items.stop()]);
    },
  };
  return fake;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever DynamoDB says
type Answer = any;
type Action = (
  fake: FakeBackups,
  input: Answer,
  forward: () => Promise<{ status: number; json: Answer }>,
) => Promise<{ status: number; json: Answer }>;

const ok = (json: Answer): { status: number; json: Answer } => ({ status: 200, json });
const failed = (name: string, message: string) => ({
  status: 400,
  json: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message },
});
const seconds = (time: Date): number => time.getTime() / 1_000;

const ACTIONS: Readonly<Record<string, Action>> = {
  DescribeTable: async ({ facts }, { TableName }, forward) => {
    const { json } = await forward();
    const known = facts.get(TableName);
    if (json.Table === undefined || known === undefined)
      return failed('ResourceNotFoundException', `Table: ${TableName} not found`);
    const isComing = (known.looks ?? 0) > 0;
    if (isComing) known.looks = (known.looks ?? 0) - 1;
    const { restored } = known;
    const Table = {
      ...json.Table,
      TableArn: arnOf(TableName),
      TableStatus: known.status ?? (isComing ? 'CREATING' : 'ACTIVE'),
      DeletionProtectionEnabled: known.isProtected === true,
      ...(known.key && { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: known.key } }),
      ...(restored && {
        RestoreSummary: {
          SourceTableArn: restored.from,
          RestoreDateTime: seconds(restored.at),
          RestoreInProgress: isComing,
          ...(restored.backup && { SourceBackupArn: restored.backup }),
        },
      }),
    };
    return ok({ Table });
  },
  UpdateTable: async ({ facts }, { TableName, DeletionProtectionEnabled }) => {
    Object.assign(facts.get(TableName) ?? {}, { isProtected: DeletionProtectionEnabled });
    return ok({});
  },
  DescribeContinuousBackups: async (fake, { TableName }) => {
    const { window } = fake.facts.get(TableName) ?? {};
    const PointInTimeRecoveryDescription = window
      ? {
          PointInTimeRecoveryStatus: 'ENABLED',
          EarliestRestorableDateTime: seconds(window.earliest),
          LatestRestorableDateTime: seconds(window.latest),
        }
      : { PointInTimeRecoveryStatus: 'DISABLED' };
    return ok({
      ContinuousBackupsDescription: { ContinuousBackupsStatus: 'ENABLED', PointInTimeRecoveryDescription },
    });
  },
  UpdateContinuousBackups: async (fake, { TableName }) => {
    if (fake.unready-- > 0)
      return failed('ContinuousBackupsUnavailableException', 'Backups are being enabled for the table');
    const now = new Date();
    Object.assign(fake.facts.get(TableName) ?? {}, { window: { earliest: now, latest: now } });
    return ok({});
  },
  DescribeTimeToLive: async ({ facts }, { TableName }) => {
    const attribute = facts.get(TableName)?.timeToLive;
    return ok({
      TimeToLiveDescription: attribute
        ? { TimeToLiveStatus: 'ENABLED', AttributeName: attribute }
        : { TimeToLiveStatus: 'DISABLED' },
    });
  },
  UpdateTimeToLive: async ({ facts }, { TableName, TimeToLiveSpecification }) => {
    const known = facts.get(TableName);
    if (known?.timeToLive) return failed('ValidationException', 'TimeToLive is already enabled');
    Object.assign(known ?? {}, { timeToLive: TimeToLiveSpecification.AttributeName });
    return ok({});
  },
  ListTagsOfResource: async ({ facts }, { ResourceArn }) =>
    ok({ Tags: facts.get(ResourceArn.split('/')[1])?.tags ?? [] }),
  TagResource: async ({ facts }, { ResourceArn, Tags }) => {
    facts.get(ResourceArn.split('/')[1])?.tags.push(...Tags);
    return ok({});
  },
  ListBackups: async ({ deleted }, { TableName }) => {
    const BackupSummaries = [...deleted]
      .filter(([, { table }]) => table === TableName)
      .map(([BackupArn, { table, at }]) => ({
        BackupArn,
        TableName: table,
        BackupType: 'SYSTEM',
        BackupCreationDateTime: seconds(at),
        BackupSizeBytes: 2_000,
      }));
    return ok({ BackupSummaries });
  },
  DescribeBackup: async ({ deleted }, { BackupArn }) => {
    const { key } = deleted.get(BackupArn) ?? {};
    const SourceTableFeatureDetails = key ? { SSEDescription: { KMSMasterKeyArn: key } } : {};
    return ok({ BackupDescription: { SourceTableFeatureDetails } });
  },
  RestoreTableToPointInTime: async (fake, { SourceTableName, TargetTableName, RestoreDateTime }) => {
    const at = new Date(RestoreDateTime * 1_000);
    const { key } = fake.facts.get(SourceTableName) ?? {};
    await makeTable(fake, TargetTableName, { restored: { from: arnOf(SourceTableName), at }, key });
    return ok({});
  },
  RestoreTableFromBackup: async (fake, { BackupArn, TargetTableName, SSESpecificationOverride }) => {
    const { table, at } = fake.deleted.get(BackupArn) ?? { table: '', at: new Date() };
    const restored = { from: arnOf(table), at, backup: BackupArn };
    await makeTable(fake, TargetTableName, { restored, key: SSESpecificationOverride?.KMSMasterKeyId });
    return ok({});
  },
};

async function makeTable(
  fake: FakeBackups,
  TableName: string,
  made: Pick<TableFacts, 'restored' | 'key'>,
): Promise<void> {
  const { client, facts, past } = fake;
  const key = SESSION_TABLE.key;
  await client.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  for (const Item of past) await client.send(new PutItemCommand({ TableName, Item }));
  facts.set(TableName, { tags: [], looks: 2, ...made });
}
