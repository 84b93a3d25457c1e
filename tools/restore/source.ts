import {
  type BackupSummary,
  DescribeContinuousBackupsCommand,
  type DynamoDBClient,
  ListBackupsCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { Clients } from '../sessions-table/clients.ts';
import { describeTable } from '../sessions-table/find-table.ts';
import { Obstacle } from '../sessions-table/told-error.ts';
import { NEEDS_NO_TIME, NEEDS_TIME, noBackup, notRecoverable, outside } from './sentences.ts';

/** The thing that a table is restored from. */
export type Source =
  /** A table that is there, at a time in its window. */
  | { readonly kind: 'table'; readonly table: TableDescription; readonly at: Date }
  /** The backup that DynamoDB made of a table when it was deleted. */
  | { readonly kind: 'backup'; readonly backup: BackupSummary; readonly at: Date };

/**
 * Finds what the table of this name can be restored from.
 * @param at the state that is wanted; undefined for that of its deletion
 * @throws Obstacle where there is nothing of that time
 */
export async function sourceOf(
  clients: Clients,
  name: string,
  at: Date | 'latest' | undefined,
): Promise<Source> {
  const table = await describeTable(clients, name);
  if (table !== undefined) {
    if (at === undefined) throw new Obstacle(NEEDS_TIME);
    return { kind: 'table', table, at: await timeIn(clients.dynamo, name, at) };
  }
  const backup = await backupOf(clients.dynamo, name);
  if (backup?.BackupArn === undefined)
    throw new Obstacle(noBackup(name, await clients.dynamo.config.region()));
  if (at !== undefined) throw new Obstacle(NEEDS_NO_TIME);
  return { kind: 'backup', backup, at: backup.BackupCreationDateTime ?? new Date() };
}

/** The time itself, once it is known that the table can be restored to it. */
async function timeIn(client: DynamoDBClient, TableName: string, at: Date | 'latest'): Promise<Date> {
  const { ContinuousBackupsDescription: backups } = await client.send(
    new DescribeContinuousBackupsCommand({ TableName }),
  );
  const { EarliestRestorableDateTime: earliest, LatestRestorableDateTime: latest } =
    backups?.PointInTimeRecoveryDescription ?? {};
  if (earliest === undefined || latest === undefined) throw new Obstacle(notRecoverable(TableName));
  if (at === 'latest') return latest;
  if (at < earliest || at > latest) throw new Obstacle(outside(at, earliest, latest));
  return at;
}

/** The last backup that DynamoDB made of a table of this name as it was deleted. */
async function backupOf(client: DynamoDBClient, TableName: string): Promise<BackupSummary | undefined> {
  const found: BackupSummary[] = [];
  let from: string | undefined;
  do {
    const page = await client.send(
      new ListBackupsCommand({
        TableName,
        BackupType: 'SYSTEM',
        ...(from !== undefined && { ExclusiveStartBackupArn: from }),
      }),
    );
    found.push(...(page.BackupSummaries ?? []));
    from = page.LastEvaluatedBackupArn;
  } while (from !== undefined);
  const timeOf = ({ BackupCreationDateTime: time }: BackupSummary): number => time?.getTime() ?? 0;
  return found.toSorted((one, other) => timeOf(other) - timeOf(one))[0];
}

/** How large the restored table will be, about (bytes). */
export function bytesOf(source: Source): number {
  return (source.kind === 'table' ? source.table.TableSizeBytes : source.backup.BackupSizeBytes) ?? 0;
}

/** A restored table's name: its source's, with the time, so that the same restore is found again. */
export function targetNameOf(name: string, at: Date): string {
  const stamp = `${at.toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '')}Z`;
  return `${name.replace(RESTORED, '').slice(0, LONGEST_NAME)}-at-${stamp}`;
}

/** The end of a name that was made here. */
const RESTORED = /-at-\d{8}T\d{6}Z$/;

/** A table's name has 255 characters at most. */
const LONGEST_NAME = 255 - '-at-20261122T093000Z'.length;
