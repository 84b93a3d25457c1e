import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { isObject } from '../../lambda/json-reader.ts';
import { flagsIn } from '../kit/cdk-flags.ts';
import { complaintOf, run } from './command.ts';
import type { LeftBehind } from './left-behind.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The bot that the steps of the deploy test know, whichever the checkout deploys. */
const CAFE = join('lambda', 'scenarios', 'cafe.ts');

/** The file of the bot beside it. */
const RELAY_FILE = join('lambda', 'scenarios', 'relay.ts');

/** Files that no deployment reads, or no other may: the context file is one account's. */
const NOT_COPIED = ['.git', 'node_modules', 'cdk.out', 'build', 'coverage', 'cdk.context.json'];

/** The outputs of a deployed gateway. */
export interface Outputs {
  /** The name of its stack. */
  readonly stack: string;
  readonly skillUrl: string;
  readonly secretId: string;
  /** The function that sends events; undefined where none was asked for. */
  readonly eventFunctionName: string | undefined;
  /** The function that asks the gateway from outside; undefined where none does. */
  readonly probeFunctionName: string | undefined;
}

/** The bot of an old smart-chat server, whole. */
const RELAY = `import { smartChatServer } from '../bot/index.ts';

export const bot = smartChatServer({ appUrl: process.env.APP_URL });
`;

/** The file of another, whose answer grows. */
const GROWING_FILE = join('lambda', 'scenarios', 'counts-slowly.ts');

/** The words that it says one after the other, for longer than any other bot's worker lives. */
export const GROWING_WORDS = ['하나', '둘', '셋', '넷', '다섯', '여섯', '일곱', '여덟', '아홉', '열'];

/** The time from one of them to the next. */
const GROWING_EVERY_MS = 2_500;

const GROWING = `import { Bot, growing } from '../bot/index.ts';

export const bot = new Bot().fallback(
  growing({
    slow: '세어 볼게요.',
    grow: async function* () {
      for (const word of ${JSON.stringify(GROWING_WORDS)}) {
        yield \`\${word} \`;
        await new Promise(resolve => setTimeout(resolve, ${GROWING_EVERY_MS}));
      }
    },
    then: () => undefined,
  }),
);
`;

/** The bot whose events are sent. */
export const EVENT_BOT_ID = '0123456789abcdef01234567';

/** The deployed bots; the second and the third come later. */
export interface Deployed {
  readonly cafe: Outputs;
  readonly relay?: Outputs;
  readonly growing?: Outputs;
}

/** Something deployed by an assembly of the CDK's, until it is removed. */
export interface Removable {
  readonly stage: string;
  /** Of the stacks, those that keep nothing first. */
  readonly stacks: readonly string[];
  readonly assembly: string;
  destroy(): Promise<void>;
}

/** A stage of its own that the CDK's CLI deploys from a copy of this checkout, without its settings, and removes. */
export class ThrowAway implements Removable {
  readonly stage = `try-${randomBytes(4).toString('hex')}`;
  readonly #gateway = `kakao-gateway-${this.stage}`;
  readonly #relay = `${this.#gateway}--relay`;
  readonly #growing = `${this.#gateway}--growing`;
  readonly #sessions = `kakao-gateway-sessions-${this.stage}`;
  /** The stack of the first bot's sessions. */
  get sessions(): string {
    return this.#sessions;
  }
  readonly stacks = [
    ...[this.#gateway, this.#relay, this.#growing],
    ...[this.#sessions, `${this.#sessions}--relay`, `${this.#sessions}--growing`],
  ];
  /** The secrets that an operator makes, by their names: the keys of the app behind the bot. */
  readonly keys = { admin: `${this.#gateway}-admin-key`, restApi: `${this.#gateway}-rest-api-key` };
  readonly #folder: string;
  #isDeployed = false;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the copy, whose bot is the café, and a folder for what the CLI writes; nothing is written to the checkout. */
  static async make(): Promise<ThrowAway> {
    const throwAway = new ThrowAway(await mkdtemp(join(tmpdir(), 'kakao-gateway-deploy-')));
    const { copy } = throwAway;
    await cp(ROOT, copy, {
      recursive: true,
      filter: source => !NOT_COPIED.includes(relative(ROOT, source)),
    });
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    const file = join(copy, 'cdk.json');
    await writeFile(file, JSON.stringify(withoutSettings(JSON.parse(await readFile(file, 'utf8')))));
    await writeFile(join(copy, 'lambda', 'scenario.ts'), "export { bot } from './scenarios/cafe.ts';\n");
    await writeFile(join(copy, RELAY_FILE), RELAY);
    await writeFile(join(copy, GROWING_FILE), GROWING);
    return throwAway;
  }

  /** The copy of the checkout. */
  get copy(): string {
    return join(this.#folder, 'copy');
  }

  /** `cdk bootstrap`, which changes nothing where it was done before. @throws with the CLI's own complaint */
  async bootstrap(): Promise<void> {
    await cdk(['npx', 'cdk', 'bootstrap', '--output', join(this.#folder, 'bootstrap')], this.copy);
  }

  /**
   * `npm run deploy`, as the README has it, of a bot with webhooks and events.
   * @param oldServer the app URL of a smart-chat server; where it is given, a relay to it is deployed beside, and a bot whose
   * answer grows
   * @throws with the CLI's own complaint
   */
  async deploy(oldServer?: string): Promise<Deployed> {
    // One that asks is enough to see that it does.
    const relay = {
      ...{ name: 'relay', scenario: RELAY_FILE, environment: { APP_URL: oldServer }, probe: false },
    };
    const growing = { name: 'growing', scenario: GROWING_FILE, probe: false };
    const bots = [
      {
        name: 'cafe',
        adminKeySecretName: this.keys.admin,
        restApiKeySecretName: this.keys.restApi,
        eventBotId: EVENT_BOT_ID,
      },
      ...(oldServer === undefined ? [] : [relay, growing]),
    ];
    const outputs = await this.#deployed(['-c', 'canary=false', '-c', `bots=${JSON.stringify(bots)}`]);
    const cafe = outputsOf(outputs, this.#gateway);
    if (oldServer === undefined) return { cafe };
    return { cafe, relay: outputsOf(outputs, this.#relay), growing: outputsOf(outputs, this.#growing) };
  }

  /** The same of the first bot alone, with a table and a secret that are there already. @throws with the CLI's own complaint */
  async adopt(leftBehind: LeftBehind): Promise<Outputs> {
    const bots = [{ name: 'cafe', ...leftBehind }];
    return outputsOf(await this.#deployed(['-c', `bots=${JSON.stringify(bots)}`]), this.#gateway);
  }

  /** The sentences with which a deployment of the first bot alone is refused, since it would leave the others behind. @throws where it is not */
  async refusal(): Promise<string> {
    const args = ['run', '-s', 'deploy', '--', '-c', `stage=${this.stage}`, '-c', 'bots=[{"name":"cafe"}]'];
    const output = join(this.#folder, 'refused.out');
    const { code, printed } = await run('npm', [...args, '--no-notices', '--output', output], {
      cwd: this.copy,
    });
    if (code !== 1) throw new Error(`it ended with ${code}: ${complaintOf(printed)}`);
    return printed;
  }

  async #deployed(settings: readonly string[]): Promise<unknown> {
    const outputsFile = join(this.#folder, 'outputs.json');
    // From now on there may be something to remove.
    this.#isDeployed = true;
    await cdk(
      [
        ...['npm', 'run', '-s', 'deploy', '--', '-c', `stage=${this.stage}`, ...settings],
        ...(isEmulated() ? ['-c', 'savedQueries=false'] : []),
        ...['--require-approval', 'never', '--output', this.assembly, '--outputs-file', outputsFile],
      ],
      this.copy,
    );
    return JSON.parse(await readFile(outputsFile, 'utf8'));
  }

  /** Lets the copy's bot answer one more utterance, from its next deployment on. */
  async learn(utterance: string, answer: string): Promise<void> {
    const rule = `\nbot.hears(${JSON.stringify(utterance)}, () => ${JSON.stringify(answer)});\n`;
    await writeFile(join(this.copy, CAFE), rule, { flag: 'a' });
  }

  /** `cdk destroy` of both stacks; what they retain stays. @throws with the CLI's own complaint */
  async destroy(): Promise<void> {
    if (!this.#isDeployed) return;
    await cdk(['npx', 'cdk', 'destroy', '--all', '--force', '--app', this.assembly], this.copy);
  }

  /** Forgets the copy, and what the CLI wrote. */
  async forget(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The assembly to deploy, as `cdk --app` takes it. */
  get assembly(): string {
    return join(this.#folder, 'cdk.out');
  }
}

/** Whether an emulator is deployed to: MiniStack knows no queries of Logs Insights, and refuses a stack that has some. */
export const isEmulated = (): boolean => Boolean(process.env.AWS_ENDPOINT_URL);

/** A cdk.json with the CDK's own flags alone in its context: a domain, a phone or a region is another deployment's. */
export function withoutSettings(cdkJson: unknown): object {
  if (!isObject(cdkJson)) throw new Error('cdk.json is no object');
  return { ...cdkJson, context: flagsIn(cdkJson.context) };
}

async function cdk([command = '', ...args]: readonly string[], cwd: string): Promise<void> {
  const { code, printed } = await run(command, [...args, '--no-notices'], { cwd });
  if (code === null) throw new Error('the CLI was ended: it took a quarter of an hour');
  if (code !== 0) throw new Error(complaintOf(printed));
}

/** The outputs of the gateway's stack. @throws when it has no such outputs */
export function outputsOf(all: unknown, stack: string): Outputs {
  const outputs = isObject(all) && isObject(all[stack]) ? all[stack] : {};
  const { SkillUrl, SecretCommand, EventFunctionName, ProbeFunctionName } = outputs;
  const secretId = /--secret-id (\S+)/.exec(String(SecretCommand))?.[1];
  if (typeof SkillUrl !== 'string' || secretId === undefined) {
    throw new Error('the stack gives out no SkillUrl or no SecretCommand');
  }
  const eventFunctionName = typeof EventFunctionName === 'string' ? EventFunctionName : undefined;
  const probeFunctionName = typeof ProbeFunctionName === 'string' ? ProbeFunctionName : undefined;
  return { stack, skillUrl: SkillUrl, secretId, eventFunctionName, probeFunctionName };
}
