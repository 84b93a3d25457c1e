import {
  ContinuousBackupsUnavailableException,
  DescribeBackupCommand,
  DescribeContinuousBackupsCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand,
  type TableDescription,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { SESSION_TABLE } from '../../lambda/aws/session-table.ts';
import type { Clients } from '../sessions-table/clients.ts';
import { describeTable } from '../sessions-table/find-table.ts';
import { Obstacle } from '../sessions-table/told-error.ts';
import { notComing, taken } from './sentences.ts';
import type { Source } from './source.ts';

/**
 * Has DynamoDB begin to restore, where that was not begun before.
 * @returns whether it was
 * @throws Obstacle where another table has the new one's name
 */
export async function beginRestore(clients: Clients, source: Source, target: string): Promise<boolean> {
  const there = await describeTable(clients, target);
  if (there !== undefined) {
    if (isRestoreOf(there, source)) return true;
    throw new Obstacle(taken(target));
  }
  const { dynamo } = clients;
  if (source.kind === 'backup') {
    const { BackupArn } = source.backup;
    const key = await keyOfBackup(dynamo, BackupArn);
    await dynamo.send(
      new RestoreTableFromBackupCommand({
        BackupArn,
        TargetTableName: target,
        // A backup does not bring its key along, as a table does.
        ...(key && { SSESpecificationOverride: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: key } }),
      }),
    );
    return false;
  }
  const { TableName: SourceTableName } = source.table;
  await dynamo.send(
    new RestoreTableToPointInTimeCommand({
      SourceTableName,
      TargetTableName: target,
      RestoreDateTime: source.at,
    }),
  );
  return false;
}

/** The ARN of the KMS key of the table that a backup was made of; undefined where AWS's own encrypts it. */
async function keyOfBackup(
  client: DynamoDBClient,
  BackupArn: string | undefined,
): Promise<string | undefined> {
  const { BackupDescription: backup } = await client.send(new DescribeBackupCommand({ BackupArn }));
  return backup?.SourceTableFeatureDetails?.SSEDescription?.KMSMasterKeyArn;
}

function isRestoreOf({ RestoreSummary: restored }: TableDescription, source: Source): boolean {
  if (restored === undefined) return false;
  if (source.kind === 'backup') return restored.SourceBackupArn === source.backup.BackupArn;
  const isOfThen = Math.abs((restored.RestoreDateTime?.getTime() ?? 0) - source.at.getTime()) < 1_000;
  return isOfThen && restored.SourceTableArn === source.table.TableArn;
}

/** The statuses of a table that nobody can use, now or ever. */
const LOST: ReadonlySet<string | undefined> = new Set([
  'DELETING',
  'INACCESSIBLE_ENCRYPTION_CREDENTIALS',
  'ARCHIVING',
  'ARCHIVED',
]);

/** Waits until a table is there to be used. @throws Obstacle where it becomes none */
export async function untilActive(clients: Clients, name: string, everyMs: number): Promise<void> {
  for (let wasThere = false; ; ) {
    const table = await describeTable(clients, name);
    if (table?.TableStatus === 'ACTIVE') return;
    // One that was just made is not always seen at once.
    if (table === undefined ? wasThere : LOST.has(table.TableStatus))
      throw new Obstacle(notComing(name, table?.TableStatus));
    wasThere = table !== undefined;
    await pause(everyMs);
  }
}

interface Completed {
  /** Of the source, AWS's own among them. */
  readonly tags: ReadonlyMap<string | undefined, string | undefined>;
  readonly key: string | undefined;
}

/**
 * Gives a restored table what no restore brings along: its items end again, it can be restored itself, is not deleted by
 * mistake, and has its source's tags. Twice is as once.
 * @returns its source's tags, and the ARN of its KMS key, where there is one
 */
export async function complete(
  clients: Clients,
  source: Source,
  target: string,
  everyMs: number,
): Promise<Completed> {
  const { dynamo } = clients;
  await endItems(dynamo, target);
  await keepBackups(dynamo, target, everyMs);
  const table = await describeTable(clients, target);
  const all = await tagsOf(dynamo, source);
  // AWS's own can't be given.
  const tags = all.filter(({ Key }) => !Key?.startsWith('aws:'));
  if (tags.length > 0 && table?.TableArn !== undefined)
    await dynamo.send(new TagResourceCommand({ ResourceArn: table.TableArn, Tags: tags }));
  if (table?.DeletionProtectionEnabled !== true)
    await dynamo.send(new UpdateTableCommand({ TableName: target, DeletionProtectionEnabled: true }));
  await untilActive(clients, target, everyMs);
  return {
    tags: new Map(all.map(({ Key, Value }) => [Key, Value])),
    key: table?.SSEDescription?.KMSMasterKeyArn,
  };
}

async function endItems(client: DynamoDBClient, TableName: string): Promise<void> {
  const { TimeToLiveDescription: known } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  if (known?.TimeToLiveStatus === 'ENABLED' || known?.TimeToLiveStatus === 'ENABLING') return;
  const TimeToLiveSpecification = { Enabled: true, AttributeName: SESSION_TABLE.timeToLive };
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
}

/** How often a table that is new is asked again to keep backups. */
const TRIES = 60;

async function keepBackups(client: DynamoDBClient, TableName: string, everyMs: number): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      const { ContinuousBackupsDescription: known } = await client.send(
        new DescribeContinuousBackupsCommand({ TableName }),
      );
      if (known?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED') return;
      const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
      await client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
      return;
    } catch (error) {
      // A table that has just come is not ready for it.
      if (!(error instanceof ContinuousBackupsUnavailableException) || tries === TRIES) throw error;
      await pause(everyMs);
    }
  }
}

async function tagsOf(client: DynamoDBClient, source: Source) {
  if (source.kind === 'backup') return [];
  const { Tags = [] } = await client.send(
    new ListTagsOfResourceCommand({ ResourceArn: source.table.TableArn }),
  );
  return Tags;
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
