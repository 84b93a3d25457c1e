import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { EVENT_SOURCE } from '../../lambda/aws/event-bus.ts';
import { METRICS } from '../../lambda/aws/metric-names.ts';
import { GatewayFunction } from '../../lib/gateway-function.ts';
import { KakaoGateway, SessionStack } from '../../lib/index.ts';
import { bareStack, codesOf, EVERYTHING, propertiesOf, synth } from './synth.ts';

const ROOT = join(import.meta.dirname, '../..');
const SHOP = join(import.meta.dirname, 'flower-shop.ts');

describe('the event bus', () => {
  const variablesOf = (template: Template) =>
    propertiesOf(template, 'AWS::Lambda::Function').map(({ Environment }) => Environment.Variables);
  const putsIn = (template: Template) =>
    propertiesOf(template, 'AWS::IAM::Policy')
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Action }) => [Action].flat().some(action => action.startsWith('events:')));
  const ARN = 'arn:aws:events:ap-northeast-2:123456789012:event-bus/cafe';

  test('is nothing to a gateway without one: no right, no variable, no code, no graph', () => {
    const { template } = synth().gateway;
    expect(putsIn(template)).toEqual([]);
    const text = JSON.stringify(template.toJSON());
    for (const name of [ENVIRONMENT.eventBus, ENVIRONMENT.eventBusIds, METRICS.busEventsLost])
      expect(text).not.toContain(name);
  });

  test('is known, by its name, to the functions that take turns, and they may put events there alone', () => {
    const { template } = synth({ eventBusName: 'cafe' }).gateway;
    const told = variablesOf(template).filter(variables => ENVIRONMENT.eventBus in variables);
    expect(told).toHaveLength(3);
    for (const variables of told) {
      expect(JSON.stringify(variables[ENVIRONMENT.eventBus])).toContain(':event-bus/cafe');
      expect(variables).not.toHaveProperty(ENVIRONMENT.eventBusIds);
      expect(variables).not.toHaveProperty(ENVIRONMENT.eventBusUtterances);
      expect(putsIn(template)).toContainEqual({
        Effect: 'Allow',
        Action: 'events:PutEvents',
        Resource: variables[ENVIRONMENT.eventBus],
      });
    }
    expect(putsIn(template)).toHaveLength(3);
    expect(JSON.stringify(template.toJSON())).toContain(METRICS.busEventsLost);
  });

  test("is told Kakao's ids and what users say where that is set", () => {
    const { template } = synth(EVERYTHING).gateway;
    const told = variablesOf(template).filter(variables => ENVIRONMENT.eventBus in variables);
    const how = { [ENVIRONMENT.eventBusIds]: 'plain', [ENVIRONMENT.eventBusUtterances]: 'true' };
    // Webhooks tell of who left.
    expect(told).toEqual([1, 2, 3, 4].map(() => expect.objectContaining(how)));
  });

  test('may be of another account, by its ARN', () => {
    const eventBusName = ARN.replace('123456789012', '210987654321');
    const puts = putsIn(synth({ eventBusName }).gateway.template);
    expect(puts.map(({ Resource }) => Resource)).toEqual([eventBusName, eventBusName, eventBusName]);
  });

  test('may be made in the app', () => {
    const stack = bareStack();
    const bus = new EventBus(stack, 'Bus');
    const sessionsTable = synth().sessions.stack.table;
    new KakaoGateway(stack, 'Gateway', { sessionsTable, scenario: SHOP, eventBus: { bus } });
    expect(putsIn(Template.fromStack(stack))).toHaveLength(3);
  });

  test('is told by code that no other gateway has, of one bot, too', () => {
    const app = new App({ builtinCloudFormationValidation: false });
    const sessionsTable = new SessionStack(app, 'Sessions').table;
    const stack = new Stack(app, 'Bot');
    const bundled = { scenario: SHOP, handler: 'late-turn', memoryMb: 128 } as const;
    new GatewayFunction(stack, 'Silent', { ...bundled, timeout: Duration.seconds(1) });
    new KakaoGateway(stack, 'Gateway', {
      sessionsTable,
      scenario: SHOP,
      eventBus: { bus: { eventBusArn: ARN } },
    });
    const codes = codesOf(app);
    // And the probe.
    expect(codes).toHaveLength(6);
    expect(codes.filter(code => code.includes('AWSEvents.PutEvents'))).toHaveLength(3);
  });
});

/** Does something with the app of docs/event-bus.md, as it stands there, but for its bot. */
async function withDocumented(work: (app: App) => void): Promise<void> {
  const page = readFileSync(join(ROOT, 'docs/event-bus.md'), 'utf8');
  const [, code = ''] = /^```ts\n\/\/ app.ts\n(.*?)^```/ms.exec(page) ?? [];
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'event-bus-')));
  const before = process.env;
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(ROOT, join(folder, 'node_modules/kakao-gateway'));
    for (const name of ['aws-cdk-lib', 'constructs'])
      symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const file = join(folder, 'app.ts');
    writeFileSync(file, `${code.replace("'scenario.ts'", JSON.stringify(SHOP))}\nexport { app };\n`);
    process.env = {
      ...before,
      CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:bundling-stacks': [] }),
      CDK_VALIDATION: 'false',
    };
    work((await import(pathToFileURL(file).href)).app);
  } finally {
    process.env = before;
    rmSync(folder, { recursive: true });
  }
}

test('the app of docs/event-bus.md keeps what its functions tell the bus', async () => {
  await withDocumented(app => {
    const [gateway, events] = ['Gateway', 'Events'].map(id => {
      const stack = app.node.findChild(id);
      if (!(stack instanceof Stack)) throw new Error(`no stack ${id}`);
      return Template.fromStack(stack);
    });
    if (gateway === undefined || events === undefined) throw new Error('not both');
    const [bus = ''] = Object.keys(events.findResources('AWS::Events::EventBus'));
    const [rule] = propertiesOf(events, 'AWS::Events::Rule');
    expect(rule).toMatchObject({ EventBusName: { Ref: bus }, EventPattern: { source: [EVENT_SOURCE] } });
    const puts = propertiesOf(gateway, 'AWS::IAM::Policy')
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Action }) => Action === 'events:PutEvents');
    expect(puts).toHaveLength(3);
    for (const { Resource } of puts) expect(JSON.stringify(Resource)).toContain(bus);
  });
});
