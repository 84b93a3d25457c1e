import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  type Alias,
  Architecture,
  Code,
  type IFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  AssetHashType,
  type Duration,
  FileAssetPackaging,
  PhysicalName,
  RemovalPolicy,
  Stack,
  Stage,
  Validations,
} from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ENVIRONMENT } from '../lambda/aws/environment.ts';
import type { HandlerName } from '../lambda/routes.ts';
import { type Bundled, bundleHandler, type DeploymentPart } from './bundling.ts';
import type { BundlingSettings } from './bundling-settings.ts';
import { ROOT } from './own-module.ts';
import { type FunctionNetwork, type RuleSettings, requireVariables } from './rule-settings.ts';
import { type KeptSourceMap, keptSourceMap } from './source-maps.ts';

/** Every function that may be deployed: `lambda/handlers/<name>.ts` each. */
export type FunctionName = HandlerName | 'late-turn' | 'event' | 'probe';

/** Those of every gateway. */
export const FUNCTION_NAMES = [
  'open-builder',
  'smart-chat',
  'validation',
  'late-turn',
] as const satisfies readonly FunctionName[];

/** The settings that all functions of a gateway share. */
export interface FunctionSettings extends RuleSettings {
  /** The file that exports the `bot` to run: its path from the app's working directory, or an absolute one. */
  readonly scenario: string;
  /**
   * How the code is bundled, beyond what is found out by itself.
   * @default the bot's packages in the code, and files of text and WebAssembly as what is in them
   */
  readonly bundling?: BundlingSettings | undefined;
  /**
   * How long logs are kept.
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays | undefined;
  /**
   * Whether X-Ray traces the functions; API Gateway's HTTP APIs it can't.
   * @default false
   */
  readonly tracing?: boolean | undefined;
  /**
   * A key of your own for what is kept; its policy must be open to the account's IAM policies, as `Key` makes it.
   * @default keys of AWS
   */
  readonly encryptionKey?: IKey | undefined;
}

/** The properties of a {@link GatewayFunction}. */
export interface GatewayFunctionProps extends Omit<FunctionSettings, keyof RuleSettings> {
  /** The handler it runs: `lambda/handlers/<name>.ts`. */
  readonly handler: FunctionName;
  /** When Lambda ends it, whatever it is doing. */
  readonly timeout: Duration;
  /** Its share of a processor grows with it. */
  readonly memoryMb: number;
  /**
   * How many of it may run at once, taken from the account's own limit.
   * @default as many as the account has left
   */
  readonly reservedConcurrency?: number | undefined;
  /**
   * How many of it are started before they are called, and paid whether called or not; its alias has them.
   * @default none
   */
  readonly provisionedConcurrency?: number | undefined;
  /**
   * Whether it is called by an alias, by which a release can be shifted.
   * @default only where `provisionedConcurrency` needs one
   */
  readonly hasAlias?: boolean | undefined;
  /**
   * The parts that its code has since its deployment has them.
   * @default none
   */
  readonly parts?: readonly DeploymentPart[] | undefined;
  /** Environment variables for the bot's own code. */
  readonly environment?: RuleSettings['environment'];
  readonly layers?: RuleSettings['layers'];
  /** Its way into a VPC; undefined where it is in none. */
  readonly network?: FunctionNetwork | undefined;
}

/** One Node function whose role may write to its own log group and, until it is granted more, nothing else. */
export class GatewayFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;
  readonly handler: FunctionName;
  readonly memoryMb: number;
  /** Its code, where that is bundled. */
  readonly code: FunctionCode | undefined;
  /** The alias `live`, where there is one: what callers must call then. */
  readonly alias: Alias | undefined;

  constructor(scope: Construct, id: string, props: GatewayFunctionProps) {
    super(scope, id);
    const { handler, timeout, memoryMb, tracing = false, environment, layers, network } = props;
    const {
      provisionedConcurrency,
      reservedConcurrency,
      hasAlias = provisionedConcurrency !== undefined,
    } = props;
    requireVariables(environment);
    this.handler = handler;
    this.memoryMb = memoryMb;
    const logGroup = new LogGroup(this, 'Logs', logGroupPropsOf(props));
    // A role of CDK's making comes with AWSLambdaBasicExecutionRole, which may write to every log group.
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      // Where a resource of another account names it; elsewhere it has none.
      roleName: PhysicalName.GENERATE_IF_NEEDED,
    });
    logGroup.grantWrite(this.role);
    if (network) this.role.addToPolicy(networkInterfaces());
    this.lambda = new LambdaFunction(this, 'Function', {
      code: codeOf(props),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryMb,
      timeout,
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      ...network,
      ...(environment && { environment: { ...environment } }),
      ...(layers && { layers: [...layers] }),
      ...(tracing && { tracing: Tracing.ACTIVE }),
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
    });
    // Of a stack that is not asked for, CDK bundles nothing.
    this.code = codes.get(commandOf(props).join());
    if (this.code) this.#keepSourceMap(this.code.map);
    this.alias = hasAlias
      ? this.lambda.addAlias('live', {
          ...(provisionedConcurrency !== undefined && {
            provisionedConcurrentExecutions: provisionedConcurrency,
          }),
        })
      : undefined;
    this.#acknowledge(tracing, network !== undefined);
  }

  /** The one to call: the alias where there is one. */
  get target(): IFunction {
    const { alias, lambda } = this;
    return isFunction(alias) ? alias : lambda;
  }

  /** Sets one of the environment variables that its handler reads: a name, never a secret. */
  addEnvironment(name: (typeof ENVIRONMENT)[keyof typeof ENVIRONMENT], value: string): void {
    this.lambda.addEnvironment(name, value);
  }

  /** Keeps it in the cloud assembly, and has it deployed into the bucket of the function's code, under its build's name. */
  #keepSourceMap({ build, json }: KeptSourceMap): void {
    const stage = Stage.of(this);
    if (stage === undefined) return;
    const { outdir, assetOutdir } = stage;
    const file = join(assetOutdir, `index.mjs.${build}.map`);
    writeFileSync(file, json);
    // An `Asset` would name it by a hash of the name that it is given.
    Stack.of(this).synthesizer.addFileAsset({
      sourceHash: build,
      fileName: relative(outdir, file),
      packaging: FileAssetPackaging.FILE,
      displayName: `${this.node.path}/SourceMap`,
    });
  }

  #acknowledge(isTraced: boolean, isInVpc: boolean): void {
    Validations.of(this.lambda).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason:
        'Nothing is left to try again: API Gateway waits for an answer, the late queue delivers again, and an event that is sent again costs again.',
    });
    const everything = [
      ...(isTraced ? ['X-Ray: PutTraceSegments and PutTelemetryRecords know no resources.'] : []),
      ...(isInVpc ? ['VPC: network interfaces have no names before Lambda makes them.'] : []),
    ];
    if (everything.length > 0) {
      const id = 'AwsSolutions-IAM5[Resource::*]';
      Validations.of(this.role).acknowledge({ id, reason: everything.join(' ') });
    }
    if (!isTraced) {
      Validations.of(this.lambda).acknowledge({
        id: 'Serverless-LambdaTracing',
        reason: 'Traces are the setting "tracing": logs and metrics tell of every turn without them.',
      });
    }
  }
}

/**
 * The rights that Lambda asks for to bring a function into a VPC. AWSLambdaVPCAccessExecutionRole would let it write to every log.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
function networkInterfaces(): PolicyStatement {
  return new PolicyStatement({
    actions: [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ],
    resources: ['*'],
  });
}

// An alias is a function to be called, but its class is no `IFunction` where `exactOptionalPropertyTypes` is on.
function isFunction(alias: Alias | undefined): alias is Alias & IFunction {
  return alias !== undefined;
}

/** How every log group is kept: deleted with its stack, and its lines some day. */
export function logGroupPropsOf({
  logRetention = RetentionDays.ONE_MONTH,
  encryptionKey,
}: Pick<FunctionSettings, 'logRetention' | 'encryptionKey'>) {
  return {
    retention: logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
    ...(encryptionKey && { encryptionKey }),
  };
}

/** A function's code, beside its files. */
type FunctionCode = Pick<Bundled, 'grows' | 'converses' | 'counts' | 'sources'> & {
  readonly map: KeptSourceMap;
};

/** By the command that made its bundle: CDK makes one once in a process. */
const codes = new Map<string, FunctionCode>();

const numbers = new WeakMap<BundlingSettings, number>();
let lastNumber = 0;

/** Tells settings from each other, whose hooks are functions. */
function numberOf(settings: BundlingSettings): number {
  const number = numbers.get(settings) ?? ++lastNumber;
  numbers.set(settings, number);
  return number;
}

/** All that a function's bundle depends on. */
type BundledBy = Pick<GatewayFunctionProps, 'handler' | 'scenario' | 'bundling' | 'parts'>;

const commandOf = ({ handler, scenario, bundling, parts = [] }: BundledBy): string[] => [
  handler,
  scenario,
  ...(bundling ? [`${numberOf(bundling)}`] : []),
  ...parts,
];

// `NodejsFunction` would start esbuild by npx, which takes ten times as long, and needs it in the app that uses us.
function codeOf(bundled: BundledBy): Code {
  const { handler, scenario, bundling, parts } = bundled;
  return Code.fromAsset(join(ROOT, 'lambda'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never started: what is bundled here is bundled. CDK tells one bundle from another by the command.
      image: Runtime.NODEJS_24_X.bundlingImage,
      command: commandOf(bundled),
      local: {
        tryBundle(folder) {
          const { sourceMap, ...made } = bundleHandler(handler, scenario, folder, bundling, parts);
          codes.set(commandOf(bundled).join(), { ...made, map: keptSourceMap(folder, sourceMap) });
          return true;
        },
      },
    },
  });
}
