import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
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
  /**
   * The ARN of a key of the account's own that is there already, instead of a `customerManagedKey`.
   * @default none
   */
  readonly encryptionKeyArn?: string | undefined;
}

/** The users' sessions, which outlive every deployment: no change and no deletion of the stack takes them along. */
export class SessionStack extends Stack {
  readonly table: TableV2;
  /** Kept like the table: without it nobody reads a session. One that is made here is rotated every year. */
  readonly key: IKey | undefined;

  constructor(
    scope: Construct,
    id: string,
    { customerManagedKey = false, encryptionKeyArn, ...props }: SessionStackProps = {},
  ) {
    super(scope, id, { terminationProtection: true, ...props });
    if (encryptionKeyArn !== undefined) this.key = Key.fromKeyArn(this, 'Key', encryptionKeyArn);
    else if (customerManagedKey) {
      this.key = new Key(this, 'Key', {
        description: 'What the Kakao gateway keeps: sessions, the secret, late turns, logs',
        enableKeyRotation: true,
        // Of a first deployment that fails nothing is left: the next try makes another.
        removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      });
    }
    this.table = new TableV2(this, 'Sessions', {
      partitionKey: { name: SESSION_TABLE.key, type: AttributeType.STRING },
      timeToLiveAttribute: SESSION_TABLE.timeToLive,
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      // Even of a first deployment that fails: what is protected can't be deleted, and the stack would hang at it.
      removalPolicy: RemovalPolicy.RETAIN,
      ...(this.key && { encryption: TableEncryptionV2.customerManagedKey(this.key) }),
    });
  }
}
