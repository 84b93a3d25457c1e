import { SQSClient } from '@aws-sdk/client-sqs';
import { CLIENT_CONFIG } from '../aws/clients.ts';
import { ENVIRONMENT, requireEnvironment } from '../aws/environment.ts';
import { gatewaySecret } from '../aws/gateway-secret.ts';
import { lateQueue } from '../aws/late-queue.ts';
import { deployment } from './deployment.ts';
import { secretsManager } from './secrets-manager.ts';

/** The functions that Kakao calls have more: the secret it must show, and the queue for turns that take longer. */
export const httpDeployment = {
  ...deployment,
  secret: gatewaySecret(secretsManager(), requireEnvironment(ENVIRONMENT.gatewaySecretId)),
  defer: lateQueue(() => new SQSClient(CLIENT_CONFIG), requireEnvironment(ENVIRONMENT.lateQueueUrl)),
};
