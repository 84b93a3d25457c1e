import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../dev/local-aws.ts';
import { DynamoSessionStore } from '../../lambda/aws/dynamo-session-store.ts';
import { describeSessionStore } from '../kit/contracts.ts';

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

describeSessionStore(
  'DynamoSessionStore',
  options => new DynamoSessionStore(client, aws.environment.SESSIONS_TABLE ?? '', options),
);
