import { pathToFileURL } from 'node:url';
import { DRAFT_EVERY_MS, PROBE_EVERY_MS, SECRET_FRESH_MS } from '../lambda/turn/time-budget.ts';

/** A price in US dollars in Seoul (ap-northeast-2), without tax and free tier. */
interface Price {
  readonly usd: number;
  readonly per: string;
  /** Read in a price list for Seoul; else taken from elsewhere or remembered, and to be looked up before it is relied on. */
  readonly isVerified: boolean;
}

const MILLION = 1_000_000;

/** Every price that the figures are made of. */
export const PRICES = {
  'HTTP API request': { usd: 1.23 / MILLION, per: 'request', isVerified: false },
  'Lambda request': { usd: 0.2 / MILLION, per: 'request', isVerified: false },
  'Lambda on arm64': { usd: 0.0000133334, per: 'GB-second', isVerified: false },
  'Lambda on x86, for comparison': { usd: 0.0000166667, per: 'GB-second', isVerified: true },
  'DynamoDB write of 1 KB': { usd: 0.68 / MILLION, per: 'write unit', isVerified: true },
  'DynamoDB strong read of 4 KB': { usd: 0.1355 / MILLION, per: 'read unit', isVerified: true },
  'SQS call': { usd: 0.4 / MILLION, per: 'call', isVerified: false },
  'CloudWatch logs': { usd: 0.76, per: 'GB', isVerified: false },
  'Secrets Manager call': { usd: 5 / MILLION, per: 'call', isVerified: false },
  'Data out to the internet': { usd: 0.126, per: 'GB', isVerified: false },
  'Alarm, for each metric of it': { usd: 0.1, per: 'month', isVerified: false },
  Secret: { usd: 0.4, per: 'month', isVerified: false },
  'Metric that occurs': { usd: 0.3, per: 'month', isVerified: false },
  'Dashboard beyond the third': { usd: 3, per: 'month', isVerified: false },
} as const satisfies Record<string, Price>;

/** The assumed needs of a turn; change a figure and run again to see your own bot's. */
export const ASSUMED = {
  frontMb: 512,
  /** One turn in so many waits for a cold start. */
  turnsAColdStart: 100,
  /** A late turn's: an LLM's answer. */
  workerMs: 10_000,
  workerMb: 256,
  /** Of the worker that gets the turn's second record, and finds the turn answered. */
  secondMs: 20,
  /** Access log, start and report lines, a metrics line. */
  logBytes: 1_300,
  /** Of headers and TLS, around an answer that leaves AWS for Kakao. */
  aroundBytes: 900,
  /** Of a session's item: one write unit each begun KB, one read unit each begun 4 KB. */
  sessionKb: 1,
  /** To send both records, to receive and to delete each; empty receives of an idle queue come on top. */
  queueCalls: 5,
  /** Of an answer that grows, as a model's does. */
  growingMs: 20_000,
  draftEveryMs: DRAFT_EVERY_MS,
  /** A draft's mean size: what was said so far. */
  draftKb: 2,
  /** Of the limit of all users: to take a turn's tokens from it, and to correct what was taken. */
  counterWrites: 2,
  /** The probe's: it waits for a handshake and an answer, with the least of a processor. */
  probeMs: 200,
  probeMb: 128,
  /** Of its turn, which has no line of its own: access log, start and report lines of the front. */
  probeLogBytes: 850,
  probeAlarms: 2,
} as const;

/**
 * The milliseconds of a front function by its memory, of the café's `담기 라떼`: its tenth turn, and its start with the
 * first. Measured by `npm run bench` on 2026-11-22; see docs/performance.md.
 */
export const FRONT_MS = {
  256: { warm: 69.9, cold: 197 },
  512: { warm: 27.6, cold: 149 },
  1024: { warm: 14.9, cold: 142 },
  1769: { warm: 15.2, cold: 133 },
} as const;

/** Turns of a dialogue that all change a state of some hundred bytes, every so many seconds. */
interface Dialogue {
  /** The write units of a save by that pace, in the mean of forty turns. */
  readonly units: Readonly<Record<Pace, number>>;
  /** An answer's mean. */
  readonly answerBytes: number;
}

/** Seconds from a turn to the next. */
export const PACES = [3, 5, 20] as const;

type Pace = (typeof PACES)[number];

/** The dialogues of test/gateway/card-shop.ts, as test/gateway/write-units.test.ts measures them. */
export const DIALOGUES = {
  'texts and cards': { units: { 3: 1.1, 5: 1, 20: 1 }, answerBytes: 906 },
  'a carousel of four cards': { units: { 3: 1.65, 5: 1, 20: 1 }, answerBytes: 2_242 },
  'a carousel of ten cards': { units: { 3: 1.98, 5: 1.98, 20: 1.98 }, answerBytes: 5_124 },
} as const satisfies Readonly<Record<string, Dialogue>>;

/** Things of a bot that cost by the month, whatever is said: counted in its templates by test/bench/cost.suite.ts. */
export const A_MONTH = { alarmMetrics: 24, secrets: 1 } as const;

/** The metrics that occur at a calm bot of one protocol. */
const METRICS_OF_A_CALM_BOT = 10;

/** A size that was measured. */
type FrontMb = keyof typeof FRONT_MS;

/** A line of the bill for a million turns. */
export interface CostLine {
  readonly what: string;
  readonly usd: number;
}

const FRONT_SIZES = [256, 512, 1024, 1769] as const satisfies readonly FrontMb[];
const WORKER_SIZES = [128, 256, 512, 1024] as const;

/** A million turns that are answered in time and change the session. */
export function syncCost(frontMb: FrontMb = ASSUMED.frontMb): readonly CostLine[] {
  return [
    { what: 'HTTP API', usd: perMillion('HTTP API request') },
    { what: 'Lambda', usd: lambda(frontMb, frontMs(frontMb)) },
    { what: 'DynamoDB: load, save', usd: dynamo(1, 1) },
    { what: 'Logs', usd: logs(1) },
    { what: 'Data out', usd: dataOut(1) },
  ];
}

/** A million turns that a worker answers, by a callback. */
export function lateCost(workerMb: number = ASSUMED.workerMb): readonly CostLine[] {
  return [
    { what: 'HTTP API', usd: perMillion('HTTP API request') },
    { what: 'Lambda: front', usd: lambda(ASSUMED.frontMb, frontMs(ASSUMED.frontMb)) },
    { what: 'Lambda: worker', usd: lambda(workerMb, ASSUMED.workerMs) },
    { what: 'Lambda: second record', usd: lambda(workerMb, ASSUMED.secondMs) },
    { what: 'DynamoDB: load, mark, claim, save, look', usd: dynamo(2, 3) },
    { what: 'SQS', usd: ASSUMED.queueCalls * perMillion('SQS call') },
    { what: 'Logs', usd: logs(3) },
    { what: 'Data out: waiting text, callback', usd: dataOut(2) },
  ];
}

/** A million answers that grow in a worker, of a conversation with a limit of all users; what the model takes is not in it. */
export function growingCost(workerMb: number = ASSUMED.workerMb): readonly CostLine[] {
  const { growingMs, draftEveryMs, draftKb, counterWrites, secondMs, queueCalls } = ASSUMED;
  const drafts = growingMs / draftEveryMs;
  const write = perMillion('DynamoDB write of 1 KB');
  return [
    { what: 'HTTP API', usd: perMillion('HTTP API request') },
    { what: 'Lambda: front', usd: lambda(ASSUMED.frontMb, frontMs(ASSUMED.frontMb)) },
    { what: 'Lambda: worker', usd: lambda(workerMb, growingMs) },
    { what: 'Lambda: second and third record', usd: 2 * lambda(workerMb, secondMs) },
    { what: 'DynamoDB: load, mark, claim, save, two looks', usd: dynamo(3, 3) },
    { what: 'DynamoDB: drafts', usd: drafts * draftKb * write },
    { what: 'DynamoDB: counters', usd: counterWrites * write },
    // The third record is sent with the others, received and deleted.
    { what: 'SQS', usd: (queueCalls + 2) * perMillion('SQS call') },
    { what: 'Logs', usd: logs(4) },
    { what: 'Data out: waiting text, callback', usd: dataOut(2) },
  ];
}

/** A month of one bot that nobody talks to much. */
export function monthCost(): readonly CostLine[] {
  const { alarmMetrics, secrets } = A_MONTH;
  return [
    {
      what: `Alarms: ${alarmMetrics} metrics`,
      usd: alarmMetrics * PRICES['Alarm, for each metric of it'].usd,
    },
    { what: 'Secret', usd: secrets * PRICES.Secret.usd },
    {
      what: `Metrics of a calm bot of one protocol: ${METRICS_OF_A_CALM_BOT}`,
      usd: METRICS_OF_A_CALM_BOT * PRICES['Metric that occurs'].usd,
    },
  ];
}

const DAYS_OF_A_MONTH = 30;

/** A month of the probe, whose calls keep one front function started; it reads the secret itself once an hour. */
export function probeCost(): readonly CostLine[] {
  const { probeMs, probeMb, probeLogBytes, probeAlarms } = ASSUMED;
  const minutes = (DAYS_OF_A_MONTH * 24 * 60 * 60_000) / PROBE_EVERY_MS;
  const ofAMonth = (usdOfAMillion: number): number => (minutes / MILLION) * usdOfAMillion;
  const probesARead = Math.ceil(SECRET_FRESH_MS / PROBE_EVERY_MS);
  const reads = minutes / probesARead + DAYS_OF_A_MONTH * 24;
  return [
    { what: 'HTTP API', usd: ofAMonth(perMillion('HTTP API request')) },
    { what: 'Lambda: probe', usd: ofAMonth(lambda(probeMb, probeMs)) },
    { what: 'Lambda: front', usd: ofAMonth(lambda(ASSUMED.frontMb, FRONT_MS[ASSUMED.frontMb].warm)) },
    { what: 'DynamoDB: load', usd: ofAMonth(dynamo(1, 0)) },
    {
      what: 'Secrets Manager: the front asks whether it was rotated',
      usd: reads * PRICES['Secrets Manager call'].usd,
    },
    { what: 'Logs', usd: ofAMonth((probeLogBytes / 1_000) * PRICES['CloudWatch logs'].usd) },
    { what: 'CloudWatch: two alarms', usd: probeAlarms * PRICES['Alarm, for each metric of it'].usd },
  ];
}

/** The tables of docs/cost.md. */
export function costTables(): string {
  const prices = Object.entries(PRICES).map(
    ([what, { usd, per, isVerified }]) =>
      `| ${what} | ${perUnit(usd, per)} | ${isVerified ? 'verified' : 'not verified'} |`,
  );
  const front = FRONT_SIZES.map(mb => {
    const { warm, cold } = FRONT_MS[mb];
    return `| ${mb} MB | ${warm} | ${cold} | ${lambda(mb, frontMs(mb)).toFixed(3)} | ${dollars(sum(syncCost(mb)))} |`;
  });
  const dialogues = Object.entries(DIALOGUES).map(([what, dialogue]) => {
    const paces = PACES.map(
      pace => `${dialogue.units[pace].toFixed(2)}: ${dollars(dialogueCost(dialogue, pace))}`,
    );
    return `| ${what} | ${dialogue.answerBytes.toLocaleString('en')} | ${paces.join(' | ')} |`;
  });
  const worker = WORKER_SIZES.map(mb => `| ${mb} MB | ${dollars(sum(lateCost(mb)))} |`);
  return [
    ['| price | USD | |', '|---|---|---|', ...prices],
    bill('a million turns in time', syncCost()),
    bill('a million late turns', lateCost()),
    bill('a million growing answers', growingCost()),
    bill('a month of the probe', probeCost()),
    [
      '| front memory | warm turn, ms | cold start, ms | Lambda, USD | sum, USD |',
      '|---|---|---|---|---|',
      ...front,
    ],
    ['| worker memory | late, USD |', '|---|---|', ...worker],
    [
      `| answers | bytes of one | ${PACES.map(pace => `a turn every ${pace} s`).join(' | ')} |`,
      `|---|---|${PACES.map(() => '---|').join('')}`,
      ...dialogues,
    ],
    bill('a month of a bot', monthCost()),
  ]
    .map(lines => lines.join('\n'))
    .join('\n\n');
}

function bill(title: string, lines: readonly CostLine[]): string[] {
  const rows = lines.map(({ what, usd }) => `| ${what} | ${dollars(usd)} |`);
  return [`| ${title} | USD |`, '|---|---|', ...rows, `| **sum** | **${dollars(sum(lines))}** |`];
}

/** The mean of a front function's turns, one cold start in so many included. */
function frontMs(mb: FrontMb): number {
  const { warm, cold } = FRONT_MS[mb];
  return warm + (cold - warm) / ASSUMED.turnsAColdStart;
}

function lambda(mb: number, ms: number): number {
  return perMillion('Lambda request') + (mb / 1024) * (ms / 1000) * perMillion('Lambda on arm64');
}

function dynamo(reads: number, writes: number): number {
  const { sessionKb } = ASSUMED;
  return (
    reads * Math.ceil(sessionKb / 4) * perMillion('DynamoDB strong read of 4 KB') +
    writes * Math.ceil(sessionKb) * perMillion('DynamoDB write of 1 KB')
  );
}

/** A million turns in time of a dialogue. */
function dialogueCost({ units, answerBytes }: Dialogue, pace: Pace): number {
  const others = sum(syncCost()) - dataOut(1);
  return others + (units[pace] - 1) * perMillion('DynamoDB write of 1 KB') + dataOut(1, answerBytes);
}

function dataOut(answers: number, answerBytes: number = DIALOGUES['texts and cards'].answerBytes): number {
  const gb = (answers * (answerBytes + ASSUMED.aroundBytes)) / 1_000_000_000;
  return gb * perMillion('Data out to the internet');
}

function logs(functions: number): number {
  return ((functions * ASSUMED.logBytes) / 1_000_000_000) * perMillion('CloudWatch logs');
}

function perMillion(name: keyof typeof PRICES): number {
  return PRICES[name].usd * MILLION;
}

function sum(lines: readonly CostLine[]): number {
  return lines.reduce((total, { usd }) => total + usd, 0);
}

function dollars(usd: number): string {
  return usd.toFixed(2);
}

function perUnit(usd: number, per: string): string {
  return usd < 0.00001 ? `${(usd * MILLION).toFixed(4)} per million ${per}s` : `${usd} per ${per}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(costTables());
}
