import type { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { Connections, IConnectable } from 'aws-cdk-lib/aws-ec2';
import type { IGrantable, IPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../lambda/aws/environment.ts';
import { type AlarmSettings, GatewayAlarms } from './alarms.ts';
import { API_ALARMS, type ApiSettings, GatewayApi } from './api.ts';
import { BotPrincipal } from './bot-principal.ts';
import { GatewayDashboard } from './dashboard.ts';
import { allowLogs } from './encryption.ts';
import { addEventFunction } from './event-function.ts';
import { addFunctions, FUNCTION_ALARMS, type FunctionsSettings } from './functions.ts';
import { GatewayFunction } from './gateway-function.ts';
import { LATE_TURN_ALARMS, LateQueue } from './late-queue.ts';
import { MODEL_ALARMS, MODEL_COST_ALARM } from './model.ts';
import { madeOf, type OfFunctions } from './of-functions.ts';
import { addProbe, PROBE_ALARMS, type ProbeSettings } from './probe.ts';
import { GatewayQueries } from './queries.ts';
import { CanaryReleases } from './releases.ts';
import { connectionsOf, type FunctionNetwork, networkOf, requireVariables } from './rule-settings.ts';
import { requireScenario } from './scenario-file.ts';
import { type GatewaySecret, grantSecretTexts, makeGatewaySecret } from './secrets.ts';
import { ANSWER_ALARMS, QUIET_DAY_ALARM, TURN_ALARMS } from './turns.ts';
import { versionOf } from './version.ts';

/** The properties of a {@link KakaoGateway}: its own, and the settings of its parts. */
export interface KakaoGatewayProps extends FunctionsSettings, ApiSettings, ProbeSettings {
  /**
   * The dimension `Bot` of its metrics: ASCII, another for each bot of an account and region.
   * @default the name of the stack
   */
  readonly botName?: string | undefined;
  /**
   * Who hears of alarms; the alarms themselves are always there.
   * @default nobody
   */
  readonly alarms?: AlarmSettings | undefined;
  /**
   * A secret that Kakao's calls carry already, as of a gateway that was there before: nothing is registered again.
   * @default a new one, of 40 letters and digits
   */
  readonly secret?: GatewaySecret | undefined;
  /**
   * The version that its functions, its dashboard and each line of its log tell: letters, digits and `. + - _ : / = @`, 128
   * of them at most. A new one updates every function.
   * @default this package's, and after a + the last commit that changed what the functions are made of
   */
  readonly version?: string | undefined;
  /**
   * Whether the queries of docs/runbook.md are saved in Logs Insights, which takes the right `logs:PutQueryDefinition`.
   * @default true
   */
  readonly savedQueries?: boolean | undefined;
}

/**
 * The bot behind both of Kakao's protocols: an HTTP API, one function per protocol, the secret Kakao calls with,
 * a queue with a worker for the turns that take longer than Kakao waits, and alarms and a dashboard over them all.
 * Each part makes its resources in the gateway itself: elsewhere they would have other logical ids, and be replaced.
 * What is granted to it, as by `table.grantReadWriteData(gateway)`, the bot's rules and validations may do.
 */
export class KakaoGateway extends Construct implements IGrantable, IConnectable {
  /** `https://…` without a slash at its end: the domain, where there is one. */
  readonly apiUrl: string;
  /** The URL to register as a skill's in the 챗봇 관리자센터. */
  readonly skillUrl: string;
  /** The URL to register as a parameter's validation API, with the parameter's name where `<parameter>` stands. */
  readonly validationUrl: string;
  /** The URL to register as smart-chat's app URL, with `<secret>` where the secret's value goes. */
  readonly smartChatAppUrl: string;
  /** The URLs to register with Kakao Developers; undefined where there is no `adminKeySecret`. */
  readonly webhookUrls: { readonly channel: string; readonly unlink: string } | undefined;
  /** The secret that Kakao's calls must carry; one that is made here is made by Secrets Manager, and known to no template. */
  readonly secret: GatewaySecret;
  /** The dimension `Bot` of its metrics. */
  readonly botName: string;
  /** The version of what its functions run. */
  readonly version: string;
  /** The page in CloudWatch that shows it. */
  readonly dashboard: Dashboard;
  /** The DNS record that its domain still needs; undefined where there is no domain, or its zone has it. */
  readonly cname: GatewayApi['cname'];
  /** The functions by their names; the bot's own code runs in each. */
  readonly functions: OfFunctions<LambdaFunction>;
  /** The function that sends events, for other code to invoke: `gateway.eventFunction?.grantInvoke(…)`. Undefined where there is no `eventApi`. */
  readonly eventFunction: LambdaFunction | undefined;
  /** The function that asks the gateway from outside; undefined where `probe` is false. */
  readonly probeFunction: LambdaFunction | undefined;
  /** The roles of exactly the functions that run the bot's own code. */
  readonly grantPrincipal: IPrincipal;

  readonly #network: FunctionNetwork | undefined;

  constructor(scope: Construct, id: string, props: KakaoGatewayProps) {
    super(scope, id);
    const { sessionsTable, botName = Stack.of(this).stackName, encryptionKey, canary } = props;
    requireScenario(props.scenario, this.node.path);
    this.botName = botName;
    this.#refuseName();
    if (encryptionKey) allowLogs(this, encryptionKey);
    this.secret = props.secret ?? makeGatewaySecret(this, encryptionKey);
    const lateQueue = new LateQueue(this, encryptionKey);
    this.#network = networkOf(this, props);
    const parts = { botName, secret: this.secret, lateQueue, network: this.#network };
    const functions = addFunctions(this, props, parts);
    const {
      'open-builder': openBuilder,
      'smart-chat': smartChat,
      validation,
      'late-turn': worker,
      webhooks,
    } = functions;
    this.functions = {
      'open-builder': openBuilder.lambda,
      'smart-chat': smartChat.lambda,
      validation: validation.lambda,
      'late-turn': worker.lambda,
      ...(webhooks && { webhooks: webhooks.lambda }),
    };
    const roles = [openBuilder.role, smartChat.role, validation.role, worker.role] as const;
    this.grantPrincipal = new BotPrincipal([...roles, ...(webhooks ? [webhooks.role] : [])]);
    for (const statement of props.initialPolicy ?? []) this.grantPrincipal.addToPrincipalPolicy(statement);
    grantSecretTexts(this, props.secretTexts ?? []);
    this.eventFunction = addEventFunction(this, props)?.lambda;
    this.version = this.#versionOf(props);
    const { api, url, cname, accessLogs } = new GatewayApi(this, botName, functions, props);
    this.apiUrl = url;
    this.cname = cname;
    this.skillUrl = `${url}/open-builder/skill`;
    this.validationUrl = `${url}/open-builder/validation/<parameter>`;
    this.smartChatAppUrl = `${url}/smart-chat/<secret>`;
    this.webhookUrls = functions.webhooks && {
      channel: `${url}/webhooks/channel`,
      unlink: `${url}/webhooks/unlink`,
    };

    const wonPerDay = props.alarms?.llmWonPerDay;
    const watched = {
      ...{ bot: botName, api, functions, queue: lateQueue.queue, table: sessionsTable },
      slowFromSeconds: lateQueue.slowFromSeconds,
      hasModel: worker.code?.converses === true || wonPerDay !== undefined,
      probe: addProbe(this, props, this),
    };
    this.probeFunction = watched.probe?.lambda;
    const alarms = this.#addAlarms(watched, props);
    this.dashboard = this.#addDashboard(watched, props);
    if (canary) new CanaryReleases(this, 'Releases', { functions, alarmsOf: name => alarms.ofRelease(name) });
    this.#tellVersion();
    if (props.savedQueries !== false) this.#saveQueries(watched, accessLogs);
  }

  /**
   * Sets an environment variable for the bot's own code, as `environment` does, once there is something to name.
   * @throws an Error where the bot can have none of this name
   */
  addEnvironment(name: string, value: string): void {
    requireVariables({ [name]: value });
    for (const lambda of Object.values(this.functions)) lambda.addEnvironment(name, value);
  }

  /** The security groups of its functions: `gateway.connections.allowToDefaultPort(database)`. @throws where it is in no VPC */
  get connections(): Connections {
    return connectionsOf(this.#network);
  }

  #addAlarms(
    { bot, api, functions, queue, slowFromSeconds, hasModel, probe }: Parts,
    { alarms: settings, encryptionKey, canary, savedQueries }: KakaoGatewayProps,
  ): GatewayAlarms {
    const alarms = new GatewayAlarms(this, 'Alarms', {
      ...{ ...settings, bot, encryptionKey },
      hasReleases: canary,
      hasQueries: savedQueries !== false,
    });
    alarms.add(API_ALARMS, { bot, api });
    for (const made of madeOf(functions)) alarms.add(FUNCTION_ALARMS, made);
    alarms.add(TURN_ALARMS, { bot, api, functions });
    alarms.add(LATE_TURN_ALARMS, { bot, queue, slowFromSeconds });
    alarms.add(ANSWER_ALARMS, { bot });
    const isEveryDay = settings?.quietDay;
    if (isEveryDay !== false) alarms.add(QUIET_DAY_ALARM, { bot, isEveryDay: isEveryDay ?? false });
    if (hasModel) alarms.add(MODEL_ALARMS, { bot });
    const wonPerDay = settings?.llmWonPerDay;
    if (wonPerDay !== undefined) alarms.add(MODEL_COST_ALARM, { bot, wonPerDay });
    if (probe) alarms.add(PROBE_ALARMS, probe);
    return alarms;
  }

  #addDashboard(parts: Parts, { eventBus }: KakaoGatewayProps): Dashboard {
    const shown = { ...parts, version: this.version, hasEventBus: eventBus !== undefined };
    return new GatewayDashboard(this, 'Dashboard', shown).dashboard;
  }

  #saveQueries({ bot, hasModel }: Parts, accessLogs: GatewayApi['accessLogs']): void {
    new GatewayQueries(this, 'Queries', { bot, hasModel, accessLogs, functions: this.#made() });
  }

  #tellVersion(): void {
    for (const made of this.#made()) made.addEnvironment(ENVIRONMENT.version, this.version);
  }

  /** All of its functions, those that run none of the bot's code included. */
  #made(): readonly GatewayFunction[] {
    return this.node.findAll().filter(made => made instanceof GatewayFunction);
  }

  #versionOf({ version }: KakaoGatewayProps): string {
    if (version === undefined) return versionOf(this.#made().flatMap(({ code }) => code?.sources ?? []));
    if (/^[\w.+:/=@-]{1,128}$/.test(version)) return version;
    throw new Error(
      `${this.node.path} has the version ${JSON.stringify(version)}: it must be letters, digits and . + - _ : / = @, 128 of them at most`,
    );
  }

  #refuseName(): void {
    // CloudWatch takes no other dimension: the deployment would fail at the alarms, and metrics be dropped in silence.
    const isGood = /^(?![ :])(?!.*["'\\])[ -~]{1,128}$/.test(this.botName);
    if (!isGood && !Token.isUnresolved(this.botName)) {
      throw new Error(
        `${this.node.path} has the botName ${JSON.stringify(this.botName)}: it must be ASCII without quotes and backslashes, neither a space nor a colon first, 128 at most, such as botName: 'cafe'`,
      );
    }
    const namesake = Stack.of(this)
      .node.findAll()
      .find(other => other !== this && other instanceof KakaoGateway && other.botName === this.botName);
    if (namesake) {
      throw new Error(
        `${namesake.node.path} and ${this.node.path} are both the bot "${this.botName}": give each a botName of its own, such as botName: 'cafe'`,
      );
    }
  }
}

interface Parts {
  readonly bot: string;
  readonly api: GatewayApi['api'];
  readonly functions: OfFunctions<GatewayFunction>;
  readonly queue: LateQueue['queue'];
  readonly slowFromSeconds: number;
  readonly hasModel: boolean;
  readonly probe: GatewayFunction | undefined;
  readonly table: KakaoGatewayProps['sessionsTable'];
}

/** The kinds of all parts' alarms, by their names. */
const KINDS = {
  ...API_ALARMS,
  ...FUNCTION_ALARMS,
  ...TURN_ALARMS,
  ...LATE_TURN_ALARMS,
  ...ANSWER_ALARMS,
  ...QUIET_DAY_ALARM,
  ...MODEL_ALARMS,
  ...MODEL_COST_ALARM,
  ...PROBE_ALARMS,
};

/** The name of a kind of alarm; each has its section in docs/runbook.md. */
export type AlarmName = keyof typeof KINDS;

/** Every kind of alarm there is, in the order of the runbook. */
export const ALARM_NAMES: readonly AlarmName[] = Object.keys(KINDS).filter((name): name is AlarmName =>
  Object.hasOwn(KINDS, name),
);
