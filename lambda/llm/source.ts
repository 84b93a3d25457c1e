import { ConfigurationError } from '../errors.ts';
import { isObject, type JsonObject } from '../json-reader.ts';
import { SourceError, toSourceError } from './source-error.ts';
import type { SourcePart } from './source-part.ts';
import { SourceReader } from './source-reader.ts';

/**
 * The answer of a model, as its client gives it: words, a stream of words, or a stream or whole result of the AI SDK,
 * Bedrock's Converse, Strands, OpenAI, Anthropic or Gemini; or a promise of any of these.
 */
export type Source = string | SourceStream | SourceResult | PromiseLike<string | SourceStream | SourceResult>;

/** A stream of words, or of what a model's client tells. */
export type SourceStream = AsyncIterable<unknown> | ReadableStream<unknown>;

/** The result of a model's client: a stream in it, or all that the model said. */
export type SourceResult =
  | { readonly fullStream: SourceStream }
  | { readonly stream?: SourceStream | undefined }
  | { readonly textStream: SourceStream }
  | { readonly content: readonly unknown[] }
  | { readonly choices: readonly unknown[] }
  | { readonly output: unknown }
  | { readonly candidates?: readonly unknown[] }
  | { readonly lastMessage: unknown };

/**
 * All that a source says, part after part, whichever client it is of; the last part is its end. Where the signal aborts,
 * or nobody reads on, the client's stream is cancelled; a client that was given a signal of its own needs that one, too.
 * @throws SourceError where the client fails, the signal aborts, or the stream ends in the middle
 * @throws ConfigurationError where nobody knows the source's shape
 */
export function partsOf(
  source: Source,
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<SourcePart, void, undefined> {
  const opened = Promise.resolve<unknown>(source).then(open);
  // It may fail before anybody reads.
  opened.catch(() => {});
  return read(opened, signal);
}

/** A source while it is read. */
interface Opened {
  readonly isStream: boolean;
  next(): Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>;
  /** Has the client stop, whatever it is doing. */
  cancel(): unknown;
  /** Throws what the client failed with, where its stream ended without a word of it. */
  tellFailure?(): unknown;
}

async function* read(
  opening: Promise<Opened>,
  signal: AbortSignal,
): AsyncGenerator<SourcePart, void, undefined> {
  const reader = new SourceReader();
  let isDone = false;
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new SourceError('timeout', undefined, { cause: signal.reason }));
  });
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    const opened = await Promise.race([aborted, opening]);
    let first: unknown;
    while (!isDone && !reader.isFull) {
      const { done, value } = await Promise.race([aborted, opened.next()]);
      isDone = done === true;
      if (isDone) break;
      first ??= value;
      yield* reader.read(value);
    }
    if (!reader.isKnown && first !== undefined) throw unknownShape(first);
    // Each client's stream tells why the model stopped; words alone do not.
    if (opened.isStream && isObject(first) && !reader.reason && !reader.isFull) {
      await opened.tellFailure?.();
      throw new SourceError('broken');
    }
    yield* reader.end();
  } catch (error) {
    throw error instanceof ConfigurationError ? error : toSourceError(error);
  } finally {
    signal.removeEventListener('abort', abort);
    // Nobody waits for it: a stream that hangs may hang on.
    if (!isDone) opening.then(({ cancel }) => cancel()).catch(() => {});
  }
}

function open(source: unknown): Opened {
  if (isReadable(source)) {
    const reader = source.getReader();
    return { isStream: true, next: () => reader.read(), cancel: () => reader.cancel() };
  }
  if (isIterable(source)) {
    const iterator = source[Symbol.asyncIterator]();
    const cancel = (): unknown => {
      // A generator that waits does not hear that it is to return: OpenAI's and Anthropic's are aborted.
      source.controller?.abort?.();
      return iterator.return?.();
    };
    // The helpers of Anthropic and OpenAI tell a failure only to a reader that waits at that moment.
    const tellFailure = (): unknown => (source.errored === true ? source.done?.() : undefined);
    return { isStream: true, next: () => iterator.next(), cancel, tellFailure };
  }
  if (typeof source !== 'string' && !isObject(source)) throw unknownShape(source);
  for (const name of isObject(source) ? ['fullStream', 'stream', 'textStream'] : []) {
    const stream = (source as JsonObject)[name];
    if (isReadable(stream) || isIterable(stream)) return open(stream);
  }
  return { ...open(one(source)), isStream: false };
}

async function* one(whole: unknown): AsyncGenerator<unknown> {
  yield whole;
}

const isReadable = (value: unknown): value is ReadableStream<unknown> =>
  isObject(value) && typeof value.getReader === 'function';

const isIterable = (
  value: unknown,
): value is AsyncIterable<unknown> & {
  controller?: Partial<AbortController>;
  errored?: unknown;
  done?: () => unknown;
} => isObject(value) && typeof value[Symbol.asyncIterator as unknown as string] === 'function';

function unknownShape(value: unknown): ConfigurationError {
  // A name that is no member's may be what somebody said.
  const members = isObject(value) ? Object.keys(value).filter(name => /^[\w$]{1,40}$/.test(name)) : [];
  const names = members.slice(0, 8).join(', ');
  const isNothing = value === undefined || value === null;
  const kind = isNothing ? String(value) : (Object(value).constructor?.name ?? 'an object');
  return new ConfigurationError(
    `a conversation's ask gave ${kind}${names && ` with ${names}`}, which is no model's answer: return a string, a stream of strings, or what the model's client gives`,
  );
}
