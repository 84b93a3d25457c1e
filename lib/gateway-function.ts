import { join } from 'node:path';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Charset, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ENVIRONMENT } from '../lambda/aws/environment.ts';
import type { HandlerName } from '../lambda/routes.ts';
import { BUNDLING } from './bundling.ts';

/** What {@link GatewayFunction} is made from. */
export interface GatewayFunctionProps {
  /** The handler it runs: `lambda/handlers/<name>.ts`. */
  readonly handler: HandlerName;
  /** Every environment variable that handlers read. */
  readonly environment: Readonly<Record<(typeof ENVIRONMENT)[keyof typeof ENVIRONMENT], string>>;
}

/** One Node function whose role may write to its own log group and, until it is granted more, nothing else. */
export class GatewayFunction extends Construct {
  readonly lambda: NodejsFunction;

  constructor(scope: Construct, id: string, { handler, environment }: GatewayFunctionProps) {
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
      memorySize: 512,
      // The outer net: API Gateway gives up first.
      timeout: Duration.seconds(10),
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
