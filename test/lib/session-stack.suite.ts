import { describe, expect, test } from '@jest/globals';
import { SESSION_TABLE } from '../../lambda/aws/session-table.ts';
import { synth } from './synth.ts';

const { stack, template } = synth().sessions;
const TABLE = 'AWS::DynamoDB::GlobalTable';

describe('the sessions', () => {
  test('are kept when the stack is deleted, the table replaced, or somebody means to delete it', () => {
    template.hasResource(TABLE, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    template.hasResourceProperties(TABLE, { Replicas: [{ DeletionProtectionEnabled: true }] });
    expect(stack.terminationProtection).toBe(true);
  });

  test('can be brought back to any second of the last weeks', () => {
    template.hasResourceProperties(TABLE, {
      Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
    });
  });

  test('are keyed and expire by the attributes that the functions write', () => {
    template.hasResourceProperties(TABLE, {
      KeySchema: [{ AttributeName: SESSION_TABLE.key, KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: SESSION_TABLE.key, AttributeType: 'S' }],
      TimeToLiveSpecification: { AttributeName: SESSION_TABLE.timeToLive, Enabled: true },
    });
  });

  test('cost nothing while nobody talks', () => {
    template.hasResourceProperties(TABLE, { BillingMode: 'PAY_PER_REQUEST' });
  });

  test('stay in the same table from one release to the next', () => {
    // Another logical id is another, empty table.
    expect(Object.keys(template.findResources(TABLE))).toEqual(['Sessions8896A56D']);
  });
});
