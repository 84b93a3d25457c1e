import { type BuildFailure, type BuildResult, context } from 'esbuild';
import { complain } from '../tools/terminal.ts';
import { complainOfBuild } from './build-errors.ts';
import { readEnvFile } from './env-file.ts';
import { GatewayProcess } from './gateway-process.ts';
import { DEV_HELP, helps } from './help.ts';
import { localBundle, PAGE } from './local-bundle.ts';
import { readOtherBot } from './other-bot.ts';
import type { Run } from './run.ts';
import { said } from './said.ts';
import { findScenario } from './scenario-file.ts';
import { forgetSessions } from './sessions-file.ts';
import { commandLine, readOptions, readSettings } from './settings.ts';

/** How long after a change another may follow that belongs to it: an editor's second write, a checkout's next file. */
const SETTLED_MS = 100;

/** How the gateway is to be watched. */
export interface Watching {
  /** The words by which the command was called. */
  readonly command: string;
  /** The scenario that is meant where none is named; unless given, it is looked for. */
  readonly own?: string;
}

/**
 * Runs the gateway, and starts it again whenever a file that the bot is made of has changed, however it was written:
 * files are looked at by their names. Resolves after Ctrl-C.
 * @throws ConfigurationError when an option, a setting or the scenario is wrong
 */
export async function watchGateway(args: readonly string[], { command, own }: Watching): Promise<void> {
  const other = readOtherBot(args, process.env, command);
  // It is nothing that is watched.
  if (other !== undefined) return (await import('./desk-of-other.ts')).runDeskOfOther(other, command);
  const { isFresh, scenario } = readOptions(args, process.env, command);
  readSettings({ ...readEnvFile(), ...process.env });
  const { file, folder } = findScenario(scenario, command, own);
  // Once, and not at each start.
  if (isFresh) forgetSessions(folder);
  const called = scenario === undefined ? command : commandLine(command, scenario);
  const run: Run = { scenario: file, folder, command: called, isFresh: false, isWatched: true, page: PAGE };
  const bundle = localBundle(run);
  const gateway = new GatewayProcess(bundle.file);
  const onBuilt = async (built: BuildResult): Promise<void> => {
    if (built.errors.length === 0) return gateway.restart();
    await tell(built, file, gateway.isRunning);
  };
  const plugins = [
    ...bundle.options.plugins,
    { name: 'restart', setup: (build: { onEnd(then: typeof onBuilt): void }) => build.onEnd(onBuilt) },
  ];
  const builds = await context({ ...bundle.options, plugins });
  await builds.watch({ delay: SETTLED_MS });
  process.stdin.on('data', () => builds.rebuild().catch(ignoreTold));
  await new Promise<void>(resolve => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await Promise.all([gateway.stop(), builds.dispose()]);
  process.stdin.destroy();
}

async function tell({ errors }: BuildResult, scenario: string, isRunning: boolean): Promise<void> {
  await complainOfBuild(errors, scenario);
  complain(
    said(
      isRunning
        ? {
            en: `${scenario} can't be read: the gateway goes on as it was before this save.`,
            ko: `${scenario}을 읽을 수 없습니다. 게이트웨이는 이번 저장 전 그대로 계속합니다.`,
          }
        : {
            en: `${scenario} can't be read: mend it and save.`,
            ko: `${scenario}을 읽을 수 없습니다. 고쳐서 저장하세요.`,
          },
    ),
  );
}

// What a build throws its plugin has told.
function ignoreTold(error: BuildFailure | Error): void {
  if (!('errors' in error)) throw error;
}

/** Runs `kakao-gateway dev`. @returns the exit code */
export async function runDev(args: readonly string[]): Promise<number> {
  if (helps(args, DEV_HELP)) return 0;
  try {
    await watchGateway(args, { command: 'npx kakao-gateway dev' });
    return 0;
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    return 1;
  }
}
