import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { buildSync } from 'esbuild';
import { FUNCTION_NAMES } from '../../lib/gateway-function.ts';
import { GatewayStack } from '../../lib/index.ts';
import { openChat } from '../kit/chat.ts';
import { ownFunctionsOf, propertiesOf } from '../lib/synth.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** As far as the examples use the packages that this project has not: each is bundled and run by test/packages. */
const PACKAGES = `
declare module '@aws-sdk/client-s3' {
  export class GetObjectCommand { constructor(input: { Bucket: string | undefined; Key: string | undefined }); private readonly input; }
  export class S3Client {
    send(command: GetObjectCommand, options?: { abortSignal?: AbortSignal }): Promise<{ Body?: { transformToString(): Promise<string> } }>;
  }
}
declare module '@aws-sdk/client-bedrock-runtime' {
  interface Block { text?: string }
  interface Words { role: 'user' | 'assistant' | undefined; content: Block[] | undefined }
  export class ConverseCommand {
    constructor(input: { modelId: string | undefined; messages?: Words[]; inferenceConfig?: { maxTokens?: number } });
    private readonly input;
  }
  export class BedrockRuntimeClient {
    send(command: ConverseCommand, options?: { abortSignal?: AbortSignal }): Promise<{ output?: { message?: Words } }>;
  }
}
declare module 'pg' {
  export class Pool {
    constructor(config: { host?: string; port?: number; user?: string; password?: string; database?: string; max?: number; ssl?: boolean; connectionTimeoutMillis?: number; query_timeout?: number });
    query(text: string, values: unknown[]): Promise<{ rows: any[] }>;
  }
}
`;

interface Example {
  readonly name: string;
  readonly scenario: string;
  readonly app: string;
}

/** The examples of the page, each with the app.ts that it makes of the one that \`kakao-gateway new\` writes. */
const examples: readonly Example[] = read('docs/your-aws.md')
  .split(/^## /m)
  .flatMap(section => {
    const blocks = [...section.matchAll(/^```ts\n\/\/ ([^\n]*)\n(.*?)^```/gms)];
    const of = (place: string): string | undefined => blocks.find(([, where]) => where === place)?.[2];
    const scenario = of('scenario.ts');
    if (scenario === undefined) return [];
    return [{ name: section.split('\n')[0] ?? '', scenario, app: appOf(of) }];
  });

function appOf(of: (place: string) => string | undefined): string {
  const template = read('tools/new/template/app.ts');
  const properties = of('app.ts, among the properties of GatewayStack');
  if (properties) return template.replace('  sessionsTable: table,\n', `$&${properties}`);
  const whole = of('app.ts');
  if (whole) return whole;
  return `${template}\n${of('app.ts, at its end')}`;
}

const fileOf = (kind: 'scenario' | 'app', at: number): string => `${kind}-${at}.ts`;

let folder: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'your-aws-')));
  mkdirSync(join(folder, 'node_modules'));
  const link = (to: string, name: string): void => symlinkSync(to, join(folder, 'node_modules', name));
  link(ROOT, 'kakao-gateway');
  for (const name of ['aws-cdk-lib', 'constructs', '@aws-sdk', '@types'])
    link(join(ROOT, 'node_modules', name), name);
  const { compilerOptions } = JSON.parse(read('tools/new/template/tsconfig.json'));
  // The package brings its types; here they are made of its own sources.
  const lib = ['es2023', 'es2024.string'];
  const options = { ...compilerOptions, lib, noEmit: true, skipLibCheck: true };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, include: ['*.ts'] }),
  );
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'packages.d.ts'), PACKAGES);
  for (const [at, { scenario, app }] of examples.entries()) {
    writeFileSync(join(folder, fileOf('scenario', at)), scenario);
    const path = JSON.stringify(join(folder, fileOf('scenario', at)));
    writeFileSync(
      join(folder, fileOf('app', at)),
      `${app.replace(/scenario: '[^']*'/, `scenario: ${path}`)}\nexport { app };\n`,
    );
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('the page on your own AWS', () => {
  test('has an example for each need', () => {
    expect(examples.map(({ name }) => name)).toEqual([
      'A table of your own',
      'S3',
      'Bedrock',
      'A database in a VPC',
      'A REST API with a timeout',
      'A secret',
    ]);
  });

  test('shows code that compiles', async () => {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { stdout } = await promisify(execFile)(process.execPath, [tsc], { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  }, 60_000);

  test.each(examples.map(({ name }, at) => [name, at] as const))(
    'shows a bot that is bundled: %s',
    (_, at) => {
      const { metafile } = buildSync({
        entryPoints: [join(folder, fileOf('scenario', at))],
        bundle: true,
        platform: 'node',
        format: 'esm',
        packages: 'external',
        write: false,
        metafile: true,
        outdir: folder,
      });
      const exported = Object.values(metafile.outputs).flatMap(({ exports }) => exports);
      expect(exported).toEqual(['bot']);
    },
  );
});

describe('what its bots say', () => {
  const before = { ...process.env };
  let server: Server;
  let asked: { readonly url: string; readonly authorization: string | undefined }[];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push({ url: request.url ?? '', authorization: request.headers.authorization });
      if (request.url?.startsWith('/slow')) return;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ current: { temperature_2m: 7.5 }, translations: [{ text: 'hello' }] }));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server?.closeAllConnections();
    server?.close();
  });
  beforeEach(() => {
    asked = [];
  });
  afterEach(() => {
    process.env = { ...before };
    jest.restoreAllMocks();
  });

  const urlOf = (path: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const botOf = async (name: string) => {
    const at = examples.findIndex(one => one.name === name);
    return (await import(pathToFileURL(join(folder, fileOf('scenario', at))).href)).bot;
  };

  test.each([
    ['', '서울은 지금 7.5도예요.'],
    ['/slow', '날씨를 알 수 없어요.'],
  ])('is the weather, or that there is none in time (%s)', async (path, words) => {
    process.env.WEATHER_URL = urlOf(path);
    jest.spyOn(console, 'warn').mockImplementation(() => {});
    const answer = await openChat(await botOf('A REST API with a timeout'), 'open-builder').says('날씨');
    expect(answer).toMatchObject({ failed: false, words: expect.stringContaining(words) });
    expect(asked.map(({ url }) => url)).toEqual([expect.stringContaining('/v1/forecast?')]);
  });

  test('is a translation, asked for with the secret of .env.local', async () => {
    process.env.TRANSLATE_URL = urlOf('');
    process.env.SECRET_TEXT_DEEPL_API_KEY = 'a-key-of-mine';
    const answer = await openChat(await botOf('A secret'), 'open-builder').says('번역 안녕');
    expect(answer).toMatchObject({ failed: false, words: expect.stringContaining('hello') });
    expect(asked).toEqual([{ url: '/v2/translate', authorization: 'DeepL-Auth-Key a-key-of-mine' }]);
  });
});

/** The stack that an example deploys. */
async function synthesised(
  name: string,
): Promise<{ stack: GatewayStack; template: Template; whole: string }> {
  const at = examples.findIndex(one => one.name === name);
  const before = process.env;
  process.env = {
    ...before,
    CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:bundling-stacks': [] }),
    // CDK's own checks read CloudFormation's whole specification first.
    CDK_VALIDATION: 'false',
    CDK_DEFAULT_ACCOUNT: '123456789012',
    CDK_DEFAULT_REGION: 'ap-northeast-2',
  };
  try {
    const { app } = await import(pathToFileURL(join(folder, fileOf('app', at))).href);
    const stack = app.node.children.find((child: unknown) => child instanceof GatewayStack);
    if (!(stack instanceof GatewayStack)) throw new Error(`no gateway for ${name}`);
    const { stacks } = app.synth();
    return {
      stack,
      template: Template.fromStack(stack),
      whole: JSON.stringify(stacks.map((one: { template: object }) => one.template)),
    };
  } finally {
    process.env = before;
  }
}

describe('what its examples deploy', () => {
  beforeAll(() => {
    jest.spyOn(console, 'error').mockImplementation(() => {});
  });
  afterAll(() => {
    jest.restoreAllMocks();
  });

  const mayDo = (template: Template, action: string): number =>
    propertiesOf(template, 'AWS::IAM::Policy').filter(
      ({ PolicyDocument, PolicyName }) =>
        // The probe's runs no rules.
        !PolicyName.startsWith('Gatewayprobe') &&
        PolicyDocument.Statement.some(({ Action }: { Action: string | string[] }) =>
          [Action].flat().includes(action),
        ),
    ).length;
  const variablesOf = (template: Template) =>
    ownFunctionsOf(template).map(({ Environment }) => Environment.Variables);

  test.each([
    ['A table of your own', 'dynamodb:BatchWriteItem', 'GUESTBOOK_TABLE'],
    ['S3', 's3:GetObject*', 'MENUS_BUCKET'],
    ['Bedrock', 'bedrock:InvokeModel', 'MODEL_ID'],
    ['A database in a VPC', 'secretsmanager:DescribeSecret', 'DATABASE_SECRET'],
    ['A REST API with a timeout', 'secretsmanager:GetSecretValue', 'WEATHER_URL'],
    ['A secret', 'secretsmanager:GetSecretValue', 'TRANSLATE_URL'],
  ])('%s: each function that runs rules may do it, and knows where', async (name, action, variable) => {
    const { template } = await synthesised(name);
    // But for the worker, which does not know the gateway's secret.
    const isOwn = name === 'A REST API with a timeout';
    expect(mayDo(template, action)).toBe(FUNCTION_NAMES.length - (isOwn ? 1 : 0));
    for (const variables of variablesOf(template)) expect(Object.keys(variables)).toContain(variable);
  });

  test('a database lets in the functions, which are in its VPC', async () => {
    const { template } = await synthesised('A database in a VPC');
    for (const { VpcConfig } of ownFunctionsOf(template)) expect(VpcConfig.SubnetIds).toHaveLength(2);
    const [rule, ...others] = propertiesOf(template, 'AWS::EC2::SecurityGroupIngress');
    expect(others).toEqual([]);
    expect(JSON.stringify(rule?.SourceSecurityGroupId)).toContain('GatewaySecurityGroup');
  });

  test('no secret has its value in a template', async () => {
    const { whole } = await synthesised('A secret');
    expect(whole).toContain(':secret:deepl/api-key-??????');
    expect(whole).not.toMatch(/"SecretString":|DeepL-Auth-Key/);
  });
});
