import { request as requestByHttp } from 'node:http';
import { request as requestByHttps } from 'node:https';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AWS_REQUEST_TIMEOUT_MS, AWS_TRIES } from '../turn/time-budget.ts';

/** The region that a client of the SDK has found, and its signer, which has the credentials. */
export type ClientConfig = Pick<SecretsManagerClient['config'], 'region' | 'signer'>;

/** An answer of the Parameter Store that is no parameter; its name is AWS's, as `AccessDeniedException`. */
export class ParameterStoreError extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** More than any parameter has, and its answer. */
const MAX_BYTES = 64 * 1024;

const TYPE = 'application/x-amz-json-1.1';
const TARGET = 'AmazonSSM.GetParameter';

/**
 * A parameter of the Parameter Store, decrypted; undefined where it has no text. The SDK's client would be 78 KB in each
 * bundle whose rules ask for a secret text, wherever that is.
 * @throws ParameterStoreError when AWS refuses, and what the network throws
 */
export async function parameterOf(
  { region, signer }: ClientConfig,
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const url = new URL(endpointOf(await region()));
  const body = JSON.stringify({ Name: name, WithDecryption: true });
  const headers = await signedHeaders(url, body, signer);
  for (let tries = 1; ; tries++) {
    const answer = await post(url, headers, body, signal).catch(error => {
      if (tries === AWS_TRIES || signal.aborted) throw error;
    });
    if (answer?.status === 200) return textIn(answer.body);
    // A server's error may be over at once; a refusal is not.
    if (answer && (answer.status < 500 || tries === AWS_TRIES)) throw refusalIn(answer);
  }
}

function endpointOf(region: string): string {
  const { AWS_ENDPOINT_URL_SSM, AWS_ENDPOINT_URL } = process.env;
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return AWS_ENDPOINT_URL_SSM || AWS_ENDPOINT_URL || `https://ssm.${region}.${domain}`;
}

/** The headers of a call, signed by the one client of the SDK that there is: it signs for any service. */
async function signedHeaders(
  { protocol, host, hostname }: URL,
  body: string,
  signer: ClientConfig['signer'],
): Promise<Readonly<Record<string, string>>> {
  const headers = { 'content-type': TYPE, host, 'x-amz-target': TARGET };
  const call = { method: 'POST', protocol, hostname, path: '/', headers, body };
  return (await (await signer()).sign(call, { signingService: 'ssm' })).headers;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

function post(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<Answer> {
  const request = url.protocol === 'http:' ? requestByHttp : requestByHttps;
  const eitherSignal = AbortSignal.any([signal, AbortSignal.timeout(AWS_REQUEST_TIMEOUT_MS)]);
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: { ...headers }, signal: eitherSignal }, answer => {
      let text = '';
      answer.setEncoding('utf8').on('data', chunk => {
        text += chunk;
        if (text.length > MAX_BYTES) answer.destroy(new Error('the Parameter Store answers with too much'));
      });
      answer.once('error', reject);
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

function textIn(body: string): string | undefined {
  const { Parameter } = JSON.parse(body);
  return typeof Parameter?.Value === 'string' ? Parameter.Value : undefined;
}

function refusalIn({ status, body }: Answer): ParameterStoreError {
  try {
    const { __type, message, Message } = JSON.parse(body);
    return new ParameterStoreError(String(__type).replace(/^.*#/, ''), String(message ?? Message ?? ''));
  } catch {
    return new ParameterStoreError('UnknownError', `the Parameter Store answered ${status}`);
  }
}
