import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../dev/local-aws.ts';

/** The sessions table on this machine, while the tests of a file run. */
export interface LocalTable {
  readonly aws: LocalAws;
  readonly client: DynamoDBClient;
  /** Its name. */
  readonly name: string;
}

/** Starts it before the tests of the file that calls this, and stops it after them: its parts are there in a test alone. */
export function useLocalTable(options: { readonly maxAttempts?: number } = {}): LocalTable {
  const started: { aws?: LocalAws; client?: DynamoDBClient } = {};
  const needed = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('the table is there in tests alone');
    return part;
  };
  beforeAll(async () => {
    started.aws = await startLocalAws({ secret: 'unused' });
    started.client = new DynamoDBClient({
      endpoint: started.aws.environment.AWS_ENDPOINT_URL_DYNAMODB ?? '',
      region: 'local',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      ...options,
    });
  });
  afterAll(async () => {
    started.client?.destroy();
    await started.aws?.stop();
  });
  return {
    get aws() {
      return needed(started.aws);
    },
    get client() {
      return needed(started.client);
    },
    get name() {
      return needed(started.aws).environment.SESSIONS_TABLE ?? '';
    },
  };
}
