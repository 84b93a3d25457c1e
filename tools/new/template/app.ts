import { App } from 'aws-cdk-lib/core';
import { GatewayStack, gatewaySettings, SessionStack } from 'kakao-gateway';

const app = new App();
// 설정은 cdk.json에 있습니다. `npm run deploy -- -c stage=dev`는 옆에 봇을 하나 더 배포합니다.
// (Settings stand in cdk.json; that command deploys a second bot beside this one.)
const { stage, env, sessions, gateway } = gatewaySettings(app);

// 사용자의 세션: 무엇을 지워도 함께 사라지지 않습니다. (No deletion takes the users' sessions along.)
const { table, key } = new SessionStack(app, `my-bot-sessions-${stage}`, { ...sessions, env });

const stack = new GatewayStack(app, `my-bot-${stage}`, {
  ...gateway,
  env,
  botName: `my-bot-${stage}`,
  scenario: 'scenario.ts',
  sessionsTable: table,
  encryptionKey: key,
});

// 규칙이 쓸 AWS 리소스는 여기에 두고 권한을 주세요. (What rules need from AWS goes here, and is granted to them.)
// const photos = new Bucket(stack, 'Photos');
// photos.grantRead(stack.gateway);
