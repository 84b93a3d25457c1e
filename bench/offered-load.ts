import { connect, type Socket } from 'node:net';

/** The calls that were offered to a gateway, by how they ended. */
export interface Offered {
  readonly offered: number;
  /** Answered by the bot. */
  answered: number;
  /** Answered by the words of the bot's apology. */
  apologies: number;
  /** Refused by a 429. */
  refused: number;
  /** Any other answer, by its status; 0 is a connection that broke. */
  readonly others: Record<number, number>;
  /** How long those took that the bot answered. */
  readonly answeredMs: number[];
  /** How long the refusals took. */
  readonly refusedMs: number[];
}

/** A load: so many calls a second, whether those before are answered or not. */
export interface Load {
  readonly url: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body of the nth call. */
  readonly bodyOf: (n: number) => unknown;
  /** Words by which an apology is known. */
  readonly apology: string;
}

/** How often calls are sent, those that are due together. */
const TICK_MS = 5;

/** Offers it by connections that are kept, as few as are needed; resolves when the last call is answered. */
export async function offerLoad(load: Load): Promise<Offered> {
  const total = load.perSecond * load.seconds;
  const offered: Offered = {
    offered: total,
    answered: 0,
    apologies: 0,
    refused: 0,
    others: {},
    answeredMs: [],
    refusedMs: [],
  };
  const { hostname, port, pathname } = new URL(load.url);
  const idle: Socket[] = [];
  const callOf = (n: number): string => {
    const body = JSON.stringify(load.bodyOf(n));
    const headers = { host: `${hostname}:${port}`, 'content-type': 'application/json', ...load.headers };
    const head = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body) });
    return `POST ${pathname} HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
  };
  const count = (status: number, text: string, ms: number): void => {
    if (status === 429) {
      offered.refused++;
      offered.refusedMs.push(ms);
    } else if (status !== 200) offered.others[status] = (offered.others[status] ?? 0) + 1;
    else if (text.includes(load.apology)) offered.apologies++;
    else {
      offered.answered++;
      offered.answeredMs.push(ms);
    }
  };
  const send = (n: number): Promise<void> =>
    new Promise(resolve => {
      const sentAt = performance.now();
      const socket = idle.pop() ?? connect(Number(port), hostname);
      socket.removeAllListeners();
      const done = (status: number, text: string): void => {
        socket.removeAllListeners();
        if (status === 0) socket.destroy();
        else {
          idle.push(socket);
          // A server may close one that was idle for seconds.
          socket.on('close', () => idle.splice(idle.indexOf(socket), 1));
        }
        socket.on('error', () => {});
        count(status, text, performance.now() - sentAt);
        resolve();
      };
      let chunks = Buffer.alloc(0);
      socket.on('data', chunk => {
        chunks = Buffer.concat([chunks, chunk]);
        const answer = answerIn(chunks);
        if (answer) done(answer.status, answer.text);
      });
      socket.on('error', () => done(0, ''));
      socket.on('close', () => done(0, ''));
      socket.write(callOf(n));
    });
  const calls: Promise<void>[] = [];
  const startedAt = performance.now();
  while (calls.length < total) {
    const due = Math.min(total, ((performance.now() - startedAt) / 1_000) * load.perSecond);
    while (calls.length < due) calls.push(send(calls.length));
    await new Promise(resolve => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(calls);
  for (const socket of idle) socket.destroy();
  return offered;
}

function answerIn(bytes: Buffer): { status: number; text: string } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.subarray(0, end).toString('latin1');
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  if (bytes.length < end + 4 + length) return undefined;
  return { status: Number(head.slice(9, 12)), text: bytes.subarray(end + 4).toString() };
}
