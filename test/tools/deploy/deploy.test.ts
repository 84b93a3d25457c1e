import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { runDeploy } from '../../../tools/deploy/command.ts';
import { runHere } from '../../kit/ran-command.ts';
import { type FakeAws, startFakeAws } from './fake-aws.ts';

const CDK_JSON =
  '{\n  "app": "node app.ts",\n  "context": {\n    "@aws-cdk/core:x": ["aws", "aws-cn"]\n  }\n}\n';
const ADOPTED = 'arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:old-AbCdEf';

type Template = { readonly Resources: Readonly<Record<string, object>> };
const of = (name: string): Template =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../releases/2/templates/${name}.json`), 'utf8'));
const FULL = 'kakao-gateway-dev';
const SESSIONS = 'kakao-gateway-sessions-dev';
const full = of(`full.${FULL}`);
const sessions = of(`full.${SESSIONS}`);

/** A template without the resources of some types. */
const without = ({ Resources }: Template, ...types: readonly string[]): Template => ({
  Resources: Object.fromEntries(
    Object.entries(Resources).filter(([, one]) => !types.includes((one as { Type: string }).Type)),
  ),
});

/** A template with a function that knows these variables. */
const knowing = (Variables: object): Template => ({
  Resources: { F: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables } } } },
});

let aws: FakeAws;
let before: NodeJS.ProcessEnv;
let folder: string;
let ran: { readonly args: readonly string[]; readonly region: string | undefined }[];
let planned: Readonly<Record<string, Template>>;
let regions: Readonly<Record<string, string>>;
const from = process.cwd();

beforeAll(async () => {
  aws = await startFakeAws();
  before = process.env;
});
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'deploy-')));
  process.chdir(folder);
  writeFileSync('cdk.json', CDK_JSON);
  process.env = {
    PATH: before.PATH,
    HOME: folder,
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: 'OWN',
    AWS_SECRET_ACCESS_KEY: 'own',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  ran = [];
  planned = { [SESSIONS]: sessions, [FULL]: full };
  regions = {};
  Object.assign(aws, {
    stacks: {},
    elsewhere: {},
    tables: {},
    secrets: {},
    keys: {},
    mayLook: undefined,
    refusal: 'AccessDenied',
  });
  aws.calls.length = 0;
});
afterEach(() => {
  process.env = before;
  process.chdir(from);
  rmSync(folder, { recursive: true });
});
afterAll(() => aws.stop());

/** The CDK's CLI: its `synth` makes what is planned, and what else it is told is noted. */
async function cdk(args: readonly string[], environment: Readonly<Record<string, string | undefined>>) {
  ran.push({ args, region: environment.AWS_REGION });
  const output = args[args.indexOf('--output') + 1] ?? '';
  if (args[0] !== 'synth') return 0;
  mkdirSync(output, { recursive: true });
  const artifacts = Object.entries(planned).map(([name, template]) => {
    writeFileSync(join(output, `${name}.json`), JSON.stringify(template));
    const environment = `aws://unknown-account/${regions[name] ?? 'ap-northeast-2'}`;
    const [partition, account] = ['Partition', 'AccountId'].map(one => `$\{AWS::${one}}`);
    const lookupRole = { arn: `arn:${partition}:iam::${account}:role/cdk-lookup` };
    const properties = { templateFile: `${name}.json`, lookupRole };
    return [name, { type: 'aws:cloudformation:stack', environment, properties }];
  });
  writeFileSync(
    join(output, 'manifest.json'),
    JSON.stringify({ artifacts: Object.fromEntries([['tree', { type: 'cdk:tree' }], ...artifacts]) }),
  );
  return 0;
}

const terminal = (answer: string) => {
  const stdin = new PassThrough();
  stdin.write(`${answer}\n`);
  return Object.assign(stdin, { isTTY: true });
};

const deploy = (args: readonly string[], stdin: Readable = Readable.from([]), LANG = 'en_US.UTF-8') =>
  runHere(() =>
    runDeploy(['-c', 'stage=dev', ...args], { environment: { ...process.env, LANG }, stdin, cdk }),
  );

const deployed = () => ran.filter(({ args }) => args[0] === 'deploy');
const context = () => JSON.parse(readFileSync('cdk.json', 'utf8')).context;

describe('a deployment that takes nothing away', () => {
  test('makes the templates of its stage and deploys exactly those, and says where to and that they are new', async () => {
    const { code, stdout, stderr } = await deploy(['--require-approval', 'never', '--no-notices']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      'The stage dev goes to ap-northeast-2.\nNothing of it is there yet: it gets a URL and a secret of its own.\n',
    );
    expect(ran.map(({ args }) => args)).toEqual([
      ['synth', '-q', '--output', 'cdk.out', '-c', 'stage=dev', '--no-notices'],
      ['deploy', '--all', '--app', 'cdk.out', '--require-approval', 'never', '--no-notices'],
    ]);
    expect(ran.map(({ region }) => region)).toEqual(['ap-northeast-2', 'ap-northeast-2']);
    expect(readFileSync('cdk.json', 'utf8')).toBe(CDK_JSON);
  });

  test('asks nobody where the same is there already', async () => {
    aws.stacks = { [FULL]: { template: full }, [SESSIONS]: { template: sessions } };
    expect(await deploy([])).toMatchObject({
      code: 0,
      stdout: 'The stage dev goes to ap-northeast-2.\n',
      stderr: '',
    });
    expect(deployed()).toHaveLength(1);
  });

  test('goes to the region of the profile that it is told', async () => {
    mkdirSync('.aws');
    writeFileSync('.aws/config', '[profile tokyo]\nregion = ap-northeast-1\n');
    writeFileSync('.aws/credentials', '[tokyo]\naws_access_key_id = OWN\naws_secret_access_key = own\n');
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;
    await deploy(['--profile', 'tokyo']);
    expect(ran.map(({ region }) => region)).toEqual(['ap-northeast-1', 'ap-northeast-1']);
  });

  test('ends with the code of a CDK that fails, and deploys nothing that was not made', async () => {
    const fails = async () => 3;
    const io = { environment: process.env, stdin: Readable.from([]), cdk: fails };
    expect(await runHere(() => runDeploy([], io))).toMatchObject({ code: 3 });
  });
});

describe('a setting of the command line', () => {
  test('stands in cdk.json afterwards, for its stage, and everything else as it was', async () => {
    const { stdout } = await deploy(['-c', 'alarmEmail=oncall@example.com', '-c', 'canary=true']);
    expect(stdout).toContain('cdk.json has alarmEmail, canary for the stage dev from now on: commit it.');
    expect(readFileSync('cdk.json', 'utf8')).toBe(
      CDK_JSON.replace(
        '"aws-cn"]\n',
        '"aws-cn"],\n    "stages": {\n      "dev": {\n        "alarmEmail": "oncall@example.com",\n        "canary": true\n      }\n    }\n',
      ),
    );
    expect(ran[0]?.args).toContain('stages={"dev":{"alarmEmail":"oncall@example.com","canary":true}}');
  });

  test('joins those that stand there, of this stage and of others', async () => {
    const stages = { dev: { memoryMb: 256, alarmEmail: 'old@example.com' }, prod: { canary: true } };
    writeFileSync('cdk.json', JSON.stringify({ context: { stages } }));
    await deploy(['--context', 'alarmEmail=new@example.com', '-cbots=[{"name":"cafe"}]']);
    expect(context().stages).toEqual({
      dev: { memoryMb: 256, alarmEmail: 'new@example.com', bots: [{ name: 'cafe' }] },
      prod: { canary: true },
    });
  });

  test('leaves the other stages where they stand as one text, and is kept nowhere where they can not be read', async () => {
    writeFileSync('cdk.json', JSON.stringify({ context: { stages: '{"prod":{"canary":true}}' } }));
    await deploy(['-c', 'memoryMb=256']);
    expect(context().stages).toEqual({ prod: { canary: true }, dev: { memoryMb: '256' } });
    for (const stages of ['prod', [], 7]) {
      writeFileSync('cdk.json', JSON.stringify({ context: { stages } }));
      expect(await deploy(['-c', 'memoryMb=256'])).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^deploy: the "stages" in cdk\.json are no object: [^\n]*\n$/),
      });
      expect(context().stages).toEqual(stages);
    }
  });

  test.each(['{}', '{"context": {}}', '{\n\t"app": "x"\n}', '\uFEFF{}'])(
    'finds its place in %j',
    async text => {
      writeFileSync('cdk.json', text);
      await deploy(['-c', 'memoryMb=256']);
      const mark = text.startsWith('\uFEFF') ? 1 : 0;
      const { app } = JSON.parse(text.slice(mark));
      expect(JSON.parse(readFileSync('cdk.json', 'utf8').slice(mark))).toEqual({
        ...(app && { app }),
        context: { stages: { dev: { memoryMb: '256' } } },
      });
    },
  );

  test.each([
    ['is not kept with --no-keep', ['--no-keep', '-c', 'memoryMb=256'], 1],
    ['is not kept where the deployment is refused', ['-c', 'memoryMb=256'], 0],
  ])('%s', async (_, args, deployments) => {
    if (deployments === 0) aws.stacks = { 'kakao-gateway-dev--flowers': { template: full } };
    await deploy(args);
    expect(deployed()).toHaveLength(deployments);
    expect(readFileSync('cdk.json', 'utf8')).toBe(CDK_JSON);
    expect(ran[0]?.args).toContain('stages={"dev":{"memoryMb":"256"}}');
  });

  test("is the CDK's where it is none of ours", async () => {
    await deploy(['-c', '@aws-cdk/core:y=true']);
    expect(ran[0]?.args.slice(-2)).toEqual(['-c', '@aws-cdk/core:y=true']);
    expect(readFileSync('cdk.json', 'utf8')).toBe(CDK_JSON);
  });

  test('is for the stage of cdk.json where none is told, else for prod', async () => {
    const io = { environment: process.env, stdin: Readable.from([]), cdk };
    for (const [text, stage] of [
      ['{"context":{"stage":"try"}}', 'try'],
      ['{}', 'prod'],
    ] as const) {
      writeFileSync('cdk.json', text);
      await runHere(() => runDeploy(['-c', 'memoryMb=256'], io));
      expect(Object.keys(context().stages)).toEqual([stage]);
    }
  });
});

describe('a deployment that takes something away', () => {
  const lost = async (deployedTemplate: Template, next: Template, args: readonly string[] = []) => {
    aws.stacks = { [FULL]: { template: deployedTemplate, physical: { GatewaySecret4E73E0F1: ADOPTED } } };
    planned = { [FULL]: next };
    return deploy(args);
  };

  test.each<[string, readonly Template[], readonly string[]]>([
    [
      'who hears of alarms',
      [full, without(full, 'AWS::SNS::Subscription')],
      ['oncall@example.com hears of no alarm any more', '+821012345678 hears of no alarm any more'],
    ],
    [
      'alarms',
      [full, without(full, 'AWS::CloudWatch::Alarm')],
      ['alarms reach nobody any more', 'these alarms are deleted: api-errors, calls-refused, '],
    ],
    [
      'the domain and its record',
      [full, without(full, 'AWS::ApiGatewayV2::DomainName', 'AWS::Route53::RecordSet')],
      ['the domain bot.example.com is given up', 'the DNS record of bot.example.com. is deleted'],
    ],
    [
      'the table, by another logical id',
      [
        sessions,
        { Resources: { Other: Object.values(without(sessions, 'AWS::KMS::Key').Resources)[0] ?? {} } },
      ],
      [
        "the table of sessions is replaced by another: every user's session is forgotten",
        'the KMS key is used no more',
      ],
    ],
    [
      'the secret',
      [full, without(full, 'AWS::SecretsManager::Secret')],
      ["the secret that Kakao's calls carry is replaced"],
    ],
    [
      'the API',
      [full, without(full, 'AWS::ApiGatewayV2::Api')],
      ['the API is replaced by one with another URL'],
    ],
    [
      'the event bus and a key',
      [knowing({ BOT_EVENT_BUS: 'cafe', KAKAO_REST_API_KEY_SECRET_ID: 'x' }), knowing({})],
      ['the event bus is told nothing any more', 'the functions know the REST API key no more'],
    ],
    [
      "a variable of the bot's own",
      [knowing({ GREETING: 'hello' }), knowing({})],
      ['the functions know the environment variable GREETING no more'],
    ],
    [
      "the bot's name",
      [knowing({ BOT_NAME: 'kakao-gateway-dev' }), knowing({ BOT_NAME: 'cafe-dev' })],
      ['the bot is kakao-gateway-dev no more in metrics and on the dashboard: graphs and alarms begin anew'],
    ],
  ])(
    'says that it takes away %s, and refuses where nobody can be asked',
    async (_, [was, next], sentences) => {
      const { code, stdout, stderr } = await lost(was ?? full, next ?? full);
      expect(code).toBe(1);
      for (const sentence of sentences) expect(stdout).toContain(`\n  - ${FULL}: ${sentence}`);
      expect(stdout.match(/\n {2}- /g)).toHaveLength(sentences.length);
      expect(stderr).toMatch(
        /^Not deployed: if all of that is meant, --allow-removal; else give back [^\n]*\n$/,
      );
      expect(deployed()).toEqual([]);
    },
  );

  const resource = (Type: string, Properties: object): Template => ({
    Resources: { X: { Type, Properties } },
  });
  const capable = (ReservedConcurrentExecutions?: number, MemorySize = 512, layers: readonly string[] = []) =>
    resource('AWS::Lambda::Function', {
      ...{ ReservedConcurrentExecutions, MemorySize },
      Layers: layers.map(one => `arn:aws:lambda:ap-northeast-2:123456789012:layer:${one}`),
    });
  const allowed = (...Statement: readonly object[]): Template =>
    resource('AWS::IAM::Policy', { PolicyDocument: { Statement } });
  const menus = (Action: string | readonly string[], Resource: unknown = 'arn:aws:s3:::menus/*') => ({
    ...{ Effect: 'Allow', Action, Resource },
  });
  const secretText = (account: unknown) => ({
    'Fn::Join': ['', ['arn:aws:ssm:ap-northeast-2:', account, ':parameter/cafe/key']],
  });
  const account = { Ref: 'AWS::AccountId' };

  test.each<[string, Template, Template, readonly string[]]>([
    [
      'a right of the rules',
      allowed(menus(['s3:GetObject', 's3:ListBucket']), menus('ssm:GetParameter', secretText(account))),
      allowed(menus('s3:ListBucket')),
      [
        'no function may s3:GetObject on arn:aws:s3:::menus/* any more',
        `no function may ssm:GetParameter on arn:aws:ssm:ap-northeast-2:$\{AWS::AccountId}:parameter/cafe/key any more`,
      ],
    ],
    [
      'a right by a condition',
      allowed(menus('s3:GetObject')),
      allowed({ ...menus('s3:GetObject'), Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
      ['no function may s3:GetObject on arn:aws:s3:::menus/* any more'],
    ],
    [
      'runs at once, reserved',
      capable(50),
      capable(),
      ['no 50 runs at once are reserved for a function any more'],
    ],
    [
      'runs at once and memory, in part',
      capable(50, 1024),
      capable(20, 512),
      [
        'no 50 runs at once are reserved for a function any more',
        'a function has 512 MB of memory, and no longer 1024',
      ],
    ],
    [
      'a layer',
      capable(1, 512, ['fonts:3', 'sharp:1']),
      capable(1, 512, ['fonts:4']),
      ['a function has the layer arn:aws:lambda:ap-northeast-2:123456789012:layer:sharp no more'],
    ],
    [
      'functions that stay started',
      resource('AWS::Lambda::Alias', {
        ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 },
      }),
      resource('AWS::Lambda::Alias', {}),
      ['no 2 of a function stay started any more: a call may wait for a start'],
    ],
    [
      'workers',
      resource('AWS::Lambda::EventSourceMapping', { ScalingConfig: { MaximumConcurrency: 200 } }),
      resource('AWS::Lambda::EventSourceMapping', { ScalingConfig: { MaximumConcurrency: 100 } }),
      ['100 late turns are worked on at once, and no longer 200'],
    ],
    [
      'requests',
      resource('AWS::ApiGatewayV2::Stage', {
        DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 500 },
      }),
      resource('AWS::ApiGatewayV2::Stage', {
        DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
      }),
      [
        'the API takes 100 requests a second, and no longer 500',
        'the API takes 200 requests at once beyond its rate, and no longer 500',
      ],
    ],
    [
      'old logs',
      resource('AWS::Logs::LogGroup', { RetentionInDays: 365 }),
      resource('AWS::Logs::LogGroup', { RetentionInDays: 30 }),
      ['logs are kept for 30 days, and no longer for 365: what is older is deleted'],
    ],
    [
      "the API's own URL",
      resource('AWS::ApiGatewayV2::Api', {}),
      resource('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true }),
      ["API Gateway's own URL is closed: whatever calls it reaches nothing; keepApiUrl leaves it open"],
    ],
  ])('says that it leaves less of %s', async (_, was, next, sentences) => {
    const { code, stdout } = await lost(was, next);
    expect({ code, told: stdout.match(/(?<=\n {2}- ).*/g) }).toEqual({
      code: 1,
      told: sentences.map(sentence => `${FULL}: ${sentence}`),
    });
  });

  test.each<[string, Template, Template]>([
    ['by a wider one', allowed(menus('s3:GetObject')), allowed(menus('s3:Get*', 'arn:aws:s3:::*'))],
    [
      'with the account known or not',
      allowed(menus('ssm:GetParameter', secretText(account))),
      allowed(menus('ssm:GetParameter', secretText('123456789012'))),
    ],
    ["on the stack's own", allowed(menus('sqs:SendMessage', { 'Fn::GetAtt': ['Queue', 'Arn'] })), allowed()],
    [
      'to refuse',
      allowed(menus('s3:*'), { ...menus('s3:DeleteObject'), Effect: 'Deny' }),
      allowed(menus('s3:*')),
    ],
    [
      "of Lambda's own in a VPC",
      allowed(menus(['ec2:CreateNetworkInterface', 'ec2:DescribeSubnets'], '*')),
      allowed(),
    ],
  ])('says nothing of a right that stays %s', async (_, was, next) => {
    expect(await lost(was, next)).toMatchObject({
      code: 0,
      stdout: 'The stage dev goes to ap-northeast-2.\n',
    });
  });

  test('says which routes are answered no more', async () => {
    const { POSTwebhooks, ...others } = Object.fromEntries(
      Object.entries(full.Resources).map(([id, one]) => [
        JSON.stringify(one).includes('"RouteKey":"POST /webhooks/channel"') ? 'POSTwebhooks' : id,
        one,
      ]),
    );
    expect(POSTwebhooks).toBeDefined();
    const { stdout } = await lost(full, { Resources: others });
    expect(stdout).toContain('  - kakao-gateway-dev: POST /webhooks/channel is answered no more\n');
  });

  test('says it in Korean, too', async () => {
    aws.stacks = { [FULL]: { template: full } };
    planned = { [FULL]: without(full, 'AWS::SNS::Subscription') };
    const { stdout, stderr } = await deploy([], Readable.from([]), 'ko_KR.UTF-8');
    expect(stdout).toContain('  - kakao-gateway-dev: oncall@example.com에 더는 알람이 가지 않습니다\n');
    expect(stderr).toMatch(/^배포하지 않았습니다\. .*--allow-removal/);
  });

  test.each([
    ['y', 1, 0],
    ['네', 1, 0],
    ['n', 0, 1],
    ['', 0, 1],
  ])('asks at a terminal, where %j deploys %d times', async (answer, times, code) => {
    aws.stacks = { [FULL]: { template: full } };
    planned = { [FULL]: without(full, 'AWS::SNS::Subscription') };
    expect(await deploy([], terminal(answer))).toMatchObject({ code });
    expect(deployed()).toHaveLength(times);
  });

  test('takes it for a no when whoever is asked leaves without an answer', async () => {
    const left = Object.assign(new PassThrough(), { isTTY: true });
    left.end();
    aws.stacks = { [FULL]: { template: full } };
    planned = { [FULL]: without(full, 'AWS::SNS::Subscription') };
    const { code, stdout } = await deploy([], left);
    expect(code).toBe(1);
    expect(stdout).toMatch(/\nNot deployed\.\n$/);
    expect(deployed()).toEqual([]);
  });

  test('goes on without a question where it is allowed to, and still says it', async () => {
    const { code, stdout } = await lost(full, without(full, 'AWS::SNS::Subscription'), ['--allow-removal']);
    expect(code).toBe(0);
    expect(stdout).toContain('oncall@example.com hears of no alarm any more');
    expect(deployed()).toHaveLength(1);
    expect(deployed()[0]?.args).not.toContain('--allow-removal');
  });

  test('says which stacks of bots that are in the list no more stay, of this stage alone', async () => {
    aws.stacks = Object.fromEntries(
      ['dev--flowers', 'sessions-dev--flowers', 'dev-2', 'dev-2--flowers', 'prod--flowers', 'prod'].map(
        name => [`kakao-gateway-${name}`, { template: full }],
      ),
    );
    const { stdout } = await deploy([]);
    expect(stdout.match(/the stack (\S+) is in the app no more/g)).toEqual([
      'the stack kakao-gateway-dev--flowers is in the app no more',
      'the stack kakao-gateway-sessions-dev--flowers is in the app no more',
    ]);
    expect(stdout).toContain('aws cloudformation delete-stack --stack-name kakao-gateway-dev--flowers');
  });

  test('looks where a stack without a region will go', async () => {
    regions = { [FULL]: 'unknown-region' };
    const { code, stdout } = await lost(full, without(full, 'AWS::SNS::Subscription'));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^The stage dev goes to ap-northeast-2\.\n/);
    expect(stdout).toContain(`  - ${FULL}: oncall@example.com hears of no alarm any more\n`);
    expect(stdout).not.toContain('looked at');
  });

  test('looks at each stack in its own region', async () => {
    const quiet = without(full, 'AWS::SNS::Subscription');
    aws.stacks = { [FULL]: { template: full } };
    aws.elsewhere = { certificates: { template: full } };
    planned = { certificates: quiet, [FULL]: quiet };
    regions = { certificates: 'us-east-1' };
    const { stdout } = await deploy([]);
    expect(stdout).toMatch(/^The stage dev goes to us-east-1, ap-northeast-2\.\n/);
    for (const name of ['certificates', FULL])
      expect(stdout).toContain(`  - ${name}: oncall@example.com hears of no alarm any more\n`);
  });

  test('says that a gateway is in Virginia, where no region led before, and only until there is one in Seoul', async () => {
    aws.elsewhere = { [FULL]: { template: full } };
    const { code, stdout } = await deploy([]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      `  - ${FULL} is in us-east-1, where deployments went that named no region: this one makes a second in ap-northeast-2`,
    );
    aws.stacks = { [FULL]: { template: full } };
    expect(await deploy([])).toMatchObject({ code: 0, stdout: 'The stage dev goes to ap-northeast-2.\n' });
  });

  test('loses nothing with a table and a secret that it takes up by their names', async () => {
    const template = without(full, 'AWS::SecretsManager::Secret');
    const names = JSON.stringify(template).replace(/\{"Ref":"GatewaySecret4E73E0F1"\}/g, `"${ADOPTED}"`);
    const table = Object.entries(sessions.Resources).find(([, one]) =>
      JSON.stringify(one).includes('Dynamo'),
    );
    aws.stacks = {
      [FULL]: { template: full, physical: { GatewaySecret4E73E0F1: ADOPTED } },
      [SESSIONS]: {
        template: without(sessions, 'AWS::KMS::Key'),
        physical: { [table?.[0] ?? '']: 'old-table' },
      },
    };
    aws.secrets = { [ADOPTED]: { ARN: ADOPTED } };
    planned = { [FULL]: { ...JSON.parse(names), Description: 'old-table' } };
    expect(await deploy([])).toMatchObject({ code: 0, stdout: 'The stage dev goes to ap-northeast-2.\n' });
  });
});

describe('a table and a secret that are there already', () => {
  const KEY = 'arn:aws:kms:ap-northeast-2:123456789012:key/1';
  const table = (name: string, timeToLive?: string, kms?: string) => ({
    Table: {
      KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: name, AttributeType: 'S' }],
      ...(kms && { SSEDescription: { KMSMasterKeyArn: kms } }),
    },
    TimeToLiveDescription: {
      AttributeName: timeToLive,
      TimeToLiveStatus: timeToLive ? 'ENABLED' : 'DISABLED',
    },
  });
  const adopt = (args: readonly string[] = []) => {
    planned = { [FULL]: knowing({ SESSIONS_TABLE: 'old', GATEWAY_SECRET_ID: ADOPTED }) };
    return deploy(args);
  };

  test('are deployed where they are ours', async () => {
    aws.tables = { old: table('userKey', 'expiresAt') };
    aws.secrets = { [ADOPTED]: { ARN: ADOPTED } };
    expect(await adopt()).toMatchObject({ code: 0, stderr: '' });
  });

  test.each([
    [
      'of another key',
      table('id', 'expiresAt'),
      'is no table of sessions: its key must be userKey S, TTL expiresAt, and is id S, TTL expiresAt',
    ],
    [
      'without a time to live',
      table('userKey'),
      'is no table of sessions: its key must be userKey S, TTL expiresAt, and is userKey S, TTL -',
    ],
    ['that is not there', undefined, ''],
  ])('are refused in a sentence with a table %s, whatever is allowed', async (_, old, sentence) => {
    aws.tables = old ? { old } : {};
    aws.secrets = { [ADOPTED]: { ARN: ADOPTED } };
    const { code, stderr } = await adopt(['--allow-removal']);
    expect(code).toBe(1);
    expect(stderr).toBe(
      sentence === ''
        ? 'sessionsTableName: there is no table old in this account and region\n'
        : `sessionsTableName: old ${sentence}\n`,
    );
    expect(deployed()).toEqual([]);
  });

  test('are refused with a secret that is not there', async () => {
    aws.tables = { old: table('userKey', 'expiresAt') };
    const { code, stderr } = await adopt();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `gatewaySecretArn: there is no secret ${ADOPTED} in this account and region\n`,
    });
  });

  test('are refused with a secret that waits for its deletion, and the way back is told', async () => {
    aws.tables = { old: table('userKey', 'expiresAt') };
    aws.secrets = { [ADOPTED]: { ARN: ADOPTED, DeletedDate: 1_790_000_000 } };
    const { code, stderr } = await adopt(['--allow-removal']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `gatewaySecretArn: ${ADOPTED} was deleted, and nobody can read it: aws secretsmanager restore-secret --secret-id ${ADOPTED} brings it back\n`,
    });
  });

  test('are asked for where a key encrypts them that the functions may not use', async () => {
    aws.tables = { old: table('userKey', 'expiresAt', KEY) };
    aws.secrets = { [ADOPTED]: { ARN: ADOPTED, KmsKeyId: KEY } };
    const { code, stdout } = await adopt();
    expect(code).toBe(1);
    for (const setting of ['sessionsTableName: old', `gatewaySecretArn: ${ADOPTED}`])
      expect(stdout).toContain(`  - ${setting} is encrypted with ${KEY}: unless that is a key of AWS's own`);
  });

  test("are deployed where AWS's own key encrypts them, which nobody has to give", async () => {
    aws.tables = { old: table('userKey', 'expiresAt', KEY) };
    aws.secrets = { [ADOPTED]: { ARN: ADOPTED, KmsKeyId: KEY } };
    aws.keys = { [KEY]: 'AWS' };
    expect(await adopt()).toMatchObject({ code: 0, stderr: '' });
  });

  test.each([
    [
      'AWS',
      1,
      /^encryptionKeyArn: arn:\S+:key\/1 is a key of AWS's own, such as alias\/aws\/dynamodb, [^\n]+\n$/,
    ],
    ['CUSTOMER', 0, /^$/],
  ])('with an encryptionKeyArn that %s manages end with the code %d', async (manager, code, stderr) => {
    aws.keys = { [KEY]: manager };
    const Queue = { Type: 'AWS::SQS::Queue', Properties: { KmsMasterKeyId: KEY } };
    const Policy = { Type: 'AWS::IAM::Policy', Properties: { Statement: [{ Resource: `${KEY}2` }] } };
    aws.keys = { [KEY]: manager, [`${KEY}2`]: 'AWS' };
    planned = { [FULL]: { Resources: { Queue, Policy } } };
    expect(await deploy(['--allow-removal'])).toMatchObject({ code, stderr: expect.stringMatching(stderr) });
  });
});

describe('credentials', () => {
  test('that may not look take the role that was made for it', async () => {
    aws.mayLook = 'LOOK';
    aws.stacks = { [FULL]: { template: full } };
    planned = { [FULL]: without(full, 'AWS::SNS::Subscription') };
    const { code, stdout } = await deploy([]);
    expect(code).toBe(1);
    expect(stdout).toContain('oncall@example.com hears of no alarm any more');
    expect(aws.calls).toContain('AssumeRole');
  });

  test('that may not even do that leave it open what goes: a person is asked, and nobody else', async () => {
    aws.mayLook = 'NOBODY';
    const { code, stdout } = await deploy([]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/ {2}- nobody knows what: what is deployed can't be looked at \(AccessDenied: /);
    expect(await deploy(['--allow-removal'])).toMatchObject({ code: 0 });
    expect(await deploy([], terminal('y'))).toMatchObject({ code: 0 });
  });

  test('that are not there are told in a sentence, and nothing is deployed or kept', async () => {
    delete process.env.AWS_ACCESS_KEY_ID;
    const { code, stderr } = await deploy(['-c', 'memoryMb=256', '--allow-removal']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^Not deployed: there are no AWS credentials here, or they have expired: [^\n]*\n$/,
      ),
    });
    expect(readFileSync('cdk.json', 'utf8')).toBe(CDK_JSON);
  });
});

test('credentials that have expired are told so, and are no reason to ask whether something may be taken away', async () => {
  aws.mayLook = 'NOBODY';
  aws.refusal = 'ExpiredToken';
  const { code, stdout, stderr } = await deploy(['--allow-removal']);
  expect(code).toBe(1);
  expect(stdout).not.toContain('nobody knows what');
  expect(stderr).toContain('Not deployed: there are no AWS credentials here, or they have expired: ');
});

test('a protected stack whose first deployment failed is let go, so that the next one can make it', async () => {
  aws.stacks = { [FULL]: { template: {}, status: 'ROLLBACK_COMPLETE', isProtected: true } };
  const { code, stdout } = await deploy([]);
  expect(code).toBe(0);
  expect(stdout).toContain(`The first deployment of ${FULL} failed: its protection is lifted`);
  expect(aws.calls).toContain('UpdateTerminationProtection');
});

describe('a command line that can not be used', () => {
  test.each([
    [['-c'], '-c needs a value behind it'],
    [['-c', 'memoryMb'], '-c needs <setting>=<value>, not memoryMb'],
    [['--lang', 'fr'], '--lang is en or ko, not fr'],
    [
      ['-c', 'memoryMb=256', '-c', 'stages={"dev":{}}'],
      '-c stages takes the place of every other setting of -c: give each by its own -c, or write "stages" into cdk.json',
    ],
    [['--stage', 'dev'], 'stage is a setting: -c stage=<value>'],
    [['--region=us-east-1'], 'region is a setting: -c region=<value>'],
    [['--memory-mb', '256'], 'memoryMb is a setting: -c memoryMb=<value>'],
    [['--watch'], 'to watch is for a stage to try out: npx cdk watch -c stage=dev'],
  ])('%j is told in a sentence', async (args, sentence) => {
    expect(await deploy(args)).toMatchObject({
      code: 2,
      stderr: `deploy: ${sentence} (--help tells more)\n`,
    });
    expect(ran).toEqual([]);
  });

  test.each([
    ['npm_config_call', 'stage=dev'],
    ['npm_config_call', 'alarmEmail=oncall@example.com'],
    ['npm_config_stage', 'dev'],
    ['npm_config_profile', 'tokyo'],
    ['npm_config_keep', ''],
  ])(
    'an option that npm took for its own, %s=%s, is told before anything goes to prod',
    async (name, value) => {
      process.env[name] = value;
      expect(await deploy([])).toMatchObject({
        code: 2,
        stderr:
          'deploy: npm takes an option for its own without a -- before it: npm run deploy -- -c stage=dev (--help tells more)\n',
      });
      expect(ran).toEqual([]);
    },
  );

  test('one of npx, whose own command runs this, is none of ours', async () => {
    process.env.npm_config_call = 'LANG=C npm run deploy -- -c stage=dev';
    expect(await deploy([])).toMatchObject({ code: 0 });
  });

  test.each([
    [undefined, 'there is no cdk.json here: run this in the folder of your bot'],
    ['{', 'cdk.json is no JSON with an object as its "context"'],
    ['{"context":[]}', 'cdk.json is no JSON with an object as its "context"'],
  ])('neither is a cdk.json that is %j', async (text, sentence) => {
    if (text === undefined) rmSync('cdk.json');
    else writeFileSync('cdk.json', text);
    expect(await deploy([])).toMatchObject({ code: 2, stderr: `deploy: ${sentence} (--help tells more)\n` });
  });

  test('--help tells what there is, in both languages', async () => {
    expect((await deploy(['--help'])).stdout).toContain('--allow-removal         ');
    expect((await deploy(['--help', '--lang', 'ko'])).stdout).toContain('사용법: npm run deploy');
    expect(ran).toEqual([]);
  });
});
