import { describe, expect, test } from '@jest/globals';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { EVERYTHING, functionIdOf, propertiesOf, synth } from './synth.ts';

const { stack, template } = synth().gateway;
const id = functionIdOf(stack, 'probe');
const { Resources, Outputs } = template.toJSON();
const { [id]: made } = Resources;

describe('the probe', () => {
  test('is there unless it is not wanted, and its name is told', () => {
    expect(Outputs.ProbeFunctionName.Value).toEqual({ Ref: id });
    expect(stack.gateway.probeFunction).toBeDefined();
    for (const probe of ['false', false]) {
      const { gateway } = synth({ probe });
      expect(gateway.stack.gateway.probeFunction).toBeUndefined();
      expect(JSON.stringify(gateway.template.toJSON())).not.toMatch(/probe|Probe|PROBE|AWS::Events::Rule/);
    }
  });

  test('asks once a minute, and a call that failed is not made again', () => {
    const [rule, ...others] = propertiesOf(template, 'AWS::Events::Rule');
    expect(others).toEqual([]);
    expect(rule).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [id, 'Arn'] },
          RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
        },
      ],
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: id },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });

  test('is as small as Lambda has it, and leaves no line where nothing is wrong', () => {
    expect(made.Properties).toMatchObject({
      ...{ Timeout: 10, MemorySize: 128, Architectures: ['arm64'], Runtime: 'nodejs24.x' },
      LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN' },
    });
  });

  test('is told the URL that is registered and the name of the secret, and nothing else', () => {
    const { Variables } = made.Properties.Environment;
    expect(Variables).toEqual({
      [ENVIRONMENT.probeUrl]: Outputs.SkillUrl.Value,
      [ENVIRONMENT.gatewaySecretId]: { Ref: expect.stringContaining('GatewaySecret') },
      [ENVIRONMENT.version]: expect.any(String),
    });
  });

  test('calls by the domain where there is one, and says to the bot what it is given', () => {
    const { gateway } = synth(EVERYTHING);
    const { Resources: all, Outputs: outputs } = gateway.template.toJSON();
    const { Properties } = all[functionIdOf(gateway.stack, 'probe')];
    expect(Properties.Environment.Variables).toMatchObject({
      [ENVIRONMENT.probeUrl]: outputs.SkillUrl.Value,
      [ENVIRONMENT.probeSays]: '메뉴',
    });
    // Nothing that the bot is given is given to it: it looks from outside.
    for (const absent of ['VpcConfig', 'Layers', 'TracingConfig', 'ReservedConcurrentExecutions'])
      expect(Properties).not.toHaveProperty(absent);
    expect(Properties.Environment.Variables).not.toHaveProperty('GREETING');
  });

  test('is shown on the dashboard, where it is', () => {
    const bodyOf = (one: typeof template) =>
      JSON.stringify(propertiesOf(one, 'AWS::CloudWatch::Dashboard')[0]?.DashboardBody);
    expect(bodyOf(template)).toContain('no good answer');
    expect(bodyOf(template)).toContain(id);
    expect(bodyOf(synth({ probe: 'false' }).gateway.template)).not.toContain('no good answer');
  });

  test('may read the gateway’s secret and write its own log, and nothing else', () => {
    const [role] = made.Properties.Role['Fn::GetAtt'];
    // biome-ignore lint/suspicious/noExplicitAny: what a template has is looked at, not typed
    const statements = Object.values<any>(Resources)
      .filter(
        ({ Type, Properties }) =>
          Type === 'AWS::IAM::Policy' && JSON.stringify(Properties.Roles).includes(role),
      )
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    expect(statements.map(({ Action }) => Action)).toEqual([
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      'secretsmanager:GetSecretValue',
    ]);
    expect(statements[1].Resource).toEqual({ Ref: expect.stringContaining('GatewaySecret') });
    expect(Resources[role].Properties.ManagedPolicyArns).toBeUndefined();
  });
});
