import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuiltCommand } from './built-command.ts';
import { cpuMsOf } from './cpu.ts';
import type { Answered } from './http.ts';

/** `npm start`, as a newcomer runs it. */
export interface StartedGateway {
  readonly url: string;
  readonly pid: number;
  /** The exit code, when it has ended. */
  readonly exited: Promise<number | null>;
  /** Everything it printed so far. */
  printed(): string;
  /** From the command to the printed URLs. */
  readonly startedInMs: number;
  /** The processor time of that; all of it where the machine does not tell. */
  readonly startedInCpuMs: number;
  /** How long each answer took that it told of so far, by its own clock. */
  answeredInMs(): readonly number[];
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answered & { ms: number }>;
  /** Sends Ctrl-C; resolves with the exit code and how long it took. */
  interrupt(): Promise<{ code: number | null; ms: number }>;
  /** Ends it without a warning. */
  kill(): Promise<void>;
}

/** How `npm start` is run: with the café, unless it is wanted as it is. */
export interface StartOptions {
  /** Whether the bot that is deployed answers, whichever it is. */
  readonly isAsDeployed?: boolean;
  /** Its bundle, which starts with less. */
  readonly built?: BuiltCommand | undefined;
  /** The folder that it is run in and keeps its sessions in; unless given, one of its own that is removed. */
  readonly folder?: string;
  readonly args?: readonly string[];
}

/** The variables by which a process of Node's, and those that it starts, have the café as their bot. */
export const WITH_CAFE = { NODE_OPTIONS: `--import ${new URL('with-cafe.mjs', import.meta.url)}` } as const;

/** The script itself: npm passes a terminal's Ctrl-C on, but not a signal sent to it alone. */
const SCRIPT = [
  '--import',
  import.meta.resolve('tsx'),
  fileURLToPath(new URL('../../dev/start.ts', import.meta.url)),
];

/** Runs `npm start` on a free port, or the port given, until it prints its URLs. @throws when it ends before that */
export async function npmStart(
  environment: Readonly<Record<string, string>> = {},
  options: StartOptions = {},
): Promise<StartedGateway> {
  const startedAt = Date.now();
  const process_ = runStart({ PORT: '0', ...environment }, options);
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    const look = (chunk: string): void => {
      printed += chunk;
      const found = /(?<=Open )http:\/\/127\.0\.0\.1:\d+(?=\/ and talk)/.exec(printed)?.[0];
      if (found && printed.includes('Ctrl-C')) resolve(found);
    };
    process_.stdout?.setEncoding('utf8').on('data', look);
    process_.stderr?.setEncoding('utf8').on('data', look);
    process_.once('exit', code => reject(new Error(`npm start ended with ${code}: ${printed}`)));
  });
  const startedInMs = Date.now() - startedAt;
  const startedInCpuMs = cpuMsOf(process_.pid ?? 0) ?? startedInMs;
  // A connection each: one that is kept may be closed by the server just when it is used again.
  const agent = new Agent({ keepAlive: false, maxSockets: 200 });
  const end = (signal: 'SIGINT' | 'SIGKILL'): Promise<number | null> => {
    agent.destroy();
    const exited = new Promise<number | null>(resolve => process_.once('exit', resolve));
    process_.kill(signal);
    return exited;
  };
  return {
    url,
    pid: process_.pid ?? 0,
    exited: new Promise(resolve => process_.once('exit', resolve)),
    startedInMs,
    startedInCpuMs,
    answeredInMs: () => [...printed.matchAll(/^\d{3} +(\d+) ms /gm)].map(([, ms]) => Number(ms)),
    printed: () => printed,
    call: (method, path, body, headers = {}) => call(agent, method, `${url}${path}`, body, headers),
    interrupt: async () => {
      const interruptedAt = Date.now();
      return { code: await end('SIGINT'), ms: Date.now() - interruptedAt };
    },
    kill: async () => {
      await end('SIGKILL');
    },
  };
}

/** The failures that `npm start` printed: each line with a mark, and the causes under it. */
export function failuresIn(printed: string): readonly string[] {
  return printed.match(/^ {2}✗ .*(\n {6}.*)*/gm) ?? [];
}

/** Runs `npm start` to its end. */
export async function npmStartFails(
  environment: Readonly<Record<string, string>>,
  options: StartOptions = {},
): Promise<{ code: number | null; stderr: string }> {
  const process_ = runStart(environment, options);
  let stderr = '';
  process_.stderr?.setEncoding('utf8').on('data', chunk => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>(resolve => process_.once('exit', resolve));
  return { code, stderr };
}

function runStart(
  environment: Readonly<Record<string, string>>,
  { built, folder, args = [], isAsDeployed = false }: StartOptions,
): ChildProcess {
  const cwd = folder ?? mkdtempSync(join(tmpdir(), 'npm-start-'));
  const process_ = spawn(process.execPath, [...(built ? [built.path] : SCRIPT), ...args], {
    cwd,
    env: { ...process.env, ...(isAsDeployed ? {} : WITH_CAFE), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (folder === undefined) process_.once('exit', () => rmSync(cwd, { recursive: true, force: true }));
  return process_;
}

function call(
  agent: Agent,
  method: string,
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<Answered & { ms: number }> {
  const startedAt = Date.now();
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method,
        agent,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      },
      response => {
        let text = '';
        response.setEncoding('utf8').on('data', chunk => {
          text += chunk;
        });
        response.on('end', () => {
          const ms = Date.now() - startedAt;
          const received = Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          );
          resolve({ status: response.statusCode ?? 0, headers: received, json: JSON.parse(text), ms });
        });
      },
    );
    sent.on('error', reject);
    sent.end(
      body === undefined || body === null
        ? undefined
        : typeof body === 'string'
          ? body
          : JSON.stringify(body),
    );
  });
}
