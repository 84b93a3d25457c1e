import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { errorIn, expectBotIn, refusalOf } from './expect-bot.ts';
import { emptyProject, nodeOf, ownVersions, type Project, packInto } from './project.ts';
import { BOT, chatTest, stack } from './sources.ts';

const ROOT = join(import.meta.dirname, '../..');
const SCENARIO = "scenario: 'bot/scenario.ts',";

/** `cdk init app --language typescript`, with its own package.json, tsconfig.json, cdk.json and jest.config.js. */
describe('in a fresh CDK app', () => {
  let project: Project;
  let node = '';
  const run = (...command: readonly string[]) => project.run(node, command);

  beforeAll(async () => {
    project = await emptyProject('my-shop');
    node = await nodeOf(24);
    const cdk = join(ROOT, 'node_modules/.bin/cdk');
    const made = await run(cdk, 'init', 'app', '--language', 'typescript', '--generate-only', '--no-notices');
    if (!made.isOk) throw new Error(made.printed);
    // Without exact versions of its own, tomorrow's could fail it.
    const tarball = await packInto(project);
    const held = await ownVersions(
      'aws-cdk',
      'aws-cdk-lib',
      'constructs',
      'typescript',
      'jest',
      'tsx',
      '@swc/core',
    );
    const packages = [tarball, ...Object.entries(held).map(([name, version]) => `${name}@${version}`)];
    const installed = await run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', ...packages);
    if (!installed.isOk) throw new Error(installed.printed);
    await project.write({
      'bot/scenario.ts': BOT,
      'lib/my-shop-stack.ts': stack('MyShopStack', SCENARIO),
      'test/my-shop.test.ts': chatTest(
        "import { openChat } from 'kakao-gateway/testing';",
        "import { bot } from '../bot/scenario';",
      ),
    });
  });
  afterAll(() => project?.remove());

  test('the types fit', async () => {
    expect(await run('npx', 'tsc')).toEqual({ isOk: true, printed: expect.not.stringContaining('error') });
  });

  test('its jest talks to the bot', async () => {
    const { isOk, printed } = await run('npm', 'test');
    expect(printed).toContain('2 passed');
    expect(isOk).toBe(true);
  });

  test('cdk synth makes all four functions, and the bot is in each of them once', async () => {
    const { isOk, printed } = await run('npx', 'cdk', 'synth', '-q', '--no-notices');
    expect([isOk, printed]).toEqual([true, expect.any(String)]);
    await expectBotIn(join(project.folder, 'cdk.out'));
  });

  test('a forgotten scenario is refused by the types, and by synth where nobody asks them', async () => {
    await project.write({ 'lib/my-shop-stack.ts': stack('MyShopStack', '') });
    const { isOk, printed } = await run('npx', 'cdk', 'synth', '-q', '--no-notices');
    expect([isOk, printed]).toEqual([false, expect.stringContaining("Property 'scenario' is missing")]);
    const untyped = await run('npx', 'tsx', 'bin/my-shop.ts');
    expect(untyped.isOk).toBe(false);
    expect(errorIn(untyped.printed)).toBe(refusalOf('MyShopStack/Gateway'));
  });
});
