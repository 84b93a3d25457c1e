import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib/core';
import fc from 'fast-check';
import { configurationOf } from '../../lib/configuration.ts';
import { ContextError } from '../../lib/context-key.ts';
import { contextIn, gatewaySettings } from '../../lib/gateway-settings.ts';
import { SETTING_NAMES } from '../../lib/setting-names.ts';
import { BOT_NAME, OF_A_BOT, OF_THE_APP } from '../../lib/settings.ts';
import { anyCharacter } from '../kit/any-character.ts';
import { runs } from '../kit/property.ts';
import { ADOPTED, EVERYTHING, unread } from './synth.ts';

type Context = Readonly<Record<string, unknown>>;

const read = (context: Context, inFile?: Context) => {
  const { stage, region, bots } = configurationOf(context, undefined, inFile);
  const [{ alarmEmail, memoryMb } = {}] = bots;
  return { stage, region, alarmEmail, memoryMb, names: bots.map(({ name }) => name) };
};

function sentenceOn(context: Context): string | undefined {
  try {
    configurationOf(context);
    return undefined;
  } catch (error) {
    if (error instanceof ContextError) return error.message;
    throw error;
  }
}

describe('the settings of a stage', () => {
  const stages = { dev: { alarmEmail: 'dev@example.com' }, prod: { memoryMb: 1024 } };
  const shared = { alarmEmail: 'oncall@example.com', memoryMb: 256, stages };

  test('go before what all stages share', () => {
    expect(read(shared)).toMatchObject({
      stage: 'prod',
      alarmEmail: 'oncall@example.com',
      memoryMb: 1024,
    });
    expect(read({ ...shared, stage: 'dev' })).toMatchObject({ alarmEmail: 'dev@example.com', memoryMb: 256 });
    expect(read({ ...shared, stage: 'try-1' })).toMatchObject({ memoryMb: 256 });
  });

  test('go behind what the command line says, which is known by its not standing in the file', () => {
    const said = { ...shared, stage: 'dev', alarmEmail: 'me@example.com' };
    expect(read(said, shared)).toMatchObject({ alarmEmail: 'me@example.com', memoryMb: 256 });
    expect(read({ ...shared, memoryMb: '256' }, shared)).toMatchObject({ memoryMb: 256 });
    expect(read(shared, shared)).toMatchObject({ memoryMb: 1024 });
  });

  test('may be its region and its bots', () => {
    const bots = [{ name: 'cafe' }];
    const own = { stages: { dev: { region: 'us-east-1', bots } }, region: 'ap-northeast-2' };
    expect(read({ ...own, stage: 'dev' })).toMatchObject({ region: 'us-east-1', names: ['cafe'] });
    expect(read(own)).toMatchObject({ region: 'ap-northeast-2', names: [undefined] });
  });

  test('may come from the command line, as JSON', () => {
    expect(read({ ...shared, stages: JSON.stringify(stages) }, shared)).toEqual(read(shared));
  });

  test.each<[Context, RegExp]>([
    [{ stages: 'dev' }, /"stages" must be an object of one for each stage's settings: \{"stages": \{"dev"/],
    [{ stages: { dev: 7 } }, /"stages\.dev" must be an object of that stage's settings/],
    [{ stages: { Dev: {} } }, /in the context "stages", "Dev" is no stage: its name must be lower-case/],
    [
      { stages: { dev: { alarmMail: 'x' } } },
      /"stages\.dev\.alarmMail" is unknown: did you mean "alarmEmail"\?$/,
    ],
    [{ stages: { dev: { stage: 'dev' } } }, /"stages\.dev\.stage" is unknown: a stage has the settings/],
    [{ stages: { dev: { flowers: 1 } } }, /"stages\.dev\.flowers" is unknown: a stage has the settings/],
    [
      { stages: { dev: { memoryMb: 7 } } },
      /"stages\.dev\.memoryMb" must be a whole number .*: \{"memoryMb": 512\}$/,
    ],
  ])('%j is refused, whichever stage is meant', (context, sentence) => {
    expect(sentenceOn(context)).toMatch(sentence);
  });

  test('are told by their place in cdk.json to whoever deploys', () => {
    const CDK_CONTEXT_JSON = '{"stages":{"dev":{"memoryMb":"lots"}}}';
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bin/gateway.ts'], {
      env: { ...process.env, NODE_OPTIONS: '', CDK_CONTEXT_JSON },
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^the context "stages\.dev\.memoryMb" must be [^\n]*\n$/),
    });
  });
});

test("the app, with a domain, too, is its two stacks and goes to Seoul, where the CDK's CLI tells the fallback of AWS's tools", () => {
  const { domainName, certificateArn } = EVERYTHING;
  const folder = mkdtempSync(join(tmpdir(), 'app-'));
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bin/gateway.ts'], {
    env: {
      ...{ PATH: process.env.PATH, HOME: folder, CDK_OUTDIR: folder, CDK_DEFAULT_REGION: 'us-east-1' },
      // CDK's own checks read CloudFormation's whole specification first.
      CDK_VALIDATION: 'false',
      CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:bundling-stacks': [], domainName, certificateArn }),
    },
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { artifacts } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  rmSync(folder, { recursive: true });
  const stacks = Object.entries<{ readonly type: string; readonly environment: string }>(artifacts)
    .filter(([, { type }]) => type === 'aws:cloudformation:stack')
    .map(([name, { environment }]) => [name, environment]);
  expect(Object.fromEntries(stacks)).toEqual({
    'kakao-gateway-prod': 'aws://unknown-account/ap-northeast-2',
    'kakao-gateway-sessions-prod': 'aws://unknown-account/ap-northeast-2',
  });
});

test('tools that know no CDK know the settings of a stage by name', () => {
  const { stage: _, ...others } = { ...OF_THE_APP, botName: BOT_NAME, ...OF_A_BOT };
  expect([...SETTING_NAMES].sort()).toEqual([...Object.keys(others), 'bots'].sort());
});

describe('the settings of an app with one bot', () => {
  const of = (context: Context) => gatewaySettings(new App(unread(context)));
  const before = process.env;
  afterEach(() => {
    process.env = before;
  });

  test('are those of its stage, as the properties of its stacks, in Seoul unless a region was said', () => {
    process.env = { HOME: tmpdir(), CDK_DEFAULT_REGION: 'us-east-1', CDK_DEFAULT_ACCOUNT: '123456789012' };
    const stages = { dev: { alarmEmail: 'dev@example.com', customerManagedKey: true } };
    const { stage, env, sessions, gateway } = of({ stage: 'dev', memoryMb: 256, stages });
    expect({ stage, env }).toEqual({
      stage: 'dev',
      env: { account: '123456789012', region: 'ap-northeast-2' },
    });
    expect(sessions).toMatchObject({ customerManagedKey: true, terminationProtection: false });
    expect(gateway).toMatchObject({
      memoryMb: 256,
      alarms: { email: 'dev@example.com' },
      terminationProtection: false,
    });
  });

  test('protect both stacks of prod, and take the region that is set', () => {
    const { stage, env, sessions, gateway } = of({ region: 'us-east-1' });
    expect({ stage, region: env.region }).toEqual({ stage: 'prod', region: 'us-east-1' });
    expect([sessions.terminationProtection, gateway.terminationProtection]).toEqual([true, true]);
  });

  test('are one sentence where one is wrong, without places in our code for whoever does not catch it', () => {
    let thrown: unknown;
    try {
      of({ memoryMb: 'lots' });
    } catch (error) {
      thrown = error;
    }
    expect(inspect(thrown)).toBe(
      '[ContextError: the context "memoryMb" must be a whole number from 128 to 10240: -c memoryMb=512]',
    );
  });

  test('are read in a cdk.json with the mark that editors of Windows begin a file with, as by the CDK itself', () => {
    const folder = mkdtempSync(join(tmpdir(), 'settings-'));
    writeFileSync(join(folder, 'cdk.json'), '\uFEFF{"context":{"memoryMb":256}}');
    expect(contextIn(join(folder, 'cdk.json'))).toEqual({ memoryMb: 256 });
    expect(contextIn(join(folder, 'none.json'))).toBeUndefined();
    rmSync(folder, { recursive: true });
  });

  test.each([{ bots: [{ name: 'cafe' }] }, { botName: 'cafe' }])('are refused with %j', context => {
    expect(() => of(context)).toThrow(
      '"botName" and "bots" are for the app that has them: here app.ts names',
    );
  });
});

describe('a setting that is misspelt', () => {
  const SETTINGS = [...Object.keys({ ...EVERYTHING, ...ADOPTED }), 'bots', 'stages'];
  const SHARED = SETTINGS.filter(key => !['stage', 'region', 'botName', 'bots', 'stages'].includes(key));

  /** One slip of whoever writes a key: a letter too few, too many, another or two swapped, another case, a wrong prefix. */
  const slip = (key: string): fc.Arbitrary<string> => {
    const at = fc.nat(key.length - 1);
    const letter = fc.oneof(
      fc.string({ unit: anyCharacter, minLength: 1, maxLength: 1 }),
      fc.constantFrom(..."-_ ./:'s2"),
    );
    return fc
      .oneof(
        at.map(place => key.slice(0, place) + key.slice(place + 1)),
        at.map(place => key.slice(0, place) + key[place] + key.slice(place)),
        fc.tuple(at, letter).map(([place, one]) => key.slice(0, place) + one + key.slice(place)),
        fc.tuple(at, letter).map(([place, one]) => key.slice(0, place) + one + key.slice(place + 1)),
        at.map(place => key.slice(0, place) + (key[place + 1] ?? '') + key[place] + key.slice(place + 2)),
        fc.constantFrom(
          key.toUpperCase(),
          key.toLowerCase(),
          `${key}s`,
          key.replace(/s$/, ''),
          key.replace(/[A-Z]/g, one => `-${one.toLowerCase()}`),
          key.replace(/[A-Z]/g, one => `_${one}`).toUpperCase(),
          `--${key}`,
          `kakao-gateway:${key}`,
          `kakao${key}`,
          `KAKAO_${key.replace(/[A-Z]/g, one => `_${one}`).toUpperCase()}`,
          ` ${key}`,
        ),
      )
      .filter(written => !SETTINGS.includes(written));
  };
  const slips = (keys: readonly string[]) => fc.constantFrom(...keys).chain(key => slip(key));

  test('never passes in silence, whichever it is and wherever it stands', () => {
    fc.assert(
      fc.property(slips(SETTINGS), key => {
        expect({ key, sentence: sentenceOn({ [key]: 'x' }) }).toMatchObject({
          sentence: expect.stringContaining('did you mean "'),
        });
      }),
      runs(10_000),
    );
    fc.assert(
      fc.property(slips(SHARED), key => {
        for (const context of [{ bots: [{ name: 'cafe', [key]: 'x' }] }, { stages: { dev: { [key]: 'x' } } }])
          expect({ key, sentence: sentenceOn(context) }).toMatchObject({
            sentence: expect.stringContaining('is unknown'),
          });
      }),
      runs(2_000),
    );
  });
});
