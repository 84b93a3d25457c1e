import { spawn } from 'node:child_process';

/** A program in a process of its own that has written its first line. */
export interface StartedProgram {
  /** The first line of its output. */
  readonly line: string;
  stop(): Promise<void>;
}

/** A program that ended before it wrote a line. */
export class ProgramEndedError extends Error {
  readonly code: number | null;
  /** All that it wrote to its standard error. */
  readonly complaint: string;

  constructor(code: number | null, complaint: string) {
    super(`the program ended with ${code}: ${complaint}`);
    this.code = code;
    this.complaint = complaint;
  }
}

/**
 * Starts a program with nothing of this process's environment but the PATH.
 * @throws ProgramEndedError when it ends instead of writing a line, and an Error with ENOENT when there is none
 */
export async function startProgram(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<StartedProgram> {
  const child = spawn(command, args, { env: { PATH: process.env.PATH, ...environment } });
  let [written, complaint] = ['', ''];
  child.stderr.on('data', words => (complaint += words));
  const closed = new Promise<number | null>(resolve => child.once('close', resolve));
  const line = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.stdout.on('data', words => {
      written += words;
      if (written.includes('\n')) resolve(written.slice(0, written.indexOf('\n')));
    });
    closed.then(code => reject(new ProgramEndedError(code, complaint)));
  });
  return {
    line,
    stop: async () => {
      child.kill();
      await closed;
    },
  };
}
