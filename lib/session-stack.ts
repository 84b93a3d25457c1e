import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { SESSION_TABLE } from '../lambda/aws/session-table.ts';

/** What must outlive every deployment: the users' sessions, which no change and no deletion of the stack takes along. */
export class SessionStack extends Stack {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, { terminationProtection: true, ...props });
    this.table = new TableV2(this, 'Sessions', {
      partitionKey: { name: SESSION_TABLE.key, type: AttributeType.STRING },
      timeToLiveAttribute: SESSION_TABLE.timeToLive,
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
