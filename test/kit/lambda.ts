import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A function that Lambda has started. */
export interface LambdaFunction {
  readonly process: ChildProcess;
  /** Waits until it asks for its first invocation. @throws Error with what it said when it did not start */
  ready(): Promise<void>;
  /** Invokes it; one invocation at a time. @throws Error with what it said when it threw, or ended */
  invoke(event: object): Promise<unknown>;
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

/** A function as Lambda starts it: the folder of a bundle, by a Node and with an environment. */
export interface LambdaCode {
  readonly node: string;
  readonly folder: string;
  /** It may be told where Lambda's API is: what {@link answerOther} answers is asked there, too. */
  readonly environment: Environment | ((api: string) => Environment);
  /** Answers a call of the function's that is none of Lambda's own API; default: there is nothing else. */
  readonly answerOther?: (request: IncomingMessage, response: ServerResponse, body: string) => void;
}

const TIMEOUT_MS = 30_000;
const API = '/2018-06-01/runtime';

/** A promise that is kept, or broken, from elsewhere. */
class Awaited<T> {
  resolve: (value: T) => void = () => {};
  reject: (error: Error) => void = () => {};
  readonly promise: Promise<T>;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // It may be broken while nobody waits for it.
    this.promise.catch(() => {});
  }
}

/** Lets Lambda start a function: its runtime API is on this machine. */
export async function startLambda(code: LambdaCode): Promise<LambdaFunction> {
  const said: string[] = [];
  let asked = new Awaited<ServerResponse>();
  let answered = new Awaited<unknown>();
  const fail = (error: string): void => {
    const failure = new Error(`${error}\n${said.join('')}`);
    asked.reject(failure);
    answered.reject(failure);
  };
  const server = createServer(async (request, response) => {
    const { url = '' } = request;
    const body = await textOf(request);
    if (url === `${API}/invocation/next`) return asked.resolve(response);
    if (!url.startsWith(API)) return code.answerOther?.(request, response, body);
    response.writeHead(202).end();
    if (url.endsWith('/response')) answered.resolve(JSON.parse(body));
    else fail(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const child = spawnFunction(code, `127.0.0.1:${(server.address() as AddressInfo).port}`);
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', words => said.push(String(words)));
  child.once('exit', status => fail(`it ended with ${status}`));
  return {
    process: child,
    ready: async () => {
      await inTime(asked.promise, fail);
    },
    invoke: async event => {
      const next = await inTime(asked.promise, fail);
      asked = new Awaited();
      answered = new Awaited();
      answerNext(next, event);
      return inTime(answered.promise, fail);
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      server.closeAllConnections();
      server.close();
    },
  };
}

async function inTime<T>(work: Promise<T>, fail: (error: string) => void): Promise<T> {
  const timer = setTimeout(() => fail(`no answer in ${TIMEOUT_MS} ms`), TIMEOUT_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

function spawnFunction({ node, folder, environment }: LambdaCode, api: string): ChildProcess {
  const client = join(import.meta.dirname, 'runtime-interface.mjs');
  return spawn(node, ['--no-warnings', client], {
    cwd: folder,
    env: {
      AWS_LAMBDA_RUNTIME_API: api,
      LAMBDA_TASK_ROOT: folder,
      _HANDLER: 'index.handler',
      ...(typeof environment === 'function' ? environment(api) : environment),
    },
  });
}

async function textOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return body;
}

function answerNext(response: ServerResponse, event: object): void {
  response.writeHead(200, {
    'lambda-runtime-aws-request-id': randomUUID(),
    'lambda-runtime-deadline-ms': String(Date.now() + TIMEOUT_MS),
  });
  response.end(JSON.stringify(event));
}
