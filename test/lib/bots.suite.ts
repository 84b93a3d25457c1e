import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib/core';
import { KakaoGateway, SessionStack } from '../../lib/index.ts';
import { appOf, EVERYTHING, propertiesOf, synth, unread } from './synth.ts';

const CAFE = 'lambda/scenarios/cafe.ts';
const FLOWERS = 'test/lib/flower-shop.ts';
const WORDS = { cafe: '아메리카노', flowers: '튤립이 막 들어왔어요.' };

describe('two bots in one stack', () => {
  const app = new App(unread());
  const stack = new Stack(app, 'Bots');
  const ofBot = (name: string, scenario: string) => {
    const { table } = new SessionStack(app, `Sessions-${name}`);
    return new KakaoGateway(stack, name, { sessionsTable: table, botName: name, scenario });
  };
  ofBot('cafe', CAFE);
  ofBot('flowers', FLOWERS);
  const { directory } = app.synth();
  const assets = readdirSync(directory)
    .filter(name => name.startsWith('asset.'))
    .map(name => readFileSync(join(directory, name, 'index.mjs'), 'utf8'));

  test('run what their own scenarios say, in every function, and not what the other says', () => {
    const saying = (words: string) => assets.filter(code => code.includes(words));
    // And the probe, which is the same for both.
    expect(new Set(assets).size).toBe(9);
    expect(saying(WORDS.cafe)).toHaveLength(4);
    expect(saying(WORDS.flowers)).toHaveLength(4);
    expect(saying(WORDS.cafe).filter(code => code.includes(WORDS.flowers))).toEqual([]);
  });
});

describe('two bots in the context', () => {
  const bots = [{ name: 'cafe' }, { name: 'flowers', scenario: FLOWERS, memoryMb: 256 }];
  const context = { bots, stage: 'dev', memoryMb: 1024 };
  const { app } = synth(context);
  const stacks = app.node.children.filter(child => child instanceof Stack);

  test('have stacks of their own; the bot of lambda/scenario.ts has those it always had', () => {
    expect(stacks.map(({ stackName }) => stackName)).toEqual([
      'kakao-gateway-sessions-dev',
      'kakao-gateway-dev',
      'kakao-gateway-sessions-dev--flowers',
      'kakao-gateway-dev--flowers',
    ]);
  });

  test('have their own names in metrics, and their own settings', () => {
    const settingsOf = (bot: string) =>
      propertiesOf(synth(context, bot).gateway.template, 'AWS::Lambda::Function').map(
        ({ MemorySize, Environment }) => [MemorySize, Environment.Variables.BOT_NAME],
      );
    expect(settingsOf('')[0]).toEqual([1024, 'cafe-dev']);
    expect(settingsOf('--flowers')[0]).toEqual([256, 'flowers-dev']);
  });
});

test('one bot has the stacks it always had', () => {
  const stacks = appOf({ stage: 'dev' }).node.children.filter(child => child instanceof Stack);
  expect(stacks.map(({ stackName, terminationProtection }) => [stackName, terminationProtection])).toEqual([
    ['kakao-gateway-sessions-dev', false],
    ['kakao-gateway-dev', false],
  ]);
  expect(synth().sessions.stack.terminationProtection).toBe(true);
  expect(synth().gateway.stack.terminationProtection).toBe(true);
});

test('whoever is asked whether stacks may go reads their names, which tell the stage', () => {
  for (const stage of ['prod', 'dev']) {
    const stacks = appOf({ stage }).node.children.filter(child => child instanceof Stack);
    expect(stacks.map(({ node }) => node.id)).toEqual(stacks.map(({ stackName }) => stackName));
    for (const { node } of stacks) expect(node.id).toContain(`-${stage}`);
  }
});

test("a domain's mapping keeps the logical id that it had when the stack was called Gateway", () => {
  const { domainName, certificateArn } = EVERYTHING;
  const mappingOf = (context: object, bot?: string) =>
    Object.keys(synth({ ...context }, bot).gateway.template.findResources('AWS::ApiGatewayV2::ApiMapping'));
  const before = ['GatewayStageGatewayGatewayDomainDomainNameundefinedDE2B350D'];
  for (const stage of ['prod', 'dev'])
    expect(mappingOf({ stage, domainName, certificateArn })).toEqual(before);
  const flowers = { name: 'flowers', scenario: FLOWERS, domainName, certificateArn };
  expect(mappingOf({ bots: [flowers] }, '--flowers')).toEqual([
    'GatewayStageGatewayflowersGatewayDomainDomainNameundefined4529F9E8',
  ]);
});
