import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { SECRET } from '../kit/http.ts';

/** Lambda's Node, wherever npx keeps it. */
export const NODE_24 = process.version.startsWith('v24.')
  ? process.execPath
  : execFileSync('npx', ['-y', '-p', 'node@24', 'node', '-p', 'process.execPath'], {
      encoding: 'utf8',
    }).trim();

const TIMEOUT_MS = 30_000;

/**
 * Lets Lambda start a function from the folder of its bundle, invoke it once and end it: its runtime API and the services
 * that the gateway asks, on this machine.
 * @returns what the function returned
 * @throws Error with what it said when it did not start, or threw
 */
export async function invokeOnLambda(folder: string, event: () => object): Promise<unknown> {
  const said: string[] = [];
  let settle: (answer: { result?: unknown; error?: string }) => void = () => {};
  const answered = new Promise<{ result?: unknown; error?: string }>(resolve => {
    settle = resolve;
  });
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const { url = '' } = request;
    if (url.endsWith('/invocation/next')) return next(response, event());
    if (!url.startsWith('/2018-06-01/')) return answerAsAws(request, response);
    response.writeHead(202).end();
    settle(url.endsWith('/response') ? { result: JSON.parse(body) } : { error: body });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const process_ = spawn(NODE_24, [join(import.meta.dirname, 'runtime-interface.mjs')], {
    cwd: folder,
    env: environmentOf(folder, address),
  });
  for (const stream of [process_.stdout, process_.stderr])
    stream.on('data', words => said.push(String(words)));
  process_.once('exit', code => settle({ error: `it ended with ${code}` }));
  const timer = setTimeout(() => settle({ error: `no answer in ${TIMEOUT_MS} ms` }), TIMEOUT_MS);
  const { result, error } = await answered;
  clearTimeout(timer);
  process_.kill('SIGKILL');
  server.closeAllConnections();
  server.close();
  if (error === undefined) return result;
  throw new Error(`${error}\n${said.join('')}`);
}

function environmentOf(folder: string, address: string): Record<string, string> {
  return {
    AWS_LAMBDA_RUNTIME_API: address,
    LAMBDA_TASK_ROOT: folder,
    _HANDLER: 'index.handler',
    AWS_REGION: 'ap-northeast-2',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: `http://${address}`,
    [ENVIRONMENT.sessionsTable]: 'sessions',
    [ENVIRONMENT.gatewaySecretId]: 'secret',
    [ENVIRONMENT.lateQueueUrl]: `http://${address}/queue`,
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return body;
}

function next(response: ServerResponse, event: object): void {
  response.writeHead(200, {
    'lambda-runtime-aws-request-id': randomUUID(),
    'lambda-runtime-deadline-ms': String(Date.now() + TIMEOUT_MS),
  });
  response.end(JSON.stringify(event));
}

/** The secret is there, nobody has a session, and whatever is written is taken. */
function answerAsAws(request: IncomingMessage, response: ServerResponse): void {
  const isSecret = String(request.headers['x-amz-target']).endsWith('.GetSecretValue');
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(isSecret ? { SecretString: SECRET } : {}));
}
