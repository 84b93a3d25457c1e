import { AsyncLocalStorage } from 'node:async_hooks';
import type { TurnTrail } from '../turn/deferred-turn.ts';
import { attempt } from './attempt.ts';
import { ENVIRONMENT } from './environment.ts';
import { type ErrorFacts, errorFacts, UNREADABLE } from './error-facts.ts';
import { buildOfCode } from './frames.ts';
import { isLonger } from './is-longer.ts';
import { type EmbeddedMetrics, embedded, type Metrics } from './metrics.ts';

/** The names of one request, by which an operator finds it among the others. */
export interface RequestIds extends TurnTrail {
  /** API Gateway's id of it, or Lambda's of the worker's. */
  readonly requestId: string;
  /** Present where every line is about a turn of this protocol. */
  readonly protocol?: string | undefined;
}

/**
 * One thing worth an operator's look; its line tells the ids of the request that is under way, too.
 * Never holds a user key, an utterance, a secret or a URL.
 */
export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error';
  /** The thing that happened, in a few constant words to search and count by. */
  readonly what: string;
  /** The protocol whose turn it is about. */
  readonly protocol?: string | undefined;
  /** Present where no person did it: which synthetic user. */
  readonly synthetic?: string | undefined;
  /** Equal for what one user does, until the gateway's secret is rotated. */
  readonly user?: string | undefined;
  /** Which rule of the bot was at work. */
  readonly rule?: string | undefined;
  /** How it ended. */
  readonly outcome?: string;
  /** Word hashes of the bubbles that its user saw. */
  readonly bubbles?: string | undefined;
  /** Since API Gateway received the request. */
  readonly ms?: number;
  /** Numbers that CloudWatch makes metrics of. */
  readonly metrics?: Metrics;
  /** Which limits of Kakao's an answer broke, and where in it. */
  readonly violations?: readonly {
    readonly rule: string;
    readonly path: string;
    readonly value?: number;
  }[];
  readonly error?: unknown;
}

/**
 * Writes one JSON line that CloudWatch takes apart; console.log would nest it. Never throws, whatever the entry holds:
 * what can't be told is told to be so, and the line is written.
 */
export function log(entry: LogEntry): void {
  write(`${lineOf(entry)}\n`);
}

/** Takes a line of the log, its end included. */
export type LogWriter = (line: string) => void;

let write: LogWriter = line => {
  process.stdout.write(line);
};

/** Has the log's lines written elsewhere than to standard output, from where CloudWatch takes them: for local runs. */
export function writeLogBy(writer: LogWriter): void {
  write = writer;
}

/** Has every line that is written meanwhile tell which request it is about. */
export function inRequest<T>(ids: RequestIds, work: () => T): T {
  return requests.run(ids, work);
}

/** The ids that {@link inRequest} was given; none where no request is under way. */
export function requestIds(): Partial<RequestIds> {
  return requests.getStore() ?? {};
}

const requests = new AsyncLocalStorage<RequestIds>();

/**
 * The most that a line may have: Lambda cuts one of 256 KB in two, and neither half would be JSON, nor a metric. One
 * that tells of an error and its causes has some 5 KB, so this leaves nothing out that says something.
 */
const MAX_LINE_BYTES = 32 * 1024;

/** The most that a member may have: a rule is named after all that it hears, and all members together fit into a line. */
const MAX_TEXT_LENGTH = 300;

const MOST_VIOLATIONS = 20;

/** The members that are a text or a number each, in the order in which a line has them. */
const PLAIN = [
  'requestId',
  'kakaoRequestId',
  'footprint',
  'deferredBy',
  'level',
  'what',
  'protocol',
  'synthetic',
  'user',
  'rule',
  'outcome',
  'ms',
  'bubbles',
] as const;

type Plain = Partial<Readonly<Record<(typeof PLAIN)[number], unknown>>>;

type Line = Record<string, unknown>;

function lineOf(entry: LogEntry): string {
  const ids = requestIds();
  const counted = attempt(undefined, () => embedded(entry.metrics ?? {}, entry.protocol ?? ids.protocol));
  const facts = attempt<Partial<ErrorFacts> | undefined>({ name: UNREADABLE }, () =>
    entry.error === undefined ? undefined : errorFacts(entry.error),
  );
  const line = headOf(facts, entry, ids);
  line.violations = attempt<unknown>(UNREADABLE, () => violationsOf(entry));
  if (facts !== undefined) {
    const { part: _, ...error } = facts;
    Object.assign(line, { build: buildOfCode(), error });
  }
  const json = jsonOf(line, counted);
  if (!isLonger(json, MAX_LINE_BYTES)) return json;
  return jsonOf({ ...headOf(facts, entry, ids), error: { name: 'too long to be told' } }, counted);
}

/** The members that every line may have, added one by one: a list of entries would cost as much as their JSON. */
function headOf(facts: Partial<ErrorFacts> | undefined, entry: Plain, ids: Plain): Line {
  const head: Line = { part: facts?.part, time: new Date().toISOString(), version: versionOfCode() };
  for (const name of PLAIN) head[name] = attempt(UNREADABLE, () => plainOf(entry[name] ?? ids[name]));
  return head;
}

/** Which release the line is of: while one replaces another, both write. */
function versionOfCode(): string | undefined {
  return process.env[ENVIRONMENT.version] || undefined;
}

/** JSON of a line, to which its metrics are added; their directive is JSON already. */
function jsonOf(line: Line, counted: EmbeddedMetrics | undefined): string {
  if (counted === undefined) return JSON.stringify(line);
  return `${JSON.stringify(Object.assign(line, counted.members)).slice(0, -1)},"_aws":${counted.directive}}`;
}

/** A text or a number as it is, and JSON's numbers are finite; of anything else only that it is no such thing. */
function plainOf(value: unknown): string | number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return typeof value === 'string' ? value.slice(0, MAX_TEXT_LENGTH) : UNREADABLE;
}

function violationsOf({ violations }: LogEntry): object[] | undefined {
  return violations?.slice(0, MOST_VIOLATIONS).map(({ rule, path, value }) => ({
    rule: plainOf(rule),
    path: plainOf(path),
    value: plainOf(value),
  }));
}
