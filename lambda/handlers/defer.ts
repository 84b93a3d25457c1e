import { SQSClient } from '@aws-sdk/client-sqs';
import { CLIENT_CONFIG, named } from '../aws/clients.ts';
import { ENVIRONMENT, requireEnvironment } from '../aws/environment.ts';
import { lateQueue } from '../aws/late-queue.ts';

/** The way of late turns to their worker, which hands on those that waited, too. */
export const defer = lateQueue(
  () => named(new SQSClient(CLIENT_CONFIG)),
  requireEnvironment(ENVIRONMENT.lateQueueUrl),
);
