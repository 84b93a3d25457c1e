import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  paginateListTables,
  paginateScan,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESSION_TABLE } from '../../lambda/aws/session-table.ts';

/** A table and a secret that a gateway leaves behind when its stacks are destroyed. */
export interface LeftBehind {
  readonly sessionsTableName: string;
  readonly gatewaySecretArn: string;
}

const WAIT_SECONDS = 60;

/** The name of the table that a stack of sessions made. @throws where it made none */
export async function sessionsTableOf(stack: string): Promise<string> {
  const names: string[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client: new DynamoDBClient() }, {}))
    names.push(...TableNames);
  const table = names.find(name => name.startsWith(`${stack}-Sessions`));
  if (table === undefined) throw new Error(`${stack} has no table`);
  return table;
}

/** Makes a table like another with its items, and a secret with this value, outside of all stacks: an emulator deletes theirs. */
export async function leaveCopies(
  { table, secret }: { readonly table: string; readonly secret: string },
  { stack, sessions }: { readonly stack: string; readonly sessions: string },
): Promise<LeftBehind> {
  const client = new DynamoDBClient();
  // By their names they are found and deleted with everything else of the stage.
  const TableName = `${sessions}-left-behind`;
  await client.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: SESSION_TABLE.key, KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: SESSION_TABLE.key, AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: WAIT_SECONDS }, { TableName });
  const TimeToLiveSpecification = { AttributeName: SESSION_TABLE.timeToLive, Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  for await (const { Items = [] } of paginateScan({ client }, { TableName: table }))
    for (const Item of Items) await client.send(new PutItemCommand({ TableName, Item }));
  const made = await new SecretsManagerClient().send(
    new CreateSecretCommand({ Name: `${stack}-left-behind`, SecretString: secret }),
  );
  return { sessionsTableName: TableName, gatewaySecretArn: made.ARN ?? '' };
}
