import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Target } from './target.ts';
import { failed, OK, okBut, skipped, type Verdict, warning } from './verdict.ts';
import { diagnosticOf, tlsDiagnosticOf, tlsOptions } from './visit.ts';

/** How a connection went, and after how many milliseconds. */
export interface ConnectionCheck {
  readonly ms?: number;
  readonly verdict: Verdict;
}

/** A certificate that runs out sooner than this has missed its renewal. */
const RENEW_DAYS = 14;

/** Whether somebody listens there. */
export async function checkConnection(target: Target, limitMs: number): Promise<ConnectionCheck> {
  const startedAt = performance.now();
  const { hostname, port } = target.address;
  const verdict = await handshake(connectTcp({ host: hostname, port }), 'connect', target, limitMs, () => OK);
  return { ms: performance.now() - startedAt, verdict };
}

/**
 * Whether Kakao's client would trust the server: a complete chain to a public authority, the host's own name,
 * a certificate that lasts. Node fetches no missing intermediate certificate either.
 */
export async function checkTls(
  target: Target,
  limitMs: number,
  ca?: readonly string[],
): Promise<ConnectionCheck> {
  if (!target.address.isTls) {
    return { verdict: skipped(target.isTls ? 'tls-elsewhere' : 'tls-plain') };
  }
  const startedAt = performance.now();
  const verdict = await handshake(socketTo(target, ca), 'secureConnect', target, limitMs, socket =>
    certificateVerdict(socket, target),
  );
  const ms = performance.now() - startedAt;
  if (verdict.diagnostic?.code === 'tls-handshake' && (await speaksHttp(target, limitMs)))
    return { ms, verdict: failed('tls-to-http', { host: target.host }) };
  if (verdict.mark === 'failed') return { ms, verdict };
  const older = await handshake(socketTo(target, ca, 'TLSv1.2'), 'secureConnect', target, limitMs, () => OK);
  return { ms, verdict: older.mark === 'ok' ? verdict : warning('tls-1-2') };
}

/** Whether TLS is spoken where plain http was asked for. */
export async function speaksTls(target: Target, limitMs: number): Promise<boolean> {
  return (await handshake(socketTo(target), 'secureConnect', target, limitMs, () => OK)).mark === 'ok';
}

/** Whether plain HTTP is spoken where TLS was asked for. */
async function speaksHttp({ address: { hostname, port } }: Target, limitMs: number): Promise<boolean> {
  const socket = connectTcp({ host: hostname, port });
  try {
    return await new Promise<boolean>(resolve => {
      socket.setTimeout(limitMs, () => resolve(false));
      socket.on('error', () => resolve(false));
      socket.on('close', () => resolve(false));
      socket.once('data', answer => resolve(answer.toString('latin1').startsWith('HTTP/')));
      // No call of Kakao's, and no route: whatever answers it speaks HTTP.
      socket.write('OPTIONS * HTTP/1.0\r\n\r\n');
    });
  } finally {
    socket.destroy();
  }
}

function socketTo(target: Target, ca?: readonly string[], maxVersion?: 'TLSv1.2'): TLSSocket {
  return connectTls({
    host: target.address.hostname,
    port: target.address.port,
    // Looked at below: nothing is sent on this connection.
    rejectUnauthorized: false,
    ...tlsOptions(target, ca),
    ...(maxVersion && { maxVersion }),
  });
}

function certificateVerdict(socket: TLSSocket, { host }: Target): Verdict {
  if (!socket.authorized) {
    const code = codeOf(socket.authorizationError);
    const diagnostic = tlsDiagnosticOf(code, host);
    return diagnostic ? { mark: 'failed', diagnostic } : failed('tls-untrusted', { host, code });
  }
  const days = Math.floor((Date.parse(socket.getPeerCertificate().valid_to) - Date.now()) / 86_400_000);
  return days < RENEW_DAYS ? warning('tls-expires', { days }) : okBut('tls-ok', { days });
}

/** Waits until the socket is ready; an error before that is the verdict. */
async function handshake<S extends Socket>(
  socket: S,
  ready: 'connect' | 'secureConnect',
  { host }: Target,
  limitMs: number,
  verdictOf: (socket: S) => Verdict,
): Promise<Verdict> {
  try {
    return await new Promise<Verdict>(resolve => {
      socket.setTimeout(limitMs, () => resolve(failed('no-connection', { host, limit: limitMs / 1_000 })));
      socket.once(ready, () => resolve(verdictOf(socket)));
      socket.on('error', error => {
        const diagnostic = diagnosticOf(error, host);
        // A handshake that ends in silence was refused, too.
        const isTlsRefused = ready === 'secureConnect' && diagnostic.code === 'hung-up';
        resolve(isTlsRefused ? failed('tls-handshake', { host }) : { mark: 'failed', diagnostic });
      });
    });
  } finally {
    socket.destroy();
  }
}

// Node's types call it an error, and Node gives the code.
function codeOf(error: unknown): string {
  if (typeof error === 'string') return error;
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
