import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsOptions } from 'node:tls';

/** A server that is no gateway of ours, as far as a test makes it one. */
export interface VisitedServer {
  readonly url: string;
  readonly calls: readonly ServedCall[];
  /** The most calls that it had at once. */
  mostAtOnce(): number;
  stop(): Promise<void>;
}

/** One call that came whole. */
export interface ServedCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Its answer; `hang` for nothing at all, `hang-up` for half of an answer. */
export type Served =
  | {
      readonly status?: number;
      /** Null for none. */
      readonly type?: string | null;
      readonly headers?: Readonly<Record<string, string>>;
      /** JSON unless it is a string, or bytes. */
      readonly body: unknown;
      readonly afterMs?: number;
    }
  | 'hang'
  | 'hang-up';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Starts it on this machine, with TLS where a certificate is given. */
export async function startVisitedServer(
  serve: (call: ServedCall) => Served,
  tls?: TlsOptions,
): Promise<VisitedServer> {
  const calls: ServedCall[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let now = 0;
  let most = 0;
  const listener: RequestListener = async (request, response) => {
    most = Math.max(most, ++now);
    response.once('close', () => now--);
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const { method = '', url: path = '', headers } = request;
    const call = { method, path, headers, body };
    calls.push(call);
    const served = serve(call);
    if (served === 'hang') return;
    if (served === 'hang-up') {
      response.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': 100 });
      response.write('{"version":');
      setImmediate(() => response.destroy());
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      const { status = 200, type = JSON_TYPE, headers: more } = served;
      response.writeHead(status, { ...(type !== null && { 'content-type': type }), ...more });
      const { body: answer } = served;
      const isRaw = typeof answer === 'string' || Buffer.isBuffer(answer);
      response.end(isRaw ? answer : JSON.stringify(answer));
    }, served.afterMs ?? 0);
    timers.add(timer);
  };
  const server = tls ? createHttps(tls, listener) : createHttp(listener);
  // A client that does not trust the certificate hangs up.
  server.on('tlsClientError', () => {});
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    mostAtOnce: () => most,
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
}

/** A gateway as small as can be, which does all that Kakao wants; without a secret it answers everybody. */
export function wellBehaved(secret?: string): (call: ServedCall) => Served {
  return ({ method, path, headers, body }) => {
    if (path === '/health') return { body: { status: 'ok' } };
    const shown = path.startsWith('/open-builder/')
      ? headers['x-gateway-secret']
      : decodeURIComponent(path.split('/')[2] ?? '');
    if (secret !== undefined && shown !== secret) return { status: 401, body: { message: 'no' } };
    if (body !== '' && !isJson(body)) return { status: 400, body: { message: 'no JSON' } };
    if (path.endsWith('/validation')) return { body: { status: 'IGNORE' } };
    if (path.endsWith('/skill')) return { body: SKILL_ANSWER };
    if (path.endsWith('/message')) return { body: { message: { text: '안녕하세요' }, keyboard: KEYBOARD } };
    return { body: method === 'GET' ? KEYBOARD : {} };
  };
}

/** A valid answer of a skill. */
export const SKILL_ANSWER = {
  version: '2.0',
  template: { outputs: [{ simpleText: { text: '안녕하세요' } }] },
};

const KEYBOARD = { type: 'buttons', buttons: ['메뉴'] };

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
