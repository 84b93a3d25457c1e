import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { jest } from '@jest/globals';
import { runKakaoCheck } from '../../tools/kakao-check/command.ts';
import { cpuMs } from './cpu.ts';

/** How a command ended. */
export interface RanCommand {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The processor time of the command alone: what others do on the machine does not count. */
  readonly cpuMs: number;
}

/** A command's surroundings. */
export interface RunOptions {
  readonly cwd: string;
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** After so long it is killed, and has no code. */
  readonly limitMs?: number;
}

// Told on a descriptor of its own: what the command prints is what is tested.
const TELL_CPU = `data:text/javascript,${encodeURIComponent(
  `import { writeSync } from 'node:fs';
   process.on('exit', () => { const { user, system } = process.cpuUsage(); writeSync(3, String((user + system) / 1000)); });`,
)}`;

/** Runs Node with these arguments, in English and without the developer's own environment. */
export function runNode(args: readonly string[], options: RunOptions): Promise<RanCommand> {
  const { cwd, stdin = '', env = {}, limitMs = 20_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', TELL_CPU, ...args], {
      cwd,
      env: { PATH: process.env.PATH, LANG: 'en_US.UTF-8', ...env },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    const told: string[] = ['', '', '', ''];
    for (const at of [1, 2, 3]) {
      child.stdio[at]?.on('data', (chunk: Buffer) => {
        told[at] += chunk.toString('latin1');
      });
    }
    child.on('error', reject);
    child.on('close', code => {
      const [stdout = '', stderr = ''] = told.slice(1, 3).map(text => Buffer.from(text, 'latin1').toString());
      resolve({ code, stdout, stderr, cpuMs: Number(told[3]) });
    });
    // Who does not read it has closed it.
    child.stdin?.on('error', () => {});
    child.stdin?.end(stdin);
  });
}

/**
 * Runs a command's function in this process, with what it prints and the processor time that it takes: a process of
 * its own would take more than most commands do. One at a time.
 */
export async function runHere(command: () => Promise<number>): Promise<RanCommand> {
  const printed = [process.stdout, process.stderr].map(output => {
    const written: string[] = [];
    jest.spyOn(output, 'write').mockImplementation(chunk => Boolean(written.push(String(chunk))));
    return written;
  });
  const startedAt = cpuMs();
  const code = await command().finally(() => jest.restoreAllMocks());
  const [stdout = '', stderr = ''] = printed.map(written => written.join(''));
  return { code, stdout, stderr, cpuMs: cpuMs() - startedAt };
}

/** The same of kakao-check, in a folder that the names are relative to. */
export async function kakaoCheckHere(args: readonly string[], options: RunOptions): Promise<RanCommand> {
  const { cwd, stdin = '', env } = options;
  const from = process.cwd();
  process.chdir(String(cwd));
  try {
    return await runHere(() =>
      runKakaoCheck(args, { LANG: 'en_US.UTF-8', ...env }, Readable.from([Buffer.from(stdin)])),
    );
  } finally {
    process.chdir(from);
  }
}
