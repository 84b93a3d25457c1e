import { App } from 'aws-cdk-lib/core';
import { bundlingSentenceOf } from '../lib/bundling-settings.ts';
import { type Configuration, configurationOf } from '../lib/configuration.ts';
import { ContextError } from '../lib/context-key.ts';
import { addGateways } from '../lib/gateway-app.ts';
import { complain } from '../tools/terminal.ts';

const app = new App();
const configuration = readConfiguration();
try {
  addGateways(app, configuration, {
    account: process.env.CDK_DEFAULT_ACCOUNT,
    region: process.env.CDK_DEFAULT_REGION,
  });
} catch (error) {
  const sentence = bundlingSentenceOf(error);
  if (sentence === undefined) throw error;
  complain(sentence);
  process.exit(1);
}

function readConfiguration(): Configuration {
  try {
    return configurationOf(app.node.getAllContext(), process.env.CDK_DEFAULT_REGION);
  } catch (error) {
    if (!(error instanceof ContextError)) throw error;
    complain(error.message);
    process.exit(1);
  }
}
