import { textsOf } from '../../lambda/bot/texts.ts';
import { KAKAO_WAITS_MS } from '../../lambda/turn/time-budget.ts';
import { skillBody, skillHeaders } from '../../tools/kakao-simulator/skill-requests.ts';
import { syncCost } from '../cost.ts';
import { type Offered, offerLoad } from '../offered-load.ts';

/** The beginning of the ids of all users that a load makes up: no user of Kakao's has such a one. */
export const LOAD_USER = 'kakao-gateway-load-';

/** The reasons for which a rung breaks, each with its own sentence. */
export type Break =
  | 'throttled'
  | 'crowded'
  | 'late'
  | 'apologies'
  | 'refused'
  | 'broken'
  | 'oddly'
  | 'generator';

/** A load's rung: so many turns a second, held for a while, and what became of them. */
export interface Rung {
  /** The turns a second that were asked for. */
  readonly asked: number;
  /** Those that this machine sent. */
  readonly sent: number;
  /** Those that were answered in Kakao's time. */
  readonly answered: number;
  /** Of the answers in time. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How many turns ended in which way: an HTTP status, `late`, `apology`, or 0 for a connection that broke. */
  readonly endings: Readonly<Record<string, number>>;
  /** Why it did not hold; undefined where it did. */
  readonly breaks?: Break;
}

/** A load on one gateway. */
export interface RungOptions {
  /** The skill's URL. */
  readonly url: string;
  readonly secret: string;
  readonly rate: number;
  readonly seconds: number;
  readonly users: number;
  readonly says: readonly string[];
  /** How long Kakao waits: 5,000 ms; tests have less of it. */
  readonly lateMs?: number;
}

/** One turn in a hundred may go wrong: from there on it is no accident. */
const ACCIDENTS = 0.01;

/** A machine that is later than this part of the time with sending, and by more than a hiccup (s), shows its own limit. */
const BEHIND = 0.05;
const HICCUP_SECONDS = 0.5;

const BOT = { id: '10ad'.padEnd(24, '0'), name: '부하 시험' };
const SKILL = { id: '10ad5c11'.padEnd(24, '0'), name: '게이트웨이 스킬' };
const BLOCK = { id: '10adb10c'.padEnd(24, '0'), name: '폴백 블록' };

/** Holds one rung, to its end. */
export async function holdRung(options: RungOptions): Promise<Rung> {
  const { url, secret, rate, seconds, users, says, lateMs = KAKAO_WAITS_MS } = options;
  // Turns of different runs are different ones, and a repeated id is answered from memory.
  const run = `${Date.now().toString(36)}-${rate}`;
  const offered = await offerLoad({
    url,
    perSecond: rate,
    seconds,
    headers: { 'x-gateway-secret': secret },
    headersOf: n => skillHeaders(`load-${run}-${n}`),
    bodyOf: n => bodyOf(`${LOAD_USER}${n % users}`, says[n % says.length] ?? ''),
    apology: textsOf({}).apology,
    lateMs,
  });
  return rungOf(rate, seconds, offered);
}

/** The body of a user's words in the operating channel. */
function bodyOf(user: string, utterance: string): object {
  const ids = { botUserKey: user, plusfriendUserKey: user, isFriend: true };
  const flow = { trigger: 'TEXT_INPUT', referrerBlock: BLOCK, lastBlock: BLOCK };
  return skillBody({ caller: 'live', bot: BOT, skill: SKILL, block: BLOCK, user: ids, utterance, flow });
}

function rungOf(asked: number, seconds: number, offered: Offered): Rung {
  const { answeredMs, answered, apologies, refused, late, others } = offered;
  const sorted = answeredMs.toSorted((one, other) => one - other);
  const at = (part: number): number => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? 0);
  const endings = Object.fromEntries(
    Object.entries({ 200: answered, apology: apologies, late, 429: refused, ...others }).filter(
      ([, times]) => times > 0,
    ),
  );
  const sent = offered.offered / Math.max(seconds, offered.sentInSeconds);
  const breaks = breakOf(offered, offered.sentInSeconds > seconds * (1 + BEHIND) + HICCUP_SECONDS);
  return {
    asked,
    sent: Math.round(sent),
    answered: Math.round(answered / Math.max(seconds, offered.sentInSeconds)),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    endings,
    ...(breaks && { breaks }),
  };
}

/** The reason that took most turns with it. */
function breakOf(
  { offered, answered, apologies, refused, late, others }: Offered,
  isBehind: boolean,
): Break | undefined {
  if (offered - answered <= offered * ACCIDENTS) return isBehind ? 'generator' : undefined;
  const counts: Record<Break, number> = {
    throttled: refused,
    crowded: 0,
    late,
    apologies,
    refused: 0,
    broken: 0,
    oddly: 0,
    generator: 0,
  };
  for (const [status, times] of Object.entries(others)) counts[breakBy(Number(status))] += times;
  const reasons = Object.keys(counts) as Break[];
  return reasons.reduce((worst, reason) => (counts[reason] > counts[worst] ? reason : worst));
}

function breakBy(status: number): Break {
  if (status === 0) return 'broken';
  if (status >= 500) return 'crowded';
  return status === 401 || status === 403 ? 'refused' : 'oddly';
}

/** The most turns that the rungs take together. */
export function turnsOf(rates: readonly number[], seconds: number): number {
  return rates.reduce((sum, rate) => sum + rate, 0) * seconds;
}

/** The dollars that those turns cost, at the prices of docs/cost.md, where each is answered in time: rounded up to a cent. */
export function usdOf(rates: readonly number[], seconds: number): string {
  const aMillion = syncCost().reduce((sum, { usd }) => sum + usd, 0);
  return (Math.ceil((turnsOf(rates, seconds) * aMillion) / 10_000) / 100).toFixed(2);
}
