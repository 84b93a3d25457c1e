import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { isImported, type Need } from '../../lib/bundle-needs.ts';
import { BUNDLING, buildWithNeeds } from '../../lib/bundling.ts';
import { packageFolder } from './package-folder.ts';

const { path: folder, write, remove } = packageFolder();

afterAll(remove);

/** A module bundled as deployed. */
function built(path: string, needs?: readonly Need[]): string {
  const { outputFiles } = buildWithNeeds(
    { ...BUNDLING, entryPoints: [join(folder, path)], outfile: join(folder, 'out/index.mjs') },
    needs,
  );
  return outputFiles.map(({ text }) => text).join('');
}

/** The words that a bundle of this module prints. */
function printed(path: string): string {
  const file = join(folder, 'out', path.replace(/\.\w+$/, '.mjs'));
  write({ [file.slice(folder.length)]: built(path) });
  return execFileSync(process.execPath, [file], { encoding: 'utf8' }).trim();
}

describe("the SDK's event streams", () => {
  const WORDS = 'MY_EVENT_STREAM_MARSHALLER';
  const core = (...lines: readonly string[]) => ({
    'node_modules/@smithy/core/package.json': JSON.stringify({
      name: '@smithy/core',
      type: 'module',
      sideEffects: false,
      exports: { './protocols': './protocols.js', './event-streams': './event-streams.js' },
    }),
    'node_modules/@smithy/core/protocols.js':
      "export const load = async () => { const { EventStreamSerde } = await import('@smithy/core/event-streams'); return new EventStreamSerde(); };",
    'node_modules/@smithy/core/event-streams.js': `export class EventStreamSerde { name = '${WORDS}'; }
      export const resolveEventStreamSerdeConfig = () => '${WORDS}';`,
    'node_modules/@aws-sdk/client/package.json':
      '{"name":"@aws-sdk/client","type":"module","main":"index.js"}',
    'node_modules/@aws-sdk/client/index.js': lines.join('\n'),
    'client.mjs': "import * as client from '@aws-sdk/client'; console.log(client);",
  });
  const LOAD = "import { load } from '@smithy/core/protocols'; export { load };";

  test('are left out where no client has them', () => {
    write(core(LOAD, 'export const schema = { sensitive: 1 }; // no streaming'));
    expect(built('client.mjs')).toContain('the bundle has no event streams');
    expect(built('client.mjs')).not.toContain(WORDS);
  });

  test.each([
    ['imports them', [LOAD, "import * as all from '@smithy/core/event-streams'; console.log(all);"]],
    [
      'imports what the stand-in has not',
      [
        LOAD,
        "import { resolveEventStreamSerdeConfig } from '@smithy/core/event-streams'; export const a = resolveEventStreamSerdeConfig;",
      ],
    ],
    [
      'asks for them when it needs them',
      [LOAD, "export const later = () => import('@smithy/core/event-streams');"],
    ],
    ['has its own package for them', [LOAD, "import './eventstream-serde.js';"]],
    [
      'describes one, and leaves the rest to the core',
      [LOAD, 'export const schema = [3, { ["streaming"]: 1 }];'],
    ],
    ['describes one by a key', [LOAD, 'export const schema = [3, { streaming: 1 }];']],
  ])('are there where a client %s', (_, lines) => {
    write({ ...core(...lines), 'node_modules/@aws-sdk/client/eventstream-serde.js': '' });
    expect(built('client.mjs')).toContain(WORDS);
    expect(built('client.mjs')).not.toContain('the bundle has no event streams');
  });
});

describe("the SDK's chain of credential providers", () => {
  const chain = (name: string) => ({
    'node_modules/@aws-sdk/credential-provider-node/package.json': '{"type":"module","main":"index.js"}',
    'node_modules/@aws-sdk/credential-provider-node/index.js':
      "export const defaultProvider = 'MY_CHAIN'; export const credentialsWillNeedRefresh = 'MY_CHAIN';",
    'chain.mjs': `import { ${name} } from '@aws-sdk/credential-provider-node'; console.log(${name});`,
  });

  test('is left out where the one of the environment is enough', () => {
    write(chain('defaultProvider'));
    expect(built('chain.mjs')).not.toContain('MY_CHAIN');
  });

  test('is there for who needs more of it', () => {
    write(chain('credentialsWillNeedRefresh'));
    expect(built('chain.mjs')).toContain('MY_CHAIN');
  });
});

describe('`node:process`', () => {
  const sdk = {
    'node_modules/@aws-sdk/core/package.json': '{"type":"module","main":"index.js"}',
    'node_modules/@aws-sdk/core/index.js':
      "import { env, versions } from 'node:process'; export const agent = () => [env.HOME, versions.node].length;",
  };

  test('is not imported for the SDK, which asks it for what any code has without', () => {
    write({ ...sdk, 'sdk.mjs': "import { agent } from '@aws-sdk/core'; console.log(agent());" });
    expect(built('sdk.mjs')).not.toContain('node:process');
    expect(printed('sdk.mjs')).toBe('2');
  });

  test.each([
    [
      'by a name that the stand-in has not',
      "import { argv0 } from 'node:process'; console.log(argv0 !== '');",
    ],
    ['by a name that it has', "import { env } from 'node:process'; console.log('PATH' in env);"],
    ['as a whole', "import process from 'node:process'; console.log(process.argv.length > 0);"],
    ['as a namespace', "import * as all from 'node:process'; console.log(all['arg' + 'v'].length > 0);"],
    ['later', "const all = await import('node:process'); console.log(all['arg' + 'v'].length > 0);"],
  ])('is there for who imports it %s', (_, line) => {
    write({ ...sdk, 'own.mjs': `import { agent } from '@aws-sdk/core'; agent(); ${line}` });
    expect(built('own.mjs')).toContain('node:process');
    expect(printed('own.mjs')).toBe('true');
  });

  test('is there for who requires it', () => {
    write({
      ...sdk,
      'node_modules/old-process/package.json': '{"name":"old-process"}',
      'node_modules/old-process/index.js': "exports.argv = require('node:process').argv;",
      'old-process.mjs':
        "import { agent } from '@aws-sdk/core'; import { argv } from 'old-process'; agent(); console.log(argv.length > 0);",
    });
    expect(printed('old-process.mjs')).toBe('true');
  });
});

describe('what CommonJS packages take for granted', () => {
  test('is nothing in a bundle that has none', () => {
    write({ 'plain.mjs': "import { readFileSync } from 'node:fs'; console.log(typeof readFileSync);" });
    expect(built('plain.mjs')).not.toMatch(/createRequire|dirname/);
    expect(printed('plain.mjs')).toBe('function');
  });

  test('works: a builtin, the place of a file, what may be missing, a name of their own', () => {
    write({
      'node_modules/old/package.json': '{"name":"old"}',
      'node_modules/old/index.js': `const Emitter = require('events');
        const createRequire = 1, __createRequire = 2;
        const load = name => require(name);
        try { require('not-there'); } catch (error) { exports.missing = error.code; }
        exports.all = [new Emitter().listenerCount('a'), load('path').basename(__dirname), require('path').basename(__filename), require.main === module, createRequire + __createRequire];`,
      'old.mjs':
        "import old from 'old'; import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); console.log(...old.all, old.missing, typeof require);",
    });
    expect(printed('old.mjs')).toBe('0 out old.mjs false 3 MODULE_NOT_FOUND function');
  });
});

describe('a package that `require` would find as an ES module', () => {
  const dual = (place: string, words: string) => ({
    [`${place}/package.json`]: '{"name":"dual","main":"main.js","module":"module.mjs"}',
    [`${place}/main.js`]: `module.exports = () => '${words}'; module.exports.default = module.exports;`,
    [`${place}/module.mjs`]: `export default () => '${words}, as a module';`,
    [`${place}/part.js`]: 'exports.part = 1;',
  });
  const OLD = {
    'node_modules/old-user/package.json': '{"name":"old-user"}',
    'node_modules/old-user/index.js': "exports.said = require('dual')();",
    'old-user.mjs': "import { said } from 'old-user'; import dual from 'dual'; console.log(said, dual());",
  };

  test('is what it is there, for whoever imports it, too', () => {
    write({ ...dual('node_modules/dual', 'one'), ...OLD });
    expect(printed('old-user.mjs')).toBe('one one');
  });

  test('is so in each of its copies, and by its parts', () => {
    write({
      ...dual('node_modules/dual', 'one'),
      ...dual('node_modules/old-user/node_modules/dual', 'two'),
      ...OLD,
      'parts.mjs': "import './old-user.mjs'; import { part } from 'dual/part.js'; console.log(part);",
    });
    expect(printed('parts.mjs')).toBe('two one\n1');
  });

  test('stays an ES module where everybody imports it', () => {
    write({
      ...dual('node_modules/dual', 'one'),
      'new-user.mjs': "import dual from 'dual'; console.log(dual());",
    });
    expect(printed('new-user.mjs')).toBe('one, as a module');
  });
});

describe('a need', () => {
  const asks: Need = {
    isNeeded: made => isImported(made, '#answer'),
    give: options => ({ ...options, alias: { ...options.alias, '#answer': join(folder, 'answer.mjs') } }),
  };

  test('is given where what is deployed imports it, and only there', () => {
    write({
      'package.json': '{"imports":{"#answer":"./none.mjs"}}',
      'none.mjs': "export const answer = 'NONE';",
      'answer.mjs': "export const answer = 'FORTY_TWO';",
      'door.mjs': "export { answer } from './asker.mjs'; export const other = 'OTHER';",
      'asker.mjs': "import { answer as own } from '#answer'; export const answer = () => own;",
      'asks.mjs': "import { answer } from './door.mjs'; console.log(answer());",
      'does-not.mjs': "import { other } from './door.mjs'; console.log(other);",
    });
    expect(built('asks.mjs', [asks])).toContain('FORTY_TWO');
    expect(built('does-not.mjs', [asks])).not.toMatch(/FORTY_TWO|NONE/);
    let given = 0;
    const give: Need['give'] = (options, made) => {
      given++;
      return asks.give(options, made);
    };
    built('does-not.mjs', [{ ...asks, give }]);
    expect(given).toBe(0);
    built('asks.mjs', [{ ...asks, give }]);
    expect(given).toBe(1);
  });
});
