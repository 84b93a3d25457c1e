import { pathToFileURL } from 'node:url';
import { complain } from '../tools/terminal.ts';
import { localBundle } from './local-bundle.ts';
import { type Run, runGateway } from './run.ts';
import { findScenario } from './scenario-file.ts';
import { readOptions } from './settings.ts';

// `npm start`: the bot of lambda/scenario.ts as it stands, or the one whose path is given.
const COMMAND = 'npm start';

try {
  const { scenario, isFresh } = readOptions(process.argv.slice(2), process.env, COMMAND);
  const found = findScenario(scenario, COMMAND, 'lambda/scenario.ts');
  const { file, folder } = found;
  const run: Run = { scenario: file, folder, command: commandOf(scenario), isFresh, isWatched: false };
  if (scenario === undefined) await runGateway(run, import.meta.url);
  else await runBundled(run);
} catch (error) {
  complain(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

async function runBundled(run: Run): Promise<void> {
  const { file, options } = localBundle(run);
  const { build } = await import('esbuild');
  await build(options);
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(file).href);
}

function commandOf(scenario: string | undefined): string {
  return scenario === undefined ? COMMAND : `${COMMAND} -- ${scenario}`;
}
