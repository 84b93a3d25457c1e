import { Agent as HttpAgent, type RequestOptions, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { urlToHttpOptions } from 'node:url';

/** The calls that were offered to a gateway, by how they ended. */
export interface Offered {
  readonly offered: number;
  /** From the first call to the last one's being sent: longer than asked for where this machine can't send as many (s). */
  sentInSeconds: number;
  /** Answered by the bot. */
  answered: number;
  /** Answered by the words of the bot's apology. */
  apologies: number;
  /** Refused by a 429. */
  refused: number;
  /** Not answered in the time that the load gives a call. */
  late: number;
  /** Any other answer, by its status; 0 is a connection that broke, or never came about. */
  readonly others: Record<number, number>;
  /** How long those took that the bot answered. */
  readonly answeredMs: number[];
  /** How long the refusals took. */
  readonly refusedMs: number[];
}

/** A load: so many calls a second, whether those before are answered or not. */
export interface Load {
  /** Over https the certificate must be one that Node trusts: calls carry the secret. */
  readonly url: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The headers that the nth call has beside those. */
  readonly headersOf?: (n: number) => Readonly<Record<string, string>>;
  /** The body of the nth call. */
  readonly bodyOf: (n: number) => unknown;
  /** Words by which an apology is known. */
  readonly apology: string;
  /** After how long a call is given up, and counted as late. Default: never. */
  readonly lateMs?: number;
}

/** How often calls are sent, those that are due together. */
const TICK_MS = 5;

/** No answer of a skill's is longer. */
const MOST_BYTES = 1024 * 1024;

/** Offers it by connections that are kept, as few as are needed; resolves when the last call is answered. */
export async function offerLoad(load: Load): Promise<Offered> {
  const { perSecond, seconds } = load;
  const total = perSecond * seconds;
  const offered: Offered = {
    offered: total,
    sentInSeconds: 0,
    answered: 0,
    apologies: 0,
    refused: 0,
    late: 0,
    others: {},
    answeredMs: [],
    refusedMs: [],
  };
  const kept = { keepAlive: true, maxFreeSockets: Number.POSITIVE_INFINITY };
  const isTls = load.url.startsWith('https:');
  const agent = isTls ? new HttpsAgent(kept) : new HttpAgent(kept);
  // Read once: of a thousand calls a second it would be felt.
  const where = { ...urlToHttpOptions(new URL(load.url)), method: 'POST', agent };
  const send = (n: number): Promise<void> =>
    callOnce(load, n, isTls ? requestHttps : requestHttp, where).then(ended => count(offered, ended, load));
  const calls: Promise<void>[] = [];
  const startedAt = performance.now();
  const passed = (): number => (performance.now() - startedAt) / 1_000;
  while (calls.length < total) {
    const due = Math.min(total, passed() * perSecond);
    while (calls.length < due) calls.push(send(calls.length));
    await new Promise(resolve => setTimeout(resolve, TICK_MS));
  }
  offered.sentInSeconds = passed();
  await Promise.all(calls);
  agent.destroy();
  return offered;
}

interface Ended {
  readonly status: number | 'late';
  readonly text: string;
  readonly ms: number;
}

function callOnce(load: Load, n: number, request: typeof requestHttp, where: RequestOptions): Promise<Ended> {
  const body = JSON.stringify(load.bodyOf(n));
  const sentAt = performance.now();
  return new Promise(resolve => {
    const end = (status: Ended['status'], text = ''): void => {
      clearTimeout(timer);
      resolve({ status, text, ms: performance.now() - sentAt });
    };
    const sent = request({
      ...where,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        ...load.headers,
        ...load.headersOf?.(n),
      },
    });
    const timer =
      load.lateMs === undefined
        ? undefined
        : setTimeout(() => {
            end('late');
            sent.destroy();
          }, load.lateMs);
    sent.on('response', answer => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MOST_BYTES) sent.destroy();
        else chunks.push(chunk);
      });
      answer.once('end', () => end(answer.statusCode ?? 0, Buffer.concat(chunks).toString()));
      answer.once('error', () => end(0));
    });
    sent.on('error', () => end(0));
    sent.end(body);
  });
}

function count(offered: Offered, { status, text, ms }: Ended, { apology }: Load): void {
  if (status === 'late') offered.late++;
  else if (status === 429) {
    offered.refused++;
    offered.refusedMs.push(ms);
  } else if (status !== 200) offered.others[status] = (offered.others[status] ?? 0) + 1;
  else if (text.includes(apology)) offered.apologies++;
  else {
    offered.answered++;
    offered.answeredMs.push(ms);
  }
}
