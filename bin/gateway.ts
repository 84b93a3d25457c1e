import { App, Aws, Tags } from 'aws-cdk-lib/core';
import { GatewayStack } from '../lib/gateway-stack.ts';
import { restApiKeySecretNameOf } from '../lib/rest-api-key.ts';
import { SessionStack } from '../lib/session-stack.ts';
import { stageOf } from '../lib/stage.ts';

const app = new App();
const stage = stageOf(app.node.tryGetContext('stage'));
const env = {
  account: process.env.CDK_DEFAULT_ACCOUNT ?? Aws.ACCOUNT_ID,
  region: process.env.CDK_DEFAULT_REGION ?? Aws.REGION,
};

const { table } = new SessionStack(app, 'Sessions', {
  env,
  stackName: `kakao-gateway-sessions-${stage}`,
  // Another stage is for trying out, and may be deleted; its table stays even so.
  terminationProtection: stage === 'prod',
});
new GatewayStack(app, 'Gateway', {
  env,
  stackName: `kakao-gateway-${stage}`,
  sessionsTable: table,
  restApiKeySecretName: restApiKeySecretNameOf(app.node.tryGetContext('restApiKeySecretName')),
});
Tags.of(app).add('project', 'kakao-gateway');
Tags.of(app).add('stage', stage);
