import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, jest, test } from '@jest/globals';
import { bundleFile } from '../../lib/bundling.ts';
import { type BundlingSettings, bundlingSentenceOf } from '../../lib/bundling-settings.ts';
import { packageFolder } from './package-folder.ts';

const app = packageFolder();
const OUT = join(app.path, 'deployed');

afterEach(() => rmSync(OUT, { recursive: true, force: true }));
afterAll(app.remove);

/** A package's files. */
const packaged = (name: string, files: Readonly<Record<string, string>>, description: object = {}) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', ...description }),
  ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`node_modules/${name}/${path}`, text])),
});

/** Bundles a scenario with these lines, which make `said`. */
function deploy(
  lines: string,
  files: Readonly<Record<string, string>> = {},
  settings: BundlingSettings = {},
): void {
  app.write({ ...files, 'scenario.mjs': `${lines}\nconsole.log(String(said));` });
  bundleFile(join(app.path, 'scenario.mjs'), app.path, OUT, settings);
}

/** The words that the deployed code prints when it starts. */
const said = (): string =>
  execFileSync(process.execPath, ['--no-warnings', join(OUT, 'index.mjs')], { encoding: 'utf8' }).trim();

const codeOf = (): string => readFileSync(join(OUT, 'index.mjs'), 'utf8');

describe('files', () => {
  test('of text are what is in them, and WebAssembly its bytes', () => {
    const texts = ['txt', 'sql', 'md', 'html', 'csv', 'xml', 'graphql', 'gql'];
    const imports = texts.map(ending => `import ${ending} from './text.${ending}';`);
    deploy(
      `${imports.join('')} import wasm from './code.wasm'; const said = [${texts}, wasm instanceof Uint8Array, wasm.length];`,
      { ...Object.fromEntries(texts.map(ending => [`text.${ending}`, ending])), 'code.wasm': '\0asm' },
    );
    expect(said()).toBe([...texts, true, 4].join());
  });

  test('of other kinds are what `loader` says, in place of the defaults, too', () => {
    deploy(
      "import menu from './menu.toml'; import query from './query.sql'; const said = [menu, query];",
      { 'menu.toml': 'toml', 'query.sql': 'sql' },
      { loader: { '.toml': 'text', '.sql': 'base64' } },
    );
    expect(said()).toBe('toml,c3Fs');
  });

  test("that the bot reads by their own place are deployed there, and a machine's own are not", () => {
    deploy(
      `import { existsSync, readFileSync } from 'node:fs'; import { join } from 'node:path';
       const read = file => readFileSync(file, 'utf8');
       const said = [
         read(new URL('./data/menu.csv', import.meta.url)),
         read(join(import.meta.dirname, 'data', 'prices.csv')),
         read(\`\${join(import.meta.dirname + '/data/hours.csv')}\`),
         existsSync(new URL('./.env', import.meta.url)),
       ].join(' ');`,
      { 'data/menu.csv': '라테', 'data/prices.csv': '4500', 'data/hours.csv': '9-21', '.env': 'SECRET=1' },
    );
    expect(said()).toBe('라테 4500 9-21 false');
    expect(existsSync(join(OUT, '.env'))).toBe(false);
  });

  test.each([
    [
      'above the module',
      "new URL('../above.csv', import.meta.url)",
      /above\.csv is read as \.\.\/above\.csv, out of reach of a bundle: move it, or import it, which makes it a part of the code$/,
    ],
    [
      'where another is already',
      "new URL('./menu.csv', import.meta.url); import './other/module.mjs'",
      /menu\.csv is read as menu\.csv, where .*menu\.csv is, too: move it, or import it/,
    ],
  ])('%s are refused', (_, place, sentence) => {
    app.write({
      'inner/menu.csv': 'one',
      'inner/other/menu.csv': 'two',
      'above.csv': '',
      'inner/other/module.mjs': "console.log(new URL('./menu.csv', import.meta.url));",
      'inner/module.mjs': `console.log(${place.split(';')[0]});${place.split(';')[1] ?? ''}`,
    });
    expect(() => deploy("import './inner/module.mjs'; const said = '';")).toThrow(sentence);
    expect(existsSync(OUT)).toBe(false);
  });

  test('that a package reads by its own place are deployed there', () => {
    deploy("import { said } from 'reads';", {
      ...packaged('reads', {
        'index.js':
          "exports.said = require('fs').readFileSync(require('path').join(__dirname, './table.bin'), 'utf8');",
        'table.bin': 'bytes',
      }),
    });
    expect(said()).toBe('bytes');
  });
});

describe('a package is refused at synth, in one sentence, ', () => {
  const INSTALL = 'name it in "bundling.nodeModules", to have it installed';
  const NATIVE = `has native code, which can't be bundled: ${INSTALL} for Lambda, or in "bundling.externalModules" where the bot does without it`;
  const CODE = { 'index.js': 'module.exports = 1;' };

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['that builds native code', packaged('odd', { ...CODE, 'binding.gyp': '' }), `odd ${NATIVE}`],
    ['that has native code ready', packaged('odd', { ...CODE, 'prebuilds/all': '' }), `odd ${NATIVE}`],
    [
      'that has an addon, as an engine',
      packaged('odd', { ...CODE, 'dist/engine.so.node': '' }),
      `odd ${NATIVE}`,
    ],
    [
      'that has native code in packages of its own',
      {
        ...packaged('odd', CODE, { optionalDependencies: { '@odd/linux-x64': '1' } }),
        ...packaged('@odd/linux-x64', {}, { cpu: ['x64'] }),
      },
      `odd ${NATIVE}`,
    ],
    [
      'that loads an addon by its name',
      packaged('odd', { 'index.js': "module.exports = require('./build.node');", 'build.node': '' }),
      `odd ${NATIVE}`,
    ],
    [
      'that imports what is not there',
      packaged('odd', { 'index.js': "module.exports = require('.made/later');" }),
      'odd imports ".made/later", which is not there: install or generate it, name odd in "bundling.nodeModules", or name ".made/later" in "bundling.externalModules" where the bot does without it',
    ],
    [
      'that imports a file of no known kind',
      packaged('odd', { 'index.js': "module.exports = require('./model.onnx');", 'model.onnx': '' }),
      'odd imports ',
    ],
    [
      'that imports WebAssembly as a module',
      packaged(
        'odd',
        { 'index.mjs': "import * as wasm from './x.wasm'; export default wasm.add;", 'x.wasm': '' },
        { main: 'index.mjs' },
      ),
      `odd imports WebAssembly as a module, which can't be bundled: ${INSTALL} beside the code`,
    ],
    [
      'that loads a part of its own unseen',
      packaged(
        'odd',
        {
          'index.mjs':
            "import { createRequire } from 'node:module'; const load = createRequire(import.meta.url); export default load('./part.cjs');",
          'part.cjs': '',
        },
        { main: 'index.mjs' },
      ),
      `odd loads "./part.cjs" of its own by createRequire, which can't be bundled: ${INSTALL} beside the code`,
    ],
    [
      'that loads its description at once',
      packaged(
        'odd',
        {
          'lib/index.mjs':
            "import * as module from 'node:module'; export default module.createRequire(import.meta.url)('../package.json').version;",
        },
        { main: 'lib/index.mjs' },
      ),
      `odd loads "../package.json" of its own by createRequire, which can't be bundled: ${INSTALL} beside the code`,
    ],
    [
      'that reads a file where no bundle has one',
      packaged(
        'odd',
        {
          'lib/index.js': "module.exports = require('path').join(__dirname, '..', 'table.bin');",
          'table.bin': '',
        },
        { main: 'lib/index.js' },
      ),
      `odd reads ../table.bin of its own, out of reach of a bundle: ${INSTALL} beside the code`,
    ],
    [
      'that no ES module can hold',
      packaged('odd', { 'index.js': 'with (Math) module.exports = PI;' }),
      `odd can't be bundled (With statements cannot be used with the "esm" output format due to strict mode, `,
    ],
  ])('%s', (_, files, sentence) => {
    rmSync(join(app.path, 'node_modules'), { recursive: true, force: true });
    const said = sentenceOf(() => deploy("import said from 'odd';", files));
    expect(said).toContain(sentence);
    expect(said.split('\n')).toHaveLength(1);
    expect(
      said.endsWith('beside the code') || /where the bot does without it$|nodeModules"$/.test(said),
    ).toBe(true);
    // The remedies that the sentence names are ones.
    expect(() => deploy("import said from 'odd';", files, { externalModules: ['odd'] })).not.toThrow();
    expect(existsSync(join(OUT, 'index.mjs'))).toBe(true);
  });

  test("but what the app's own code does wrong is told by its place, as esbuild does", () => {
    const printed: string[] = [];
    const stderr = jest
      .spyOn(process.stderr, 'write')
      .mockImplementation(text => printed.push(String(text)) > 0);
    try {
      expect(() => deploy("import said from './not-there.mjs';")).toThrow(
        /scenario\.mjs:1:17: ERROR: Could not resolve "\.\/not-there\.mjs"/,
      );
      expect(() => deploy("import said from './menu.toml';", { 'menu.toml': '' })).toThrow(
        /scenario\.mjs:1:17: ERROR: No loader is configured for "\.toml" files/,
      );
    } finally {
      stderr.mockRestore();
    }
    expect(printed.join('')).toContain("1 │ import said from './not-there.mjs';");
  });

  test("and the app's own code that hides an import, too", () => {
    expect(() =>
      deploy(
        "import { createRequire } from 'node:module'; const said = createRequire(import.meta.url)('./a.json');",
      ),
    ).toThrow(/scenario\.mjs loads "\.\/a\.json" by createRequire, which can't be bundled: import it$/);
  });

  test('which CDK tells with words of its own around it', () => {
    const told = new Error(
      'Failed to bundle asset A/B, bundle output is located at C: BundlingError: odd is odd\n  at D',
    );
    expect(bundlingSentenceOf(told)).toBe('odd is odd');
    expect(bundlingSentenceOf(new Error('Build failed with 1 error'))).toBeUndefined();
  });
});

function sentenceOf(deploys: () => void): string {
  try {
    deploys();
  } catch (error) {
    expect(error).toMatchObject({ name: 'BundlingError' });
    return String(error).replace(/^BundlingError: /, '');
  }
  throw new Error('it is not refused');
}

describe('what a package loads unseen', () => {
  const loader = (...names: readonly string[]) =>
    packaged(
      'loader',
      {
        'index.mjs': `import { createRequire } from 'node:module'; const $load = createRequire(import.meta.url);
        export const said = [${names.map(name => `$load('${name}')`)}].join(' ');`,
      },
      { main: 'index.mjs' },
    );

  test('is bundled beside the code, with what that loads', () => {
    deploy("import { said } from 'loader';", {
      ...loader('unseen', '@its/part/name', 'node:path'),
      ...packaged('unseen', {
        'index.js': `const load = require('module').createRequire(__filename);
          module.exports = load('deeper') + require('./word.js') + require('fs').readFileSync(__dirname + '/word.bin', 'utf8');`,
        'word.js': "module.exports = 'word';",
        'word.bin': 'bytes',
      }),
      ...packaged('deeper', { 'index.js': "module.exports = 'deep';" }),
      ...packaged('@its/part', { 'name.js': "module.exports = 'name';" }),
    });
    expect(said()).toBe('deepwordbytes name [object Object]');
  });

  test('is left alone where it is not installed, or has been named', () => {
    deploy("import { said } from 'loader';", loader('nowhere'));
    expect(existsSync(join(OUT, 'node_modules'))).toBe(false);
    deploy(
      "import { said } from 'loader';",
      { ...loader('unseen'), ...packaged('unseen', { 'index.js': '' }) },
      { externalModules: ['unseen'] },
    );
    expect(existsSync(join(OUT, 'node_modules'))).toBe(false);
  });

  test('is refused for the same reasons', () => {
    const files = {
      ...loader('unseen'),
      ...packaged('unseen', { 'index.js': 'exports.a = 1;', 'a.node': '' }),
    };
    expect(() => deploy("import { said } from 'loader';", files)).toThrow(/^unseen has native code/);
  });
});

describe('the setting', () => {
  test('`define` replaces names', () => {
    deploy('const said = process.env.MODE + __dirname;', {}, { define: { 'process.env.MODE': '"live"' } });
    expect(said()).toBe(`live${OUT}`);
  });

  test('`minify` and `keepNames` decide what names are left', () => {
    const lines = 'class MyOrder {} const said = MyOrder.name;';
    deploy(lines);
    expect(said()).not.toBe('MyOrder');
    const short = codeOf().length;
    deploy(lines, {}, { keepNames: true });
    expect(said()).toBe('MyOrder');
    deploy(lines, {}, { minify: false });
    expect(said()).toBe('MyOrder');
    expect(codeOf().length).toBeGreaterThan(short * 1.5);
  });

  test('`banner` stands first, also where a package needs more', () => {
    deploy(
      "import { said } from 'old';",
      packaged('old', { 'index.js': "exports.said = require('os').EOL.length + MY_WORD;" }),
      {
        banner: "const MY_WORD = 'first';",
      },
    );
    expect(said()).toBe('1first');
  });

  test('`externalModules` leaves packages to be found elsewhere, in all their parts', () => {
    deploy(
      "import a from 'layer/a.js'; import b from '@all/b'; const said = a + b;",
      {},
      { externalModules: ['layer', '@all/*'] },
    );
    app.write({
      ...Object.fromEntries(
        Object.entries({
          ...packaged('layer', { 'a.js': "module.exports = 'a';" }),
          ...packaged('@all/b', { 'index.js': "module.exports = 'b';" }),
        }).map(([path, text]) => [join('deployed', path), text]),
      ),
    });
    expect(said()).toBe('ab');
  });

  test('`commandHooks` runs commands in their places, with both folders', () => {
    const note = join(app.path, 'note');
    const hook = (name: string) => (inputDir: string, outputDir: string) => [
      `echo "${name} ${inputDir === process.cwd()} ${outputDir === OUT} $(ls "${outputDir}" 2>/dev/null)" >> "${note}"`,
      ...(name === 'before' ? [`echo "export default 'made';" > "${join(app.path, 'made.mjs')}"`] : []),
    ];
    deploy(
      "import said from './made.mjs';",
      {},
      {
        commandHooks: {
          beforeBundling: hook('before'),
          beforeInstall: hook('install'),
          afterBundling: hook('after'),
        },
      },
    );
    expect(readFileSync(note, 'utf8')).toBe('before true true \nafter true true index.mjs\n');
    expect(said()).toBe('made');
  });

  test('`commandHooks` that fails is told by its name', () => {
    const commandHooks = { afterBundling: () => ['true', 'exit 3'] };
    expect(() => deploy("const said = '';", {}, { commandHooks })).toThrow(
      'bundling.commandHooks.afterBundling failed: exit 3',
    );
  });
});
