import { join } from 'node:path';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
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
import { AssetHashType, type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ENVIRONMENT } from '../lambda/aws/environment.ts';
import type { HandlerName } from '../lambda/routes.ts';
import { bundleHandler, ROOT } from './bundling.ts';

/** Every function that is deployed: `lambda/handlers/<name>.ts` each. */
export type FunctionName = HandlerName | 'late-turn';

/** All of them. */
export const FUNCTION_NAMES = [
  'open-builder',
  'smart-chat',
  'validation',
  'late-turn',
] as const satisfies readonly FunctionName[];

/** The settings that all functions of a gateway share. */
export interface FunctionSettings {
  /**
   * The file that exports the `bot` to run, from the working directory or absolute.
   * @default lambda/scenario.ts of this package: the café
   */
  readonly scenario?: string | undefined;
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
export interface GatewayFunctionProps extends FunctionSettings {
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
}

/** One Node function whose role may write to its own log group and, until it is granted more, nothing else. */
export class GatewayFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly handler: FunctionName;
  readonly memoryMb: number;
  /** The alias `live`, where there is one: what callers must call then. */
  readonly alias: Alias | undefined;

  constructor(scope: Construct, id: string, props: GatewayFunctionProps) {
    super(scope, id);
    const { handler, timeout, memoryMb, scenario, tracing = false } = props;
    const {
      provisionedConcurrency,
      reservedConcurrency,
      hasAlias = provisionedConcurrency !== undefined,
    } = props;
    this.handler = handler;
    this.memoryMb = memoryMb;
    const logGroup = new LogGroup(this, 'Logs', logGroupPropsOf(props));
    // A role of CDK's making comes with AWSLambdaBasicExecutionRole, which may write to every log group.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.lambda = new LambdaFunction(this, 'Function', {
      code: codeOf(handler, scenario),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryMb,
      timeout,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      ...(tracing && { tracing: Tracing.ACTIVE }),
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
    });
    this.alias = hasAlias
      ? this.lambda.addAlias('live', {
          ...(provisionedConcurrency !== undefined && {
            provisionedConcurrentExecutions: provisionedConcurrency,
          }),
        })
      : undefined;
    this.#acknowledge(role, tracing);
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

  #acknowledge(role: Role, tracing: boolean): void {
    Validations.of(this.lambda).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason:
        'Nothing invokes it asynchronously: API Gateway waits for its answer, and the late queue delivers again.',
    });
    if (tracing) {
      Validations.of(role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'X-Ray: PutTraceSegments and PutTelemetryRecords know no resources.',
      });
    } else {
      Validations.of(this.lambda).acknowledge({
        id: 'Serverless-LambdaTracing',
        reason: 'Traces are the setting "tracing": logs and metrics tell of every turn without them.',
      });
    }
  }
}

// An alias is a function to be called, but its class is no `IFunction` where `exactOptionalPropertyTypes` is on.
function isFunction(alias: Alias | undefined): alias is Alias & IFunction {
  return alias !== undefined;
}

/** How every log group is kept: deleted with its stack, and its lines some day. */
export function logGroupPropsOf({ logRetention = RetentionDays.ONE_MONTH, encryptionKey }: FunctionSettings) {
  return {
    retention: logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
    ...(encryptionKey && { encryptionKey }),
  };
}

// `NodejsFunction` would start esbuild by npx, which takes ten times as long, and needs it in the app that uses us.
function codeOf(handler: FunctionName, scenario: string | undefined): Code {
  return Code.fromAsset(join(ROOT, 'lambda'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never started: what is bundled here is bundled. CDK tells one bundle from another by the command.
      image: Runtime.NODEJS_24_X.bundlingImage,
      command: [handler, scenario ?? ''],
      local: {
        tryBundle(folder) {
          bundleHandler(handler, scenario, folder);
          return true;
        },
      },
    },
  });
}
