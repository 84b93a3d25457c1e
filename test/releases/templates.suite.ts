import { describe, expect, test } from '@jest/globals';
import { releases } from './corpus.ts';
import {
  losses,
  lossesSince,
  readTemplates,
  type Template,
  type Templates,
  templatesOfToday,
  unjudgedTypes,
} from './templates.ts';

const newest = releases().at(-1) ?? 0;
const today = templatesOfToday();

test('the newest release is kept with its templates', () => {
  expect(Object.keys(readTemplates(newest))).toHaveLength(4);
});

test('nothing that operators would miss is replaced by this release, but what was accepted with a reason', () => {
  expect(lossesSince(newest, today)).toEqual([]);
});

test('of every type of resource somebody has said what is lost with it', () => {
  expect(unjudgedTypes(today)).toEqual([]);
});

describe('an update is told to lose', () => {
  type Resource = Template['Resources'][string];
  type Change = (resource: Resource) => Resource | undefined;

  /** The templates with the first resource of a type changed, or gone. */
  function changed(type: string, change: Change): { readonly id: string; readonly after: Templates } {
    for (const [name, template] of Object.entries(today)) {
      const [id, resource] = Object.entries(template.Resources).find(([, { Type }]) => Type === type) ?? [];
      if (id === undefined || resource === undefined) continue;
      const { [id]: _, ...others } = template.Resources;
      const own = change(resource);
      const Resources = own ? { ...others, [id]: own } : others;
      return { id, after: { ...today, [name]: { ...template, Resources } } };
    }
    throw new Error(`there is no ${type}`);
  }

  const having =
    (properties: object): Change =>
    resource => ({ ...resource, Properties: { ...(resource.Properties as object), ...properties } });
  const gone: Change = () => undefined;

  test.each<[string, string, Change, RegExp]>([
    [
      'the sessions, with another key',
      'AWS::DynamoDB::GlobalTable',
      having({ KeySchema: [] }),
      /KeySchema.*every user's session/,
    ],
    ['the sessions, with a table gone', 'AWS::DynamoDB::GlobalTable', gone, /is gone.*every user's session/],
    [
      'the sessions, with a table of another type',
      'AWS::DynamoDB::GlobalTable',
      table => ({ ...table, Type: 'AWS::DynamoDB::Table' }),
      /by AWS::DynamoDB::Table.*every user's session/,
    ],
    [
      'the secret, by a name',
      'AWS::SecretsManager::Secret',
      having({ Name: 'mine' }),
      /since its Name is another.*registered with Kakao/,
    ],
    [
      'the secret, with its logical id',
      'AWS::SecretsManager::Secret',
      gone,
      /is gone, or has another logical id.*registered with Kakao/,
    ],
    [
      "the secret's value, by its length",
      'AWS::SecretsManager::Secret',
      having({ GenerateSecretString: { PasswordLength: 50 } }),
      /another value, since its GenerateSecretString.*registered with Kakao/,
    ],
    [
      'late turns, by the kind of queue',
      'AWS::SQS::Queue',
      having({ FifoQueue: true }),
      /FifoQueue.*late turns/,
    ],
    [
      'logs, by the name of their group',
      'AWS::Logs::LogGroup',
      having({ LogGroupName: 'mine' }),
      /LogGroupName.*logs/,
    ],
    ['all that a key encrypts', 'AWS::KMS::Key', gone, /is gone.*read by nobody/],
    [
      'the address that Kakao calls',
      'AWS::ApiGatewayV2::Api',
      having({ ProtocolType: 'WEBSOCKET' }),
      /ProtocolType.*lead nowhere/,
    ],
    [
      'the domain',
      'AWS::ApiGatewayV2::DomainName',
      having({ DomainName: 'other.example.com' }),
      /DomainName.*DNS/,
    ],
    [
      'who hears of alarms',
      'AWS::SNS::Subscription',
      having({ Endpoint: 'other@example.com' }),
      /Endpoint.*confirmation/,
    ],
  ])('%s', (_, type, change, sentence) => {
    const { id, after } = changed(type, change);
    const [first, ...others] = losses(today, after);
    expect(first).toMatch(sentence);
    expect(first).toContain(`${id} (${type})`);
    expect(others.filter(other => !other.includes('replace'))).toEqual([]);
  });

  test('everything, with a stack gone', () => {
    const { 'plain.kakao-gateway-sessions-prod': _, ...after } = today;
    expect(losses(today, after).join()).toMatch(/sessions-prod: .* is gone.*every user's session/);
  });

  test.each<[string, string, Change]>([
    ['how long the queue hides a turn', 'AWS::SQS::Queue', having({ VisibilityTimeout: 29 })],
    ['how long the queue keeps a turn', 'AWS::SQS::Queue', having({ MessageRetentionPeriod: 60 })],
    ['how long logs are kept', 'AWS::Logs::LogGroup', having({ RetentionInDays: 7 })],
    ['a function, which keeps nothing', 'AWS::Lambda::Function', having({ FunctionName: 'mine' })],
    ['an alarm, which keeps nothing', 'AWS::CloudWatch::Alarm', gone],
  ])('nothing by %s', (_, type, change) => {
    expect(losses(today, changed(type, change).after)).toEqual([]);
  });

  test('nothing that was accepted, and everything else', () => {
    const { id, after } = changed('AWS::SQS::Queue', having({ FifoQueue: true, QueueName: 'mine.fifo' }));
    const template = Object.keys(today).find(name => today[name]?.Resources[id]) ?? '';
    expect(losses(today, after, [{ template, id, property: 'FifoQueue' }])).toEqual([
      expect.stringContaining('QueueName'),
    ]);
  });
});

test('a type that nobody has judged is told', () => {
  const template: Template = { Resources: { Bucket: { Type: 'AWS::S3::Bucket' } } };
  expect(unjudgedTypes({ ...today, other: template })).toEqual(['AWS::S3::Bucket']);
});
