import { KAKAO_WAITS_MS } from '../../lambda/turn/time-budget.ts';
import type { CheckId, SectionId } from './check-names.ts';
import {
  type ApiTestCheck,
  apiTestChecks,
  type Check,
  type CheckedGateway,
  healthCheck,
  openBuilderChecks,
  type Protocol,
  smartChatChecks,
} from './checks.ts';
import { type ConnectionCheck, checkConnection, checkTls, speaksTls } from './connection.ts';
import type { Expectation } from './expectations.ts';
import type { Target } from './target.ts';
import { failed, type Mark, skipped, type Verdict, warning } from './verdict.ts';
import { type Visit, type Visitor, visitor } from './visit.ts';

/** The gateway that {@link examine} looks at, and by which protocols. */
export interface Examination extends CheckedGateway {
  readonly protocols: readonly Protocol[];
  /** How long Kakao waits: 5,000 ms; tests have less of it. */
  readonly limitMs?: number;
  /** How long all of it may take: 30,000 ms. */
  readonly wholeMs?: number;
  /** Whether everything that a gateway must refuse is tried, though it counts what it refuses. Default: only on this machine; else one call. */
  readonly playsStrangers?: boolean;
  /** Trusted instead of Node's own certificate authorities; PEM. */
  readonly ca?: readonly string[];
}

/** One check as it went. */
export interface Checked extends Verdict {
  readonly id: CheckId;
  /** Absent where nothing was called. */
  readonly ms?: number;
  /** Whether nothing had called this function before: it may have had to start. */
  readonly isFirst: boolean;
  /** As the admin centre's API TEST would show it. */
  readonly apiTest?: ApiTestRow;
}

/** A row of the API TEST's result; `status` and `body` are Kakao's own where it did not take the answer. */
export interface ApiTestRow {
  readonly need: ApiTestCheck['need'];
  readonly status: number;
  readonly body: string;
}

/** The checks that belong together, in order. */
export interface Section {
  readonly id: SectionId;
  readonly checked: readonly Checked[];
}

/** Kakao's line to the gateway may be slower than ours by this part of its patience. */
const RESERVE = 0.3;

/** Where so little of it is left, whoever waits longer for the line gets nothing. */
const NEARLY_NOTHING = 0.15;

/** As many unanswered calls in succession say it all. */
const MOST_TIMEOUTS = 2;

/** As many calls in succession that leave no reserve say it, too. */
const MOST_SLOW = 3;

/** Nobody watches a terminal for longer, and a monitor comes back after a minute. */
const WHOLE_MS = 30_000;

/** Does what Kakao's consoles and channels do; gives each section when it is done, and never throws. */
export async function* examine(examination: Examination): AsyncGenerator<Section> {
  const { target, protocols, limitMs = KAKAO_WAITS_MS, ca } = examination;
  const doctor = new Doctor(examination);

  const connection = connectionRow('connection', await checkConnection(target, limitMs));
  const tls =
    connection.mark === 'failed'
      ? notTried('tls')
      : connectionRow('tls', await checkTls(target, limitMs, ca));
  doctor.isReachable = connection.mark !== 'failed' && tls.mark !== 'failed';

  // Before GET /health, which would start the function for it.
  const skillChecks = openBuilderChecks(examination);
  const hasSkill = protocols.includes('open-builder');
  const [firstCheck, ...others] = hasSkill ? skillChecks : [];
  const first = firstCheck && (await doctor.check(firstCheck, true));
  const health = await doctor.check(healthCheck(target), first === undefined);
  yield { id: 'gateway', checked: [connection, tls, health] };

  if (first) {
    const checked = [first];
    for (const check of others) checked.push(await doctor.check(check, false));
    yield { id: 'open-builder', checked };
  }
  if (protocols.includes('smart-chat')) {
    doctor.beginAnew();
    yield { id: 'api-test', checked: await doctor.apiTest(apiTestChecks(examination)) };
    const checked: Checked[] = [];
    for (const check of smartChatChecks(examination, hasSkill))
      checked.push(await doctor.check(check, false));
    yield { id: 'smart-chat', checked };
  }
}

/** Makes calls one after the other, and none any more once they are in vain. */
class Doctor {
  isReachable = true;
  readonly #visit: Visitor;
  readonly #target: Target;
  readonly #limitMs: number;
  readonly #wholeMs: number;
  readonly #playsStrangers: boolean;
  readonly #startedAt = performance.now();
  #timeoutsInARow = 0;
  #slowInARow = 0;
  #speaksTls: Promise<boolean> | undefined;

  constructor(examination: Examination) {
    const { target, secret, limitMs = KAKAO_WAITS_MS, wholeMs = WHOLE_MS, ca } = examination;
    this.#visit = visitor({ target, secret, limitMs, ...(ca && { ca }) });
    this.#target = target;
    this.#limitMs = limitMs;
    this.#wholeMs = wholeMs;
    this.#playsStrangers = examination.playsStrangers ?? target.isLoopback;
  }

  /** Another function is called from here on: how the one before answered tells nothing of it. */
  beginAnew(): void {
    this.#timeoutsInARow = 0;
    this.#slowInARow = 0;
  }

  async check({ id, call, expectation, isRefusal }: Check, isFirst: boolean): Promise<Checked> {
    const inVain = this.#inVain() ?? (isRefusal && !this.#playsStrangers ? skipped('left-out') : undefined);
    if (inVain) return { id, isFirst: false, ...inVain };
    const visit = await this.#visit(call);
    this.#timeoutsInARow = isTimeout(visit) ? this.#timeoutsInARow + 1 : 0;
    this.#slowInARow = this.#isSlow(visit) ? this.#slowInARow + 1 : 0;
    const verdict = (await this.#asksTlsPlainly(visit))
      ? failed('http-to-tls', { host: this.#target.host })
      : this.#verdictOf(visit, expectation);
    if (verdict.diagnostic?.code === 'http-to-tls') this.isReachable = false;
    return { id, ms: visit.ms, isFirst, ...verdict };
  }

  /** All at once, as the console's button does. */
  async apiTest(checks: readonly ApiTestCheck[]): Promise<Checked[]> {
    const inVain = this.#inVain();
    if (inVain) return checks.map(({ id }) => ({ id, isFirst: false, ...inVain }));
    const visits = await Promise.all(
      checks.map(async check => ({ ...check, visit: await this.#visit(check.call) })),
    );
    const checked = visits.map(({ id, need, expectation, visit }): Checked => {
      const verdict = this.#verdictOf(visit, expectation);
      return {
        id,
        ms: visit.ms,
        isFirst: true,
        ...verdict,
        apiTest: { need, ...shownBy(need, visit, verdict.mark) },
      };
    });
    if (visits.every(({ visit }) => isTimeout(visit))) this.#timeoutsInARow = MOST_TIMEOUTS;
    // At once they may only have waited for each other: one call alone has the last word.
    if (visits.every(({ visit }) => this.#isSlow(visit))) this.#slowInARow = MOST_SLOW - 1;
    return checked;
  }

  /** Why no call is made any more. */
  #inVain(): Verdict | undefined {
    if (!this.isReachable || this.#timeoutsInARow >= MOST_TIMEOUTS) return skipped('not-tried');
    if (this.#slowInARow >= MOST_SLOW)
      return skipped('slow-enough', { count: MOST_SLOW, limit: this.#limitMs / 1_000 });
    // The last call may take all the time that Kakao waits.
    const isOver = performance.now() - this.#startedAt > this.#wholeMs - this.#limitMs;
    return isOver ? skipped('out-of-time', { whole: this.#wholeMs / 1_000 }) : undefined;
  }

  /** Whether the server's answer is one to plain http on a port of TLS: it hangs up, or speaks no HTTP, or says 400. */
  async #asksTlsPlainly(visit: Visit): Promise<boolean> {
    if (this.#target.address.isTls) return false;
    const isSuspect =
      'answer' in visit
        ? visit.answer.status === 400
        : visit.diagnostic.code === 'hung-up' || visit.diagnostic.code === 'not-http';
    // Asked once: a port changes its language no more.
    if (isSuspect) this.#speaksTls ??= speaksTls(this.#target, this.#limitMs);
    return isSuspect && (await this.#speaksTls) === true;
  }

  #isSlow({ ms }: Visit): boolean {
    return ms > this.#limitMs * (1 - RESERVE);
  }

  #verdictOf(visit: Visit, expectation: Expectation): Verdict {
    if ('diagnostic' in visit) return { mark: 'failed', diagnostic: visit.diagnostic };
    const verdict = expectation(visit.answer);
    if (verdict.mark !== 'ok' || !this.#isSlow(visit)) return verdict;
    const isNearlyLate = visit.ms > this.#limitMs * (1 - NEARLY_NOTHING);
    return warning(isNearlyLate ? 'nearly-late' : 'slow', {
      time: (visit.ms / 1_000).toFixed(1),
      limit: this.#limitMs / 1_000,
    });
  }
}

// The words of Kakao's own admin centre.
function shownBy(need: ApiTestCheck['need'], visit: Visit, mark: Mark): Omit<ApiTestRow, 'need'> {
  if (need === 'Required' && mark === 'failed') return { status: 415, body: 'wrong keyboard initialization' };
  if ('answer' in visit) return { status: visit.answer.status, body: visit.answer.excerpt };
  return isTimeout(visit)
    ? { status: 408, body: 'request timeout' }
    : { status: 500, body: visit.diagnostic.code };
}

function connectionRow(id: CheckId, { ms, verdict }: ConnectionCheck): Checked {
  return { id, isFirst: true, ...(ms !== undefined && { ms }), ...verdict };
}

function notTried(id: CheckId): Checked {
  return { id, isFirst: false, ...skipped('not-tried') };
}

function isTimeout(visit: Visit): boolean {
  return 'diagnostic' in visit && visit.diagnostic.code === 'timeout';
}
