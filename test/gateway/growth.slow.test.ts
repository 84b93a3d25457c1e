import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../dev/local-aws.ts';
import { DynamoSessionStore } from '../../lambda/aws/dynamo-session-store.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { describeGrowth } from '../kit/session-bounds.ts';

/** Of one user, by every store. */
const TURNS = 10_000;

let aws: LocalAws;
let client: DynamoDBClient;

beforeAll(async () => {
  aws = await startLocalAws({ secret: 'unused' });
  client = new DynamoDBClient({
    endpoint: aws.environment.AWS_ENDPOINT_URL_DYNAMODB ?? '',
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});

afterAll(async () => {
  client?.destroy();
  await aws?.stop();
});

describeGrowth(
  'DynamoSessionStore',
  () => new DynamoSessionStore(client, aws.environment.SESSIONS_TABLE ?? ''),
  TURNS,
);

describeGrowth('MemorySessionStore', () => new MemorySessionStore(), TURNS);
