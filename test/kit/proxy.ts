import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy in front of a server of this machine. */
export interface Proxy {
  /** `http://127.0.0.1:<port>`, which answers as the server behind it does. */
  readonly origin: string;
  stop(): Promise<void>;
}

/** One call on its way to the server, or its answer on the way back. */
export interface Passage {
  readonly way: 'there' | 'back';
  /** The call's. */
  readonly headers: IncomingMessage['headers'];
  /** The answer's HTTP code; absent on the way there. */
  readonly status?: number | undefined;
}

/**
 * Starts a proxy before this server.
 * @param isHeld whether it goes no further: a call held on its way there never reaches the server, and neither kind gets an answer
 */
export async function startProxy(
  upstream: string,
  isHeld: (passage: Passage) => Promise<boolean>,
): Promise<Proxy> {
  const pass = async (call: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const body = await bytesOf(call);
    const { headers } = call;
    if (await isHeld({ way: 'there', headers })) return;
    const { incoming, bytes } = await send(upstream, call, body);
    if (await isHeld({ way: 'back', headers, status: incoming.statusCode })) return;
    answer.writeHead(incoming.statusCode ?? 502, incoming.headers);
    answer.end(bytes);
  };
  const server = createServer((call, answer) => {
    pass(call, answer).catch(() => answer.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
}

function send(
  upstream: string,
  { method, url = '/', headers }: IncomingMessage,
  body: Buffer,
): Promise<{ incoming: IncomingMessage; bytes: Buffer }> {
  const { host } = new URL(upstream);
  return new Promise((resolve, reject) => {
    const sent = request(new URL(url, upstream), { method, agent: false, headers: { ...headers, host } });
    sent.once('error', reject);
    sent.once('response', incoming => {
      bytesOf(incoming).then(bytes => resolve({ incoming, bytes }), reject);
    });
    sent.end(body);
  });
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
