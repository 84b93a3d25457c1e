import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { App, Stack } from 'aws-cdk-lib/core';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { KakaoGateway } from '../../lib/kakao-gateway.ts';
import { SessionStack } from '../../lib/session-stack.ts';
import { bareStack, EVERYTHING, propertiesOf, synth, unread } from './synth.ts';

const FUNCTION = 'AWS::Lambda::Function';
const { version: own } = JSON.parse(readFileSync('package.json', 'utf8'));

function gatewayIn(stack: Stack, version?: string): KakaoGateway {
  const { table } = new SessionStack(stack, 'Sessions');
  return new KakaoGateway(stack, 'Gateway', {
    sessionsTable: table,
    scenario: 'lambda/scenarios/cafe.ts',
    version,
  });
}

describe('the version of a gateway', () => {
  test.each([
    ['as it comes', {}],
    ['with every setting', EVERYTHING],
  ])(
    'is told by its functions, their tags, its dashboard and an output, and by nothing else: the app %s',
    (_, settings) => {
      const { template } = synth(settings).gateway;
      for (const { Environment, Tags } of propertiesOf(template, FUNCTION)) {
        expect(Environment.Variables[ENVIRONMENT.version]).toBe(own);
        expect(Tags).toContainEqual({ Key: 'version', Value: own });
      }
      expect(template.findOutputs('Version').Version?.Value).toBe(own);
      const [dashboard] = propertiesOf(template, 'AWS::CloudWatch::Dashboard');
      expect(JSON.stringify(dashboard?.DashboardBody)).toContain(`Version ${own}.`);
      // A release would change each of them, and take the longer.
      for (const { Type, Properties } of Object.values(template.toJSON().Resources as Resources))
        if (Type !== FUNCTION) expect(JSON.stringify(Properties?.Tags ?? '')).not.toContain('"version"');
    },
  );

  test('may be chosen, where a tag and a variable can have it', () => {
    const stack = bareStack();
    gatewayIn(stack, '2026-11-22_b7');
    for (const { Environment } of propertiesOf(Template.fromStack(stack), FUNCTION))
      expect(Environment.Variables[ENVIRONMENT.version]).toBe('2026-11-22_b7');
    for (const wrong of ['', 'version 7', '배포', 'x'.repeat(129)])
      expect(() => gatewayIn(bareStack(), wrong)).toThrow(
        /has the version .*: it must be letters, digits and .*, 128 of them at most$/,
      );
  });

  test('has the last commit that changed its code, where that is bundled from a repository', () => {
    const inRepository = (() => {
      try {
        return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' });
      } catch {
        return undefined;
      }
    })();
    const stack = new Stack(new App(unread()), 'Bot');
    const { version } = gatewayIn(stack);
    if (inRepository === undefined) expect(version).toBe(own);
    else expect(version.slice(own.length)).toMatch(/^\+[0-9a-f]{7}(\.dirty)?$/);
  });
});

type Resources = Readonly<Record<string, { Type: string; Properties?: { Tags?: unknown } }>>;
