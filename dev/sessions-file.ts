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

const FOLDER = '.local';
const FILE = join(FOLDER, 'sessions.json');
/** A new one is written beside it first: a kill leaves the one or the other, whole. */
const NEW = join(FOLDER, 'sessions.new.json');
const UNREADABLE = join(FOLDER, 'sessions.unreadable.json');
/** Holds the id of the process that writes. */
const LOCK = join(FOLDER, 'sessions.lock');

const BETWEEN = Buffer.from(',\n');

const NOTHING: Kept = { sessions: [], lateTurns: [] };

/** Opens `.local/sessions.json` of this folder. @param isFresh forgets first what is in it */
export function openSessionsFile({ isFresh }: { readonly isFresh: boolean }): OpenedFile {
  try {
    const other = lock();
    if (other !== undefined) {
      return {
        told: `Sessions are in memory alone: process ${other} has ${FILE}. If it is no gateway, delete ${LOCK}.`,
      };
    }
    if (isFresh) for (const file of [FILE, NEW, UNREADABLE]) rmSync(file, { force: true });
    return { file: sessionsFile(), told: `Sessions are kept in ${FILE}; npm start -- --fresh forgets them.` };
  } catch (error) {
    return { told: `Sessions are in memory alone: ${FILE} can't be used (${reasonOf(error)}).` };
  }
}

/** Forgets what `.local/sessions.json` of this folder holds, unless another process has it. */
export function forgetSessions(): void {
  openSessionsFile({ isFresh: true });
  unlock(LOCK);
}

function sessionsFile(): SessionsFile {
  const [file, fresh] = [resolve(FILE), resolve(NEW)];
  let isIll = false;
  const write = async ({ sessions, lateTurns }: Keeping): Promise<void> => {
    const lines = [...sessions].flatMap((session, at) => (at === 0 ? [session] : [BETWEEN, session]));
    const head = Buffer.from(`{"format":${FORMAT},"sessions":[\n`);
    const tail = Buffer.from(`\n],"lateTurns":${JSON.stringify(lateTurns)}}\n`);
    try {
      await writeFile(fresh, Buffer.concat([head, ...lines, tail]), { mode: 0o600 });
      await rename(fresh, file);
      isIll = false;
    } catch (error) {
      if (!isIll)
        console.error(`${FILE} can't be written (${reasonOf(error)}): a restart forgets what is new.`);
      isIll = true;
    }
  };
  let writing = Promise.resolve();
  let next: Promise<void> | undefined;
  return {
    restore: async use => {
      if (!existsSync(FILE)) return use(NOTHING);
      try {
        return await use(read());
      } catch {
        // No reason: JSON's own would quote what users said.
        renameSync(FILE, UNREADABLE);
        console.error(
          `${FILE} can't be read: it is ${UNREADABLE} from now on, and every session begins anew.`,
        );
        return use(NOTHING);
      }
    },
    save: now => {
      // One write at a time; all who come meanwhile share the next.
      next ??= writing.then(() => {
        next = undefined;
        writing = write(now());
        return writing;
      });
      return next;
    },
  };
}

/** Makes this process the one that has the file; returns the process that has it already. */
function lock(): number | undefined {
  mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx', mode: 0o600 });
      const path = resolve(LOCK);
      process.on('exit', () => unlock(path));
      return undefined;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const other = holderOf(LOCK);
    if (other !== process.pid && isAlive(other)) return other;
    // It was killed, and could not take its lock away.
    rmSync(LOCK, { force: true });
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

function read(): Kept {
  const kept: unknown = JSON.parse(readFileSync(FILE, 'utf8'));
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
