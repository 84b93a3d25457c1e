import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { App } from 'aws-cdk-lib/core';
import { GatewayStack, gatewaySettings, SessionStack } from 'kakao-gateway';

const app = new App();
// 설정은 cdk.json에 있습니다. `npm run deploy -- -c stage=dev`는 옆에 봇을 하나 더 배포합니다.
// (Settings stand in cdk.json; that command deploys a second bot beside this one.)
const { stage, env, sessions, gateway } = gatewaySettings(app);

// 사용자의 세션: 무엇을 지워도 함께 사라지지 않습니다. (No deletion takes the users' sessions along.)
const { table, key } = new SessionStack(app, `llm-bedrock-sessions-${stage}`, { ...sessions, env });

const stack = new GatewayStack(app, `llm-bedrock-${stage}`, {
  ...gateway,
  env,
  botName: `llm-bedrock-${stage}`,
  scenario: 'scenario.ts',
  sessionsTable: table,
  encryptionKey: key,
});

// 이 프로필로 이 모델만 부를 수 있습니다. (This one model, and by this one profile alone.)
const profile = stack.formatArn({
  service: 'bedrock',
  resource: 'inference-profile',
  resourceName: 'apac.amazon.nova-lite-v1:0',
});
const actions = ['bedrock:InvokeModelWithResponseStream'];
stack.gateway.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [profile] }));
stack.gateway.grantPrincipal.addToPrincipalPolicy(
  new PolicyStatement({
    actions,
    // The profile chooses the region, and no other call may.
    resources: ['arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0'],
    conditions: { StringEquals: { 'bedrock:InferenceProfileArn': profile } },
  }),
);
