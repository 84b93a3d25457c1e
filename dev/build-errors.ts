import { type BuildFailure, formatMessages, type Message } from 'esbuild';
import { complain } from '../tools/terminal.ts';
import { said } from './said.ts';
import { NO_BOT } from './scenario-file.ts';

/** As esbuild tells it of each of the gateway's own files that import the bot, where nobody can mend it. */
const WITHOUT_BOT = 'for import "bot"';

/**
 * Tells what esbuild can't make of somebody's files: where it is, and what stands there.
 * @param scenario the file that is to export the bot, as its author knows it
 */
export async function complainOfBuild(errors: Message[], scenario: string): Promise<void> {
  const others = errors.filter(({ text, location }) => {
    const isOwn = location?.lineText.includes("'#scenario'");
    return !(isOwn && text.endsWith(WITHOUT_BOT));
  });
  if (others.length < errors.length) complain(`${scenario}: ${said(NO_BOT)}`);
  const told = await formatMessages(others.map(advised), { kind: 'error' });
  for (const line of told.flatMap(one => one.trimEnd().split('\n'))) complain(line);
}

/** In place of esbuild's own advice on a package that is not there: nobody is to bundle here. */
const advised = (error: Message): Message =>
  error.notes.some(({ text }) => text.startsWith('You can mark the path'))
    ? { ...error, notes: [{ location: null, text: 'Install it with npm install, or correct its name.' }] }
    : error;

/** Whether an error is esbuild's, with what it can't make of the files. */
export function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error;
}
