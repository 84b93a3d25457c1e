import { expect, test } from '@jest/globals';
import { Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { appOf, EVERYTHING } from './synth.ts';

test.each([
  ['as it comes', {}],
  ['with every setting', EVERYTHING],
])(
  'AWS and CDK have nothing to say to the app %s that is not answered beside it',
  (_, context) => {
    const app = appOf(context, true);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
    expect(() => app.synth()).not.toThrow();
    // CDK's checks read CloudFormation's whole specification first.
  },
  60_000,
);
