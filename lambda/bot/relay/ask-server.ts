import { objectOrEmpty } from '../../json-reader.ts';

/** One call of an HTTP server that stands behind a relay. */
export interface ServerCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** http or https; never made of what a user said, but for what is encoded in its path. */
  readonly url: URL;
  /** All that is sent beside Node's own `Host`, `Connection` and `Content-Length`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole call, redirects included. */
  readonly timeoutMs: number;
  /** To connect, of that time. Default: all of it. */
  readonly connectMs?: number;
  /** Ends the call before its time. */
  readonly signal?: AbortSignal;
  /** The answer's body is read no further; a longer one of a status that is no success is left out. */
  readonly maxBytes: number;
  /** How many redirects are followed, to the same host alone. Default: none. */
  readonly redirects?: number;
}

/** The outcome of a call. It never holds a URL, and a failure nothing of what the server said. */
export type ServerAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** By names in lower case. */
      readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
      readonly body: Buffer;
    }
  | ServerFailure;

/** A call without an answer. */
export interface ServerFailure {
  readonly kind: 'failed';
  /**
   * `silent`: connected, but not answered in time. `unreachable`: no connection, be it for its name, its port or its
   * certificate. `broken`: the connection ended, or what came was no HTTP. `too-long`: more than `maxBytes`.
   * `redirected`: to where the call does not follow.
   */
  readonly reason: 'silent' | 'unreachable' | 'broken' | 'too-long' | 'redirected';
  /** Node's word for it, of an open set: `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
  readonly code?: string;
}

/** Asks an HTTP server, over a connection that is kept for the next call; never throws, and never asks twice. */
export async function askServer(call: ServerCall): Promise<ServerAnswer> {
  const until = Date.now() + call.timeoutMs;
  let { url } = call;
  for (let left = call.redirects ?? 0; ; left--) {
    const answer = await askOnce({ ...call, url, timeoutMs: until - Date.now() });
    if (answer.kind === 'failed' || !REDIRECTS.has(answer.status)) return answer;
    const next = left > 0 ? redirectOf(url, answer.headers.location) : undefined;
    if (next === undefined) return { kind: 'failed', reason: 'redirected', code: String(answer.status) };
    url = next;
  }
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Where a redirect leads, if it is to the same host: who answers for a server must not send us into another's network. */
function redirectOf(from: URL, location: string | readonly string[] | undefined): URL | undefined {
  if (typeof location !== 'string' || !URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  if (hostOf(to) !== hostOf(from)) return undefined;
  const isSecure = to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:');
  return isSecure ? to : undefined;
}

/** A site without and with www is the same; of another port it may be another's. */
const hostOf = ({ hostname, port }: URL): string => `${hostname.replace(/^www\./, '')}:${port}`;

function askOnce({ method, url, headers, body, ...bounds }: ServerCall): Promise<ServerAnswer> {
  const { timeoutMs, connectMs = timeoutMs, signal, maxBytes } = bounds;
  return new Promise(resolve => {
    if (signal?.aborted || timeoutMs <= 0) return resolve({ kind: 'failed', reason: 'silent' });
    let isConnected = false;
    const isSecure = url.protocol === 'https:';
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const asking = httpOf(isSecure).request(url, {
      method,
      headers: { ...headers, ...length },
      agent: agentOf(isSecure),
    });
    const end = (answer: ServerAnswer): void => {
      clearTimeout(timer);
      clearTimeout(connecting);
      signal?.removeEventListener('abort', giveUp);
      // What was read to its end is no longer destroyed by it, and its connection is kept.
      if (answer.kind === 'failed') asking.destroy();
      resolve(answer);
    };
    const fail = (reason: ServerFailure['reason'], code?: string): void =>
      end({ kind: 'failed', reason, ...(code !== undefined && { code }) });
    const giveUp = (): void => (isConnected ? fail('silent') : fail('unreachable', 'ETIMEDOUT'));
    const timer = setTimeout(giveUp, timeoutMs);
    const connecting = setTimeout(() => isConnected || giveUp(), Math.min(connectMs, timeoutMs));
    signal?.addEventListener('abort', giveUp);
    asking.on('error', error => fail(isConnected ? 'broken' : 'unreachable', codeOf(error)));
    asking.on('socket', socket => {
      const connected = (): void => {
        isConnected = true;
      };
      if (asking.reusedSocket) connected();
      else socket.once(isSecure ? 'secureConnect' : 'connect', connected);
    });
    asking.on('upgrade', answer => end(switched(answer)));
    asking.on('response', answer => read(answer, maxBytes, end));
    asking.end(body);
  });
}

/** Reads an answer to its end, or no further than it must. */
function read(answer: Incoming, maxBytes: number, end: (answer: ServerAnswer) => void): void {
  const { statusCode: status = 0, headers } = answer;
  if (status === SWITCHED) {
    end(switched(answer));
    return;
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  // A framework's page about its error is long, and nobody reads it: the status says more than what is wrong with it.
  const unreadable = (reason: 'broken' | 'too-long'): void => {
    answer.destroy();
    if (status >= 200 && status <= 299) end({ kind: 'failed', reason });
    else end({ kind: 'answered', status, headers, body: Buffer.alloc(0) });
  };
  answer.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes > maxBytes) return unreadable('too-long');
    parts.push(part);
  });
  answer.on('error', () => end({ kind: 'failed', reason: 'broken', code: 'ECONNRESET' }));
  answer.on('end', () => {
    const whole = unpacked(Buffer.concat(parts), headers['content-encoding'], maxBytes);
    if (typeof whole === 'string') return unreadable(whole);
    end({ kind: 'answered', status, headers, body: whole });
  });
}

/** The status after which a server speaks something else, with a header that names it or without: no answer follows. */
const SWITCHED = 101;

function switched({ socket, headers }: Incoming): ServerAnswer {
  socket.destroy();
  return { kind: 'answered', status: SWITCHED, headers, body: Buffer.alloc(0) };
}

function codeOf(error: unknown): string | undefined {
  const { code } = objectOrEmpty(error);
  return typeof code === 'string' ? code : undefined;
}

/**
 * A body as it was before the server packed it, which nobody asked it to; as it came where its coding is none, such as
 * the name of a charset, or where nothing is there to be packed.
 */
function unpacked(
  body: Buffer,
  coding: string | undefined,
  maxBytes: number,
): Buffer | 'broken' | 'too-long' {
  if (coding === undefined || body.length === 0) return body;
  const { gunzipSync, inflateSync, inflateRawSync, brotliDecompressSync } =
    process.getBuiltinModule('node:zlib');
  // Some servers leave out zlib's head, whose first byte has an 8 in its lower half.
  const inflate = ((body[0] ?? 0) & 0x0f) === 8 ? inflateSync : inflateRawSync;
  const unpack = { gzip: gunzipSync, 'x-gzip': gunzipSync, deflate: inflate, br: brotliDecompressSync };
  try {
    const name = coding.trim().toLowerCase();
    return Object.hasOwn(unpack, name)
      ? unpack[name as keyof typeof unpack](body, { maxOutputLength: maxBytes })
      : body;
  } catch (error) {
    return codeOf(error) === 'ERR_BUFFER_TOO_LARGE' ? 'too-long' : 'broken';
  }
}

/** How long an idle connection is used again: servers close theirs after 2 s and more, and a frozen function does not hear it. */
const IDLE_MS = 1_000;

type Http = ReturnType<typeof process.getBuiltinModule<'node:http'>>;
type HttpAgent = InstanceType<Http['Agent']>;
type Incoming = InstanceType<Http['IncomingMessage']>;

// The two are used by what they have in common.
const httpOf = (isSecure: boolean) =>
  isSecure
    ? (process.getBuiltinModule('node:https') as unknown as Http)
    : process.getBuiltinModule('node:http');

const agents = new Map<boolean, { readonly agent: HttpAgent; usedAt: number }>();

/** The connections that are kept, those that were idle for too long left out. */
function agentOf(isSecure: boolean): HttpAgent {
  let known = agents.get(isSecure);
  if (known === undefined) {
    known = { agent: new (httpOf(isSecure).Agent)({ keepAlive: true }), usedAt: 0 };
    agents.set(isSecure, known);
  }
  if (Date.now() - known.usedAt > IDLE_MS)
    for (const sockets of Object.values(known.agent.freeSockets))
      for (const socket of sockets ?? []) socket.destroy();
  known.usedAt = Date.now();
  return known.agent;
}
