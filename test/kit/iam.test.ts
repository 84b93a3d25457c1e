import { describe, expect, test } from '@jest/globals';
import { allowedBy, isAllowed, join, resolver } from './iam.ts';

const TABLE = 'arn:aws:dynamodb:ap-northeast-2:123456789012:table/sessions';

const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const reads = { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:Batch*'], Resource: TABLE };

describe('what a policy allows', () => {
  test.each([
    ['dynamodb:GetItem', TABLE, true],
    ['DynamoDB:getitem', TABLE, true],
    ['dynamodb:BatchGetItem', TABLE, true],
    ['dynamodb:PutItem', TABLE, false],
    ['dynamodb:GetItems', TABLE, false],
    ['dynamodb:GetItem', `${TABLE}-of-others`, false],
  ])('%s of %s: %s', (action, resource, allowed) => {
    expect(isAllowed(allowedBy(policy(reads)), { action, resource })).toBe(allowed);
  });

  test.each([
    ['sqs:SendMessage', true],
    ['sqs:SendMessageBatch', true],
    ['sqs:DeleteMessageBatch', false],
    ['sqs:ReceiveMessage', false],
  ])('of a queue that may be sent to lets %s: %s', (action, allowed) => {
    const statements = allowedBy(
      policy({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: 'arn:queue' }),
    );
    expect(isAllowed(statements, { action, resource: 'arn:queue' })).toBe(allowed);
    expect(isAllowed(statements, { action, resource: 'arn:other' })).toBe(false);
  });

  test('knows * and ? in resources, and takes a point for a point', () => {
    const statements = allowedBy(policy({ ...reads, Resource: ['arn:secret.key-??????', 'arn:queue/*'] }));
    const allows = (resource: string) => isAllowed(statements, { action: 'dynamodb:GetItem', resource });
    expect(['arn:secret.key-AbCdEf', 'arn:queue/a/b'].map(allows)).toEqual([true, true]);
    expect(['arn:secret.key-AbCdE', 'arn:secretskey-AbCdEf', 'arn:queue'].map(allows)).toEqual([
      false,
      false,
      false,
    ]);
  });

  test.each([
    ['Condition', { ...reads, Condition: {} }],
    ['NotAction', { Effect: 'Allow', NotAction: 'dynamodb:GetItem', Resource: TABLE }],
    ['NotResource', { ...reads, NotResource: TABLE }],
    ['Principal', { ...reads, Principal: '*' }],
    ['Effect is Deny', { ...reads, Effect: 'Deny' }],
    ['Resource has', { Effect: 'Allow', Action: 'dynamodb:GetItem' }],
    ['Action has', { ...reads, Action: undefined }],
    ['Resource has', { ...reads, Resource: { Ref: 'Table' } }],
  ])('is not guessed where it has what the test does not know: %s', (named, statement) => {
    expect(() => allowedBy(policy(statement))).toThrow(named);
  });

  test('is not guessed of another version of the language', () => {
    expect(() => allowedBy({ ...policy(reads), Version: '2008-10-17' })).toThrow('2008-10-17');
    expect(() => allowedBy({ ...policy(reads), Id: 'x' })).toThrow('Id');
  });
});

describe("CloudFormation's functions", () => {
  const resolve = resolver({
    Ref: id => `ref of ${id}`,
    'Fn::GetAtt': argument => `attribute ${argument}`,
    'Fn::Join': join,
  });

  test('are worked out wherever they stand', () => {
    const value = {
      a: [{ Ref: 'Table' }, { 'Fn::Join': [':', ['arn', { 'Fn::GetAtt': ['Table', 'Arn'] }]] }],
    };
    expect(resolve(value)).toEqual({ a: ['ref of Table', 'arn:attribute Table,Arn'] });
  });

  test('that the test does not know are not guessed', () => {
    expect(() => resolve({ 'Fn::If': ['a', 'b', 'c'] })).toThrow('Fn::If');
  });
});
