import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { errorIn, expectBotIn, refusalOf } from './expect-bot.ts';
import { type Ended, emptyProject, nodeOf, ownVersions, type Project, packInto } from './project.ts';
import { app, BOT, BOT_IN_COMMONJS, chatTest, stack } from './sources.ts';
import { compile, errorsIn, LOOKS } from './types.ts';

/** The tools that this project itself does without. */
const TOOLS = {
  '@arethetypeswrong/cli': '0.18.5',
  '@types/jest': '30.0.0',
  publint: '0.3.25',
  'ts-jest': '29.4.15',
  'ts-node': '10.9.2',
  typescript: '5.9.3',
  vitest: '5.1.1',
};

const NODES = [22, 24] as const;

/** The `expect` of a test that is run by Node itself. */
const WITH_NODE = [
  'const expect = text => ({ toContain: part => assert.ok(text.includes(part), text) });',
] as const;

let project: Project;
let tarball = '';
const nodes = new Map<number, string>();
const run = (command: readonly string[], place?: string, major = 24) =>
  project.run(nodes.get(major) ?? '', command, place);

beforeAll(async () => {
  project = await emptyProject('apps');
  for (const major of NODES) nodes.set(major, await nodeOf(major));
  tarball = await packInto(project);
  const own = await ownVersions(
    ...[
      'aws-cdk-lib',
      'constructs',
      'typescript',
      'jest',
      '@jest/globals',
      '@swc/core',
      '@swc/jest',
      '@types/node',
    ],
  );
  const devDependencies = { ...own, ...TOOLS, 'typescript-7': `npm:typescript@${own.typescript}` };
  const manifest = { private: true, dependencies: { 'kakao-gateway': tarball }, devDependencies };
  await project.write({ 'package.json': JSON.stringify(manifest) });
  const installed = await run(['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund']);
  if (!installed.isOk) throw new Error(installed.printed);
});
afterAll(() => project?.remove());

describe('the package', () => {
  test('has nothing of the café, no scenario of its own, and no TypeScript but types', async () => {
    const folder = join(project.folder, 'node_modules/kakao-gateway/dist');
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(file =>
      file.isFile(),
    );
    expect(
      files.filter(({ name }) => /(?<!\.d)\.ts$/.test(name) || /^scenario\.(js|d\.ts)$/.test(name)),
    ).toEqual([]);
    for (const { parentPath, name } of files) {
      expect([name, (await readFile(join(parentPath, name), 'utf8')).includes('CafeState')]).toEqual([
        name,
        false,
      ]);
    }
  });

  test('leads nowhere but through its doors', async () => {
    const manifest = await readFile(join(project.folder, 'node_modules/kakao-gateway/package.json'), 'utf8');
    const { exports, private: isPrivate, scripts, license, repository, publishConfig } = JSON.parse(manifest);
    expect(Object.keys(exports)).toEqual([
      '.',
      './bot',
      './event-api',
      './llm',
      './testing',
      './package.json',
    ]);
    expect([isPrivate, scripts, license]).toEqual([undefined, undefined, 'MIT']);
    expect(repository).toMatch(/^github:[\w-]+\/[\w-]+$/);
    expect(publishConfig).toEqual({ access: 'public', provenance: true });
  });

  test('is found as it is meant to be by every way of resolving modules', async () => {
    const file = tarball.replace('file:', '');
    expect(await run(['npx', 'publint', file, '--strict'])).toMatchObject({ isOk: true });
    const judged = await run(['npx', 'attw', file, '--no-color', '--no-emoji']);
    expect(judged).toEqual({ isOk: true, printed: expect.stringContaining('No problems found') });
  });
});

describe.each(NODES)('on Node %i without a loader', major => {
  test('a CommonJS app in JavaScript answers and synthesises', async () => {
    const place = `commonjs-${major}`;
    const imports = [
      "const { App, Stack } = require('aws-cdk-lib/core');",
      "const { KakaoGateway, SessionStack } = require('kakao-gateway');",
    ];
    const chat = chatTest(
      "const assert = require('node:assert');",
      "const { test } = require('node:test');",
      "const { openChat } = require('kakao-gateway/testing');",
      "const { bot } = require('./bot.js');",
      ...WITH_NODE,
    );
    await project.write({
      [`${place}/package.json`]: '{}',
      [`${place}/bot.js`]: BOT_IN_COMMONJS,
      [`${place}/chat.test.js`]: chat.replace(' as const', ''),
      [`${place}/app.js`]: app(imports, "scenario: 'bot.js'"),
      [`${place}/forgets.js`]: app(imports, ''),
    });
    expect(await run(['node', '--test'], place, major)).toMatchObject({ isOk: true });
    expect(await run(['node', 'app.js', 'out'], place, major)).toMatchObject({ isOk: true });
    await expectBotIn(join(project.folder, place, 'out'));
    const { isOk, printed } = await run(['node', 'forgets.js', 'out-of-none'], place, major);
    expect([isOk, errorIn(printed)]).toEqual([false, refusalOf('Bot/Gateway')]);
  });

  test('an ESM app in TypeScript answers and synthesises', async () => {
    const place = `esm-${major}`;
    const imports = [
      "import { App, Stack } from 'aws-cdk-lib/core';",
      "import { KakaoGateway, SessionStack } from 'kakao-gateway';",
    ];
    const chat = chatTest(
      "import assert from 'node:assert';",
      "import { test } from 'node:test';",
      "import { openChat } from 'kakao-gateway/testing';",
      "import { bot } from './bot.ts';",
      ...WITH_NODE,
    );
    await project.write({
      [`${place}/package.json`]: '{ "type": "module" }',
      [`${place}/bot.ts`]: BOT,
      [`${place}/chat.test.js`]: chat.replace(' as const', ''),
      [`${place}/app.ts`]: app(imports, "scenario: 'bot.ts'"),
      [`${place}/forgets.ts`]: app(imports, ''),
    });
    expect(await run(['node', '--test'], place, major)).toMatchObject({ isOk: true });
    expect(await run(['node', 'app.ts', 'out'], place, major)).toMatchObject({ isOk: true });
    await expectBotIn(join(project.folder, place, 'out'));
    const { isOk, printed } = await run(['node', 'forgets.ts', 'out-of-none'], place, major);
    expect([isOk, errorIn(printed)]).toEqual([false, refusalOf('Bot/Gateway')]);
  });
});

describe('the types', () => {
  const ended = new Map<string, Ended>();

  beforeAll(async () => {
    const looks = [...LOOKS];
    const work = async (): Promise<void> => {
      for (let look = looks.shift(); look; look = looks.shift()) {
        ended.set(look.how, await compile(project, nodes.get(24) ?? '', look, "scenario: 'bot.ts',"));
      }
    };
    // As many at once as CI has processors.
    await Promise.all([work(), work()]);
  });

  test.each(LOOKS)('fit $how', ({ how, isExact }) => {
    const { isOk, printed = '' } = ended.get(how) ?? {};
    expect(errorsIn(printed)).toEqual([]);
    expect(isOk || (isExact && printed.includes('/aws-cdk-lib/'))).toBe(true);
  });

  test.each(LOOKS.filter(({ type }) => type === 'commonjs'))(
    'refuse a gateway without a scenario: $how',
    async look => {
      const quick = { ...look, options: [...look.options, '--skipLibCheck'] };
      const { printed } = await compile(project, nodes.get(24) ?? '', quick, '');
      expect(printed).toContain("Property 'scenario' is missing");
    },
  );
});

/** An app of the kind that `cdk init` made until 2025: ts-node, ts-jest, CommonJS, and types resolved as Node 10 did. */
test('an app with ts-node, ts-jest and moduleResolution node answers and synthesises', async () => {
  const compilerOptions = {
    ...{ target: 'ES2022', module: 'commonjs', moduleResolution: 'node', lib: ['es2022'], strict: true },
    ...{ noEmit: true, skipLibCheck: true, types: ['jest', 'node'] },
  };
  await project.write({
    'older/package.json': '{}',
    'older/tsconfig.json': JSON.stringify({ compilerOptions }),
    'older/jest.config.js':
      "module.exports = { testEnvironment: 'node', transform: { '^.+\\\\.tsx?$': 'ts-jest' } };",
    'older/bot/scenario.ts': BOT,
    'older/lib/stack.ts': stack('Shop', "scenario: 'bot/scenario.ts',"),
    'older/bin/app.ts': [
      "import * as cdk from 'aws-cdk-lib/core';",
      "import { Shop } from '../lib/stack';",
      'const app = new cdk.App({ outdir: process.argv[2] });',
      "new Shop(app, 'Shop');",
      'app.synth();',
    ].join('\n'),
    'older/test/chat.test.ts': chatTest(
      "import { openChat } from 'kakao-gateway/testing';",
      "import { bot } from '../bot/scenario';",
    ),
  });
  expect((await run(['npx', 'jest'], 'older')).printed).toContain('2 passed');
  expect(await run(['npx', 'ts-node', '--prefer-ts-exts', 'bin/app.ts', 'out'], 'older')).toMatchObject({
    isOk: true,
  });
  await expectBotIn(join(project.folder, 'older/out'));
});

describe('a test by', () => {
  const imports = (from: string, extension: string) => [
    `import { expect, test } from '${from}';`,
    "import { openChat } from 'kakao-gateway/testing';",
    `import { bot } from './bot${extension}';`,
  ];

  test('jest with swc, in CommonJS', async () => {
    await project.write({
      'jest-swc/package.json': '{}',
      'jest-swc/jest.config.js': "module.exports = { transform: { '\\\\.ts$': '@swc/jest' } };",
      'jest-swc/bot.ts': BOT,
      'jest-swc/chat.test.ts': chatTest(...imports('@jest/globals', '')),
    });
    expect((await run(['npx', 'jest'], 'jest-swc')).printed).toContain('2 passed');
  });

  test('jest with swc, in ESM', async () => {
    const swc = { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } };
    const config = { extensionsToTreatAsEsm: ['.ts'], transform: { '\\.ts$': ['@swc/jest', swc] } };
    await project.write({
      'jest-esm/package.json': '{ "type": "module" }',
      'jest-esm/jest.config.js': `export default ${JSON.stringify(config)};`,
      'jest-esm/bot.ts': BOT,
      'jest-esm/chat.test.ts': chatTest(...imports('@jest/globals', '.ts')),
    });
    const jest = ['node', '--experimental-vm-modules', '../node_modules/jest/bin/jest.js'];
    expect((await run(jest, 'jest-esm')).printed).toContain('2 passed');
  });

  test('vitest', async () => {
    await project.write({
      'vitest/package.json': '{}',
      'vitest/bot.ts': BOT,
      'vitest/chat.test.ts': chatTest(...imports('vitest', '')),
    });
    expect((await run(['npx', 'vitest', 'run', '--root', '.'], 'vitest')).printed).toMatch(/Tests +2 passed/);
  });
});

test("a function that a CommonJS app synthesised starts on Lambda's Node", async () => {
  const out = 'commonjs-24/out';
  const [bundle = ''] = (await readdir(join(project.folder, out))).filter(name => name.startsWith('asset.'));
  const lines = [
    ...Object.values(ENVIRONMENT).map(name => `process.env.${name} = 'x';`),
    `import('./${bundle}/index.mjs').then(({ handler }) => console.log(typeof handler));`,
  ];
  expect(await run(['node', '-e', lines.join('\n')], out)).toEqual({ isOk: true, printed: 'function\n' });
});
