import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A call as a server got it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  /** Names and values as they were sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** The port that it came from: the same over the same connection. */
  readonly from: number | undefined;
}

/** An HTTP server of a test's own on this machine, which remembers how it was asked. */
export interface RawServer {
  readonly url: string;
  readonly asked: Asked[];
  stop(): Promise<void>;
}

/** Starts one that answers as the function says, once a call has come whole; one that answers nothing hangs. */
export async function startRawServer(
  answers: (asked: Asked, answer: ServerResponse) => void,
  tls?: { readonly cert: string; readonly key: string },
): Promise<RawServer> {
  const asked: Asked[] = [];
  const listener = async (request: IncomingMessage, answer: ServerResponse): Promise<void> => {
    let body = '';
    for await (const part of request) body += part;
    const { method = '', url: path = '', rawHeaders } = request;
    const names = rawHeaders.filter((_, index) => index % 2 === 0);
    const headers = names.map((name, index) => [name, rawHeaders[2 * index + 1] ?? ''] as const);
    const one = { method, path, headers, body, from: request.socket.remotePort };
    asked.push(one);
    answers(one, answer);
  };
  const listen = (...call: Parameters<typeof listener>): void => {
    // A caller that went away in the middle of its call asked nothing.
    listener(...call).catch(() => {});
  };
  const server = tls ? createTlsServer(tls, listen) : createServer(listen);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    asked,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
}
