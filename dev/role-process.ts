import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { complain } from '../tools/terminal.ts';

/** A part of the gateway that has a process of its own, as on AWS it is elsewhere. */
export type Role = 'aws' | 'answer' | 'late-turn';

/** Each part in words. */
const ROLES: Readonly<Record<Role, string>> = {
  aws: 'The local database and queue have',
  answer: 'The process that answers turns has',
  'late-turn': 'The process that takes late turns has',
};

/** The process of a role, which lives no longer than the one that started it. */
export interface RoleProcess<Sent, Told> {
  send(words: Sent): void;
  onTold(listener: (words: Told) => void): void;
  /** How long it takes to answer anything, by the last time that it was asked; asks it again. */
  lagMs(): number;
}

/** The variable that tells a process its role. */
const ROLE = 'KAKAO_GATEWAY_ROLE';

/** Said to a process, and answered by it as soon as it comes to that. */
const ARE_YOU_THERE = 'are you there?';

/** None of these has anything that must be ended well. */
const alive = new Set<ChildProcess>();

/**
 * Starts the process of a role; should it end by itself, so does this one, and says so.
 * @param self the file that runs the gateway, as a URL: it finds its role, and plays that alone
 */
export function startRole<Sent, Told>(role: Role, self: string): RoleProcess<Sent, Told> {
  if (alive.size === 0) {
    process.on('exit', () => {
      for (const child of alive) child.kill('SIGKILL');
    });
  }
  const child = fork(fileURLToPath(self), [], {
    // The SDK asks each process for a newer Node: one is enough.
    env: { ...process.env, [ROLE]: role, ...(role === 'aws' && { [SDK_WARNING]: 'true' }) },
    execArgv: [...execArgvOf(role, self), '--enable-source-maps'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  alive.add(child);
  child.once('exit', (code, signal) => {
    alive.delete(child);
    complain(`${ROLES[role]} ended (${signal ?? code}), and so does the gateway: start it again.`);
    process.exit(1);
  });
  // Whether it still lives, its end tells.
  const send = (words: unknown): void => void child.send(words as object, () => {});
  let askedAt: number | undefined;
  let lagMs = 0;
  return {
    send,
    onTold: listener => {
      child.on('message', told => {
        if (told !== ARE_YOU_THERE) return listener(told as Told);
        lagMs = performance.now() - (askedAt ?? 0);
        askedAt = undefined;
      });
    },
    lagMs: () => {
      if (askedAt === undefined) {
        askedAt = performance.now();
        send(ARE_YOU_THERE);
      }
      return Math.max(lagMs, performance.now() - askedAt);
    },
  };
}

/** The variable that keeps the SDK from asking for a newer Node. */
export const SDK_WARNING = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';

/**
 * The options of this process, but for the port of its debugger: a bot is debugged where it runs. A bundle goes without
 * the loader of TypeScript, which would read it anew, and lose the places of the sources.
 */
function execArgvOf(role: Role, self: string): string[] {
  const isBundle = self.endsWith('.mjs');
  return process.execArgv.flatMap((arg, at) => {
    const [before, after] = [process.execArgv[at - 1], process.execArgv[at + 1]];
    const isLoader = (arg === '--import' && isTsx(after)) || (before === '--import' && isTsx(arg));
    if (isBundle && isLoader) return [];
    if (!arg.startsWith('--inspect')) return [arg];
    return role === 'aws' ? [] : ['--inspect=0'];
  });
}

const isTsx = (module = ''): boolean => /(?:^|\/)tsx(?:\/|$)/.test(module);

/** The role of this process; undefined in one that somebody started to run the gateway. */
export function takeRole(): Role | undefined {
  const role = process.env[ROLE];
  // It is nobody's whom the bot starts.
  delete process.env[ROLE];
  return role === 'aws' || role === 'answer' || role === 'late-turn' ? role : undefined;
}

/** The process that started this one. */
export interface Starter<Sent, Told> {
  tell(words: Told): void;
  onSent(listener: (words: Sent) => void): void;
}

/** Has this process end with the one that started it, whatever ends that, and whatever this one is at. */
export function starterOf<Sent, Told>(): Starter<Sent, Told> {
  // A Ctrl-C reaches both: the starter decides.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  process.on('disconnect', () => process.exit(0));
  // A rule that never lets go of the processor hears nothing.
  const watch = `const { ppid } = process; setInterval(() => { if (process.ppid !== ppid) process.kill(process.pid, 'SIGKILL'); }, 500);`;
  new Worker(watch, { eval: true, env: {}, execArgv: [] }).unref();
  const tell = (words: unknown): void => void process.send?.(words);
  return {
    tell,
    onSent: listener => {
      process.on('message', sent => {
        if (sent === ARE_YOU_THERE) tell(sent);
        else listener(sent as Sent);
      });
    },
  };
}
