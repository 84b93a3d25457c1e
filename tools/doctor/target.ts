import { UsageError } from '../usage-error.ts';

/** The gateway that is examined: where it is, and how it is reached from here. */
export interface Target {
  /** Its base URL, without a slash at the end. */
  readonly base: string;
  readonly isTls: boolean;
  /** Whether only this machine can reach it: Kakao can't. */
  readonly isLoopback: boolean;
  /** Its own name and port, for the Host header and the certificate. */
  readonly host: string;
  readonly hostname: string;
  /** The beginning of every path: empty, or `/stage`. */
  readonly prefix: string;
  /** Where connections are made to. */
  readonly address: { readonly hostname: string; readonly port: number; readonly isTls: boolean };
}

/**
 * Finds the gateway by its base URL, its skill URL or its app URL, and the secret where an app URL has one in it.
 * @param connect connects there instead, for hosts that don't resolve: `http://127.0.0.1:4566`
 * @throws UsageError when one of them is no https URL; http is for this machine alone
 */
export function targetOf(url: string, connect?: string): { target: Target; secretInUrl?: string } {
  const { protocol, hostname, host, pathname } = webUrl(url, '--url');
  const isTls = protocol === 'https:';
  const [prefix = '', rest] = pathname.split(/\/(?=(?:open-builder|smart-chat|health)(?:\/|$))/);
  const secretInUrl = decoded(/^smart-chat\/+([^/]+)/.exec(rest ?? '')?.[1]);
  let stage = prefix;
  while (stage.endsWith('/')) stage = stage.slice(0, -1);
  const at = connect === undefined ? undefined : webUrl(connect, '--connect');
  const address = at ?? { protocol, hostname, port: new URL(url).port };
  return {
    target: {
      base: `${protocol}//${host}${stage}`,
      isTls,
      isLoopback: isLoopback(hostname),
      host,
      hostname: unbracketed(hostname),
      prefix: stage,
      address: {
        hostname: unbracketed(address.hostname),
        port: Number(address.port) || (address.protocol === 'https:' ? 443 : 80),
        isTls: address.protocol === 'https:',
      },
    },
    // A URL that `cdk deploy` prints has a placeholder there.
    ...(secretInUrl !== undefined && !secretInUrl.startsWith('<') && { secretInUrl }),
  };
}

/** A URL as the operator must give it: https, or http to this machine, without a password in it. @throws UsageError */
export function webUrl(text: string, option: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new UsageError(
      `${option} must be a URL like https://abc123.execute-api.ap-northeast-2.amazonaws.com.`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(`${option} must have no user name and password in it.`);
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new UsageError(
      `${option} must be https: over http the secret could be read on its way; http is for 127.0.0.1 and localhost.`,
    );
  }
  return url;
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

function unbracketed(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function decoded(segment: string | undefined): string | undefined {
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
