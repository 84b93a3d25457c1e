import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { FunctionName, GatewayFunction } from './gateway-function.ts';
import { madeOf, type OfFunctions } from './of-functions.ts';

/** The properties of {@link CanaryReleases}. */
export interface CanaryReleasesProps {
  /** Each with its alias. */
  readonly functions: OfFunctions<GatewayFunction>;
  /** The alarms that tell of a bad release of each. */
  readonly alarmsOf: (name: FunctionName) => readonly Alarm[];
}

/** Shifts a tenth of the calls to a new release, five minutes later the rest, and back when an alarm goes off. */
export class CanaryReleases extends Construct {
  constructor(scope: Construct, id: string, { functions, alarmsOf }: CanaryReleasesProps) {
    super(scope, id);
    const application = new LambdaApplication(this, 'Application');
    for (const { handler: name, alias } of madeOf(functions)) {
      if (alias === undefined) throw new Error(`${name} has no alias to shift calls by`);
      const group = new LambdaDeploymentGroup(this, name, {
        application,
        alias,
        deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
        alarms: [...alarmsOf(name)],
      });
      Validations.of(group).acknowledge({
        id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
        reason:
          'AWSCodeDeployRoleForLambdaLimited is what CodeDeploy asks for, and what CDK gives every group.',
      });
    }
  }
}
