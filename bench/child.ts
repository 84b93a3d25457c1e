import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';

/** A process of the bench's own, which answers one question at a time. */
export interface Child {
  readonly process: ChildProcess;
  ask<Answer>(question: object): Promise<Answer>;
  /** The next thing that it says unasked. */
  hear<Answer>(): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts a bundled script; what it prints is written to where nobody reads it. */
export function startChild(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Child {
  const child = spawn(process.execPath, ['--no-warnings', script, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  favour(child);
  const said: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (words: string) => said.push(words));
  const hear = async <Answer>(): Promise<Answer> => {
    const over = new AbortController();
    const { signal } = over;
    try {
      const answer = await Promise.race([
        once(child, 'message', { signal }),
        once(child, 'exit', { signal }).then(([code]) => {
          throw new Error(`a process of the bench ended with ${code}\n${said.join('')}`);
        }),
      ]);
      const [told] = answer as [Answer & { error?: string }];
      if (told.error) throw new Error(`${told.error}\n${said.join('')}`);
      return told;
    } finally {
      over.abort();
    }
  };
  return {
    process: child,
    hear,
    ask: question => {
      child.send(question);
      return hear();
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** Lets nobody interrupt a process as long as others can wait: whoever does leaves it a cold cache. */
export function favour({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_HIGHEST);
  } catch {
    // Not everybody may; then the machine sways a little more.
  }
}
