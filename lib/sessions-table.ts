import { type GraphWidget, type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { ENVIRONMENT } from '../lambda/aws/environment.ts';
import { METRICS } from '../lambda/aws/metric-names.ts';
import { grantKeyVia } from './encryption.ts';
import type { FunctionName, GatewayFunction } from './gateway-function.ts';
import { countGraph, graph, SUM } from './metrics.ts';

/** A table, made here or imported; CDK's own classes are no `ITable` where `exactOptionalPropertyTypes` is on. */
export type SessionsTable = Pick<ITable, 'tableName' | 'grant'>;

/**
 * The actions of each function on the table: smart-chat and webhooks tell of users who left, Open Builder of group rooms
 * that the bot left; only the worker claims turns, a validation looks at most, and who sends events knows no session.
 */
const ACTIONS = {
  'open-builder': ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
  'smart-chat': ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
  validation: ['dynamodb:GetItem'],
  'late-turn': ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
  webhooks: ['dynamodb:GetItem', 'dynamodb:DeleteItem'],
  event: [],
  probe: [],
} as const satisfies Record<FunctionName, readonly string[]>;

/** Tells a function which table it is, and lets it do there what its turns do. */
export function grantSessions(user: GatewayFunction, table: SessionsTable, key: IKey | undefined): void {
  user.addEnvironment(ENVIRONMENT.sessionsTable, table.tableName);
  table.grant(user.lambda, ...ACTIONS[user.handler]);
  grantKeyVia('dynamodb', user.lambda, key);
}

/** Has a function write the aliases of users with their sessions, and lets it. */
export function grantAliases(user: GatewayFunction, table: SessionsTable): void {
  user.addEnvironment(ENVIRONMENT.keepsAliases, 'true');
  table.grant(user.lambda, 'dynamodb:UpdateItem');
}

/** Lets a function that takes turns add to counters; the worker adds by the right to claim turns. */
export function grantCounters(user: GatewayFunction, table: SessionsTable): void {
  const { handler } = user;
  if (handler === 'open-builder' || handler === 'smart-chat') table.grant(user.lambda, 'dynamodb:UpdateItem');
}

/** Lets a worker whose answers grow forget the draft of a user who was forgotten meanwhile. */
export function grantDrafts(worker: GatewayFunction, table: SessionsTable): void {
  table.grant(worker.lambda, 'dynamodb:DeleteItem');
}

/** The calls to the table that DynamoDB throttled, for a graph. */
export function tableThrottles({ tableName }: Pick<SessionsTable, 'tableName'>): readonly IMetric[] {
  return [tableMetric(tableName, 'ReadThrottleEvents'), tableMetric(tableName, 'WriteThrottleEvents')];
}

/** The dashboard's graph of sessions. */
export function sessionGraph(bot: string): GraphWidget {
  return countGraph('Sessions', bot, [METRICS.sessionsCreated, METRICS.sessionConflicts]);
}

/** The dashboard's graph of what the table costs. */
export function tableCostGraph({ tableName }: Pick<SessionsTable, 'tableName'>): GraphWidget {
  return graph('Cost: DynamoDB units', [
    tableMetric(tableName, 'ConsumedReadCapacityUnits'),
    tableMetric(tableName, 'ConsumedWriteCapacityUnits'),
  ]);
}

/** A metric of DynamoDB's of a table. */
function tableMetric(tableName: string, metricName: string): IMetric {
  return new Metric({
    namespace: 'AWS/DynamoDB',
    metricName,
    dimensionsMap: { TableName: tableName },
    ...SUM,
  });
}
