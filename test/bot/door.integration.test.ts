import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
const OPTIONS = [
  ...['--ignoreConfig', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck'],
  ...['--target', 'es2023', '--lib', 'es2023,es2024.string', '--module', 'nodenext'],
  ...['--allowImportingTsExtensions', '--typeRoots', join(ROOT, 'node_modules/@types'), '--types', 'node'],
];

const run = promisify(execFile);
const read = (file: string): Promise<string> => readFile(join(ROOT, file), 'utf8');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'door-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Compiles a file of the folder; resolves with the compiler's complaints. */
function complaintsOf(file: string): Promise<string> {
  return run(process.execPath, [TSC, ...OPTIONS, '--noEmit', file], { cwd: folder }).then(
    ({ stdout }) => stdout,
    ({ stdout }) => stdout,
  );
}

describe('another package', () => {
  beforeAll(async () => {
    await mkdir(join(folder, 'node_modules'));
    await symlink(ROOT, join(folder, 'node_modules/kakao-gateway'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  });

  test('writes its bot by kakao-gateway/bot', async () => {
    const scenario = await read('test/lib/flower-shop.ts');
    expect(scenario).toContain("from 'kakao-gateway/bot'");
    await writeFile(join(folder, 'scenario.ts'), scenario);
    expect(await complaintsOf('scenario.ts')).toBe('');
    await writeFile(join(folder, 'wrong.ts'), `${scenario}\nbot.fallback(() => 3);\n`);
    expect(await complaintsOf('wrong.ts')).toContain('wrong.ts(');
  });

  test.each(['lambda/bot/bot.ts', 'lambda/bot/index.ts', 'lambda/scenario.ts', 'bot/reply.ts'])(
    'gets no further in: %s does not resolve',
    async path => {
      const specifier = `kakao-gateway/${path}`;
      await writeFile(join(folder, 'deep.ts'), `import * as deep from '${specifier}';\nexport { deep };\n`);
      expect(await complaintsOf('deep.ts')).toContain(`Cannot find module '${specifier}'`);
      const resolve = (name: string) =>
        run(process.execPath, ['-e', `require.resolve('${name}')`], { cwd: folder });
      await resolve('kakao-gateway/bot');
      await expect(resolve(specifier)).rejects.toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
    },
  );
});

describe('the pages and READMEs', () => {
  test('show no way into the folder but the door', async () => {
    const pages = [
      'README.md',
      'README.ko.md',
      ...(await readdir(join(ROOT, 'docs'))).filter(file => file.endsWith('.md')).map(page => `docs/${page}`),
    ];
    const shown = await Promise.all(
      pages.map(async page => {
        // A link leads to where one can read on, a frame to what went wrong: neither is a path to import.
        const words = (await read(page)).replace(/\[[^\]]*\]\([^)]*\)|at lambda\/[\w/-]+\.ts:\d+:\d+/g, '');
        const paths = words.match(/(?:kakao-gateway|lambda|\.)\/bot\/[\w-]+(?:\.ts)?/g) ?? [];
        const imports = [...words.matchAll(/from '([^']*)'/g)].flatMap(([, from = '']) =>
          /gateway|lambda|^\./.test(from) ? [from] : [],
        );
        return [
          ...paths.filter(path => !path.endsWith('/bot/index.ts')),
          ...imports.filter(
            from =>
              ![
                'kakao-gateway',
                'kakao-gateway/bot',
                'kakao-gateway/event-api',
                'kakao-gateway/llm',
                'kakao-gateway/testing',
                './bot/index.ts',
                '../src/cafe',
              ].includes(from),
          ),
        ].map(path => `${page}: ${path}`);
      }),
    );
    expect(shown.flat()).toEqual([]);
  });
});

describe.each([
  ['bot', 90],
  ['llm', 40],
] as const)('the types behind the door of %s', (place, least) => {
  /** Every declaration that the compiler finds from the door on, by name, without comments, bodies and private members. */
  const declarations = new Map<string, string>();
  const exported = new Set<string>();

  beforeAll(async () => {
    const out = join(folder, `types of ${place}`);
    const emit = ['--declaration', '--emitDeclarationOnly', '--removeComments', '--outDir', out];
    await run(
      process.execPath,
      [TSC, ...OPTIONS, ...emit, '--rootDir', 'lambda', `lambda/${place}/index.ts`],
      {
        cwd: ROOT,
      },
    );
    for (const file of await readdir(join(out, place), { recursive: true })) {
      if (!file.endsWith('.d.ts')) continue;
      const code = (await readFile(join(out, place, file), 'utf8')).replace(/'[^'\n]*'/g, "''");
      if (file === 'index.d.ts') for (const name of exportsOf(code)) exported.add(name);
      else
        for (const [name, text] of declarationsIn(code))
          declarations.set(name, `${declarations.get(name) ?? ''}${text}`);
    }
  });

  /** The names that a declaration mentions and the bot's folder declares, each as often as it is mentioned. */
  const mentionsIn = (name: string): Mention[] => {
    const code = declarations.get(name) ?? '';
    // Whoever gets a type alone can't construct it.
    const body = exported.has(`new ${name}`) ? code : code.replace(/^ *constructor\(.*$/gm, '');
    return [...body.matchAll(/\b[A-Za-z]\w*\b/g)].flatMap(({ 0: mentioned, index }) =>
      mentioned === name || !/^[A-Z]/.test(mentioned) || !declarations.has(mentioned)
        ? []
        : [
            {
              mentioned,
              by: name,
              isWhole: !isIngredient(body.slice(0, index), body.slice(index + mentioned.length)),
            },
          ],
    );
  };

  /** A type that is only put together with others by `&` or `extends`, or handed to what makes types, is nobody's own. */
  const isIngredient = (before: string, after: string): boolean => {
    if (/(?:&|\bextends)\s*$/.test(before) || /^\s*&/.test(withoutArguments(after))) return true;
    const [, maker = ''] = /(\w+)<$/.exec(before) ?? [];
    return isMaker(maker) && !exported.has(maker);
  };

  /** Makes types of its arguments: by a condition, member by member, or adding to one. */
  const isMaker = (name: string): boolean => {
    const code = declarations.get(name) ?? '';
    const [, params] = /^(?:export )?type \w+<(.*)> = /.exec(code) ?? [];
    if (params === undefined) return false;
    const [, added = ''] = /& (\w+);\s*$/.exec(code) ?? [];
    return / extends [^=;]* \? |\[\w+ in /.test(code) || params.split(/\W+/).includes(added);
  };

  test('are looked at', () => {
    expect(exported.size).toBeGreaterThan(least);
    if (place === 'llm')
      return expect(mentionsIn('Conversation')).toContainEqual({
        mentioned: 'AnswersOptions',
        by: 'Conversation',
        isWhole: true,
      });
    expect(mentionsIn('Turn').map(({ mentioned }) => mentioned)).toEqual(
      expect.arrayContaining(['Deadline', 'ProfileResult', 'Incoming']),
    );
    expect(mentionsIn('Bot').map(({ mentioned }) => mentioned)).toContain('BotOptions');
    expect(mentionsIn('Utterance')).toEqual([
      { mentioned: 'Block', by: 'Utterance', isWhole: true },
      { mentioned: 'Extra', by: 'Utterance', isWhole: true },
    ]);
  });

  test('are all to be named: an author can write down the type of whatever the bot gets and gives', () => {
    const reached = new Set(
      [...exported].map(name => name.replace('new ', '')).filter(name => declarations.has(name)),
    );
    const unnamed = new Set<string>();
    for (const name of reached) {
      for (const { mentioned, by, isWhole } of mentionsIn(name)) {
        reached.add(mentioned);
        if (!exported.has(mentioned) && !isMaker(mentioned) && isWhole) unnamed.add(`${mentioned} of ${by}`);
      }
    }
    expect([...unnamed]).toEqual([]);
  });
});

interface Mention {
  readonly mentioned: string;
  readonly by: string;
  /** Whether it is the whole type of a member, a parameter or a result, and not a part that others are put together of. */
  readonly isWhole: boolean;
}

/** The names that an index gives on; what is given as a value, too, also as `new <name>`. */
function exportsOf(code: string): string[] {
  return [...code.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(([, type, list = '']) =>
    list.split(',').flatMap(item => {
      const name = item.trim().replace(/^type /, '');
      if (name === '') return [];
      return type || item.trim().startsWith('type ') ? [name] : [name, `new ${name}`];
    }),
  );
}

/** The text after a type's name, without its arguments. */
function withoutArguments(code: string): string {
  if (!code.startsWith('<')) return code;
  let depth = 0;
  for (const [at, letter] of [...code].entries()) {
    if (letter === '<') depth++;
    if (letter === '>' && code[at - 1] !== '=') depth--;
    if (depth === 0) return code.slice(at + 1);
  }
  return '';
}

function declarationsIn(code: string): [name: string, text: string][] {
  const starts = /^(?:export )?(?:declare )?(?:abstract )?(?:interface|type|class|const|function) (\w+)/gm;
  const found = [...code.matchAll(starts)];
  return found.map(({ 1: name = '', index }, at) => {
    const text = code.slice(index, found[at + 1]?.index);
    return [name, text];
  });
}
