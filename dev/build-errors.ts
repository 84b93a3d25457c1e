import { formatMessages, type Message } from 'esbuild';
import { complain } from '../tools/terminal.ts';

/** Tells what esbuild can't make of somebody's files: where it is, and what stands there. */
export async function complainOfBuild(errors: Message[]): Promise<void> {
  const told = await formatMessages(errors, { kind: 'error' });
  for (const line of told.flatMap(one => one.trimEnd().split('\n'))) complain(line);
}
