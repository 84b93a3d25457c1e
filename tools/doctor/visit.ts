import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import { hasTooManyValues } from '../has-too-many-values.ts';
import { secretHider } from './hide-secret.ts';
import type { Target } from './target.ts';
import { type Finding, finding } from './words.ts';

/** One call as Kakao makes it; `path` is relative to the gateway's base URL. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back within the time that Kakao waits. */
export interface Answer {
  readonly status: number;
  /** In lower case; empty where there is none. */
  readonly contentType: string;
  /** Undefined where the body is no JSON in UTF-8. */
  readonly json: unknown;
  /** The body's beginning, to be shown: one line, without the secret. */
  readonly said: string;
}

/** How a call ended, and after how many milliseconds: from before the connection to the answer's last byte. */
export type Visit = { readonly ms: number } & Result;

type Result = { readonly answer: Answer } | { readonly trouble: Finding };

/** Calls the gateway; never throws. */
export type Visitor = (call: Call) => Promise<Visit>;

/** What a {@link Visitor} is made from. */
export interface VisitorOptions {
  readonly target: Target;
  readonly secret: string;
  /** How long Kakao waits for the whole answer. */
  readonly limitMs: number;
  /** Trusted instead of Node's own certificate authorities; PEM. */
  readonly ca?: readonly string[];
}

/** No answer that Kakao takes comes near. */
const MAX_ANSWER_BYTES = 1024 * 1024;
const MAX_SAID_LENGTH = 200;

/** Makes calls on a connection of their own each, as a client whose pool is empty does. */
export function visitor({ target, secret, limitMs, ca }: VisitorOptions): Visitor {
  const hide = secretHider(secret);
  const { address, host, prefix } = target;
  const request = address.isTls ? requestHttps : requestHttp;
  return ({ method, path, headers, body }) => {
    const startedAt = performance.now();
    return new Promise(resolve => {
      const end = (result: Result): void => {
        clearTimeout(timer);
        resolve({ ms: performance.now() - startedAt, ...result });
        sent.destroy();
      };
      const sent = request(
        {
          method,
          path: `${prefix}${path}`,
          host: address.hostname,
          port: address.port,
          agent: false,
          headers: {
            ...headers,
            host,
            ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
          },
          ...(address.isTls && tlsOptions(target, ca)),
        },
        response => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size > MAX_ANSWER_BYTES) end({ trouble: finding('too-large') });
            else chunks.push(chunk);
          });
          response.once('end', () => end(resultOf(response, Buffer.concat(chunks), hide)));
          response.once('error', error => end({ trouble: troubleOf(error, host) }));
        },
      );
      const timer = setTimeout(
        () => end({ trouble: finding('timeout', { limit: limitMs / 1_000 }) }),
        limitMs,
      );
      sent.once('error', error => end({ trouble: troubleOf(error, host) }));
      // What is destroyed after its end tells it once more.
      sent.on('error', () => {});
      sent.end(body);
    });
  };
}

/** What a connection's error means for the operator. */
export function troubleOf(error: Error, host: string): Finding {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^(ENOTFOUND|EAI_)/.test(code)) return finding('dns', { host });
  if (code === 'ECONNREFUSED') return finding('refused', { host });
  if (/^(EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EADDRNOTAVAIL|EACCES)$/.test(code))
    return finding('unreachable', { host });
  if (code.startsWith('HPE_')) return finding('not-http', { host });
  return tlsTroubleOf(code, host) ?? finding('hung-up');
}

/** What a TLS error means for the operator; undefined where it is none. */
export function tlsTroubleOf(code: string, host: string): Finding | undefined {
  if (code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE') return finding('tls-chain', { host });
  if (code.startsWith('UNABLE_TO_GET_ISSUER_CERT')) return finding('tls-authority', { host });
  if (/SELF_SIGNED/.test(code)) return finding('tls-self-signed', { host });
  if (code === 'CERT_HAS_EXPIRED') return finding('tls-expired', { host });
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return finding('tls-name', { host });
  if (/^(CERT_|UNABLE_TO_|INVALID_)/.test(code)) return finding('tls-untrusted', { host, code });
  return /^(EPROTO$|ERR_SSL_|ERR_TLS_)/.test(code) ? finding('tls-handshake', { host }) : undefined;
}

/** Asks for the target's own certificate, whatever address the connection goes to; an IP address has no server name. */
export function tlsOptions({ hostname }: Target, ca: readonly string[] | undefined): ConnectionOptions {
  return {
    servername: isIP(hostname) ? '' : hostname,
    checkServerIdentity: (_, certificate) => checkServerIdentity(hostname, certificate),
    ...(ca && { ca: [...ca] }),
  };
}

function resultOf(
  { statusCode = 0, headers }: IncomingMessage,
  bytes: Buffer,
  hide: (text: string) => string,
): Result {
  const json = parsed(bytes);
  const text = bytes.toString();
  // A hostile answer would cost seconds of judging a call.
  if (json !== undefined && hasTooManyValues(text)) return { trouble: finding('too-much') };
  const type = headers['content-type'];
  return {
    answer: {
      status: statusCode,
      contentType: typeof type === 'string' ? type.toLowerCase() : '',
      json,
      // Hidden before it is cut: half a secret is a secret, too.
      said: hide(text).replace(/\s+/g, ' ').trim().slice(0, MAX_SAID_LENGTH).toWellFormed(),
    },
  };
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
