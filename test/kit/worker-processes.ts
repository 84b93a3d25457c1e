import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { QueueHandler } from '../../lambda/gateway/late-turn.ts';

/** A function of Lambda's: real processes that are started when they are needed, and reused while they live. */
export interface WorkerProcesses {
  /** Invokes a process that has nothing to do, or a new one. The batch of one that dies has failed, as on Lambda. */
  readonly handler: QueueHandler;
  /** Starts a process, and resolves when it has loaded the function. */
  warm(): Promise<void>;
  /** Ends the process that was invoked last, by SIGKILL, whatever it does. @throws when it is dead already */
  kill(): Promise<void>;
  /** How many processes {@link kill} has ended. */
  kills(): number;
  /** Every line of the functions' log. */
  readonly logged: Readonly<Record<string, unknown>>[];
  /** All that should not have happened: words on stderr, errors of the function, deaths of other causes. */
  readonly failures: string[];
  stop(): Promise<void>;
}

interface Worker {
  readonly process: ChildProcess;
  readonly loaded: Promise<void>;
  readonly died: Promise<void>;
  isAtWork: boolean;
  isToDie: boolean;
}

type Answer = { readonly result?: Awaited<ReturnType<QueueHandler>>; readonly error?: string } | undefined;

const RUNTIME = join(import.meta.dirname, 'worker-runtime.mjs');

/** The processes of this bundle, with this environment and nothing else of ours. */
export function workerProcesses(
  bundle: string,
  environment: Readonly<Record<string, string>>,
): WorkerProcesses {
  const alive = new Set<Worker>();
  const logged: Readonly<Record<string, unknown>>[] = [];
  const failures: string[] = [];
  let kills = 0;
  let last: Worker | undefined;

  const start = (): Worker => {
    const process = fork(RUNTIME, [bundle], {
      env: { ...environment },
      execArgv: ['--no-warnings'],
      silent: true,
    });
    const loaded = new Promise<void>(resolve => process.once('message', () => resolve()));
    const died = new Promise<void>(resolve => {
      process.once('exit', (code, signal) => {
        alive.delete(worker);
        if (!worker.isToDie) failures.push(`a worker ended by itself: ${signal ?? code}`);
        resolve();
      });
    });
    const worker: Worker = { process, loaded, died, isAtWork: false, isToDie: false };
    alive.add(worker);
    process.stderr?.setEncoding('utf8').on('data', words => failures.push(words));
    if (process.stdout) {
      createInterface({ input: process.stdout }).on('line', line => logged.push(JSON.parse(line)));
    }
    return worker;
  };
  const end = async (worker: Worker): Promise<void> => {
    worker.isToDie = true;
    worker.process.kill('SIGKILL');
    await worker.died;
  };
  const invoke = async (worker: Worker, invocation: object): Promise<Answer> => {
    await Promise.race([worker.loaded, worker.died]);
    if (!alive.has(worker)) return undefined;
    return Promise.race([
      worker.died.then(() => undefined),
      new Promise<Answer>(resolve => {
        worker.process.once('message', answer => resolve(answer as Answer));
        worker.process.send(invocation);
      }),
    ]);
  };
  return {
    handler: async (event, context) => {
      const worker = [...alive].find(one => !one.isAtWork && !one.isToDie) ?? start();
      worker.isAtWork = true;
      last = worker;
      const leftMs = context.getRemainingTimeInMillis();
      const timer = setTimeout(() => {
        failures.push(`a worker was not done in ${leftMs} ms`);
        void end(worker);
      }, leftMs);
      const invocation = { event, requestId: context.awsRequestId, endsAt: Date.now() + leftMs };
      const answer = await invoke(worker, invocation);
      clearTimeout(timer);
      worker.isAtWork = false;
      if (answer?.error !== undefined) failures.push(answer.error);
      const batchItemFailures = event.Records.map(({ messageId }) => ({ itemIdentifier: messageId }));
      return answer?.result ?? { batchItemFailures };
    },
    warm: () => {
      const { loaded, died } = start();
      return Promise.race([loaded, died]);
    },
    kill: async () => {
      if (last === undefined || !alive.has(last)) throw new Error('the worker is dead already');
      kills++;
      await end(last);
    },
    kills: () => kills,
    logged,
    failures,
    stop: async () => {
      await Promise.all([...alive].map(end));
    },
  };
}
