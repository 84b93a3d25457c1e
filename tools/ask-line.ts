import { createInterface } from 'node:readline';
import { complain } from './terminal.ts';

/** Asks a person at the terminal, in as many lines as the question has, and resolves with the line they type; undefined where the input ends before. */
export function askLine(stdin: NodeJS.ReadableStream, question: string): Promise<string | undefined> {
  for (const line of question.split('\n')) complain(line);
  return new Promise(resolve => {
    const lines = createInterface({ input: stdin });
    lines.once('line', line => {
      resolve(line);
      lines.close();
    });
    lines.once('close', () => resolve(undefined));
  });
}
