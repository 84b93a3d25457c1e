import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Secrets Manager and the Parameter Store on this machine, as far as `secretText` asks them. */
export interface SecretStores {
  /** The variables that lead a function's clients here. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * The answer to each name's next reads: a text, bytes, AWS's name of an error, a status with any body, half an answer,
   * or none at all; or one of them once, and another afterwards.
   */
  readonly held: Map<string, Held>;
  /** The names that were read, in their order. */
  readonly reads: string[];
  /** The headers of the reads, in their order. */
  readonly calls: IncomingHttpHeaders[];
  stop(): Promise<void>;
}

/** See {@link SecretStores.held}. */
export type Held = Answer | { readonly once: Answer; readonly afterwards: Answer };

type Answer =
  | { readonly text: string }
  | { readonly bytes: string }
  | { readonly error: string }
  | { readonly status: number; readonly body?: string }
  | 'breaks off'
  | 'hangs';

/** Starts both. */
export async function startSecretStores(): Promise<SecretStores> {
  const held = new Map<string, Held>();
  const reads: string[] = [];
  const calls: IncomingHttpHeaders[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const target = String(request.headers['x-amz-target']);
    const { SecretId, Name, WithDecryption } = JSON.parse(body);
    const isParameter = target === 'AmazonSSM.GetParameter' && WithDecryption === true;
    if (!isParameter && target !== 'secretsmanager.GetSecretValue')
      throw new Error(`nobody asks for ${target}`);
    const name: string = isParameter ? Name : SecretId;
    reads.push(name);
    calls.push(request.headers);
    const missing = isParameter ? 'ParameterNotFound' : 'ResourceNotFoundException';
    const now = held.get(name) ?? { error: missing };
    const isOnce = typeof now === 'object' && 'once' in now;
    if (isOnce) held.set(name, now.afterwards);
    const what = isOnce ? now.once : now;
    if (what === 'hangs') return;
    // A test may have moved the clock, and the SDK would take the servers' for the right one.
    response.sendDate = false;
    const answer = (status: number, json: object): void => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(json));
    };
    if (what === 'breaks off') {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{', () => response.destroy());
    } else if ('status' in what) response.writeHead(what.status).end(what.body);
    else if ('error' in what)
      answer(400, { __type: `com.amazonaws#${what.error}`, message: `AWS says ${what.error}` });
    else if (isParameter)
      answer(200, { Parameter: 'text' in what ? { Name: name, Value: what.text } : { Name: name } });
    else answer(200, 'text' in what ? { SecretString: what.text } : { SecretBinary: what.bytes });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    environment: {
      AWS_REGION: 'ap-northeast-2',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
      AWS_ENDPOINT_URL_SSM: url,
    },
    held,
    reads,
    calls,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
}
