import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { GatewayFunction } from '../../lib/gateway-function.ts';
import { type BundlingSettings, KakaoGateway, SessionStack } from '../../lib/index.ts';
import { packageFolder } from './package-folder.ts';
import { appOf, codesOf, unread } from './synth.ts';

const ROOT = join(import.meta.dirname, '../..');
const project = packageFolder();
const bot = `import { Bot } from '${ROOT}/lambda/bot/index.ts';\nexport const bot = new Bot({ session: () => ({}) });`;

afterAll(project.remove);

describe('the setting `bundling`', () => {
  test('holds for every function of a gateway', () => {
    project.write({ 'worded.mjs': `${bot} bot.fallback(() => process.env.WORD);` });
    const app = new App(unread());
    const { table } = new SessionStack(app, 'Sessions');
    new KakaoGateway(new Stack(app, 'Bot'), 'Gateway', {
      sessionsTable: table,
      scenario: join(project.path, 'worded.mjs'),
      bundling: { define: { 'process.env.WORD': '"튤립"' } },
    });
    const codes = codesOf(app);
    // And the probe.
    expect(codes).toHaveLength(5);
    expect(codes.filter(code => code.includes('튤립'))).toHaveLength(4);
  });

  test('holds for every function of the bot beside whose name it stands', () => {
    const scenario = join(project.path, 'worded.mjs');
    project.write({ 'worded.mjs': `${bot}\nbot.fallback(() => process.env.WORD);` });
    const bundling = { define: { 'process.env.WORD': '"백합"' } };
    const codes = codesOf(
      appOf({ bots: [{ name: 'worded', scenario, bundling }], 'aws:cdk:bundling-stacks': ['**'] }),
    );
    // And the probe.
    expect(codes).toHaveLength(5);
    expect(codes.filter(code => code.includes('백합'))).toHaveLength(4);
  });

  test('makes code of its own, of one scenario, too, whose hooks alone are others', () => {
    const app = new App(unread());
    const stack = new Stack(app, 'Bots');
    const hooked = (word: string): BundlingSettings => ({
      commandHooks: { afterBundling: (_, folder) => [`echo '// ${word}' >> '${folder}/index.mjs'`] },
    });
    for (const [id, bundling] of Object.entries({
      one: hooked('one'),
      two: hooked('two'),
      none: undefined,
    })) {
      new GatewayFunction(stack, id, {
        handler: 'validation',
        timeout: Duration.seconds(1),
        memoryMb: 128,
        scenario: join(ROOT, 'test/lib/flower-shop.ts'),
        bundling,
      });
    }
    const words = codesOf(app).map(code => /\/\/ (one|two)\n$/.exec(code)?.[1]);
    expect(words.sort()).toEqual(['one', 'two', undefined]);
  });
});

test('cdk says the sentence about a package that can not be bundled, and nothing else', () => {
  project.write({
    'native.mjs': `import 'odd';\n${bot}`,
    'node_modules/odd/package.json': '{"name":"odd"}',
    'node_modules/odd/index.js': 'exports.a = 1;',
    'node_modules/odd/binding.gyp': '',
  });
  const bots = [{ name: 'odd', scenario: join(project.path, 'native.mjs') }];
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bin/gateway.ts'], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: '', CDK_CONTEXT_JSON: JSON.stringify({ bots }) },
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr.split('\n').filter(line => line && !line.startsWith('Bundling asset '))).toEqual([
    'odd has native code, which can\'t be bundled: name it in "bundling.nodeModules", to have it installed for Lambda, or in "bundling.externalModules" where the bot does without it',
  ]);
});
