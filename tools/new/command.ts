import { relative, resolve, sep } from 'node:path';
import { types } from 'node:util';
import type { Sentence } from '../language.ts';
import { complain, print } from '../terminal.ts';
import { gatewaySpec, type RunningPackage } from './gateway-spec.ts';
import { makeProject } from './make-project.ts';
import { HELP, readOptions } from './options.ts';

/** Runs `kakao-gateway new`. @returns the exit code */
export async function runNew(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  running: RunningPackage,
): Promise<number> {
  try {
    const options = readOptions(args, environment);
    const { language } = options;
    if (options.action === 'help') {
      print(HELP[language].split('\n'));
      return 0;
    }
    const folder = resolve(options.folder);
    makeProject(folder, gatewaySpec(options.from, running, folder));
    print(made(relative('', folder))[language].split('\n'));
    return 0;
  } catch (error) {
    // Of a message of several lines the first says what is wrong.
    const message = types.isNativeError(error) ? error.message.split('\n')[0] : typeof error;
    complain(`kakao-gateway new: ${message} (--help tells more)`);
    return 2;
  }
}

/** A path as a shell takes it, quoted where it must be. */
function inShell(path: string): string {
  if (/^[\w./\p{L}-]+$/u.test(path.replaceAll(sep, '/'))) return path;
  return sep === '/' ? `'${path.replaceAll("'", "'\\''")}'` : `"${path}"`;
}

function made(folder: string): Sentence {
  const commands = [...(folder === '' ? [] : [`cd ${inShell(folder)}`]), 'npm install', 'npm run dev']
    .map(command => `  ${command}`)
    .join('\n');
  return {
    en: `Your bot is ready. Next:

${commands}

Its words are in scenario.ts, everything else is told in README.md.`,
    ko: `봇이 준비되었습니다. 이제 이렇게 하세요.

${commands}

봇의 말은 scenario.ts에, 나머지는 README.ko.md에 있습니다.`,
  };
}
