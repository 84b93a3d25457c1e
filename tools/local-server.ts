import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A port of this machine. */
export interface LocalServer {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** Ends every connection, too. */
  stop(): Promise<void>;
}

/** Who may call beside this machine's programs. */
export interface Admission {
  /** 0 for any free one. */
  readonly port?: number;
  /** The names by which a tunnel's calls come, their Host, in lower case; where there are none, a refusal does not speak of them. */
  readonly allowedHosts?: readonly string[];
  /** The command that lets a tunnel in, for what is told. Default: `npm start`. */
  readonly command?: string;
}

/** The loopback address alone: nobody else's machine may call. */
export const LOOPBACK = '127.0.0.1';

const NAMES = [LOOPBACK, 'localhost', '[::1]'];

/**
 * Serves the programs of this machine, and the pages that it served itself. Every other page that is open in a browser
 * can send requests here as well, even by a name of its own that leads to this machine: those get a 403 that says what
 * to do, before their body is read, and nothing that the listener answers lets another page read it.
 * @throws the server's own error when it can't listen there
 */
export async function serveLocally(
  listener: RequestListener,
  { port = 0, allowedHosts, command = 'npm start' }: Admission = {},
): Promise<LocalServer> {
  const admit = (request: IncomingMessage, response: ServerResponse): boolean => {
    const advice = refusalOf(request, allowedHosts, command);
    if (advice === undefined) {
      // A service that is told of an Origin answers with headers that let any page read it: DynamoDB's does.
      delete request.headers.origin;
      return true;
    }
    const body = JSON.stringify({ message: advice });
    response.writeHead(403, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
    return false;
  };
  // Who leaves the Host out is told why, too.
  const server = createServer({ requireHostHeader: false }, (request, response) => {
    if (admit(request, response)) listener(request, response);
  });
  // Left to itself, Node asks for the body before anybody has looked at the head.
  server.on('checkContinue', (request, response) => {
    if (!admit(request, response)) return;
    response.writeContinue();
    listener(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, resolve);
  });
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
}

/** Whether a request calls this machine by a name of its own, and not by a tunnel's. */
export function isOfThisMachine({ headers, socket }: IncomingMessage): boolean {
  return ownNames(socket.localPort).includes(headers.host?.toLowerCase() ?? '');
}

const ownNames = (port: number | undefined): readonly string[] => [
  ...NAMES,
  ...NAMES.map(name => `${name}:${port}`),
];

/** The refusal of a caller, which tells what to do instead; undefined for who is admitted. */
function refusalOf(
  { url = '', headersDistinct, socket }: IncomingMessage,
  allowedHosts: readonly string[] | undefined,
  command: string,
): string | undefined {
  const { host: hosts = [], origin: origins = [], 'sec-fetch-site': sites = [] } = headersDistinct;
  const port = socket.localPort;
  const [host = '', ...furtherHosts] = hosts;
  const known = [...ownNames(port), ...(allowedHosts ?? [])];
  // A target that is a whole URL would name a host of its own.
  if (!url.startsWith('/') || furtherHosts.length > 0 || !known.includes(host.toLowerCase())) {
    const tunnel = allowedHosts ? `, or let a tunnel in with ALLOWED_HOSTS=<its host> ${command}` : '';
    return `this port is for this machine alone: call it as http://${LOOPBACK}:${port}${tunnel}`;
  }
  const own = NAMES.map(name => new URL(`http://${name}:${port}`).origin);
  const isOwn =
    origins.every(origin => own.includes(origin)) &&
    sites.every(site => site === 'same-origin' || site === 'none');
  return isOwn
    ? undefined
    : `this port answers no other web page: open http://${LOOPBACK}:${port} itself, or call it from a program`;
}
