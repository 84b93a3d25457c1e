import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { App, Stack } from 'aws-cdk-lib/core';
import { GROWING_LATE_QUEUE, LATE_QUEUE } from '../../lambda/aws/late-queue-settings.ts';
import { SLOW_QUEUE_SECONDS } from '../../lambda/turn/time-budget.ts';
import { KakaoGateway, SessionStack } from '../../lib/index.ts';
import { packageFolder } from './package-folder.ts';
import { propertiesOf, unread } from './synth.ts';

const ROOT = join(import.meta.dirname, '../..');
const project = packageFolder();

/** The bots by which a deployment tells what it needs, each of one rule. */
const BOTS = {
  quick: `import { Bot } from '${ROOT}/lambda/bot/index.ts';
    export const bot = new Bot().fallback(() => '답');`,
  growing: `import { Bot, growing } from '${ROOT}/lambda/bot/index.ts';
    export const bot = new Bot().fallback(
      growing({ slow: '잠시만요', grow: async function* () { yield '조각'; }, then: () => undefined }));`,
  conversing: `import { Bot } from '${ROOT}/lambda/bot/index.ts';
    import { conversation } from '${ROOT}/lambda/llm/index.ts';
    export const bot = new Bot({ session: () => ({}) }).fallback(conversation().answers(() => '답'));`,
};

/** The gateway of a bot as it is deployed, its code bundled. */
function deployed(name: keyof typeof BOTS): Template {
  project.write({ [`${name}.mjs`]: BOTS[name] });
  const app = new App(unread());
  const { table } = new SessionStack(app, 'Sessions');
  const stack = new Stack(app, 'Bot');
  new KakaoGateway(stack, 'Gateway', { sessionsTable: table, scenario: join(project.path, `${name}.mjs`) });
  return Template.fromStack(stack);
}

const templates = new Map<string, Template>();

beforeAll(() => {
  for (const name of Object.keys(BOTS) as (keyof typeof BOTS)[]) templates.set(name, deployed(name));
});
afterAll(project.remove);

const templateOf = (name: keyof typeof BOTS): Template => {
  const template = templates.get(name);
  if (template === undefined) throw new Error(`no bot ${name} was deployed`);
  return template;
};

/** How long the worker and its queue live. */
function livesOf(template: Template) {
  const worker = propertiesOf(template, 'AWS::Lambda::Function').find(({ MemorySize }) => MemorySize === 256);
  const [queue] = propertiesOf(template, 'AWS::SQS::Queue');
  const alarm = propertiesOf(template, 'AWS::CloudWatch::Alarm').find(({ Metrics = [] }) =>
    JSON.stringify(Metrics).includes('ApproximateAgeOfOldestMessage'),
  );
  return {
    timeout: worker?.Timeout,
    visibility: queue?.VisibilityTimeout,
    others: propertiesOf(template, 'AWS::Lambda::Function')
      .filter(one => one !== worker)
      .map(({ Timeout }) => Timeout),
    slowFrom: alarm?.Threshold,
  };
}

/** The rights of the functions on the table, by their names. */
function tableRights(template: Template): Readonly<Record<string, readonly string[]>> {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
  return Object.fromEntries(
    ['openbuilder', 'smartchat', 'validation', 'lateturn'].map(name => [
      name,
      policies
        .filter(([id]) => id.startsWith(`Gateway${name}`))
        .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
        .flatMap(({ Action }) => Action)
        .filter((action: string) => action.startsWith('dynamodb:'))
        .map((action: string) => action.replace('dynamodb:', ''))
        .sort(),
    ]),
  );
}

const alarmsOf = (template: Template): readonly string[] =>
  propertiesOf(template, 'AWS::CloudWatch::Alarm').flatMap(
    ({ MetricName, Metrics = [{ MetricStat: { Metric: { MetricName } } }] }) =>
      Metrics.flatMap(({ MetricStat }: { MetricStat?: { Metric: { MetricName: string } } }) =>
        MetricStat ? [MetricStat.Metric.MetricName] : [],
      ),
  );

describe('a bot whose answers grow', () => {
  test('has a worker that lives as long as they may, and a queue that gives its turn to no other meanwhile', () => {
    const { timeout, visibility, others } = livesOf(templateOf('growing'));
    expect({ timeout, visibility }).toEqual({
      timeout: GROWING_LATE_QUEUE.workerTimeoutSeconds,
      visibility: GROWING_LATE_QUEUE.visibilitySeconds,
    });
    expect(visibility).toBeGreaterThan(timeout);
    expect(others).toEqual([10, 10, 10, 10]);
    expect(livesOf(templateOf('conversing'))).toEqual(livesOf(templateOf('growing')));
  });

  test('is not alarmed by a worker that is at work as long as it may be', () => {
    const { slowFrom } = livesOf(templateOf('growing'));
    expect(slowFrom).toBeGreaterThan(GROWING_LATE_QUEUE.visibilitySeconds);
  });

  test('leaves another bot as it is', () => {
    const { timeout, visibility, slowFrom } = livesOf(templateOf('quick'));
    expect({ timeout, visibility, slowFrom }).toEqual({
      timeout: LATE_QUEUE.workerTimeoutSeconds,
      visibility: LATE_QUEUE.visibilitySeconds,
      slowFrom: SLOW_QUEUE_SECONDS,
    });
  });
});

describe('a bot with a conversation', () => {
  test('may count in the functions that take turns, and in no other', () => {
    const turns = ['DeleteItem', 'GetItem', 'PutItem'];
    const [all, validation] = [[...turns, 'UpdateItem'], ['GetItem']];
    // Who was forgotten while their answer grew leaves a draft.
    const growing = { openbuilder: turns, smartchat: turns, validation, lateturn: all };
    expect(tableRights(templateOf('growing'))).toEqual(growing);
    expect(tableRights(templateOf('conversing'))).toEqual({ ...growing, openbuilder: all, smartchat: all });
    const lateturn = ['GetItem', 'PutItem', 'UpdateItem'];
    expect(tableRights(templateOf('quick'))).toEqual({ ...growing, lateturn });
  });

  test('has an alarm on a model that fails, and graphs of it; what it costs is alarming where a sum is given', () => {
    const [dashboard] = propertiesOf(templateOf('conversing'), 'AWS::CloudWatch::Dashboard');
    expect(JSON.stringify(dashboard)).toContain('LlmOutputTokens');
    expect(alarmsOf(templateOf('conversing'))).toContain('LlmFailed');
    expect(alarmsOf(templateOf('conversing'))).not.toContain('LlmWon');
    for (const name of ['quick', 'growing'] as const) {
      expect(alarmsOf(templateOf(name)).filter(metric => metric.startsWith('Llm'))).toEqual([]);
      expect(JSON.stringify(propertiesOf(templateOf(name), 'AWS::CloudWatch::Dashboard'))).not.toContain(
        'Llm',
      );
    }
  });
});
