import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { installLocked } from '../kit/install-locked.ts';

const ROOT = join(import.meta.dirname, '../..');
const DOOR = join(import.meta.dirname, 'door.ts');

/** Where the clients are, and the bots' ways to ask them beside them: where nobody looks for the project's own files. */
export const LLM_CLIENTS: string = join(ROOT, 'build/llm-clients');

/** Installs the clients that the lock file names, and what of ours they are used with. */
export function installClients(): void {
  installLocked(import.meta.dirname, LLM_CLIENTS);
  const own = join(LLM_CLIENTS, 'node_modules/kakao-gateway');
  const outfile = join(own, 'llm.mjs');
  buildSync({
    entryPoints: [DOOR],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  writeFileSync(join(own, 'package.json'), JSON.stringify({ exports: { './llm': './llm.mjs' } }));
  writeFileSync(join(LLM_CLIENTS, 'tsconfig.json'), JSON.stringify(TYPES));
}

/** The check of types: those of the clients fit ours. */
const TYPES = {
  compilerOptions: {
    ...{
      target: 'es2023',
      lib: ['es2024', 'dom'],
      module: 'nodenext',
      moduleResolution: 'nodenext',
      types: ['node'],
    },
    ...{ typeRoots: [join(ROOT, 'node_modules/@types')], paths: { 'kakao-gateway/llm': [DOOR] } },
    ...{ allowJs: true, checkJs: true, noEmit: true, allowImportingTsExtensions: true },
    ...{ strict: true, noImplicitAny: false, exactOptionalPropertyTypes: false, skipLibCheck: true },
  },
  include: ['clients/*.js'],
};
