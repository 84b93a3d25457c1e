// What every peer does beside its own work, and how its echo is held against the least that could stand in its place.
import { randomUUID } from 'node:crypto';

/** A secret as long as the gateway's. */
export const SECRET = 'bench-secret-of-forty-letters-0123456789';

/** What is said, and echoed. */
export const WORDS = '안녕하세요';

/** One JSON line a turn, with what an operator needs to find it: the gateway's has more. */
export function logLine(requestId, user, startedAt) {
  const line = { time: new Date().toISOString(), requestId, level: 'info', what: 'turn answered', user };
  process.stdout.write(`${JSON.stringify({ ...line, ms: Date.now() - startedAt })}\n`);
}

/** API Gateway's payload 2.0 event of a webhook call. */
export function eventOf(path, headers, body) {
  const http = {
    method: 'POST',
    path,
    protocol: 'HTTP/1.1',
    sourceIp: '219.249.231.40',
    userAgent: 'AHC/2.1',
  };
  return {
    version: '2.0',
    routeKey: `POST ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: {
      accept: '*/*',
      'accept-encoding': 'gzip,deflate',
      'content-length': String(Buffer.byteLength(body)),
      'content-type': 'application/json',
      host: 'bot.example.com',
      'user-agent': 'AHC/2.1',
      'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793',
      'x-forwarded-for': '219.249.231.40',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      ...headers,
    },
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'bot.example.com',
      domainPrefix: 'bot',
      http,
      requestId: randomUUID(),
      routeKey: `POST ${path}`,
      stage: '$default',
      time: '',
      timeEpoch: Date.now(),
    },
    body,
    isBase64Encoded: false,
  };
}

/** Lambda's second argument. */
export const CONTEXT = {
  functionName: 'bench',
  awsRequestId: 'bench',
  getRemainingTimeInMillis: () => 10_000,
};

/**
 * A peer's handler beside its raw one, once it has shown to echo.
 * @param said the words that its platform was sent back, where the answer itself does not hold them
 */
export async function contestOf({ next, turn, parse = JSON.parse, said = answer => answer.body }) {
  const answer = await turn(next());
  if (answer.statusCode !== 200 || !said(answer).includes(WORDS))
    throw new Error(`the echo was answered by ${answer.statusCode} ${answer.body}`);
  const plain = JSON.parse(said(answer));
  return {
    next,
    turn,
    raw: async event => {
      parse(event.body);
      return { statusCode: 200, body: JSON.stringify(plain) };
    },
  };
}
