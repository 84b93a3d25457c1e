import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import { addCommonJs } from './commonjs.ts';
import { keepReachable } from './declarations.ts';
import { packDynalite } from './dynalite.ts';
import { type Manifest, manifestOf } from './manifest.ts';
import { neededBy } from './needed-by.ts';
import { packPage } from './page.ts';

/** The pages that go along as they are. */
const PAGES = ['README.md', 'README.ko.md', 'CHANGELOG.md', 'LICENSE', 'docs', 'examples'];

/** The command that is installed. */
const COMMAND = 'bin/kakao-gateway';

/** It, and the modules that it bundles with a bot. */
const COMMANDS = [COMMAND, 'dev/run', 'dev/report-bot'];

/** The page of the desk. */
const PAGE = 'dev/desk/page';

/** A package that goes along as a file of ours. */
const PACKED = 'dynalite';

/**
 * Makes the folder that is packed and published, from the root's package.json and tsconfig.package.json.
 * @throws Error when something does not compile, or needs a package that package.json does not say
 */
export function buildPackage(root: string, folder: string): void {
  const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [esm, cjs] = [join(folder, 'dist/esm'), join(folder, 'dist/cjs')];
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.package.json'), '--outDir', esm], {
    stdio: 'inherit',
  });
  const doors = Object.values(manifest.exports).map(door => door.replace(/\.ts$/, ''));
  const handlers = readdirSync(join(root, 'lambda/handlers')).map(
    file => `lambda/handlers/${file.replace(/\.ts$/, '')}`,
  );
  const { packages: imported } = neededBy(esm, [...doors, ...handlers, ...COMMANDS]);
  const packages = [...keepReachable(esm, doors), ...imported].filter(name => name !== PACKED);
  refuseUndeclared(packages, manifest);
  addCommonJs(esm, cjs, doors);
  packDynalite(join(esm, 'dev'));
  packPage(join(root, PAGE), join(esm, PAGE));
  packTemplate(root, esm);
  execFileSync(process.execPath, ['bin/prepare.mjs', join(folder, 'dist/kakao-check.mjs')], { cwd: root });
  for (const page of PAGES) cpSync(join(root, page), join(folder, page), { recursive: true });
  const packed = manifestOf(manifest, {
    'kakao-gateway': `./dist/esm/${COMMAND}.js`,
    'kakao-check': './dist/kakao-check.mjs',
  });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(packed, null, 2)}\n`);
}

/** Refuses packages that would be missing where ours is installed. @throws Error */
export function refuseUndeclared(
  packages: readonly string[],
  { dependencies, peerDependencies }: Pick<Manifest, 'dependencies' | 'peerDependencies'>,
): void {
  const declared = Object.keys({ ...dependencies, ...peerDependencies });
  const missing = packages.filter(
    name =>
      !isBuiltin(name) &&
      // The bot of whoever uses the package.
      name !== '#scenario' &&
      !declared.some(one => name === one || name.startsWith(`${one}/`)),
  );
  if (missing.length > 0) {
    throw new Error(
      `the package imports ${[...new Set(missing)].join(', ')}: add it to "dependencies" or "peerDependencies" in package.json, or import it nowhere that the doors lead to`,
    );
  }
}

/** The files of a new bot; those in TypeScript by another name, since nothing that runs here is any. */
function packTemplate(root: string, esm: string): void {
  const template = 'tools/new/template';
  for (const file of readdirSync(join(root, template), { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const from = join(file.parentPath, file.name);
    const to = join(esm, template, relative(join(root, template), from));
    cpSync(from, to.endsWith('.ts') ? `${to}.txt` : to);
  }
}
