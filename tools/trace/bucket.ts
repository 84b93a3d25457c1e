import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { streamAtMost } from '../read-at-most.ts';

/** Asks the bucket of the functions' code for objects. */
export interface CodeBucket {
  /** The object's text; undefined where there is none. @throws one sentence where AWS can't be asked, or refuses */
  read(key: string): Promise<string | undefined>;
  /** The bucket's name, once it is known. */
  readonly name: string | undefined;
}

/** A map of a function of 50 MB, Lambda's own limit, has less. */
const MAX_OBJECT_BYTES = 256 * 1024 * 1024;

const TIMEOUT_MS = 30_000;

/**
 * The bucket with this name, else the one that `cdk bootstrap` makes in the account of the credentials and the region.
 * There is no client of S3 here: the one that is signs what S3 is asked.
 */
export function codeBucket(
  given: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  region: string,
): CodeBucket {
  const client = new SecretsManagerClient({ region });
  let name = given;
  const call = async (service: 's3' | 'sts', method: 'GET' | 'POST', path: string, body?: string) => {
    const { [`AWS_ENDPOINT_URL_${service.toUpperCase()}`]: own, AWS_ENDPOINT_URL: all } = environment;
    const url = new URL(path, own ?? all ?? `https://${service}.${region}.amazonaws.com`);
    const signer = await client.config.signer();
    const { headers } = await signer.sign(
      {
        method,
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        headers: { host: url.host, ...(body && { 'content-type': 'application/x-www-form-urlencoded' }) },
        ...(body && { body }),
      },
      { signingService: service },
    );
    const { host: _, ...others } = headers;
    return fetch(url, {
      method,
      headers: { ...others, accept: 'application/json' },
      ...(body && { body }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  };
  const bootstrapped = async (): Promise<string> => {
    const response = await call('sts', 'POST', '/', 'Action=GetCallerIdentity&Version=2011-06-15');
    const account = /"Account"\s*:\s*"(\d{12})"/.exec(await response.text())?.[1];
    if (account === undefined) throw new Error(`STS answered ${response.status} for the account`);
    return `cdk-hnb659fds-assets-${account}-${region}`;
  };
  return {
    get name() {
      return name;
    },
    async read(key) {
      name ??= await bootstrapped();
      const response = await call('s3', 'GET', `/${name}/${key}`);
      if (response.status === 404) return undefined;
      // 403 is an object that is not there, too, for whom may not list the bucket.
      if (response.status !== 200 || response.body === null)
        throw new Error(`S3 answered ${response.status} for ${key}`);
      return (await streamAtMost(response.body, MAX_OBJECT_BYTES))?.toString();
    },
  };
}
