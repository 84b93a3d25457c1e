import { App } from 'aws-cdk-lib/core';
import { bundlingSentenceOf } from '../lib/bundling-settings.ts';
import { type Configuration, configurationOf } from '../lib/configuration.ts';
import { ContextError } from '../lib/context-key.ts';
import { addGateways } from '../lib/gateway-app.ts';
import { contextIn } from '../lib/gateway-settings.ts';
import { regionOf } from '../tools/region.ts';
import { complain } from '../tools/terminal.ts';

const app = new App();
const region = regionOf(process.env);
const configuration = readConfiguration();
try {
  addGateways(app, configuration, { account: process.env.CDK_DEFAULT_ACCOUNT, region });
} catch (error) {
  const sentence = bundlingSentenceOf(error);
  if (sentence === undefined) throw error;
  complain(sentence);
  process.exit(1);
}

function readConfiguration(): Configuration {
  try {
    const inFile = contextIn(new URL('../cdk.json', import.meta.url));
    return configurationOf(app.node.getAllContext(), region, inFile);
  } catch (error) {
    if (!(error instanceof ContextError)) throw error;
    complain(error.message);
    process.exit(1);
  }
}
