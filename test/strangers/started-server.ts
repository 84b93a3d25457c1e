import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A bot of somebody else's: a process of its own, of which only the port is known. */
export interface StartedServer {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  stop(): Promise<void>;
}

/** Starts the file of this folder with Node, with nothing of this process's environment but its path. */
export async function startServer(file: string): Promise<StartedServer> {
  const child = spawn(process.execPath, [join(import.meta.dirname, file)], {
    env: { PATH: process.env.PATH, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [port] = await Promise.race([
    once(child.stdout, 'data'),
    ended.then(([code]) => {
      throw new Error(`${file} ended with code ${code} before it listened`);
    }),
  ]);
  return {
    origin: `http://127.0.0.1:${String(port).trim()}`,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}
