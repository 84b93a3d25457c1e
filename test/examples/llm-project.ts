import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** The examples of bots with a model. */
export const LLM_EXAMPLES = ['llm-bedrock', 'llm-ai-sdk'] as const;

/** One of them, in a folder of its own as npm would have made it. */
export interface LlmProject {
  readonly folder: string;
  remove(): void;
}

/** Copies an example, with this project as its package; what it has of others is linked from a folder of packages. */
export function llmProject(
  example: (typeof LLM_EXAMPLES)[number],
  {
    packages = [],
    from = join(ROOT, 'node_modules'),
    tools = [],
  }: {
    readonly packages?: readonly string[];
    readonly from?: string;
    /** Packages of this project's own that it is checked with. */
    readonly tools?: readonly string[];
  } = {},
): LlmProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `${example}-`)));
  cpSync(join(ROOT, 'examples', example), folder, { recursive: true });
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  symlinkSync(ROOT, join(modules, 'kakao-gateway'));
  const own = ['aws-cdk-lib', 'constructs', '@types', '@jest', ...tools];
  for (const name of own) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  for (const name of packages) {
    if (name.includes('/')) mkdirSync(join(modules, name, '..'), { recursive: true });
    symlinkSync(join(from, name), join(modules, name));
  }
  // The package brings its types; here they are made of its own sources, which need more of the language.
  const config = join(folder, 'tsconfig.json');
  const { compilerOptions, ...others } = JSON.parse(readFileSync(config, 'utf8'));
  const options = { ...compilerOptions, lib: ['es2023', 'es2024.string', 'esnext.disposable'] };
  writeFileSync(config, JSON.stringify({ ...others, compilerOptions: options }));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
