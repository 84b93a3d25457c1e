import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SESSION_TABLE } from '../../lambda/aws/session-table.ts';
import { SECRET } from './http.ts';

/** AWS, as far as a function that starts asks it, with no session of anybody. */
export interface CountingAws {
  /** The variables of a function that lead it here. */
  readonly environment: Readonly<Record<string, string>>;
  /** The calls since this was asked last: each by its action, and by the key, the number of entries or the stage that it asks for. */
  calls(): readonly string[];
  /** Everybody who called, by what they call themselves. */
  callers(): readonly string[];
  /** The connections since this was asked last. */
  connections(): number;
  /** The connections that are open. */
  open(): Promise<number>;
  /** Closes every connection, as a service does that heard nothing for long. */
  hangUp(): void;
  /** The answer to whatever comes next: what is asked for, an error of AWS's, or none at all. */
  answers(how: 'well' | 'an error' | 'never'): void;
  /** Listens no longer, until it listens there again. */
  leave(): Promise<void>;
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it. */
export async function startCountingAws(): Promise<CountingAws> {
  const calls: string[] = [];
  const callers = new Set<string>();
  let connections = 0;
  let how: 'well' | 'an error' | 'never' = 'well';
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    callers.add(String(request.headers['user-agent']));
    const action = String(request.headers['x-amz-target']).split('.').at(-1);
    const { Key, Item, Entries, VersionStage = '' } = JSON.parse(body);
    const key = (Key ?? Item)?.[SESSION_TABLE.key].S;
    calls.push(`${action} ${key ?? Entries?.length ?? VersionStage}`);
    if (how === 'never') return;
    const isError = how === 'an error' || VersionStage === 'AWSPREVIOUS';
    const name = how === 'an error' ? 'AccessDeniedException' : 'ResourceNotFoundException';
    response.writeHead(isError ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(
      JSON.stringify(
        isError ? { __type: name } : action === 'GetSecretValue' ? { SecretString: SECRET } : {},
      ),
    );
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.on('connection', () => connections++);
  const listen = (port: number): Promise<void> =>
    new Promise(resolve => server.listen(port, '127.0.0.1', resolve));
  const leave = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise(resolve => server.close(() => resolve()));
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    environment: {
      AWS_REGION: 'ap-northeast-2',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL: url,
      SESSIONS_TABLE: 'sessions',
      GATEWAY_SECRET_ID: 'gateway-secret',
      LATE_QUEUE_URL: `${url}/queue`,
    },
    calls: () => calls.splice(0).sort(),
    callers: () => [...callers],
    connections: () => {
      const since = connections;
      connections = 0;
      return since;
    },
    open: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    hangUp: () => server.closeAllConnections(),
    answers: next => {
      how = next;
    },
    leave,
    comeBack: () => listen(port),
    stop: leave,
  };
}
