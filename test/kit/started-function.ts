import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A place in a bundle. */
export interface Place {
  readonly startOffset: number;
  readonly endOffset: number;
}

/** A function in a process of its own, started as Lambda does: by importing its bundle. */
export interface StartedFunction {
  /** How long its import took. */
  readonly ms: number;
  /** The places of the functions that ran until then; none unless it is watched. */
  readonly ran: readonly Place[];
  /** All that it has written. */
  written(): string;
  /** @throws Error with what it wrote when it ended instead */
  invoke(event: object): Promise<{ readonly answer: unknown; readonly ran: readonly Place[] }>;
  /** Does a work while the process stands still, as Lambda has it between two calls. */
  frozen(work: () => void): void;
  end(): Promise<void>;
}

/** Starts one; whoever wants to know what ran has it watched. */
export async function startFunction(
  folder: string,
  environment: Readonly<Record<string, string>>,
  { isWatched = false }: { readonly isWatched?: boolean } = {},
): Promise<StartedFunction> {
  const bundle = pathToFileURL(join(folder, 'index.mjs')).href;
  const child = fork(
    join(import.meta.dirname, 'started-function.mjs'),
    [bundle, ...(isWatched ? ['watched'] : [])],
    // The SDK says on Node 20 that it will want a newer one.
    {
      env: { ...environment, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
      execArgv: [],
      silent: true,
    },
  );
  let written = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', words => (written += words));
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  const nextOf = async <T>(): Promise<T> => {
    const told = await Promise.race([messageOf<T>(child), ended]);
    if (told === undefined) throw new Error(`the function ended:\n${written}`);
    return told;
  };
  const { ms, ran } = await nextOf<Pick<StartedFunction, 'ms' | 'ran'>>();
  return {
    ms,
    ran,
    written: () => written,
    invoke: event => {
      child.send(event);
      return nextOf();
    },
    frozen: work => {
      child.kill('SIGSTOP');
      work();
      child.kill('SIGCONT');
    },
    end: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

function messageOf<T>(child: ChildProcess): Promise<T> {
  return new Promise(resolve => child.once('message', told => resolve(told as T)));
}
