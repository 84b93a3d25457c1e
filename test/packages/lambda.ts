import { execFileSync } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { SECRET } from '../kit/http.ts';
import { startLambda } from '../kit/lambda.ts';

/** Lambda's Node, wherever npx keeps it. */
export const NODE_24 = process.version.startsWith('v24.')
  ? process.execPath
  : execFileSync('npx', ['-y', '-p', 'node@24', 'node', '-p', 'process.execPath'], {
      encoding: 'utf8',
    }).trim();

/**
 * Lets Lambda start a function from the folder of its bundle, invoke it once and end it: its runtime API and the services
 * that the gateway asks, on this machine.
 * @returns what the function returned
 * @throws Error with what it said when it did not start, or threw
 */
export async function invokeOnLambda(folder: string, event: () => object): Promise<unknown> {
  const lambda = await startLambda({
    node: NODE_24,
    folder,
    environment: api => ({
      AWS_REGION: 'ap-northeast-2',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL: `http://${api}`,
      [ENVIRONMENT.sessionsTable]: 'sessions',
      [ENVIRONMENT.gatewaySecretId]: 'secret',
      [ENVIRONMENT.lateQueueUrl]: `http://${api}/queue`,
    }),
    answerOther: answerAsAws,
  });
  try {
    await lambda.ready();
    return await lambda.invoke(event());
  } finally {
    await lambda.stop();
  }
}

/** The secret is there, nobody has a session, and whatever is written is taken. */
function answerAsAws(request: IncomingMessage, response: ServerResponse): void {
  const isSecret = String(request.headers['x-amz-target']).endsWith('.GetSecretValue');
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(isSecret ? { SecretString: SECRET } : {}));
}
