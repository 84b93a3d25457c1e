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
import { type ConnectionCheck, checkConnection, checkTls } from './connection.ts';
import type { Expectation } from './expectations.ts';
import { type Mark, skipped, type Verdict, warning } from './verdict.ts';
import { type Visit, type Visitor, visitor } from './visit.ts';

/** The gateway that {@link examine} looks at, and by which protocols. */
export interface Examination extends CheckedGateway {
  readonly protocols: readonly Protocol[];
  /** How long Kakao waits: 5,000 ms; tests have less of it. */
  readonly limitMs?: number;
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

/** As many unanswered calls in succession say it all. */
const MOST_TIMEOUTS = 2;

/** Does what Kakao's consoles and channels do; gives each section when it is done, and never throws. */
export async function* examine(examination: Examination): AsyncGenerator<Section> {
  const { target, secret, protocols, limitMs = KAKAO_WAITS_MS, ca } = examination;
  const doctor = new Doctor(visitor({ target, secret, limitMs, ...(ca && { ca }) }), limitMs);

  const connection = connectionRow('connection', await checkConnection(target, limitMs));
  const tls =
    connection.mark === 'failed'
      ? notTried('tls')
      : connectionRow('tls', await checkTls(target, limitMs, ca));
  doctor.isReachable = connection.mark !== 'failed' && tls.mark !== 'failed';

  // Before GET /health, which would start the function for it.
  const skillChecks = openBuilderChecks(examination);
  const [firstCheck, ...others] = protocols.includes('open-builder') ? skillChecks : [];
  const first = firstCheck && (await doctor.check(firstCheck, true));
  const health = await doctor.check(healthCheck(target), first === undefined);
  yield { id: 'gateway', checked: [connection, tls, health] };

  if (first) {
    const checked = [first];
    for (const check of others) checked.push(await doctor.check(check, false));
    yield { id: 'open-builder', checked };
  }
  if (protocols.includes('smart-chat')) {
    doctor.timeoutsInARow = 0;
    yield { id: 'api-test', checked: await doctor.apiTest(apiTestChecks(examination)) };
    const checked: Checked[] = [];
    for (const check of smartChatChecks(examination)) checked.push(await doctor.check(check, false));
    yield { id: 'smart-chat', checked };
  }
}

/** Makes calls one after the other, and none any more once they are in vain. */
class Doctor {
  isReachable = true;
  timeoutsInARow = 0;
  readonly #visit: Visitor;
  readonly #limitMs: number;

  constructor(visit: Visitor, limitMs: number) {
    this.#visit = visit;
    this.#limitMs = limitMs;
  }

  async check({ id, call, expectation }: Check, isFirst: boolean): Promise<Checked> {
    if (!this.isReachable || this.timeoutsInARow >= MOST_TIMEOUTS) return notTried(id);
    const visit = await this.#visit(call);
    this.timeoutsInARow = isTimeout(visit) ? this.timeoutsInARow + 1 : 0;
    return { id, ms: visit.ms, isFirst, ...this.#verdictOf(visit, expectation) };
  }

  /** All at once, as the console's button does. */
  async apiTest(checks: readonly ApiTestCheck[]): Promise<Checked[]> {
    if (!this.isReachable) return checks.map(({ id }) => notTried(id));
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
    if (visits.every(({ visit }) => isTimeout(visit))) this.timeoutsInARow = MOST_TIMEOUTS;
    return checked;
  }

  #verdictOf(visit: Visit, expectation: Expectation): Verdict {
    if ('diagnostic' in visit) return { mark: 'failed', diagnostic: visit.diagnostic };
    const verdict = expectation(visit.answer);
    const isSlow = visit.ms > this.#limitMs * (1 - RESERVE);
    return verdict.mark === 'ok' && isSlow
      ? warning('slow', { time: (visit.ms / 1_000).toFixed(1), limit: this.#limitMs / 1_000 })
      : verdict;
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
