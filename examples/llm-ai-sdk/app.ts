import { App } from 'aws-cdk-lib/core';
import { GatewayStack, SessionStack } from 'kakao-gateway';

const app = new App();
const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };
// `npm run deploy -- -c stage=dev`는 옆에 봇을 하나 더 배포합니다. (… deploys a second one beside it.)
const stage: string = app.node.tryGetContext('stage') ?? 'prod';

// 사용자의 세션: 무엇을 지워도 함께 사라지지 않습니다. (No deletion takes the users' sessions along.)
const { table } = new SessionStack(app, 'Sessions', {
  env,
  stackName: `llm-ai-sdk-sessions-${stage}`,
  terminationProtection: stage === 'prod',
});

new GatewayStack(app, 'Gateway', {
  env,
  stackName: `llm-ai-sdk-${stage}`,
  botName: `llm-ai-sdk-${stage}`,
  scenario: 'scenario.ts',
  sessionsTable: table,
  // 모델의 열쇠: Secrets Manager의 시크릿입니다. (The model's key: a secret of Secrets Manager.)
  secretTexts: ['openai/api-key'],
});
