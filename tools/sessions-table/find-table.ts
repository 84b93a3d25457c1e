import {
  DescribeTableCommand,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { SESSION_TABLE } from '../../lambda/aws/session-table.ts';
import type { Sentence } from '../language.ts';
import { visible } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import type { Clients } from './clients.ts';
import { partsOf, type StackParts } from './stack-parts.ts';
import { Obstacle } from './told-error.ts';

/** A sessions table as an operator names it: itself, or by a stack that made it or uses it. */
export type NamedTable = { readonly table: string } | { readonly stack: string };

/** The name of a sessions table, with what its stack tells; nothing of that where the table itself was named. */
export interface FoundName {
  readonly name: string;
  readonly parts: StackParts | undefined;
}

/**
 * The table that the options name.
 * @throws UsageError unless they name exactly one
 */
export function namedTable(table: string | undefined, stack: string | undefined): NamedTable {
  if (table !== undefined && stack === undefined) return { table };
  if (stack !== undefined && table === undefined) return { stack };
  throw new UsageError('tell which table, by one of both: --stack kakao-gateway-prod, or --table <name>');
}

/** The name of the table, whether it is still there or not. @throws Obstacle where its stack does not tell it */
export async function findName({ stacks }: Clients, named: NamedTable): Promise<FoundName> {
  if ('table' in named) return { name: named.table, parts: undefined };
  const parts = await partsOf(stacks, named.stack);
  const [name, ...others] = parts.tables;
  if (name === undefined) throw new Obstacle(noTableOf(named.stack));
  if (others.length > 0) throw new Obstacle(severalOf(named.stack, parts.tables));
  return { name, parts };
}

/**
 * The table of that name; undefined where there is none.
 * @throws Obstacle where it is not one of sessions: such as a table of the bot's own
 */
export async function describeTable(
  { dynamo }: Clients,
  TableName: string,
): Promise<TableDescription | undefined> {
  try {
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
    const [first, ...others] = Table?.KeySchema ?? [];
    if (first?.AttributeName === SESSION_TABLE.key && others.length === 0) return Table;
    throw new Obstacle(notOurs(TableName, first?.AttributeName));
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Said where no table has that name. @param region the one that was asked */
export function noTable(name: string, region: string): Sentence {
  return {
    en: `there is no table ${visible(name)} in ${region} of this account: see --region and AWS_PROFILE`,
    ko: `이 계정의 ${region}에 ${visible(name)} 테이블이 없습니다. --region과 AWS_PROFILE을 확인해 주세요.`,
  };
}

function notOurs(name: string, key: string | undefined): Sentence {
  return {
    en: `${visible(name)} is no gateway's table of sessions: its key is ${visible(key ?? 'none')}, not ${SESSION_TABLE.key}. A table of the bot's own is read and changed by the bot's own code`,
    ko: `${visible(name)}은 게이트웨이의 세션 테이블이 아닙니다. 키가 ${SESSION_TABLE.key}가 아니라 ${visible(key ?? '없음')}입니다. 봇 자신의 테이블은 봇의 코드로 다룹니다.`,
  };
}

const noTableOf = (stack: string): Sentence => ({
  en: `the stack ${visible(stack)} has no function of a gateway, and no table of sessions: name the gateway's stack, or the table by --table`,
  ko: `${visible(stack)} 스택에는 게이트웨이의 함수도 세션 테이블도 없습니다. 게이트웨이의 스택을 지정하거나 --table로 테이블을 지정해 주세요.`,
});

const severalOf = (stack: string, tables: readonly string[]): Sentence => ({
  en: `the stack ${visible(stack)} has several tables of sessions: name one by --table: ${visible(tables.join(' or '))}`,
  ko: `${visible(stack)} 스택에 세션 테이블이 여럿입니다. --table로 하나를 지정해 주세요: ${visible(tables.join(', '))}`,
});
