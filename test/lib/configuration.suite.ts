import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { type BotConfiguration, configurationOf } from '../../lib/configuration.ts';
import { ContextError } from '../../lib/context-key.ts';
import { ADOPTED, EVERYTHING } from './synth.ts';

const FLOWERS = 'test/lib/flower-shop.ts';
const { domainName, certificateArn, vpcId, subnetIds, securityGroupIds } = EVERYTHING;
const { eventBusName, adminKeySecretName } = EVERYTHING;

/** The one sentence that a context is refused with. */
function sentenceOn(context: Readonly<Record<string, unknown>>): string {
  try {
    configurationOf(context);
  } catch (error) {
    if (error instanceof ContextError) return error.message;
    throw error;
  }
  throw new Error(`${JSON.stringify(context)} is no mistake`);
}

function onlyBotOf(context: Readonly<Record<string, unknown>>): BotConfiguration {
  const [bot, ...others] = configurationOf(context).bots;
  if (bot === undefined || others.length > 0) throw new Error('not one bot');
  return bot;
}

describe('one bot', () => {
  test('needs no setting at all', () => {
    const { stage, region, bots } = configurationOf({});
    expect({ stage, region, bots: bots.length }).toEqual({ stage: 'prod', region: undefined, bots: 1 });
    expect(Object.values(bots[0] ?? {}).filter(value => value !== undefined)).toEqual([]);
  });

  test('may have every setting, in the words of the command line', () => {
    const { stage, region, bots } = configurationOf(EVERYTHING);
    const { stage: _, region: __, botName, ...settings } = EVERYTHING;
    expect({ stage, region }).toEqual({ stage: 'dev', region: 'ap-northeast-2' });
    // The app's id is no number to reckon with, though it is all digits.
    const texts = ['appId'];
    const lists = ['subnetIds', 'securityGroupIds', 'layerArns', 'secretTexts'];
    const typed = Object.entries(settings).map(([key, value]) => [
      key,
      lists.includes(key)
        ? value.split(',')
        : !texts.includes(key) && /^(true|\d+|[[{].*)$/.test(value)
          ? JSON.parse(value)
          : value,
    ]);
    expect(bots).toEqual([{ name: botName, scenario: undefined, ...Object.fromEntries(typed) }]);
  });

  test.each<[key: string, good: readonly unknown[], bad: readonly unknown[], must: string]>([
    [
      'stage',
      ['dev', 'dev-2'],
      ['', 'Prod', '2nd', 'a_b', 'a'.repeat(33), 1, {}, 'prod--flowers', 'dev-', 'sessions', 'sessions-prod'],
      'lower-case letters',
    ],
    [
      'region',
      ['ap-northeast-2', 'us-gov-west-1'],
      ['', 'seoul', 'AP-NORTHEAST-2'],
      'the name of an AWS region',
    ],
    ['botName', ['cafe', 'cafe-2'], ['', 'Cafe', '카페', 'a--b', 'a-', 'a'.repeat(33)], 'single hyphens'],
    ['alarmEmail', ['oncall@example.com'], ['', 'oncall', 'a b@example.com', 7], 'an e-mail address'],
    [
      'alarmPhone',
      ['+821012345678', '+8225551234', '+14155550100'],
      ['', '01012345678', '+8201012345678', '+82-10-1234-5678', 821012345678, '+82'],
      'E.164',
    ],
    ['logRetentionDays', [1, '14', 3653], [0, 2, '15', 9999, '14 days', true], 'one of 1, 3, 5, 7, 14'],
    [
      'memoryMb',
      [128, '512', 10_240],
      [127, '64', 10_241, 512.5, '0.5 GB', '5e2', true],
      'from 128 to 10240',
    ],
    ['workerMemoryMb', [128, '256'], [0, 'lots'], 'from 128 to 10240'],
    ['provisionedConcurrency', [1, '2'], [0, -1, 'none'], 'from 1 to 1000'],
    ['reservedConcurrency', [1, '50'], [0, '-1'], 'from 1 to 10000'],
    ['throttleRate', [1, '100'], [0, 10_001], 'from 1 to 10000'],
    ['throttleBurst', [1, '200'], [0, 5_001], 'from 1 to 5000'],
    ['lateTurnsAtOnce', [2, '1000'], [1, 1_001, 'all'], 'from 2 to 1000'],
    ['customerManagedKey', [true, 'false'], ['', 'yes', 1, null], 'true or false'],
    ['tracing', [true, 'true'], ['on'], 'true or false'],
    ['canary', [false, 'true'], ['10%'], 'true or false'],
    ['quietDayAlarm', [true, 'false'], ['TRUE'], 'true or false'],
    ['llmWonPerDay', [1, '10000'], [0, '-1', 1.5, '1e4'], 'from 1 to 999999999'],
    ['ruleErrorMessages', [true, 'false'], ['masked'], 'true or false'],
    [
      'restApiKeySecretName',
      ['kakao/rest-api-key'],
      ['', ' ', '카카오', 7, {}, null, 'x'.repeat(513)],
      'the name of a secret',
    ],
    [
      'adminKeySecretName',
      ['kakao/admin-key'],
      ['', ' ', '카카오', 7, {}, null, 'x'.repeat(513)],
      'the name of a secret',
    ],
    [
      'environment',
      [{}, { GREETING: '안녕' }, '{"GREETING":"안녕"}', { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper' }],
      ['', 'GREETING=hello', '[]', ['GREETING'], 7, null, { GREETING: 7 }, { BOT_NAME: 'x' }],
      'a text for each environment variable',
    ],
    [
      'bundling',
      [
        {},
        '{"nodeModules":["sharp"]}',
        {
          nodeModules: ['sharp', '@img/colour'],
          externalModules: [],
          loader: { '.toml': 'text' },
          define: { MODE: '"live"' },
          minify: false,
          keepNames: true,
          banner: '// ours',
        },
      ],
      [
        '',
        'sharp',
        '["sharp"]',
        null,
        7,
        { nodeModules: 'sharp' },
        { nodeModules: [''] },
        { loader: { toml: 'text' } },
        { loader: { '.toml': 7 } },
        { loader: { '.toml': 'toml' } },
        { define: ['MODE'] },
        { minify: 'false' },
        { banner: 7 },
        { sharp: true },
        { commandHooks: { beforeBundling: ['ls'] } },
        { toString: 'x' },
      ],
      'of some of these: nodeModules and externalModules, lists of packages; ',
    ],
    [
      'layerArns',
      [EVERYTHING.layerArns, [EVERYTHING.layerArns]],
      [
        '',
        [],
        'fonts',
        'arn:aws:lambda:ap-northeast-2:123456789012:layer:fonts',
        [EVERYTHING.layerArns, EVERYTHING.layerArns],
        Array.from({ length: 6 }, (_, at) => `${EVERYTHING.layerArns}${at}`),
      ],
      'ARNs of layers, each with its version, 5 at most and none twice',
    ],
    [
      'initialPolicy',
      [
        EVERYTHING.initialPolicy,
        [{ Sid: 'Models', Effect: 'Allow', Action: ['bedrock:InvokeModel*'], Resource: ['*'] }],
        [{ Effect: 'Deny', Action: '*', Resource: 'arn:aws:s3:::private/*', Condition: { Bool: {} } }],
      ],
      [
        '',
        [],
        {},
        [{ Action: 's3:GetObject' }],
        [{ Resource: '*' }],
        [{ Action: 'GetObject', Resource: '*' }],
        [{ Action: 's3:GetObject', Resource: 'menus' }],
        [{ Action: [], Resource: '*' }],
        [{ Action: 's3:GetObject', Resource: '*', Effect: 'allow' }],
        [{ Action: 's3:GetObject', Resource: '*', Principal: '*' }],
        [{ Action: 's3:GetObject', Resource: '*', Sid: 'my menus' }],
        [{ Action: 's3:GetObject', Resource: '*', Condition: 'never' }],
      ],
      "a list of a policy's statements",
    ],
    [
      'secretTexts',
      ['openai/api-key', 'openai/api-key,/cafe/weather-key', ['/cafe/weather-key']],
      ['', [], 'a b', ['카페'], 7, {}, 'a,a', 'openai/api-key,'],
      'the name of a parameter of the Parameter Store, which begins with /',
    ],
    [
      'sessionsTableName',
      ['cafe-sessions', 'kakao-gateway-sessions-prod-Sessions8896A56D-1ABC', '123'],
      ['', 'ab', 'a b', '카페', 7, 'arn:aws:dynamodb:ap-northeast-2:123456789012:table/cafe'],
      'the name of a table in DynamoDB',
    ],
    [
      'gatewaySecretArn',
      [ADOPTED.gatewaySecretArn],
      [
        '',
        'cafe-secret',
        'arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:cafe-key',
        'arn:aws:ssm:ap-northeast-2:123456789012:parameter/cafe-AbCdEf',
      ],
      'the whole ARN of a secret in Secrets Manager, the six signs at its end included',
    ],
    [
      'encryptionKeyArn',
      [ADOPTED.encryptionKeyArn],
      ['', 'alias/cafe', 'arn:aws:kms:ap-northeast-2:123456789012:alias/cafe'],
      "the ARN of a key of one's own in KMS, by its id and not by an alias",
    ],
    [
      'eventBusName',
      ['default', 'cafe', 'arn:aws:events:ap-northeast-2:123456789012:event-bus/cafe'],
      ['', 'a b', '카페', 7, 'arn:aws:sqs:ap-northeast-2:123456789012:cafe', 'a'.repeat(257)],
      'the name or the ARN of an event bus in EventBridge',
    ],
  ])('reads %s, or says what it must be', (key, good, bad, must) => {
    for (const value of good) expect(() => configurationOf({ [key]: value })).not.toThrow();
    for (const value of bad) {
      const sentence = sentenceOn({ [key]: value });
      expect(sentence).toContain(`the context "${key}" must be `);
      expect(sentence).toContain(must);
      expect(sentence).toContain(`: -c ${key}=`);
      expect(sentence).not.toContain('\n');
    }
  });

  test('says no by "false", and not by silence', () => {
    expect(onlyBotOf({ canary: 'false' }).canary).toBe(false);
    expect(onlyBotOf({}).canary).toBeUndefined();
  });

  test.each([
    [{ domainName: 'https://bot.example.com', certificateArn }, /"domainName" must be .* without https/],
    [{ domainName: 'bot', certificateArn }, /"domainName" must be/],
    [{ domainName, certificateArn: 'arn:aws:iam::123456789012:user/a' }, /"certificateArn" must be/],
    [{ domainName, certificateArn, hostedZoneId: '/hostedzone/Z1' }, /"hostedZoneId" must be/],
    [{ domainName }, /"certificateArn" is missing.*: -c certificateArn=arn:aws:acm:/],
    [{ certificateArn }, /"domainName" is missing.*: -c domainName=bot\.example\.com$/],
    [{ hostedZoneId: 'Z0123456789' }, /"domainName" is missing/],
    [
      { domainName, certificateArn, region: 'us-east-1' },
      /"certificateArn" must be of a certificate in us-east-1/,
    ],
    [
      { provisionedConcurrency: 3, reservedConcurrency: 2 },
      /"provisionedConcurrency" must be no more than "reservedConcurrency"/,
    ],
    [
      { eventBusIds: 'Plain', eventBusName },
      /"eventBusIds" must be hashed or plain: .*-c eventBusIds=plain$/,
    ],
    [{ eventBusIds: 'plain' }, /"eventBusName" is missing: .*: -c eventBusName=cafe$/],
    [{ eventBusUtterances: 'true' }, /"eventBusName" is missing: eventBusIds and eventBusUtterances say how/],
    [{ appId: 'cafe', adminKeySecretName }, /"appId" must be the app's id .*-c appId=123456$/],
    [{ appId: '1'.repeat(21), adminKeySecretName }, /"appId" must be the app's id/],
    [{ channelPublicId: '@cafe', adminKeySecretName }, /"channelPublicId" must be the channel's profile id/],
    [
      { appId: '123456' },
      /"adminKeySecretName" is missing: an appId is for webhooks: -c adminKeySecretName=/,
    ],
    [{ channelPublicId: '_ZeUTxl' }, /"adminKeySecretName" is missing: a channelPublicId is for webhooks/],
    [
      { eventBusName: 'arn:aws:events:us-east-1:123456789012:event-bus/cafe', region: 'ap-northeast-2' },
      /"eventBusName" must be of an event bus in ap-northeast-2/,
    ],
    [{ vpcId }, /"subnetIds" is missing: .*: -c subnetIds=subnet-0123456789abcdef0,subnet-/],
    [{ subnetIds }, /"vpcId" is missing: subnetIds are of a VPC: -c vpcId=vpc-0123456789abcdef0$/],
    [{ eventBotId: 'b0' }, /"restApiKeySecretName" is missing: an eventBotId needs the key/],
    [
      { eventBotId: 'b0!', restApiKeySecretName: 'k' },
      /"eventBotId" must be the id of the bot .* without a !/,
    ],
    [
      { region: 'us-east-1', gatewaySecretArn: ADOPTED.gatewaySecretArn },
      /"gatewaySecretArn" must be of a secret in us-east-1/,
    ],
    [
      { region: 'us-east-1', encryptionKeyArn: ADOPTED.encryptionKeyArn },
      /"encryptionKeyArn" must be of a key in us-east-1/,
    ],
    [
      { customerManagedKey: true, sessionsTableName: 'cafe-sessions' },
      /"customerManagedKey" makes a new key .*"sessionsTableName" names what is there: .* encryptionKeyArn$/,
    ],
    [
      { customerManagedKey: true, encryptionKeyArn: ADOPTED.encryptionKeyArn },
      /"customerManagedKey" makes a new key .*"encryptionKeyArn" names what is there/,
    ],
    [{ securityGroupIds }, /"vpcId" is missing: securityGroupIds are of a VPC/],
    [{ vpcId: 'x', subnetIds }, /"vpcId" must be the id of a VPC/],
    [{ vpcId, subnetIds: 'subnet-x' }, /"subnetIds" must be ids of subnets, 16 at most and none twice/],
    [
      { vpcId, subnetIds, securityGroupIds: ['default'] },
      /"securityGroupIds" must be ids of security groups/,
    ],
  ])('%j does not go together', (context, sentence) => {
    expect(sentenceOn(context)).toMatch(sentence);
  });

  test.each([
    ['SESSIONS_TABLE', "the gateway's own"],
    ['AWS_REGION', 'reserved for Lambda and the SDK'],
    ['my-name', 'none: Lambda wants letters'],
  ])('can have no environment variable %s, which is said by its name', (name, why) => {
    for (const environment of [{ [name]: 'x' }, JSON.stringify({ GREETING: 'hello', [name]: 'x' })]) {
      const sentence = sentenceOn({ environment });
      expect(sentence).toContain(
        `"environment" must be a text for each environment variable, and "${name}" is ${why}`,
      );
      expect(sentence).toContain(`-c environment='{"GREETING":"hello"}'`);
      expect(sentence).not.toContain(': "x"');
    }
  });

  test.each([
    ['alarmMail', 'alarmEmail'],
    ['alarm-email', 'alarmEmail'],
    ['AlarmEmail', 'alarmEmail'],
    ['logRetention', 'logRetentionDays'],
    ['logRetentionsDay', 'logRetentionDays'],
    ['memory', 'memoryMb'],
    ['tracng', 'tracing'],
    ['stags', 'stage'],
    ['--alarmEmail', 'alarmEmail'],
    ['KAKAO_STAGE', 'stage'],
    ['kakao-gateway:region', 'region'],
    ['alarm/Email', 'alarmEmail'],
    ['satge', 'stage'],
    ['bot', 'bots'],
    ['customerManagedKeys', 'customerManagedKey'],
    ['restApiKeySecret', 'restApiKeySecretName'],
    ['enviroment', 'environment'],
    ['securityGroups', 'securityGroupIds'],
    ['layerArn', 'layerArns'],
    ['secretText', 'secretTexts'],
    ['eventBus', 'eventBusName'],
    ['adminKeySecret', 'adminKeySecretName'],
    ['nodeModules', 'bundling'],
    ['tableName', 'sessionsTableName'],
    ['secretArn', 'gatewaySecretArn'],
    ['kmsKeyArn', 'encryptionKeyArn'],
    ['retentionDays', 'logRetentionDays'],
    ['burst', 'throttleBurst'],
    ['mail', 'alarmEmail'],
    ['sms', 'alarmPhone'],
    ['cert', 'certificateArn'],
    ['externalModules', 'bundling'],
  ])('%s is taken for a misspelt %s', (key, meant) => {
    expect(sentenceOn({ [key]: 'x' })).toBe(`the context "${key}" is unknown: did you mean "${meant}"?`);
  });

  test("leaves other tools' keys alone", () => {
    const others = [
      '@aws-cdk/core:explicitStackTags',
      'aws:cdk:bundling-stacks',
      'acknowledged-issue-numbers',
    ];
    const context = Object.fromEntries(
      [
        ...others,
        'clusterName',
        'tree',
        'analytics',
        'primaryRegion',
        'hosted-zone:account=1:domainName=x',
      ].map(key => [key, 'x']),
    );
    expect(() => configurationOf(context)).not.toThrow();
  });
});

describe('several bots', () => {
  const bots = [{ name: 'cafe' }, { name: 'flowers', scenario: FLOWERS, memoryMb: 256 }];

  test('share the settings of the app, and may have their own', () => {
    const read = configurationOf({ bots, memoryMb: '1024', tracing: true }).bots;
    expect(
      read.map(({ name, scenario, memoryMb, tracing }) => ({ name, scenario, memoryMb, tracing })),
    ).toEqual([
      { name: 'cafe', scenario: undefined, memoryMb: 1024, tracing: true },
      { name: 'flowers', scenario: FLOWERS, memoryMb: 256, tracing: true },
    ]);
  });

  test('may come from the command line, as JSON', () => {
    expect(configurationOf({ bots: JSON.stringify(bots) })).toEqual(configurationOf({ bots }));
  });

  test.each<[unknown, RegExp]>([
    ['cafe', /"bots" must be a list of one object for each bot: \{"bots"/],
    [[], /"bots" must be a list/],
    [{ name: 'cafe' }, /"bots" must be a list/],
    [['cafe'], /"bots" must be a list/],
    [[{}], /"bots\[0\]\.name" is missing: \{"name": "cafe"\}/],
    [[{ name: 'Cafe' }], /"bots\[0\]\.name" must be .*: \{"name": "cafe"\}/],
    [[{ name: 'cafe', memory: 512 }], /"bots\[0\]\.memory" is unknown: did you mean "memoryMb"\?/],
    [[{ name: 'cafe', stage: 'dev' }], /"bots\[0\]\.stage" is unknown: a bot has name, scenario, /],
    [[{ name: 'cafe', memoryMb: 'lots' }], /"bots\[0\]\.memoryMb" must be .*: \{"memoryMb": 512\}/],
    [
      [{ name: 'cafe', scenario: 'no/such/file.ts' }],
      /"bots\[0\]\.scenario" must be the path of a file that is there/,
    ],
    [[{ name: 'cafe', domainName }], /"bots\[0\]\.certificateArn" is missing/],
    [[{ name: 'cafe', vpcId }], /"bots\[0\]\.subnetIds" is missing.*: \{"subnetIds": \["subnet-/],
    [
      [{ name: 'cafe', environment: { AWS_REGION: 'us-east-1' } }],
      /"bots\[0\]\.environment" must be .*"AWS_REGION" is reserved.*: \{"environment": \{"GREETING":"hello"\}\}/,
    ],
    [[{ name: 'a' }, { name: 'a', scenario: FLOWERS }], /"bots" has the name "a" twice/],
    [
      [{ name: 'a' }, { name: 'b', scenario: './lambda/scenario.ts' }],
      /"bots" has the scenario "lambda\/scenario\.ts" twice/,
    ],
  ])('%j is refused', (wrong, sentence) => {
    expect(sentenceOn({ bots: wrong })).toMatch(sentence);
  });

  test.each([
    'botName',
    'domainName',
    'certificateArn',
    'hostedZoneId',
    'sessionsTableName',
    'gatewaySecretArn',
  ] as const)('have no common %s', key => {
    const value = { ...EVERYTHING, ...ADOPTED }[key];
    expect(sentenceOn({ bots, [key]: value })).toContain(`"${key}" is one bot's own`);
  });

  test('have no table in common', () => {
    const [one, other] = bots.map(bot => ({ ...bot, sessionsTableName: 'cafe-sessions' }));
    expect(sentenceOn({ bots: [one, other] })).toContain('has the sessionsTableName "cafe-sessions" twice');
  });
});

test('cdk says the sentence, nothing else, and makes nothing', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bin/gateway.ts'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, NODE_OPTIONS: '', CDK_CONTEXT_JSON: '{"memoryMb":"lots"}' },
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: '',
    stderr: 'the context "memoryMb" must be a whole number from 128 to 10240: -c memoryMb=512\n',
  });
});

describe.each(['docs/deploy.md', 'docs/deploy.ko.md'])('%s', file => {
  const page = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \|.*\| (?:`([^`]+)`|[^|]+) \|$/gm)];

  test('has every setting, with an example that is good', () => {
    expect(rows.map(([, key]) => key).sort()).toEqual(
      [...Object.keys({ ...EVERYTHING, ...ADOPTED }), 'bots', 'stages'].sort(),
    );
    for (const [, key = '', example] of rows) {
      if (example === undefined || example.endsWith('…')) continue;
      const others = {
        ...(key === 'domainName' ? { certificateArn } : { domainName, certificateArn }),
        restApiKeySecretName: 'kakao',
        eventBusName,
        adminKeySecretName,
      };
      expect(() => configurationOf({ ...others, [key]: example })).not.toThrow();
    }
  });
});

describe('what is meant', () => {
  test.each([
    ['memorySize', 'memoryMb'],
    ['retention', 'logRetentionDays'],
    ['concurrency', 'reservedConcurrency'],
    ['email', 'alarmEmail'],
    ['phone', 'alarmPhone'],
  ])('%s is %s', (key, meant) => {
    expect(() => configurationOf({ [key]: 'x' })).toThrow(`did you mean "${meant}"?`);
  });

  test('a certificate of the region that the credentials are for', () => {
    const domain = {
      domainName: 'bot.example.com',
      certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-90ab-cdef-1234-567890abcdef',
    };
    expect(() => configurationOf(domain, 'ap-northeast-2')).toThrow('of a certificate in ap-northeast-2');
    expect(() => configurationOf(domain)).not.toThrow();
  });

  test('the main bot, however its path is written', () => {
    const here = join(import.meta.dirname, '../../lambda/scenario.ts');
    const [bot] = configurationOf({ bots: [{ name: 'cafe', scenario: here }] }).bots;
    expect(bot?.scenario).toBeUndefined();
  });

  const ofSource = (source: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
    const scenario = join(folder, 'mine.ts');
    writeFileSync(scenario, source);
    try {
      return { scenario, read: configurationOf({ bots: [{ name: 'mine', scenario }] }).bots[0]?.scenario };
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test.each([
    "export { bot } from './scenarios/cafe.ts';",
    "// export { bar };\nexport { clinic as bot } from './clinic.ts';",
    "export * from './scenarios/cafe.ts';",
    'const bot = new Bot({ session: () => ({}) });\nexport { bot };',
    'export const bot = new Bot({ session: () => ({}) });',
  ])('a scenario that is one, or names one: %s', source => {
    const { scenario, read } = ofSource(source);
    expect(read).toBe(scenario);
  });

  test.each([
    'export const routes = {};',
    "export { bot as cafe } from './scenarios/cafe.ts';",
    "import { bot } from './scenarios/cafe.ts';",
  ])('no scenario that exports no bot: %s', source => {
    expect(() => ofSource(source)).toThrow('exports a bot');
  });
});
