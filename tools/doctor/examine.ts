import { KAKAO_WAITS_MS } from '../../lambda/turn/time-budget.ts';
import { type ConnectionCheck, checkConnection, checkTls } from './connection.ts';
import {
  callbackBody,
  messageBodies,
  openBuilderCall,
  skillBodies,
  smartChatCall,
  validationBody,
} from './kakao-requests.ts';
import type { Target } from './target.ts';
import {
  accepted,
  acceptedOrDeferred,
  alive,
  type Judge,
  type Mark,
  optional,
  refused,
  refusedAsBroken,
  type Verdict,
  validation,
  warning,
} from './verdict.ts';
import { type Call, type Visit, type Visitor, visitor } from './visit.ts';
import { type CheckId, finding, type SectionId } from './words.ts';

/** Which of Kakao's two protocols. */
export type Protocol = 'open-builder' | 'smart-chat';

/** What {@link examine} is given. */
export interface Examination {
  readonly target: Target;
  readonly secret: string;
  readonly protocols: readonly Protocol[];
  /** Where the callback request's URL leads; Kakao's own place unless given. */
  readonly callbackOrigin?: string;
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
  /** What the admin centre's API TEST would show of it. */
  readonly apiTest?: ApiTestRow;
}

/** A row of the API TEST's result; `status` and `body` are Kakao's own where it did not take the answer. */
export interface ApiTestRow {
  readonly need: 'Required' | 'Optional';
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

/** No gateway's secret. */
const WRONG_SECRET = 'kakao-doctor-does-not-know-it';

/** One call and how its answer is judged. */
interface Check {
  readonly id: CheckId;
  readonly call: Call;
  readonly judge: Judge;
}

/** Does what Kakao's consoles and channels do; gives each section when it is done, and never throws. */
export async function* examine(examination: Examination): AsyncGenerator<Section> {
  const { target, secret, protocols, limitMs = KAKAO_WAITS_MS, ca } = examination;
  const doctor = new Doctor(visitor({ target, secret, limitMs, ...(ca && { ca }) }), limitMs);

  const connection = row('connection', await checkConnection(target, limitMs));
  const tls =
    connection.mark === 'failed' ? notTried('tls') : row('tls', await checkTls(target, limitMs, ca));
  doctor.isNeeded = connection.mark !== 'failed' && tls.mark !== 'failed';

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
    doctor.timeouts = 0;
    yield { id: 'api-test', checked: await doctor.apiTest(secret, target) };
    const checked: Checked[] = [];
    for (const check of smartChatChecks(examination)) checked.push(await doctor.check(check, false));
    yield { id: 'smart-chat', checked };
  }
}

/** Makes calls one after the other, and none any more once they are in vain. */
class Doctor {
  isNeeded = true;
  timeouts = 0;
  readonly #visit: Visitor;
  readonly #limitMs: number;

  constructor(visit: Visitor, limitMs: number) {
    this.#visit = visit;
    this.#limitMs = limitMs;
  }

  async check({ id, call, judge }: Check, isFirst: boolean): Promise<Checked> {
    if (!this.isNeeded || this.timeouts >= MOST_TIMEOUTS) return notTried(id);
    const visit = await this.#visit(call);
    const isTimeout = 'trouble' in visit && visit.trouble.code === 'timeout';
    this.timeouts = isTimeout ? this.timeouts + 1 : 0;
    return { id, ms: visit.ms, isFirst, ...this.#verdictOf(visit, judge) };
  }

  /** The four calls that the console's button makes, at once. */
  async apiTest(secret: string, { base }: Target): Promise<Checked[]> {
    const rows = API_TEST.map(({ id, need, method, path, body }): Check & Pick<ApiTestRow, 'need'> => ({
      id,
      need,
      call: smartChatCall(method, path, secret, body),
      judge: need === 'Required' ? accepted('keyboard', appUrlOf(base)) : optional,
    }));
    if (!this.isNeeded) return rows.map(({ id }) => notTried(id));
    const visits = await Promise.all(rows.map(async row => ({ ...row, visit: await this.#visit(row.call) })));
    const checked = visits.map(({ id, need, judge, visit }): Checked => {
      const verdict = this.#verdictOf(visit, judge);
      return {
        id,
        ms: visit.ms,
        isFirst: true,
        ...verdict,
        apiTest: { need, ...shownBy(need, visit, verdict.mark) },
      };
    });
    if (visits.every(({ visit }) => 'trouble' in visit && visit.trouble.code === 'timeout'))
      this.timeouts = MOST_TIMEOUTS;
    return checked;
  }

  #verdictOf(visit: Visit, judge: Judge): Verdict {
    if ('trouble' in visit) return { mark: 'failed', finding: visit.trouble };
    const verdict = judge(visit.answer);
    const isSlow = visit.ms > this.#limitMs * (1 - RESERVE);
    return verdict.mark === 'ok' && isSlow
      ? warning('slow', { time: (visit.ms / 1_000).toFixed(1), limit: this.#limitMs / 1_000 })
      : verdict;
  }
}

const API_TEST = [
  { id: 'api-keyboard', need: 'Required', method: 'GET', path: '/keyboard', body: undefined },
  { id: 'api-make-friend', need: 'Optional', method: 'POST', path: '/friend', body: { user_key: 'test' } },
  { id: 'api-block-friend', need: 'Optional', method: 'DELETE', path: '/friend/test', body: undefined },
  { id: 'api-leave-room', need: 'Optional', method: 'DELETE', path: '/chat_room/test', body: undefined },
] as const;

// The words of Kakao's own admin centre.
function shownBy(need: ApiTestRow['need'], visit: Visit, mark: Mark): Omit<ApiTestRow, 'need'> {
  if (need === 'Required' && mark === 'failed') return { status: 415, body: 'wrong keyboard initialization' };
  if ('answer' in visit) return { status: visit.answer.status, body: visit.answer.said };
  return visit.trouble.code === 'timeout'
    ? { status: 408, body: 'request timeout' }
    : { status: 500, body: visit.trouble.code };
}

function openBuilderChecks({ target, secret, callbackOrigin }: Examination): Check[] {
  const skillUrl = `${target.base}/open-builder/skill`;
  const skill = (id: CheckId, body: object | string, judge: Judge, shown = secret): Check => ({
    id,
    call: openBuilderCall('/skill', body, shown),
    judge,
  });
  const isAccepted = accepted('skill', skillUrl);
  const validationUrl = `${target.base}/open-builder/validation`;
  return [
    skill('skill-test', skillBodies.skillTest, isAccepted),
    skill('bot-test', skillBodies.botTest, isAccepted),
    skill('live-channel', skillBodies.liveChannel, isAccepted),
    skill('dev-channel', skillBodies.devChannel, isAccepted),
    skill('welcome', skillBodies.welcome, isAccepted),
    skill('picture', skillBodies.picture, isAccepted),
    skill('button', skillBodies.button, isAccepted),
    skill('long', skillBodies.long, isAccepted),
    skill('callback', callbackBody(callbackOrigin), withRemark(acceptedOrDeferred(skillUrl))),
    skill('broken-json', '{"userRequest":', refusedAsBroken),
    { id: 'no-secret', call: openBuilderCall('/skill', skillBodies.skillTest, undefined), judge: refused },
    skill('wrong-secret', skillBodies.skillTest, refused, WRONG_SECRET),
    {
      id: 'validation',
      call: openBuilderCall('/validation', validationBody, secret),
      judge: validation(validationUrl),
    },
  ];
}

function withRemark(judge: Judge): Judge {
  return answer => {
    const verdict = judge(answer);
    return verdict.mark === 'ok' ? { mark: 'ok', finding: finding('callback-remark') } : verdict;
  };
}

function smartChatChecks({ target, secret }: Examination): Check[] {
  const isMessage = accepted('message', appUrlOf(target.base));
  const message = (id: CheckId, body: object): Check => ({
    id,
    call: smartChatCall('POST', '/message', secret, body),
    judge: isMessage,
  });
  return [
    message('message-text', messageBodies.text),
    message('message-photo', messageBodies.photo),
    message('message-no-user', messageBodies.withoutUserKey),
    {
      id: 'double-slash',
      call: smartChatCall('GET', '//keyboard', secret),
      judge: accepted('keyboard', appUrlOf(target.base)),
    },
    { id: 'app-wrong-secret', call: smartChatCall('GET', '/keyboard', WRONG_SECRET), judge: refused },
  ];
}

function healthCheck({ base }: Target): Check {
  const headers = { accept: '*/*' };
  return { id: 'health', call: { method: 'GET', path: '/health', headers }, judge: alive(base) };
}

function appUrlOf(base: string): string {
  return `${base}/smart-chat/<the secret>`;
}

function row(id: CheckId, { ms, verdict }: ConnectionCheck): Checked {
  return { id, isFirst: true, ...(ms !== undefined && { ms }), ...verdict };
}

function notTried(id: CheckId): Checked {
  return { id, isFirst: false, mark: 'skipped', finding: finding('not-tried') };
}
