import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Kakao's side of the plugins: answers one-time passwords as the test says, and remembers how it was asked. */
export interface PluginServer {
  /** To be allowed by KAKAO_PLUGIN_ORIGINS. */
  readonly origin: string;
  /** The paths and queries that were asked, in order. */
  readonly asked: string[];
  /** Sets the next answer; a string is sent as it is. */
  answers(body: unknown, status?: number, headers?: Readonly<Record<string, string>>): void;
  /** Says nothing any more. */
  hangs(): void;
  stop(): Promise<void>;
}

/** Starts it on this machine. */
export async function startPluginServer(): Promise<PluginServer> {
  const asked: string[] = [];
  let next: { body: unknown; status: number; headers: Readonly<Record<string, string>> } | undefined;
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (next === undefined) return;
    response.writeHead(next.status, { 'content-type': 'application/json', ...next.headers });
    response.end(typeof next.body === 'string' ? next.body : JSON.stringify(next.body));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answers: (body, status = 200, headers = {}) => {
      next = { body, status, headers };
    },
    hangs: () => {
      next = undefined;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
}
