import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
// The suites of what CDK makes are run in one file: each of jest's own would load CDK anew, for seconds of its time.
// One alone: npm run test:integration -- lib/cdk -t 'the late queue'
import './adopting.suite.ts';
import '../alarms/alarms.suite.ts';
import './alarms.suite.ts';
import './bots.suite.ts';
import './bundling.suite.ts';
import './configuration.suite.ts';
import './event-bus.suite.ts';
import './event-function.suite.ts';
import './gateway-stack.suite.ts';
import './grants.suite.ts';
import './model.suite.ts';
import './nag.suite.ts';
import './probe.suite.ts';
import './queries.suite.ts';
import './rule-settings.suite.ts';
import './scenario.suite.ts';
import './session-stack.suite.ts';
import './settings.suite.ts';
import './stages.suite.ts';
import '../docs/quotas.suite.ts';
import '../docs/your-aws.suite.ts';
import '../examples/llm.suite.ts';
import '../examples/pipeline.suite.ts';
import '../bench/cost.suite.ts';
import './webhooks.suite.ts';
import './source-maps.suite.ts';
import './version.suite.ts';
import '../releases/templates.suite.ts';

test('no suite is left out', () => {
  const own = readFileSync(import.meta.filename, 'utf8');
  const imported = [...own.matchAll(/^import '([^']+)';$/gm)].map(([, path = '']) => path);
  const tests = new URL('..', import.meta.url);
  const suites = readdirSync(tests, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.suite.ts'))
    .map(path => new URL(path, tests).href);
  expect(imported.map(path => new URL(path, import.meta.url).href).sort()).toEqual(suites.sort());
});
