import { join } from 'node:path';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Charset, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ENVIRONMENT } from '../lambda/aws/environment.ts';
import type { HandlerName } from '../lambda/routes.ts';
import { BUNDLING } from './bundling.ts';

/** Every function that is deployed: `lambda/handlers/<name>.ts` each. */
export type FunctionName = HandlerName | 'late-turn';

/** What {@link GatewayFunction} is made from. */
export interface GatewayFunctionProps {
  /** The handler it runs: `lambda/handlers/<name>.ts`. */
  readonly handler: FunctionName;
  /** The environment variables that its handler reads, and no others: they hold names, never a secret. */
  readonly environment: Readonly<Partial<Record<(typeof ENVIRONMENT)[keyof typeof ENVIRONMENT], string>>>;
  /** When Lambda ends it, whatever it is doing. */
  readonly timeout: Duration;
  /** In MB; its share of a processor grows with it. */
  readonly memorySize: number;
}

/** One Node function whose role may write to its own log group and, until it is granted more, nothing else. */
export class GatewayFunction extends Construct {
  readonly lambda: NodejsFunction;

  constructor(
    scope: Construct,
    id: string,
    { handler, environment, timeout, memorySize }: GatewayFunctionProps,
  ) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role of CDK's making comes with AWSLambdaBasicExecutionRole, which may write to every log group.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.lambda = new NodejsFunction(this, 'Function', {
      entry: join(ROOT, 'lambda', 'handlers', `${handler}.ts`),
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize,
      timeout,
      environment,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      bundling: {
        format: OutputFormat.ESM,
        target: BUNDLING.target,
        minify: BUNDLING.minify,
        mainFields: [...BUNDLING.mainFields],
        charset: Charset.UTF8,
        esbuildArgs: Object.fromEntries(
          Object.entries(BUNDLING.alias).map(([from, to]) => [`--alias:${from}`, to]),
        ),
        bundleAwsSDK: true,
      },
    });
  }
}

const ROOT = join(import.meta.dirname, '..');
