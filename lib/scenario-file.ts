import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildSync } from 'esbuild';

/**
 * Refuses what is no file that exports a bot, before anything is made of it: JavaScript knows no required props.
 * @param place whose scenario it is, as a path of constructs
 * @throws Error in one sentence
 */
export function requireScenario(scenario: unknown, place: string): void {
  if (typeof scenario !== 'string' || scenario === '') {
    throw new Error(
      `${place} needs a scenario: the file that exports your bot, such as scenario: 'bot/scenario.ts'`,
    );
  }
  const file = resolve(scenario);
  if (!existsSync(file) || !statSync(file).isFile()) {
    throw new Error(
      `the scenario '${scenario}' of ${place} is not there: give the file that exports your bot, by its path from ${process.cwd()} or an absolute one`,
    );
  }
  if (!mayExportBot(file)) {
    throw new Error(
      `the scenario '${scenario}' of ${place} exports no bot: it must say export const bot = new Bot({ … })`,
    );
  }
}

/** Whether a file exports a bot, or may: what it gives on of another file, and CommonJS, is known when it is bundled. */
function mayExportBot(file: string): boolean {
  const [input, output] = exportsOf(file) ?? [];
  if (input === undefined || output === undefined) return true;
  if (input.format === 'esm') {
    return output.exports.includes('bot') || /^export \* from/m.test(output.text);
  }
  const statements = readFileSync(file, 'utf8').split(';');
  const exported = statements.map(statement =>
    statement
      .split(/\bexports\b/)
      .slice(1)
      .join(' '),
  );
  return input.format === 'cjs' && exported.some(words => /\b(?:bot|require)\b/.test(words));
}

/** The format and the exports that esbuild reads in a file alone; undefined where it can't be read, which is told when it is bundled. */
function exportsOf(file: string) {
  try {
    const { metafile, outputFiles } = buildSync({
      entryPoints: [file],
      bundle: true,
      external: ['*'],
      platform: 'node',
      format: 'esm',
      write: false,
      metafile: true,
      logLevel: 'silent',
    });
    const [input] = Object.values(metafile.inputs);
    const [output] = Object.values(metafile.outputs);
    const [{ text } = { text: '' }] = outputFiles;
    return [input, output && { exports: output.exports, text }] as const;
  } catch {
    return undefined;
  }
}
