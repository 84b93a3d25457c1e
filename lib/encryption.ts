import { Grant, type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** Lets CloudWatch write the account's log groups of this region with a key. */
export function allowLogs(scope: IConstruct, key: IKey): void {
  const { region, partition, account } = Stack.of(scope);
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*`,
        },
      },
    }),
  );
}

/** Lets the account's alarms publish to topics that are encrypted with a key. */
export function allowAlarms(scope: IConstruct, key: IKey): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
}

/** The uses of a key that the callers of a service need, where the service encrypts with it. */
const KEY_ACTIONS = {
  dynamodb: [
    'kms:Decrypt',
    'kms:DescribeKey',
    'kms:Encrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  ],
  sqs: ['kms:Decrypt', 'kms:GenerateDataKey'],
  secretsmanager: ['kms:Decrypt'],
} as const;

/** Grants the use of a key by one service alone; the key's policy must be open to the account's IAM policies. */
export function grantKeyVia(
  service: keyof typeof KEY_ACTIONS,
  grantee: IGrantable & IConstruct,
  key: Pick<IKey, 'keyArn'> | undefined,
): void {
  if (key === undefined) return;
  // `key.grant` to a `ViaServicePrincipal` would name the function's role in the policy of a key that was there before it.
  Grant.addToPrincipal({
    grantee,
    actions: [...KEY_ACTIONS[service]],
    resourceArns: [key.keyArn],
    conditions: {
      StringEquals: { 'kms:ViaService': `${service}.${Stack.of(grantee).region}.amazonaws.com` },
    },
  });
}
