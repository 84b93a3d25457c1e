import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { configurationOf } from '../../lib/configuration.ts';
import { type FakeSecretsManager, startSecretsManager } from '../kit/secrets-manager.ts';
import { Cloud } from './cloud.ts';
import { complaintOf, run } from './command.ts';
import { environmentFor } from './environment.ts';
import { emulatedUrl, problemOf } from './gateway.ts';
import { readOptions } from './options.ts';
import { Progress, StepFailed } from './progress.ts';
import { outputsOf, ThrowAway, withoutSettings } from './throw-away.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const EMULATOR = 'http://127.0.0.1:4566';

describe('where to deploy to', () => {
  test('is the emulator of AWS_ENDPOINT_URL, or the account that is asked for by name', () => {
    expect(readOptions([], { AWS_ENDPOINT_URL: `${EMULATOR}/` })).toEqual({ endpoint: EMULATOR });
    expect(readOptions(['--real-account'], {})).toEqual({});
    expect(readOptions(['--output-file', 'f'], { AWS_ENDPOINT_URL: EMULATOR })).toEqual({
      endpoint: EMULATOR,
      outputFile: 'f',
    });
    expect(readOptions(['--help'], {})).toBeUndefined();
  });

  test.each<[args: string[], environment: Record<string, string>, sentence: RegExp]>([
    [[], {}, /set AWS_ENDPOINT_URL .* or give --real-account/],
    [[], { AWS_ENDPOINT_URL: '' }, /set AWS_ENDPOINT_URL/],
    [[], { AWS_PROFILE: 'mine', AWS_ACCESS_KEY_ID: 'AKIA' }, /set AWS_ENDPOINT_URL/],
    [[], { AWS_ENDPOINT_URL: 'https://vpce-1.ssm.ap-northeast-2.amazonaws.com' }, /on this machine/],
    [[], { AWS_ENDPOINT_URL: 'http://127.0.0.1.example.com:4566' }, /on this machine/],
    [[], { AWS_ENDPOINT_URL: 'here' }, /on this machine/],
    [['--real-account'], { AWS_ENDPOINT_URL: EMULATOR }, /AWS_ENDPOINT_URL leads away/],
    [['--real-account'], { AWS_ENDPOINT_URL_S3: EMULATOR }, /AWS_ENDPOINT_URL_S3 leads away/],
    [['--real-acount'], { AWS_ENDPOINT_URL: EMULATOR }, /options of --help/],
    [['prod'], { AWS_ENDPOINT_URL: EMULATOR }, /options of --help/],
    [['--output-file'], { AWS_ENDPOINT_URL: EMULATOR }, /--output-file needs a value/],
  ])('is refused in one sentence for %j with %j', (args, environment, sentence) => {
    expect(() => readOptions(args, environment)).toThrow(sentence);
  });

  test('with an emulator leaves no settings by which an account could be reached', () => {
    const environment = environmentFor(EMULATOR, {
      PATH: '/bin',
      AWS_PROFILE: 'mine',
      AWS_SESSION_TOKEN: 'token',
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_ENDPOINT_URL_DYNAMODB: 'https://dynamodb.ap-northeast-2.amazonaws.com',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      CDK_DEFAULT_ACCOUNT: '123456789012',
    });
    expect(environment).toMatchObject({
      PATH: '/bin',
      AWS_ENDPOINT_URL: EMULATOR,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    });
    for (const name of [
      'PROFILE',
      'SESSION_TOKEN',
      'ENDPOINT_URL_DYNAMODB',
      'IGNORE_CONFIGURED_ENDPOINT_URLS',
    ])
      expect(environment).not.toHaveProperty(`AWS_${name}`);
    expect(environment).not.toHaveProperty('CDK_DEFAULT_ACCOUNT');
  });

  test('with an account is what the ambient settings say', () => {
    const ambient = { AWS_PROFILE: 'mine', AWS_REGION: 'ap-northeast-2' };
    const environment = environmentFor(undefined, ambient);
    expect(environment).toMatchObject(ambient);
    expect(environment).not.toHaveProperty('AWS_ENDPOINT_URL');
    expect(environment).not.toHaveProperty('AWS_ACCESS_KEY_ID');
    expect(environmentFor(undefined, { AWS_DEFAULT_REGION: 'us-west-2' }).AWS_REGION).toBe('us-west-2');
  });
});

/** `npm run test:deploy`, which must end before it reaches a cloud. */
function runIt(args: readonly string[], env: NodeJS.ProcessEnv) {
  return new Promise<{ code: unknown; stdout: string; stderr: string }>(resolve =>
    execFile(
      process.execPath,
      ['--import', 'tsx', 'test/deploy/run.ts', ...args],
      { cwd: ROOT, env },
      (error, stdout, stderr) => resolve({ code: error?.code, stdout, stderr }),
    ),
  );
}

describe('npm run test:deploy', () => {
  test('deploys nothing unless it is told where to, and says so with 2', async () => {
    const { AWS_ENDPOINT_URL: _, ...env } = process.env;
    const ended = await runIt([], env);
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('This deploys:') });
    expect(ended.stderr).not.toContain('    at ');
  });

  test('deploys nothing to an account whose region it could not ask what is left in', async () => {
    const settings = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
    const ended = await runIt(['--real-account'], { PATH: process.env.PATH, ...settings });
    expect(ended).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(/^Set AWS_REGION .*\n$/) });
  });
});

describe('a step', () => {
  test('is printed with its time, and each of its checks counted', async () => {
    const lines: string[] = [];
    const progress = new Progress(line => lines.push(line));
    expect(await progress.step('one', async () => 7)).toBe(7);
    await progress.step('two', async check => {
      check('a');
      check('b');
    });
    expect(lines).toEqual([expect.stringMatching(/✓ one +\d+\.\d s/), expect.stringMatching(/✓ two/)]);
    expect(progress.counts()).toEqual({ numPassedTests: 3, numFailedTests: 0, numRuntimeErrorTestSuites: 0 });
    expect(progress.summary()).toMatch(/^3 passed, 0 failed in \d+\.\d s$/);
  });

  test('that fails says which and why in one sentence, after all of its checks', async () => {
    const lines: string[] = [];
    const progress = new Progress(line => lines.push(line));
    const failing = progress.step('samples', async check => {
      check('a', 'the status is 500, not 200');
      check('b');
      check('c', 'no answer within 5 s (timeout)');
    });
    await expect(failing).rejects.toThrow(StepFailed);
    expect(lines.at(0)).toContain('✗ samples');
    expect(lines.at(1)).toBe('    samples: a: the status is 500, not 200 (and 1 more)');
    const thrown = progress.step('deploy', () => Promise.reject(new Error('no bucket')));
    await expect(thrown).rejects.toThrow('deploy: no bucket');
    expect(progress.counts()).toMatchObject({ numPassedTests: 1, numFailedTests: 3 });
  });
});

describe('a command', () => {
  test('gives its code and what it printed', async () => {
    const script = 'console.log(process.env.WORD); console.error("err"); process.exit(3)';
    const { code, printed } = await run(process.execPath, ['-e', script], {
      cwd: ROOT,
      env: { WORD: 'out' },
    });
    expect(code).toBe(3);
    expect(printed.split('\n').sort()).toEqual(['', 'err', 'out']);
  });

  test.each([
    ['of a diagnosis', '  ✗ connection\n  ✓ health', '✗ connection'],
    ['that says nothing of it', 'a\nb\n\n', 'b'],
    ['that says nothing', '', 'it printed nothing'],
    [
      'whose resource was not made, below others that are called failed',
      `Gateway: deploying... [2/2]
kakao-gateway-try |  3/71 | 10:36:24 AM | CREATE_COMPLETE         | AWS::CloudWatch::Alarm          | Gateway/Gateway/Alarms/callbacks-failed (GatewayAlarmscallbacksfailedD1876049)
kakao-gateway-try |  6/71 | 10:36:24 AM | CREATE_FAILED           | AWS::SQS::Queue                 | Gateway/Gateway/LateQueue (GatewayLateQueue2C) Resource creation cancelled
kakao-gateway-try |  6/71 | 10:36:24 AM | CREATE_FAILED           | AWS::CloudWatch::Alarm          | Gateway/Gateway/Alarms/table-errors (GatewayAlarmstableerrorsC4E41C30) Properties.Metrics (metric math) is not supported
kakao-gateway-try |  6/71 | 10:36:24 AM | ROLLBACK_IN_PROGRESS    | AWS::CloudFormation::Stack      | kakao-gateway-try Rollback requested
❌  kakao-gateway-try failed to deploy
‣ DeploymentError: Resource updates failed:
Gateway/Gateway/Alarms/table-errors/Resource  (AWS::CloudWatch::Alarm GatewayAlarmstableerrorsC4E41C30)`,
      'kakao-gateway-try | 6/71 | 10:36:24 AM | CREATE_FAILED | AWS::CloudWatch::Alarm | Gateway/Gateway/Alarms/table-errors (GatewayAlarmstableerrorsC4E41C30) Properties.Metrics (metric math) is not supported',
    ],
    [
      'that came to no resource',
      `kakao-gateway-try | 3/71 | 10:36:24 AM | UPDATE_COMPLETE | AWS::CloudWatch::Alarm | Gateway/Alarms/callbacks-failed
❌  kakao-gateway-try failed to deploy
‣ SsmParameterNotFound: SSM parameter /cdk-bootstrap/hnb659fds/version not found. Has the environment been bootstrapped?
‣ ParameterNotFound: Parameter /cdk-bootstrap/hnb659fds/version not found`,
      '‣ SsmParameterNotFound: SSM parameter /cdk-bootstrap/hnb659fds/version not found. Has the environment been bootstrapped?',
    ],
    [
      'of which only the rollback is told',
      `kakao-gateway-try | 3/71 | 10:36:24 AM | DELETE_COMPLETE | AWS::CloudWatch::Alarm | Gateway/Alarms/callbacks-failed
kakao-gateway-try | 1/71 | 10:36:24 AM | UPDATE_ROLLBACK_IN_PROGRESS | AWS::CloudFormation::Stack | kakao-gateway-try Alarm went off
done`,
      'kakao-gateway-try | 1/71 | 10:36:24 AM | UPDATE_ROLLBACK_IN_PROGRESS | AWS::CloudFormation::Stack | kakao-gateway-try Alarm went off',
    ],
    [
      'that could not remove a stack',
      `Gateway: destroying... [1/2]
kakao-gateway-try | 3 | 10:36:24 AM | DELETE_COMPLETE | AWS::CloudWatch::Alarm | Gateway/Alarms/callbacks-failed
 ❌  Gateway: destroy failed ToolkitError: The stack named kakao-gateway-try is in a failed state: DELETE_FAILED (no permission)`,
      '❌ Gateway: destroy failed ToolkitError: The stack named kakao-gateway-try is in a failed state: DELETE_FAILED (no permission)',
    ],
    [
      'whose context is wrong',
      `the context "stage" must be lower-case letters: cdk deploy --all -c stage=dev
node --import tsx bin/gateway.ts: Subprocess exited with error 1`,
      'the context "stage" must be lower-case letters: cdk deploy --all -c stage=dev',
    ],
    [
      'whose code is no TypeScript',
      `Bundling asset Gateway/Gateway/open-builder/Function/Code/Stage...
✘ [ERROR] Unexpected "="

    lambda/scenario.ts:258:9:
      258 │ const x: = ;

«FailedToBundleAsset» Failed to bundle asset Gateway/Gateway/open-builder/Function/Code/Stage: Error: Build failed with 1 error:
lambda/scenario.ts:258:9: ERROR: Unexpected "="
node --import tsx bin/gateway.ts: Subprocess exited with error 1`,
      'lambda/scenario.ts:258:9: ERROR: Unexpected "="',
    ],
  ])('%s is quoted with its reason', (_, printed, complaint) => {
    expect(complaintOf(printed)).toBe(complaint);
  });
});

describe('the stack', () => {
  test('gives out where the gateway is and which its secret is', () => {
    const outputs = {
      SkillUrl: 'https://a/open-builder/skill',
      SecretCommand: 'aws x --secret-id arn:s --query',
    };
    expect(outputsOf({ stack: outputs, other: {} }, 'stack')).toEqual({
      stack: 'stack',
      skillUrl: 'https://a/open-builder/skill',
      secretId: 'arn:s',
    });
    for (const wrong of [{}, { other: outputs }, { stack: { SkillUrl: 'x' } }, null]) {
      expect(() => outputsOf(wrong, 'stack')).toThrow('no SkillUrl or no SecretCommand');
    }
  });

  test('of an emulator is called as one of AWS', () => {
    expect(emulatedUrl('http://ab12.execute-api.localhost:4566/open-builder/skill')).toBe(
      'https://ab12.execute-api.localhost/open-builder/skill',
    );
    expect(() => emulatedUrl('http://ab12.execute-api.127.0.0.1:4566/x')).toThrow('MINISTACK_HOST=localhost');
  });
});

describe('an answer', () => {
  const answered = (answer: object) => ({
    ms: 1,
    answer: {
      status: 200,
      contentType: 'application/json; charset=utf-8',
      json: { a: '3잔' },
      excerpt: '',
      ...answer,
    },
  });

  test('is as it should be, or what is wrong is said', () => {
    expect(problemOf(answered({}), 200, { words: '3잔', problems: () => [] })).toBeUndefined();
    expect(problemOf(answered({ status: 500 }), 200)).toBe('the status is 500, not 200');
    expect(problemOf(answered({ contentType: 'text/html' }), 200)).toBe('the content type is no JSON');
    expect(problemOf(answered({}), 200, { words: '4잔' })).toBe('the answer does not say "4잔"');
    expect(problemOf(answered({}), 200, { problems: () => ['wrong', 'worse'] })).toBe('wrong');
    expect(problemOf({ ms: 5_000, diagnostic: { code: 'timeout', values: {} } }, 200)).toContain('timeout');
  });
});

describe('what a stage leaves', () => {
  let aws: FakeSecretsManager;
  let cloud: Cloud;
  beforeAll(async () => {
    aws = await startSecretsManager();
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    cloud = new Cloud({ endpoint: aws.url, region: 'local', credentials });
  });
  afterAll(() => aws.stop());

  test("is found by its tags, or by its stack's name where there are none, and deleted without others", async () => {
    const stage = 'try-1234';
    const stacks = ['kakao-gateway-try-1234', 'kakao-gateway-sessions-try-1234'] as const;
    const project = 'kakao-gateway';
    const stackTag = 'aws:cloudformation:stack-name';
    const ours = [
      aws.create('GatewaySecret1-AbCdEfGhIjKl', '', { [stackTag]: stacks[0] }),
      aws.create('GatewaySecret2-AbCdEfGhIjKl', '', { project, stage }),
      aws.create(`${stacks[0]}-GatewaySecret3`, ''),
    ];
    const others = [
      aws.create('GatewaySecret4', '', { project, stage: 'prod', [stackTag]: 'kakao-gateway-prod' }),
      aws.create('GatewaySecret5', '', { project: 'another', stage }),
      aws.create(`${stacks[0]}5-GatewaySecret6`, ''),
    ];
    const left = await cloud.leftovers({ stage, stacks });
    expect(left).toEqual({ tables: [], secrets: ours, queues: [] });
    await cloud.deleteRetained(left);
    expect((await cloud.leftovers({ stage, stacks })).secrets).toEqual([]);
    for (const arn of others) expect(await cloud.secret(arn)).toBe('');
  });
});

describe('a throw-away stage', () => {
  let throwAway: ThrowAway;
  beforeAll(async () => {
    throwAway = await ThrowAway.make();
  });
  afterAll(() => throwAway.forget());

  test('is never another, and never prod, which could not be removed', async () => {
    const other = await ThrowAway.make();
    await other.forget();
    expect(other.stage).not.toBe(throwAway.stage);
    expect(configurationOf({ stage: throwAway.stage }).stage).toMatch(/^try-/);
  });

  test("has nothing of the operator's own deployment but the CDK's flags", () => {
    const flags = { '@aws-cdk/core:checkSecretUsage': true, '@aws-cdk-containers/x:y': false };
    const context = {
      ...{ ...flags, stage: 'prod', region: 'us-east-1', canary: true, provisionedConcurrency: 2 },
      ...{ bots: [{ name: 'cafe', domainName: 'bot.example.com' }], alarmPhone: '+821012345678' },
    };
    expect(withoutSettings({ app: 'node', context })).toEqual({ app: 'node', context: flags });
    expect(withoutSettings({ app: 'node' })).toEqual({ app: 'node', context: {} });
    const inCopy = JSON.parse(readFileSync(join(throwAway.copy, 'cdk.json'), 'utf8'));
    expect(configurationOf(inCopy.context)).toEqual(configurationOf({}));
    expect(existsSync(join(throwAway.copy, 'cdk.context.json'))).toBe(false);
  });

  test('is changed in a copy, and the checkout stays as it is', async () => {
    const read = (folder: string) => readFileSync(join(folder, 'lambda', 'scenarios', 'cafe.ts'), 'utf8');
    const before = read(ROOT);
    const { copy } = throwAway;
    await throwAway.learn('말', '답');
    expect(read(copy)).toBe(`${before}\nbot.hears("말", () => "답");\n`);
    expect(read(ROOT)).toBe(before);
    expect(readFileSync(join(copy, 'lambda', 'scenario.ts'), 'utf8')).toContain("'./scenarios/cafe.ts'");
    expect(readFileSync(join(copy, 'node_modules', 'esbuild', 'package.json'), 'utf8')).toContain('esbuild');
  });

  test('that was never deployed is not asked to go', async () => {
    await expect(throwAway.destroy()).resolves.toBeUndefined();
  });
});
