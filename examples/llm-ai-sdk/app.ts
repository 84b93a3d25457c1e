import { App } from 'aws-cdk-lib/core';
import { GatewayStack, gatewaySettings, SessionStack } from 'kakao-gateway';

const app = new App();
// 설정은 cdk.json에 있습니다. `npm run deploy -- -c stage=dev`는 옆에 봇을 하나 더 배포합니다.
// (Settings stand in cdk.json; that command deploys a second bot beside this one.)
const { stage, env, sessions, gateway } = gatewaySettings(app);

// 사용자의 세션: 무엇을 지워도 함께 사라지지 않습니다. (No deletion takes the users' sessions along.)
const { table, key } = new SessionStack(app, `llm-ai-sdk-sessions-${stage}`, { ...sessions, env });

new GatewayStack(app, `llm-ai-sdk-${stage}`, {
  ...gateway,
  env,
  botName: `llm-ai-sdk-${stage}`,
  scenario: 'scenario.ts',
  sessionsTable: table,
  encryptionKey: key,
  // 모델의 열쇠: Secrets Manager의 시크릿입니다. (The model's key: a secret of Secrets Manager.)
  secretTexts: ['openai/api-key'],
});
