import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { SESSION_TABLE } from '../lambda/aws/session-table.ts';

/** The properties of a {@link SessionStack}. */
export interface SessionStackProps extends StackProps {
  /**
   * Whether the table has a key of the account's own, which the gateway may use for what it keeps, too.
   * @default false: keys of AWS
   */
  readonly customerManagedKey?: boolean | undefined;
}

/** The users' sessions, which outlive every deployment: no change and no deletion of the stack takes them along. */
export class SessionStack extends Stack {
  readonly table: TableV2;
  /** Rotated every year, and kept like the table: without it nobody reads a session. */
  readonly key: Key | undefined;

  constructor(
    scope: Construct,
    id: string,
    { customerManagedKey = false, ...props }: SessionStackProps = {},
  ) {
    super(scope, id, { terminationProtection: true, ...props });
    this.key = customerManagedKey
      ? new Key(this, 'Key', {
          description: 'What the Kakao gateway keeps: sessions, the secret, late turns, logs',
          enableKeyRotation: true,
          removalPolicy: RemovalPolicy.RETAIN,
        })
      : undefined;
    this.table = new TableV2(this, 'Sessions', {
      partitionKey: { name: SESSION_TABLE.key, type: AttributeType.STRING },
      timeToLiveAttribute: SESSION_TABLE.timeToLive,
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(this.key && { encryption: TableEncryptionV2.customerManagedKey(this.key) }),
    });
  }
}
