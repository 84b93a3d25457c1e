import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SESSION_TABLE } from '../lambda/aws/session-table.ts';
import { isObject, type JsonObject } from '../lambda/json-reader.ts';
import type { SessionItem } from './local-dynamo.ts';
import type { QueuedMessage } from './local-queue.ts';

/** Sessions and late turns that a process before left. */
export interface Kept {
  readonly sessions: readonly SessionItem[];
  readonly lateTurns: readonly QueuedMessage[];
}

/** Sessions and late turns for the next process. */
export interface Keeping {
  /** The JSON of each session, a line each; as bytes, since only few have changed since they were last written. */
  readonly sessions: Iterable<Uint8Array>;
  readonly lateTurns: readonly QueuedMessage[];
}

/** The file in which sessions and late turns outlive the local gateway: this process alone writes it. */
export interface SessionsFile {
  /** Hands over what the file holds; a file that can't be read or used is put aside, and nothing is handed over. */
  restore<T>(use: (kept: Kept) => Promise<T>): Promise<T>;
  /** Resolves when the file holds what `now` tells after the call, or it has been told that it can't. */
  save(now: () => Keeping): Promise<void>;
}

/** Whether there is a file, and the sentence that tells a developer so. */
export interface OpenedFile {
  /** Absent where this process can't have it. */
  readonly file?: SessionsFile;
  readonly told: string;
}

/** The form of the file; to be raised when a version before could not read it. */
const FORMAT = 1;

/** The files of a folder that sessions are kept in. */
interface Files {
  readonly folder: string;
  readonly file: string;
  /** A new one is written beside it first: a kill leaves the one or the other, whole. */
  readonly fresh: string;
  readonly unreadable: string;
  /** The desk's users, rooms and faults. */
  readonly scene: string;
  /** Holds the id of the process that writes. */
  readonly lock: string;
}

/** The file that the desk's scene is kept in, beside the sessions of its users. */
export const sceneFileIn = (folder: string): string => join(folder, 'desk.json');

const filesIn = (folder: string): Files => ({
  folder,
  file: join(folder, 'sessions.json'),
  fresh: join(folder, 'sessions.new.json'),
  unreadable: join(folder, 'sessions.unreadable.json'),
  scene: sceneFileIn(folder),
  lock: join(folder, 'sessions.lock'),
});

const BETWEEN = Buffer.from(',\n');

const NOTHING: Kept = { sessions: [], lateTurns: [] };

/** Where sessions are kept, and how they are forgotten. */
export interface SessionsPlace {
  /** From the working directory. Default: `.local`. */
  readonly folder?: string;
  /** The command that forgets them, for what is told. */
  readonly freshCommand?: string;
}

/** Opens `sessions.json` of the folder. @param isFresh forgets first what is in it */
export function openSessionsFile({
  isFresh,
  folder = '.local',
  freshCommand = 'npm start -- --fresh',
}: { readonly isFresh: boolean } & SessionsPlace): OpenedFile {
  const files = filesIn(folder);
  const { file, fresh, unreadable, scene } = files;
  try {
    const other = lock(files);
    if (other !== undefined) {
      return {
        told: `Sessions are in memory alone: process ${other} has ${file}. If it is no gateway, delete ${files.lock}.`,
      };
    }
    if (isFresh) for (const one of [file, fresh, unreadable, scene]) rmSync(one, { force: true });
    return {
      file: sessionsFileIn(folder),
      told: `Sessions are kept in ${file}; ${freshCommand} forgets them.`,
    };
  } catch (error) {
    return { told: `Sessions are in memory alone: ${file} can't be used (${reasonOf(error)}).` };
  }
}

/** Forgets what `sessions.json` of the folder holds, unless another process has it. */
export function forgetSessions(folder = '.local'): void {
  openSessionsFile({ isFresh: true, folder });
  unlock(filesIn(folder).lock);
}

/**
 * The file of a folder that the gateway has opened, for the process of the gateway's that writes it.
 * @param isOurs whether that gateway still runs: another may have opened the file since
 */
export function sessionsFileIn(folder: string, isOurs = (): boolean => true): SessionsFile {
  const { file: name, fresh: newName, unreadable } = filesIn(folder);
  const [file, fresh] = [resolve(name), resolve(newName)];
  let isIll = false;
  const jsonOf = jsonOnce();
  const write = async ({ sessions, lateTurns }: Keeping): Promise<void> => {
    const head = Buffer.from(`{"format":${FORMAT},"sessions":[\n`);
    const middle = Buffer.from('\n],"lateTurns":[\n');
    const lines = [...listed(sessions), middle, ...listed(lateTurns.map(jsonOf))];
    try {
      if (!isOurs()) return;
      await writeFile(fresh, Buffer.concat([head, ...lines, Buffer.from('\n]}\n')]), { mode: 0o600 });
      if (!isOurs()) return;
      await rename(fresh, file);
      isIll = false;
    } catch (error) {
      if (!isIll)
        console.error(`${name} can't be written (${reasonOf(error)}): a restart forgets what is new.`);
      isIll = true;
    }
  };
  const { pause, timed } = pauses();
  let writing = Promise.resolve();
  let next: Promise<void> | undefined;
  return {
    restore: async use => {
      if (!existsSync(name)) return use(NOTHING);
      try {
        return await use(read(name));
      } catch {
        // No reason: JSON's own would quote what users said.
        renameSync(name, unreadable);
        console.error(
          `${name} can't be read: it is ${unreadable} from now on, and every session begins anew.`,
        );
        return use(NOTHING);
      }
    },
    save: now => {
      // One write at a time; all who come meanwhile share the next.
      next ??= writing.then(pause).then(() => {
        next = undefined;
        writing = timed(() => write(now()));
        return writing;
      });
      return next;
    },
  };
}

/** Parts of one list. */
function listed(parts: Iterable<Uint8Array>): Uint8Array[] {
  return [...parts].flatMap((part, at) => (at === 0 ? [part] : [BETWEEN, part]));
}

/** The JSON of values that never change, made once each. */
function jsonOnce(): (value: object) => Uint8Array {
  const known = new WeakMap<object, Uint8Array>();
  return value => {
    const json = known.get(value) ?? Buffer.from(JSON.stringify(value));
    known.set(value, json);
    return json;
  };
}

/** How many times as long as a write took, the next one waits: each writes everything, and others need the processor, too. */
const PAUSE_PARTS = 2;

/** Pauses between works, which are the longer the longer these take: none that is felt while little is kept. */
function pauses(): { pause(): Promise<void>; timed(work: () => Promise<void>): Promise<void> } {
  let freeAt = 0;
  return {
    pause: async () => {
      const ms = freeAt - performance.now();
      if (ms > 0) await new Promise(resolve => setTimeout(resolve, ms));
    },
    timed: async work => {
      const startedAt = performance.now();
      await work();
      const endedAt = performance.now();
      freeAt = endedAt + PAUSE_PARTS * (endedAt - startedAt);
    },
  };
}

/** Makes this process the one that has the file; returns the process that has it already. */
function lock({ folder, lock }: Files): number | undefined {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
      const path = resolve(lock);
      process.on('exit', () => unlock(path));
      return undefined;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const other = holderOf(lock);
    if (other !== process.pid && isAlive(other)) return other;
    // It was killed, and could not take its lock away.
    rmSync(lock, { force: true });
  }
}

function unlock(path: string): void {
  if (holderOf(path) === process.pid) rmSync(path, { force: true });
}

function holderOf(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}

function isAlive(process_: number): boolean {
  if (!Number.isInteger(process_) || process_ <= 0) return false;
  try {
    return process.kill(process_, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function read(file: string): Kept {
  const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isObject(kept) || kept.format !== FORMAT) throw new Error('another format');
  const sessions = objectsIn<SessionItem>(kept.sessions);
  return {
    sessions: sessions.filter(item => !(Number(item[SESSION_TABLE.timeToLive]?.N) * 1_000 <= Date.now())),
    lateTurns: objectsIn<QueuedMessage>(kept.lateTurns, isQueued),
  };
}

/** @throws when it is no list of objects alone, each of which `isOne` */
function objectsIn<T>(list: unknown, isOne: (one: JsonObject) => boolean = () => true): readonly T[] {
  if (!Array.isArray(list) || !list.every(one => isObject(one) && isOne(one))) throw new Error('no list');
  return list;
}

function isQueued({ id, body, sentAt, receives, visibleAt }: JsonObject): boolean {
  const times = [sentAt, receives, visibleAt];
  return [id, body].every(one => typeof one === 'string') && times.every(one => Number.isFinite(one));
}

const codeOf = (error: unknown): unknown => (isObject(error) ? error.code : undefined);

const reasonOf = (error: unknown): string => String(codeOf(error) ?? error);
