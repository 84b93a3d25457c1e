import type { Loader } from 'esbuild';

/** How the functions' code is bundled beyond what is found out by itself, in the words of CDK's `BundlingOptions`. */
export interface BundlingSettings {
  /**
   * Packages that are neither bundled nor installed: a layer has them, or the bot does without.
   * @default none
   */
  readonly externalModules?: readonly string[] | undefined;
  /**
   * Packages that are installed beside the code for Lambda's processor, in the versions of the app's
   * package-lock.json: those with native code, and those that read files of their own.
   * @default none
   */
  readonly nodeModules?: readonly string[] | undefined;
  /**
   * The meaning of importing a file, by its ending, in esbuild's words: `{ '.png': 'binary' }`.
   * @default `LOADERS`: texts as strings, WebAssembly as bytes
   */
  readonly loader?: Readonly<Record<string, Loader>> | undefined;
  /**
   * Names that are replaced in the code by an expression: `{ 'process.env.MODE': '"live"' }`.
   * @default none
   */
  readonly define?: Readonly<Record<string, string>> | undefined;
  /**
   * Whether the code is made as short as it goes.
   * @default true
   */
  readonly minify?: boolean | undefined;
  /**
   * Whether functions and classes keep their names where the code is made short.
   * @default false
   */
  readonly keepNames?: boolean | undefined;
  /**
   * Code that stands before all other.
   * @default none
   */
  readonly banner?: string | undefined;
  /**
   * Commands of your own, run in the app's folder for each function.
   * @default none
   */
  readonly commandHooks?: CommandHooks | undefined;
}

/** Commands by the moment they are run at; each is given the app's folder and the one that is deployed. */
export interface CommandHooks {
  /** Before anything is read: what generates code goes here. */
  beforeBundling?(inputDir: string, outputDir: string): readonly string[];
  /** Before `nodeModules` are installed; never where there are none. */
  beforeInstall?(inputDir: string, outputDir: string): readonly string[];
  /** When all is there: what adds files to the code goes here. */
  afterBundling?(inputDir: string, outputDir: string): readonly string[];
}

/** The meaning of importing a file unless `bundling.loader` says otherwise. */
export const LOADERS = {
  '.txt': 'text',
  '.sql': 'text',
  '.md': 'text',
  '.html': 'text',
  '.csv': 'text',
  '.xml': 'text',
  '.graphql': 'text',
  '.gql': 'text',
  '.wasm': 'binary',
} as const satisfies Readonly<Record<string, Loader>>;

/** Whether a module is one that the settings have elsewhere than in the code. */
export function isNamed(
  specifier: string,
  { nodeModules = [], externalModules = [] }: BundlingSettings,
): boolean {
  return [...nodeModules, ...externalModules].some(
    name =>
      specifier === name ||
      specifier.startsWith(`${name}/`) ||
      (name.endsWith('*') && specifier.startsWith(name.slice(0, -1))),
  );
}

/** Code that can't be bundled as it is: one sentence with what to set. */
export class BundlingError extends Error {
  override readonly name = 'BundlingError';
}

/** The sentence of a {@link BundlingError} that CDK tells with words of its own around it; undefined of other errors. */
export function bundlingSentenceOf(error: unknown): string | undefined {
  return /\bBundlingError: (.+)/.exec(String(error))?.[1];
}
