import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import { hasTooManyValues } from '../has-too-many-values.ts';
import { type Diagnostic, diagnostic } from './diagnostics.ts';
import { secretHider } from './hide-secret.ts';
import { readBody } from './read-body.ts';
import type { Target } from './target.ts';

/** One call as Kakao makes it; `path` is relative to the gateway's base URL. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An HTTP answer that came within the time that Kakao waits. */
export interface HttpAnswer {
  readonly status: number;
  /** In lower case; empty where there is none. */
  readonly contentType: string;
  /** Undefined where the body is no JSON in UTF-8. */
  readonly json: unknown;
  /** Why it is not, where that is known. */
  readonly unread?: Diagnostic;
  /** The body's beginning, to be shown: one line, without the secret. */
  readonly excerpt: string;
}

/** How a call ended, and after how many milliseconds: from before the connection to the answer's last byte. */
export type Visit = { readonly ms: number } & Result;

type Result = { readonly answer: HttpAnswer } | { readonly diagnostic: Diagnostic };

/** Calls the gateway; never throws. */
export type Visitor = (call: Call) => Promise<Visit>;

/** The gateway that a {@link Visitor} calls, and how long it waits. */
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
const MAX_EXCERPT_LENGTH = 200;

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
            if (size > MAX_ANSWER_BYTES) end({ diagnostic: diagnostic('too-large') });
            else chunks.push(chunk);
          });
          response.once('end', () => end(resultOf(response, Buffer.concat(chunks), hide)));
          response.once('error', error => end({ diagnostic: diagnosticOf(error, host) }));
        },
      );
      const timer = setTimeout(
        () => end({ diagnostic: diagnostic('timeout', { limit: limitMs / 1_000 }) }),
        limitMs,
      );
      sent.once('error', error => end({ diagnostic: diagnosticOf(error, host) }));
      // A request that is destroyed after its end tells it once more.
      sent.on('error', () => {});
      sent.end(body);
    });
  };
}

/** The cause of a connection's error, for the operator. */
export function diagnosticOf(error: Error, host: string): Diagnostic {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^(ENOTFOUND|EAI_)/.test(code)) return diagnostic('dns', { host });
  if (code === 'ECONNREFUSED') return diagnostic('refused', { host });
  if (/^(EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EADDRNOTAVAIL|EACCES)$/.test(code))
    return diagnostic('unreachable', { host });
  if (code.startsWith('HPE_')) return diagnostic('not-http', { host });
  return tlsDiagnosticOf(code, host) ?? diagnostic('hung-up');
}

/** The cause of a TLS error, for the operator; undefined where it is none. */
export function tlsDiagnosticOf(code: string, host: string): Diagnostic | undefined {
  if (code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE') return diagnostic('tls-chain', { host });
  if (code.startsWith('UNABLE_TO_GET_ISSUER_CERT')) return diagnostic('tls-authority', { host });
  if (/SELF_SIGNED/.test(code)) return diagnostic('tls-self-signed', { host });
  if (code === 'CERT_HAS_EXPIRED') return diagnostic('tls-expired', { host });
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return diagnostic('tls-name', { host });
  if (/^(CERT_|UNABLE_TO_|INVALID_)/.test(code)) return diagnostic('tls-untrusted', { host, code });
  return /^(EPROTO$|ERR_SSL_|ERR_TLS_)/.test(code) ? diagnostic('tls-handshake', { host }) : undefined;
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
  const { json, text, unread } = readBody(bytes, lowerCase(headers['content-encoding']));
  // A hostile answer would cost seconds of judging a call.
  if (json !== undefined && hasTooManyValues(text)) return { diagnostic: diagnostic('too-much') };
  return {
    answer: {
      status: statusCode,
      contentType: lowerCase(headers['content-type']),
      json,
      ...(unread && { unread }),
      // Hidden before it is cut: half a secret is a secret, too.
      excerpt: hide(text).replace(/\s+/g, ' ').trim().slice(0, MAX_EXCERPT_LENGTH).toWellFormed(),
    },
  };
}

function lowerCase(header: string | undefined): string {
  return header?.toLowerCase() ?? '';
}
