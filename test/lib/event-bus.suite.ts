import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { App, Stack } from 'aws-cdk-lib/core';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { METRICS } from '../../lambda/aws/metric-names.ts';
import { type EventBusSettings, KakaoGateway, SessionStack } from '../../lib/index.ts';
import { bareStack, codesOf, EVERYTHING, propertiesOf, synth } from './synth.ts';

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
    for (const name of [ENVIRONMENT.eventBus, ENVIRONMENT.eventIds, METRICS.busEventsLost])
      expect(text).not.toContain(name);
  });

  test('is known, by its name, to the functions that take turns, and they may put events there alone', () => {
    const { template } = synth({ eventBusName: 'cafe' }).gateway;
    const told = variablesOf(template).filter(variables => ENVIRONMENT.eventBus in variables);
    expect(told).toHaveLength(3);
    for (const variables of told) {
      expect(JSON.stringify(variables[ENVIRONMENT.eventBus])).toContain(':event-bus/cafe');
      expect(variables).not.toHaveProperty(ENVIRONMENT.eventIds);
      expect(variables).not.toHaveProperty(ENVIRONMENT.eventUtterances);
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
    const how = { [ENVIRONMENT.eventIds]: 'plain', [ENVIRONMENT.eventUtterances]: 'true' };
    expect(told).toEqual([1, 2, 3].map(() => expect.objectContaining(how)));
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
    const made: Record<string, EventBusSettings | undefined> = {
      Silent: undefined,
      Telling: { bus: { eventBusArn: ARN } },
    };
    for (const [id, eventBus] of Object.entries(made))
      new KakaoGateway(new Stack(app, id), 'Gateway', { sessionsTable, scenario: SHOP, eventBus });
    const codes = codesOf(app);
    // The validations of both are the same.
    expect(codes).toHaveLength(7);
    expect(codes.filter(code => code.includes('AWSEvents.PutEvents'))).toHaveLength(3);
  });
});
