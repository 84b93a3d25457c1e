import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { complaintOf, run } from './command.ts';
import { isEmulated, type Outputs, outputsOf, type Removable } from './throw-away.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Of a new bot's app.ts: its parts, and what stands in the place of each. */
const APP = [
  [
    "import { App } from 'aws-cdk-lib/core';",
    `import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, RemovalPolicy, SecretValue, Stack } from 'aws-cdk-lib/core';`,
  ],
  [
    'const stack = new GatewayStack(',
    `const shop = new Stack(app, 'Shop', { env, stackName: \`my-bot-shop-\${stage}\` });
const removalPolicy = RemovalPolicy.DESTROY;
const photos = new Bucket(shop, 'Photos', { removalPolicy });
const guests = new TableV2(shop, 'Guests', {
  partitionKey: { name: 'id', type: AttributeType.STRING },
  removalPolicy,
});
const word = new Secret(shop, 'Word', {
  secretStringValue: SecretValue.unsafePlainText('비밀의 수선화'),
  removalPolicy,
});

const stack = new GatewayStack(`,
  ],
  [
    "  scenario: 'scenario.ts',",
    `  scenario: 'scenario.ts',
  environment: { PHOTOS: photos.bucketName, GUESTS: guests.tableName, WORD: word.secretArn },`,
  ],
  [
    '// photos.grantRead(stack.gateway);',
    `photos.grantReadWrite(stack.gateway);
guests.grantReadWriteData(stack.gateway);
word.grantRead(stack.gateway);`,
  ],
] as const;

/** The same where no query may be saved. */
const WITHOUT_QUERIES = [
  ['  sessionsTable: table,', '  sessionsTable: table,\n  savedQueries: false,'],
] as const;

/** The same of its scenario.ts. */
const SCENARIO = [
  [
    "import { Bot, reply } from 'kakao-gateway/bot';",
    `import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Bot, reply, secretText } from 'kakao-gateway/bot';

const { PHOTOS: Bucket = '', GUESTS: TableName = '', WORD = '' } = process.env;
// No bucket has a host of its own everywhere.
const s3 = new S3Client({ forcePathStyle: true });
const dynamo = new DynamoDBClient();
const object = { Bucket, Key: 'photo.txt' };
const item = { TableName, Key: { id: { S: 'guest' } } };`,
  ],
  [
    'bot.fallback(',
    `bot.hears('넣어 줘', async () => {
  await s3.send(new PutObjectCommand({ ...object, Body: '버킷의 동백' }));
  await dynamo.send(new PutItemCommand({ TableName, Item: { ...item.Key, name: { S: '테이블의 모란' } } }));
  return '넣었어요.';
});

bot.hears('꺼내 줘', async () => {
  const { Body } = await s3.send(new GetObjectCommand(object));
  const { Item } = await dynamo.send(new GetItemCommand(item));
  return [await Body?.transformToString(), Item?.name?.S, await secretText(WORD)].join(', ');
});

bot.hears('치워 줘', async () => {
  await s3.send(new DeleteObjectCommand(object));
  await dynamo.send(new DeleteItemCommand(item));
  return '치웠어요.';
});

bot.fallback(`,
  ],
] as const;

/** Its bot's answer when it has read its bucket, its table and its secret. */
export const WORDS_IT_READS = '버킷의 동백, 테이블의 모란, 비밀의 수선화';

/** A bot in a repository of its own, which the packed package made; it has a bucket, a table and a secret. */
export class OwnBot implements Removable {
  readonly name = `try-${randomBytes(4).toString('hex')}`;
  readonly stage = 'own';
  readonly stacks = ['', '-shop', '-sessions'].map(part => `${this.name}${part}-${this.stage}`);
  readonly #parent: string;
  #isDeployed = false;

  private constructor(parent: string) {
    this.#parent = parent;
  }

  /** Makes an empty folder for it. */
  static async make(): Promise<OwnBot> {
    return new OwnBot(await mkdtemp(join(tmpdir(), 'kakao-gateway-own-')));
  }

  /** `npm run build` and `npm pack` of this checkout, `npx kakao-gateway new` of that, `npm install`. @throws with their own complaint */
  async begin(): Promise<void> {
    await succeed(['npm', 'run', '-s', 'build'], ROOT);
    const packed = await succeed(['npm', 'pack', '-s', join(ROOT, 'build/package')], this.#parent);
    const tarball = `./${packed.trim().split('\n').at(-1)}`;
    await succeed(['npx', '-y', '-p', tarball, 'kakao-gateway', 'new', this.name], this.#parent);
    await this.#edit('app.ts', APP);
    if (isEmulated()) await this.#edit('app.ts', WITHOUT_QUERIES);
    await this.#edit('scenario.ts', SCENARIO);
    const { dependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const version = dependencies['@aws-sdk/client-dynamodb'];
    const clients = ['client-dynamodb', 'client-s3'].map(client => `@aws-sdk/${client}@${version}`);
    const options = ['--save-exact', '--prefer-offline', '--no-audit', '--no-fund'];
    await succeed(['npm', 'install', ...options, ...clients], this.#folder);
  }

  /** `npm run check` and `npm test`, as an author does before a deployment. @throws with their own complaint */
  async check(): Promise<void> {
    await succeed(['npm', 'run', 'check'], this.#folder);
    await succeed(['npm', 'test'], this.#folder);
  }

  /** `npm run deploy`, as its README has it. @throws with the CLI's own complaint */
  async deploy(): Promise<Outputs> {
    const outputs = join(this.#parent, 'outputs.json');
    // From now on there may be something to remove.
    this.#isDeployed = true;
    await succeed(
      [
        ...['npm', 'run', '-s', 'deploy', '--', '-c', `stage=${this.stage}`, '--no-notices'],
        ...['--require-approval', 'never', '--output', this.assembly, '--outputs-file', outputs],
      ],
      this.#folder,
    );
    return outputsOf(JSON.parse(await readFile(outputs, 'utf8')), this.stacks[0] ?? '');
  }

  /** `cdk destroy` of its stacks; what they retain stays. @throws with the CLI's own complaint */
  async destroy(): Promise<void> {
    if (!this.#isDeployed) return;
    await succeed(
      ['npx', 'cdk', 'destroy', '--all', '--force', '--no-notices', '--app', this.assembly],
      this.#folder,
    );
  }

  /** Forgets its folder, and what the CLI wrote. */
  async forget(): Promise<void> {
    await rm(this.#parent, { recursive: true, force: true });
  }

  /** The assembly to deploy, as `cdk --app` takes it. */
  get assembly(): string {
    return join(this.#parent, 'cdk.out');
  }

  get #folder(): string {
    return join(this.#parent, this.name);
  }

  async #edit(file: string, parts: readonly (readonly [from: string, to: string])[]): Promise<void> {
    const path = join(this.#folder, file);
    let text = await readFile(path, 'utf8');
    for (const [from, to] of parts) {
      if (!text.includes(from)) throw new Error(`a new bot's ${file} does not say ${from}`);
      text = text.replace(from, () => to.replaceAll('my-bot', this.name));
    }
    await writeFile(path, text);
  }
}

async function succeed([command = '', ...args]: readonly string[], cwd: string): Promise<string> {
  const { code, printed } = await run(command, args, { cwd });
  if (code === null) throw new Error(`${command} ${args[0]} was ended: it took a quarter of an hour`);
  if (code !== 0) throw new Error(complaintOf(printed));
  return printed;
}
