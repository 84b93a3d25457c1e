import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A bot server that is not ours. */
export interface StrangeBot {
  readonly url: string;
  /** The bodies that it was called with, in order. */
  readonly heard: readonly unknown[];
  readonly headers: readonly NodeJS.Dict<string | string[]>[];
  stop(): void;
}

/** Starts a bot server that answers every call as it is told: with JSON of its own, whatever was asked. */
export async function startStrangeBot(answer: (body: unknown, path: string) => unknown): Promise<StrangeBot> {
  const heard: unknown[] = [];
  const headers: NodeJS.Dict<string | string[]>[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    heard.push(body);
    headers.push(request.headers);
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(JSON.stringify(answer(body, request.url ?? '')));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    headers,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
