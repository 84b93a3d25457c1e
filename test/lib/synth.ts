import 'aws-cdk-lib/testhelpers/jest-autoclean';
import { readFileSync } from 'node:fs';
import { Template } from 'aws-cdk-lib/assertions';
import { App } from 'aws-cdk-lib/core';
import { GatewayStack } from '../../lib/gateway-stack.ts';
import { SessionStack } from '../../lib/session-stack.ts';

/** Both stacks with the flags of cdk.json, as CloudFormation would get them, but for the functions' code. */
export function synth(props: { readonly restApiKeySecretName?: string } = {}) {
  const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));
  const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] } });
  const env = { account: '123456789012', region: 'ap-northeast-2' };
  const sessions = new SessionStack(app, 'Sessions', { env });
  const gateway = new GatewayStack(app, 'Gateway', { env, sessionsTable: sessions.table, ...props });
  return {
    sessions: { stack: sessions, template: Template.fromStack(sessions) },
    gateway: { stack: gateway, template: Template.fromStack(gateway) },
  };
}
