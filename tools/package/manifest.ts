/** The members of our package.json that matter to whoever installs the package. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly license: string;
  readonly author: string;
  readonly repository: string;
  readonly type: string;
  readonly engines: Readonly<Record<string, string>>;
  /** Of TypeScript: the doors in the clone. */
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}

/**
 * The package.json that is published: the same doors, to JavaScript and its types, and no scripts.
 * @param bin the commands by their names
 */
export function manifestOf(own: Manifest, bin: Readonly<Record<string, string>>): object {
  const { name, version, description, keywords, license, author, repository, type, engines } = own;
  const doors = Object.entries(own.exports).map(
    ([door, file]) => [door, file.replace(/^\.\/(.*)\.ts$/, '$1')] as const,
  );
  const [[, main = ''] = []] = doors;
  return {
    ...{ name, version, description, keywords, license, author, repository, type, engines, bin },
    exports: {
      ...Object.fromEntries(doors.map(([door, path]) => [door, conditions(path)])),
      './package.json': './package.json',
    },
    imports: {
      '#aliases': './dist/esm/lambda/handlers/aliases.js',
      '#counters': './dist/esm/lambda/handlers/counters.js',
      '#drafts': './dist/esm/lambda/handlers/drafts.js',
      '#event-bus': './dist/esm/lambda/handlers/event-bus.js',
      '#growing': './dist/esm/lambda/turn/growing-answers.js',
      '#rooms': './dist/esm/lambda/handlers/rooms.js',
      '#secrets': './dist/esm/lambda/bot/local-secret-texts.js',
    },
    // For TypeScript that was told `moduleResolution: node`: it knows no `exports`.
    main: `./dist/cjs/${main}.js`,
    types: `./dist/cjs/${main}.d.ts`,
    typesVersions: {
      '*': Object.fromEntries(
        doors
          .filter(([door]) => door !== '.')
          .map(([door, path]) => [door.slice('./'.length), [`./dist/cjs/${path}.d.ts`]]),
      ),
    },
    files: ['dist', 'docs', 'examples', 'CHANGELOG.md', 'README.ko.md'],
    dependencies: Object.fromEntries(
      Object.entries(own.dependencies).map(([dependency, exact]) => [dependency, `^${exact}`]),
    ),
    peerDependencies: own.peerDependencies,
    peerDependenciesMeta: own.peerDependenciesMeta,
    publishConfig: { access: 'public', provenance: true },
  };
}

const conditions = (path: string) => ({
  import: { types: `./dist/esm/${path}.d.ts`, default: `./dist/esm/${path}.js` },
  require: { types: `./dist/cjs/${path}.d.ts`, default: `./dist/cjs/${path}.js` },
});
