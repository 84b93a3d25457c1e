import { GatewayError, UnavailableError } from '../bot/errors.ts';

/** One thing worth an operator's look. Never holds a user key, an utterance, a secret or a URL. */
export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error';
  /** What happened, in a few constant words to search and count by. */
  readonly what: string;
  /** API Gateway's id of the request. */
  readonly requestId?: string;
  /** Which rule of the bot was at work. */
  readonly rule?: string | undefined;
  /** Which limits of Kakao's an answer broke, and where in it. */
  readonly violations?: readonly {
    readonly rule: string;
    readonly path: string;
    readonly value?: number;
  }[];
  readonly error?: unknown;
}

/** Writes one JSON line that CloudWatch takes apart; console.log would nest it. */
export function log({ error, ...entry }: LogEntry): void {
  const part = error instanceof UnavailableError ? error.part : undefined;
  const line = {
    ...(part && { part }),
    time: new Date().toISOString(),
    ...entry,
    ...(error !== undefined && { error: described(error) }),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function described(error: unknown, isOurCause = false): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, message, stack = '', cause } = error;
  const isOurs = error instanceof GatewayError;
  return {
    name,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    // Whatever else fails may quote what the user said: a rule, a parser, V8 on a missing property.
    ...((isOurs || (isOurCause && '$metadata' in error)) && { message }),
    frames: stack
      .split('\n')
      .filter(line => /^\s+at /.test(line))
      .slice(0, MAX_FRAMES)
      .map(line => line.trim()),
    ...(cause !== undefined && { cause: described(cause, isOurs) }),
  };
}

const MAX_FRAMES = 10;
