import { App } from 'aws-cdk-lib/core';
import { GatewayStack, SessionStack } from 'kakao-gateway';

const app = new App();
const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };
// `npm run deploy -- -c stage=dev`는 옆에 봇을 하나 더 배포합니다. (… deploys a second one beside it.)
const stage: string = app.node.tryGetContext('stage') ?? 'prod';

// 사용자의 세션: 무엇을 지워도 함께 사라지지 않습니다. (No deletion takes the users' sessions along.)
const { table } = new SessionStack(app, 'Sessions', {
  env,
  stackName: `my-bot-sessions-${stage}`,
  terminationProtection: stage === 'prod',
});

const stack = new GatewayStack(app, 'Gateway', {
  env,
  stackName: `my-bot-${stage}`,
  botName: `my-bot-${stage}`,
  scenario: 'scenario.ts',
  sessionsTable: table,
});

// 규칙이 쓸 AWS 리소스는 여기에 두고 권한을 주세요. (What rules need from AWS goes here, and is granted to them.)
// const photos = new Bucket(stack, 'Photos');
// photos.grantRead(stack.gateway);
