import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const ON_A_MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** Chromium's executable file: the one that CHROMIUM names, else the first there is. @throws Error in one sentence when there is none */
export function findChromium({ CHROMIUM, PATH = '' }: NodeJS.ProcessEnv): string {
  if (CHROMIUM) {
    if (isExecutable(CHROMIUM)) return CHROMIUM;
    throw new Error(
      `The browser tests need Chromium, and CHROMIUM=${CHROMIUM} is no executable file: correct its path, or unset it and run apt-get install chromium fonts-noto-cjk.`,
    );
  }
  const places = PATH.split(delimiter).flatMap(folder => COMMANDS.map(command => join(folder, command)));
  const found = [...places, ON_A_MAC].find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    'The browser tests need Chromium, which is not in PATH: run apt-get install chromium fonts-noto-cjk, or name the file that you have by CHROMIUM=/path/to/chromium.',
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
