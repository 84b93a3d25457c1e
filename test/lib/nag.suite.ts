import { expect, test } from '@jest/globals';
import { Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { appOf, EVERYTHING } from './synth.ts';

// CDK's own checks read CloudFormation's whole specification: they are in nag.slow.test.ts.
test.each([
  ['as it comes', {}],
  ['with every setting', EVERYTHING],
  ['in a VPC alone', { vpcId: EVERYTHING.vpcId, subnetIds: EVERYTHING.subnetIds }],
])('AWS has nothing to say to the app %s that is not answered beside it', (_, context) => {
  const app = appOf(context);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  expect(() => app.synth()).not.toThrow();
});
