import { AsyncLocalStorage } from 'node:async_hooks';
import { GatewayError, UnavailableError } from '../bot/errors.ts';
import type { TurnTrail } from '../bot/late-turn.ts';
import { embedded, type Metrics } from './metrics.ts';

/** What tells one request from the others. */
export interface RequestIds extends Partial<TurnTrail> {
  /** API Gateway's id of it, or Lambda's of the worker's. */
  readonly requestId: string;
}

/** One thing worth an operator's look. Never holds a user key, an utterance, a secret or a URL. */
export interface LogEntry extends Partial<RequestIds> {
  readonly level: 'info' | 'warn' | 'error';
  /** What happened, in a few constant words to search and count by. */
  readonly what: string;
  /** Which rule of the bot was at work. */
  readonly rule?: string | undefined;
  /** How it ended. */
  readonly outcome?: string;
  /** Since API Gateway received the request. */
  readonly ms?: number;
  /** What CloudWatch makes metrics of. */
  readonly metrics?: Metrics;
  /** Which limits of Kakao's an answer broke, and where in it. */
  readonly violations?: readonly {
    readonly rule: string;
    readonly path: string;
    readonly value?: number;
  }[];
  readonly error?: unknown;
}

/** Writes one JSON line that CloudWatch takes apart; console.log would nest it. */
export function log({ error, metrics, ...entry }: LogEntry): void {
  const part = error instanceof UnavailableError ? error.part : undefined;
  const line = {
    ...(part && { part }),
    time: new Date().toISOString(),
    ...requests.getStore(),
    ...entry,
    ...(error !== undefined && { error: described(error) }),
    ...(metrics && embedded(metrics, entry.protocol)),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Has every line that is written meanwhile tell which request it is about. */
export function inRequest<T>(ids: RequestIds, work: () => T): T {
  return requests.run(ids, work);
}

const requests = new AsyncLocalStorage<RequestIds>();

function described(error: unknown, isOurCause = false): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, message, stack = '', cause } = error;
  const isOurs = error instanceof GatewayError;
  return {
    name,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    // Whatever else fails may quote what the user said: a rule, a parser, V8 on a missing property.
    ...((isOurs || (isOurCause && '$metadata' in error)) && { message }),
    // A message of several lines may hold some that look like frames.
    frames: stack
      .replace(message, '')
      .split('\n')
      .filter(line => /^\s+at /.test(line))
      .slice(0, MAX_FRAMES)
      .map(line => line.trim()),
    ...(cause !== undefined && { cause: described(cause, isOurs) }),
  };
}

const MAX_FRAMES = 10;
