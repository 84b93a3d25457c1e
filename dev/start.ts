import { pathToFileURL } from 'node:url';
import { complain } from '../tools/terminal.ts';
import { localBundle, PAGE } from './local-bundle.ts';
import { readOtherBot } from './other-bot.ts';
import { type Run, runGateway } from './run.ts';
import { said } from './said.ts';
import { findScenario } from './scenario-file.ts';
import { readOptions } from './settings.ts';

// `npm start`: the bot of lambda/scenario.ts as it stands, or the one whose path is given.
const COMMAND = 'npm start';

try {
  const args = process.argv.slice(2);
  const other = readOtherBot(args, process.env, COMMAND);
  if (other === undefined) await runOwn(args);
  else await (await import('./desk-of-other.ts')).runDeskOfOther(other, COMMAND);
} catch (error) {
  complain(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

async function runOwn(args: readonly string[]): Promise<void> {
  const { scenario, isFresh } = readOptions(args, process.env, COMMAND);
  const { file, folder } = findScenario(scenario, COMMAND, 'lambda/scenario.ts');
  const command = commandOf(scenario);
  const run: Run = { scenario: file, folder, command, isFresh, isWatched: false, page: PAGE };
  if (scenario === undefined) await runGateway(run, import.meta.url);
  else await runBundled(run);
}

async function runBundled(run: Run): Promise<void> {
  const { file, options } = localBundle(run);
  const { build } = await import('esbuild');
  try {
    await build(options);
  } catch (error) {
    const { complainOfBuild, isBuildFailure } = await import('./build-errors.ts');
    if (!isBuildFailure(error)) throw error;
    await complainOfBuild(error.errors, run.scenario);
    throw new Error(
      said({
        en: `${run.scenario} can't be read: mend it, and start again.`,
        ko: `${run.scenario}을 읽을 수 없습니다. 고치고 다시 시작하세요.`,
      }),
    );
  }
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(file).href);
}

function commandOf(scenario: string | undefined): string {
  return scenario === undefined ? COMMAND : `${COMMAND} -- ${scenario}`;
}
