import { Agent as HttpAgent, request as requestByHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestByHttps } from 'node:https';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AWS_REQUEST_TIMEOUT_MS, AWS_TRIES } from '../turn/time-budget.ts';
import { USER_AGENT } from './clients.ts';

/** The region that a client of the SDK has found, and its signer, which has the credentials. */
export type ClientConfig = Pick<SecretsManagerClient['config'], 'region' | 'signer'>;

/** An operation of a service of AWS's that speaks JSON. */
export interface SignedOperation {
  /** The service, in words. */
  readonly of: string;
  /** The service as its endpoint and its signatures name it. */
  readonly service: string;
  /** The place of the service where it is not AWS's own. */
  readonly endpoint: string | undefined;
  /** The operation's name on the wire. */
  readonly target: string;
}

/** An answer as it came. */
export interface SignedAnswer {
  readonly status: number;
  readonly body: string;
}

/** An answer of a service of AWS's that is a refusal; its name is AWS's, as `AccessDeniedException`. */
export class AwsRefusal extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** More than any answer has that is asked for. */
const MAX_BYTES = 64 * 1024;

const TYPE = 'application/x-amz-json-1.1';

/**
 * Calls an operation without a client of the SDK for its service, which would be some 80 KB in each bundle.
 * @returns the answer with status 200
 * @throws AwsRefusal when AWS refuses, and what the network throws
 */
export async function callSigned(
  { region, signer }: ClientConfig,
  operation: SignedOperation,
  asked: object,
  signal: AbortSignal,
): Promise<string> {
  const url = new URL(endpointOf(operation, await region()));
  const body = JSON.stringify(asked);
  const headers = await signedHeaders(url, operation, body, signer);
  for (let tries = 1; ; tries++) {
    const answer = await post(url, operation, headers, body, signal).catch(error => {
      if (tries === AWS_TRIES || signal.aborted) throw error;
    });
    if (answer?.status === 200) return answer.body;
    // A server's error may be over at once; a refusal is not.
    if (answer && (answer.status < 500 || tries === AWS_TRIES)) throw refusalIn(operation, answer);
  }
}

function endpointOf({ service, endpoint }: SignedOperation, region: string): string {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return endpoint || process.env.AWS_ENDPOINT_URL || `https://${service}.${region}.${domain}`;
}

/** The headers of a call, signed by whatever client of the SDK there is: it signs for any service. */
async function signedHeaders(
  { protocol, host, hostname }: URL,
  { service, target }: SignedOperation,
  body: string,
  signer: ClientConfig['signer'],
): Promise<Readonly<Record<string, string>>> {
  const headers = { 'content-type': TYPE, host, 'x-amz-target': target };
  const call = { method: 'POST', protocol, hostname, path: '/', headers, body };
  const signed = await (await signer()).sign(call, { signingService: service });
  return { ...signed.headers, 'user-agent': USER_AGENT };
}

/** Node's own agents close what is idle for five seconds, which is seldom long enough for the next turn. */
let agent: HttpAgent | undefined;

/** How a call is sent, over a connection that is there if one is. */
function sendingOf({ protocol }: URL) {
  const isPlain = protocol === 'http:';
  if (agent === undefined || agent instanceof HttpsAgent === isPlain)
    agent = new (isPlain ? HttpAgent : HttpsAgent)({ keepAlive: true });
  return { request: isPlain ? requestByHttp : requestByHttps, agent };
}

function post(
  url: URL,
  { of }: SignedOperation,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<SignedAnswer> {
  const { request, ...over } = sendingOf(url);
  const eitherSignal = AbortSignal.any([signal, AbortSignal.timeout(AWS_REQUEST_TIMEOUT_MS)]);
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: 'POST', headers: { ...headers }, signal: eitherSignal, ...over },
      answer => {
        let text = '';
        answer.setEncoding('utf8').on('data', chunk => {
          text += chunk;
          if (text.length > MAX_BYTES) answer.destroy(new Error(`${of} answers with too much`));
        });
        answer.once('error', reject);
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

function refusalIn({ of }: SignedOperation, { status, body }: SignedAnswer): AwsRefusal {
  try {
    const { __type, message, Message } = JSON.parse(body);
    return new AwsRefusal(String(__type).replace(/^.*#/, ''), String(message ?? Message ?? ''));
  } catch {
    return new AwsRefusal('UnknownError', `${of} answered ${status}`);
  }
}
