import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GROWING_LATE_QUEUE, LATE_QUEUE } from '../../lambda/aws/late-queue-settings.ts';
import type { Violation } from '../../lambda/check/violation.ts';
import { isObject } from '../../lambda/json-reader.ts';
import { checkSkillResponse, checkValidation } from '../../lambda/open-builder/check.ts';
import { checkKeyboard, checkSmartChat } from '../../lambda/smart-chat/check.ts';
import { SYNTHETIC_USERS } from '../../lambda/turn/synthetic.ts';
import type { Visitor } from '../../tools/doctor/visit.ts';
import { startCallbackSink } from '../kit/callback-sink.ts';
import { startEventServer } from '../kit/event-server.ts';
import { keyboardProblems, messageProblems, skillProblems } from '../kit/kakao-accepts.ts';
import { samplesOf, skillBodies, smartChatCalls } from '../kit/samples.ts';
import type { Cloud } from './cloud.ts';
import { complaintOf, run } from './command.ts';
import {
  callSkill,
  callSmartChat,
  type Gateway,
  post,
  problemOf,
  saidIn,
  skillUrlWithin,
} from './gateway.ts';
import type { Check } from './progress.ts';
import { EVENT_BOT_ID, type Outputs } from './throw-away.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** No gateway's secret. */
const WRONG_SECRET = 'the-deploy-test-does-not-know-it';

/** Past the life of a late turn nothing arrives any more. */
const LATE_WITHIN_MS = 60_000;

/** The words of the growing answer take 25 s; an emulator works on one late turn at a time. */
const GROWN_WITHIN_MS = 90_000;

/** A new API is found by its name after a while. */
const READY_WITHIN_MS = 60_000;

/** How often the gateway is asked again. */
const POLL_MS = 500;

const skillIsTaken = (room: 'private' | 'group') => (json: unknown) => [
  ...rejectedBy(checkSkillResponse(json, room)),
  ...skillProblems(json, room),
];
const messageIsTaken = (json: unknown) => [...rejectedBy(checkSmartChat(json)), ...messageProblems(json)];
const keyboardIsTaken = (json: unknown) => [...rejectedBy(checkKeyboard(json)), ...keyboardProblems(json)];

function rejectedBy(violations: readonly Violation[]): string[] {
  return violations
    .filter(({ severity }) => severity === 'rejected')
    .map(({ rule, path }) => `${path} breaks ${rule}`);
}

/** Waits until the API answers at all. @throws when it does not in time */
export async function becomesReady({ visit }: Gateway, signal: AbortSignal): Promise<void> {
  const keyboard = { method: 'GET', path: `/smart-chat/${WRONG_SECRET}/keyboard`, headers: {} } as const;
  await eventually(async () => problemOf(await visit(keyboard), 401), READY_WITHIN_MS, signal);
}

/** Every sample of Kakao's calls of a skill is answered as Kakao takes it. */
export async function answersSkillSamples(gateway: Gateway, check: Check): Promise<void> {
  for (const { name, json } of skillBodies()) {
    // These two have no answer that a user would see.
    const isShown = !/validation-api|group-webhook/.test(name);
    const problems = skillIsTaken(/group/.test(name) ? 'group' : 'private');
    check(name, problemOf(await callSkill(gateway, json), 200, isShown ? { problems } : {}));
  }
}

/** Every sample of smart-chat's calls is answered as Kakao takes it. */
export async function answersSmartChatSamples(gateway: Gateway, check: Check): Promise<void> {
  for (const { name, method, path, body } of smartChatCalls()) {
    if (name.startsWith('req-path') || !isMethod(method)) continue;
    const problems =
      path === '/message' ? messageIsTaken : path === '/keyboard' ? keyboardIsTaken : undefined;
    const visit = await callSmartChat(gateway, method, path, body);
    check(name, problemOf(visit, 200, { ...(problems && { problems }) }));
  }
  const doubled = await callSmartChat(gateway, 'GET', '//keyboard');
  check('an app URL that ends in a slash', problemOf(doubled, 200, { problems: keyboardIsTaken }));
  const misplaced = await callSmartChat(gateway, 'GET', '/keyboard/keyboard');
  check('an app URL that ends in /keyboard', problemOf(misplaced, 404));
}

/** Whoever does not know the secret is refused, wherever it stands. */
export async function refusesStrangers({ visit }: Gateway, check: Check): Promise<void> {
  const body = said('메뉴', 'stranger');
  const wrong = { 'x-gateway-secret': WRONG_SECRET };
  check('a skill without a secret', problemOf(await post(visit, '/open-builder/skill', body), 401));
  check('a skill with another', problemOf(await post(visit, '/open-builder/skill', body, wrong), 401));
  const validation = '/open-builder/validation';
  check('a validation with another', problemOf(await post(visit, `${validation}/x`, {}, wrong), 401));
  check(
    'a validation with another in its URL',
    problemOf(await post(visit, `${validation}/${WRONG_SECRET}/x`, {}), 401),
  );
  const message = { user_key: 'stranger', type: 'text', content: '메뉴' };
  check(
    'an app URL with another',
    problemOf(await post(visit, `/smart-chat/${WRONG_SECRET}/message`, message), 401),
  );
}

/** A parameter is validated at each of its URLs. */
export async function validates({ visit, secret }: Gateway, check: Check): Promise<void> {
  const [sample] = samplesOf('open-builder/requests').filter(({ name }) => name.startsWith('23'));
  const parameter = encodeURIComponent('전화번호');
  const valid = {
    words: '"SUCCESS"',
    problems: (json: unknown) => rejectedBy(checkValidation(json)),
  };
  const base = '/open-builder/validation';
  const header = { 'x-gateway-secret': secret };
  const byHeader = await post(visit, `${base}/${parameter}`, sample?.json, header);
  check('with the secret in the header', problemOf(byHeader, 200, valid));
  const byPath = await post(visit, `${base}/${encodeURIComponent(secret)}/${parameter}`, sample?.json);
  check('with the secret in the URL', problemOf(byPath, 200, valid));
}

/** `npm run doctor` finds nothing that fails. */
export async function passesTheDoctor({ url, connect, secret }: Gateway): Promise<void> {
  const elsewhere = connect === undefined ? [] : ['--connect', connect];
  const { code, printed } = await run(
    'npm',
    ['run', '-s', 'doctor', '--', '--url', url, ...elsewhere, '--strangers', '--lang', 'en'],
    { cwd: ROOT, env: { GATEWAY_SECRET: secret } },
  );
  if (code !== 0) throw new Error(`it ends with ${code}: ${complaintOf(printed)}`);
}

/** A user's cups add up, whichever protocol brings them. */
export async function remembers(gateway: Gateway, user: string, check: Check): Promise<void> {
  const first = await callSkill(gateway, said('담기 라떼', user));
  check('the first cup', problemOf(first, 200, { words: '모두 1잔' }));
  const second = await callSmartChat(gateway, 'POST', '/message', message('담기 라떼', user));
  check('the second, by smart-chat', problemOf(second, 200, { words: '모두 2잔' }));
}

/** The user whose three cups another gateway has kept goes on with a fourth: the secret is the one that Kakao knows. */
export async function goesOn(gateway: Gateway, user: string, check: Check): Promise<void> {
  const fourth = await callSkill(gateway, said('담기 라떼', user));
  check('the session is still there', problemOf(fourth, 200, { words: '모두 4잔' }));
}

/** A slow rule's answer follows in the room, once, and can be read again; a callback URL that is not Kakao's is never posted to. */
export async function answersLate(gateway: Gateway, check: Check, signal: AbortSignal): Promise<void> {
  const sink = await startCallbackSink();
  try {
    const refused = await callSkill(gateway, said(SLOW, 'late', sink.newUrl()));
    const problems = skillIsTaken('private');
    const told =
      problemOf(refused, 200, { words: COLLECT, problems }) ??
      (has(refused, 'useCallback') ? 'the answer promises a callback' : undefined);
    check('the user is told to wait, and where to ask', told);
    if (told !== undefined) return;
    const collect = () => callSkill(gateway, said(COLLECT, 'late'));
    await eventually(
      async () => problemOf(await collect(), 200, { words: RECOMMENDED, problems }),
      LATE_WITHIN_MS,
      signal,
    );
    check('the answer is there');
    const again = await collect();
    check('it can be read again', problemOf(again, 200, { words: RECOMMENDED, problems }));
    const next = await callSkill(gateway, said('메뉴', 'late'));
    check(
      'it comes once by itself',
      problemOf(next, 200) ?? (has(next, RECOMMENDED) ? 'it came again' : undefined),
    );
    check('nothing is posted', sink.requests() === 0 ? undefined : 'the gateway called the refused URL');
  } finally {
    await sink.stop();
  }
}

/**
 * An answer that grows is shown as far as it came whenever its user asks, and is whole in the end: the parts that were
 * shown, joined, are all of its words, each once.
 */
export async function growsItsAnswer(
  gateway: Gateway,
  words: readonly string[],
  check: Check,
  signal: AbortSignal,
): Promise<void> {
  const user = 'counting';
  const problems = skillIsTaken('private');
  await eventually(
    async () => problemOf(await callSkill(gateway, said('세어 줘', user)), 200, { words: COLLECT, problems }),
    READY_WITHIN_MS,
    signal,
  );
  check('the user is told to wait, and where to ask');
  const heard: string[] = [];
  const parts: number[] = [];
  await eventually(
    async () => {
      const visit = await callSkill(gateway, said(COLLECT, user));
      const shown = 'answer' in visit ? saidIn(visit.answer) : '';
      const part = shown.split(/[^가-힣]+/).filter(word => words.includes(word));
      heard.push(...part);
      if (part.length > 0) parts.push(part.length);
      return (
        problemOf(visit, 200, { problems }) ?? (heard.length < words.length ? 'not all is said' : undefined)
      );
    },
    GROWN_WITHIN_MS,
    signal,
  );
  const told = heard.join(' ');
  check('each word comes once, in its order', told === words.join(' ') ? undefined : `it says ${told}`);
  check('in more than one part', parts.length > 1 ? undefined : 'all came at once');
}

/** The worker of a bot whose answers grow lives longer, and its queue waits for it; those of the others do not. */
export async function livesLonger(cloud: Cloud, growing: string, other: string, check: Check): Promise<void> {
  const [long, short] = [await cloud.livesOf(growing), await cloud.livesOf(other)];
  const { workerTimeoutSeconds: worker, visibilitySeconds: queue } = GROWING_LATE_QUEUE;
  check('a worker whose answers grow', lacks(long, { worker, queue }));
  const usual = { worker: LATE_QUEUE.workerTimeoutSeconds, queue: LATE_QUEUE.visibilitySeconds };
  check('another', lacks(short, usual));
}

/** Who leaves the app is forgotten, once Kakao Developers says so; nobody else may say it. */
export async function forgetsWhoLeft(gateway: Gateway, adminKey: string, check: Check): Promise<void> {
  const { visit } = gateway;
  const ids = { plusfriendUserKey: 'leaver', appUserId: '1234567' };
  const cup = () => callSkill(gateway, saidBy('담기 라떼', ids));
  check(
    'who is linked to the app puts a cup into the cart',
    problemOf(await cup(), 200, { words: '모두 1잔' }),
  );
  const tells = (path: string, type: string, body: string, key: string) =>
    visit({ method: 'POST', path, headers: { 'content-type': type, authorization: `KakaoAK ${key}` }, body });
  const form = new URLSearchParams({
    app_id: '1',
    user_id: ids.appUserId,
    referrer_type: 'UNLINK_FROM_APPS',
  });
  const unlinks = (key: string) =>
    tells('/webhooks/unlink', 'application/x-www-form-urlencoded', form.toString(), key);
  check('another key is refused', problemOf(await unlinks(WRONG_SECRET), 401));
  check('the cup is still there', problemOf(await cup(), 200, { words: '모두 2잔' }));
  const added = { event: 'added', id: ids.appUserId, id_type: 'app_user_id', channel_public_id: '_a' };
  const channel = await tells('/webhooks/channel', 'application/json', JSON.stringify(added), adminKey);
  check('the channel is added', problemOf(channel, 200));
  check('the app is left', problemOf(await unlinks(adminKey), 200));
  check('who comes again is new', problemOf(await cup(), 200, { words: '모두 1잔' }));
}

/**
 * Other code of the account sends an event to users, once it knows the price; where the cloud is an emulator, to a Kakao of
 * our own.
 */
export async function sendsAnEvent(
  cloud: Cloud,
  { eventFunctionName }: Outputs,
  restApiKeyName: string,
  endpoint: string | undefined,
  check: Check,
): Promise<void> {
  if (eventFunctionName === undefined) throw new Error('the stack gives out no EventFunctionName');
  const users = ['first', 'second', 'nobody'].map(plusfriendUserKey => ({ plusfriendUserKey }));
  const event = { name: 'ready', users, data: { drink: '라떼' } };
  const dry = await cloud.invoke(eventFunctionName, { ...event, dryRun: true });
  check('a dry run tells the price', lacks(dry, { dryRun: true, costWon: 45 }));
  // Kakao itself would ask for a bot, and for money.
  if (endpoint === undefined) return;
  const authorization = `KakaoAK ${await cloud.secret(restApiKeyName)}`;
  const kakao = await startEventServer({ botId: EVENT_BOT_ID, authorization });
  try {
    kakao.fails('nobody', { errorType: 201, msg: 'no' });
    await cloud.addEnvironment(eventFunctionName, { KAKAO_EVENT_ORIGINS: kakao.origin });
    const report = await cloud.invoke(eventFunctionName, event);
    check('each user has a fate', lacks(report, { dryRun: false, delivered: 2, costWon: 45, ok: false }));
    check('Kakao is called once', kakao.sent.length === 1 ? undefined : `${kakao.sent.length} times`);
  } finally {
    await kakao.stop();
  }
}

/** The function that asks the gateway from outside is answered, and nothing of its turn is kept. */
export async function isProbed(
  cloud: Cloud,
  { probeFunctionName, skillUrl }: Outputs,
  tables: readonly string[],
  endpoint: string | undefined,
  check: Check,
): Promise<void> {
  if (probeFunctionName === undefined) throw new Error('the stack gives out no ProbeFunctionName');
  if (endpoint !== undefined)
    await cloud.addEnvironment(probeFunctionName, { PROBE_URL: skillUrlWithin(skillUrl, endpoint) });
  const answered = await cloud.invoke(probeFunctionName, {});
  const isAnswered = isObject(answered) && typeof answered.ms === 'number';
  check('it is answered', isAnswered ? undefined : `it says ${JSON.stringify(answered)}`);
  const isKept = await cloud.keeps(tables, SYNTHETIC_USERS.probe);
  check('nothing of it is kept', isKept ? 'the table has its user' : undefined);
  // A function that is the stack's own is not to be changed in an account.
  if (endpoint === undefined) return;
  await cloud.addEnvironment(probeFunctionName, { PROBE_SAYS: '담기 라떼' });
  await cloud.invoke(probeFunctionName, {});
  const isCupKept = await cloud.keeps(tables, SYNTHETIC_USERS.probe);
  check('the bot answers it, and keeps no cup', isCupKept ? 'the table has its user' : undefined);
}

/** A bot that is an old smart-chat server's says what that says. */
export async function relays(gateway: Gateway, check: Check, signal: AbortSignal): Promise<void> {
  const problems = skillIsTaken('private');
  const says = (utterance: string) => callSkill(gateway, said(utterance, 'old-friend'));
  // The first turn may be late in functions that have to start.
  await eventually(
    async () => problemOf(await says('담기 라떼'), 200, { words: '라떼', problems }),
    LATE_WITHIN_MS,
    signal,
  );
  check('the old server answers');
  const cart = await says('장바구니');
  check('it knows who asks', problemOf(cart, 200, { words: '라떼', problems }));
}

/** A bucket and a table of its own hold at the next turn whatever its rules put into them, and it reads its secret. */
export async function readsItsOwn(
  gateway: Gateway,
  words: string,
  check: Check,
  signal: AbortSignal,
): Promise<void> {
  const says = (utterance: string) => callSkill(gateway, said(utterance, 'guest'));
  // A turn that was late in a function that had to start first brings its answer at the next.
  const untilItSays = (utterance: string, answer: string): Promise<void> =>
    eventually(async () => problemOf(await says(utterance), 200, { words: answer }), LATE_WITHIN_MS, signal);
  await untilItSays('넣어 줘', '넣었어요');
  check('it writes');
  await untilItSays('꺼내 줘', words);
  check('it reads');
  await untilItSays('치워 줘', '치웠어요');
  check('it deletes');
}

/** An answer that new code has and the old one has not, and how it is deployed. */
export interface Change {
  readonly utterance: string;
  readonly answer: string;
  deploy(): Promise<unknown>;
  /** Whether a call in the middle may be cut off: Lambda lets it end, an emulator kills it. */
  readonly mayCutOff: boolean;
}

/** New code takes over while users talk: turns are answered, late ones arrive, the user's two cups stay. */
export async function survivesItsChange(
  gateway: Gateway,
  change: Change,
  user: string,
  check: Check,
  signal: AbortSignal,
): Promise<void> {
  const { utterance, answer } = change;
  const ask = () => callSkill(gateway, said(utterance, 'curious'));
  const before = await ask();
  check(
    'the old code does not know the new answer',
    problemOf(before, 200) ?? (has(before, answer) ? 'it does' : undefined),
  );
  let isDeploying = true;
  const deployment = change.deploy().finally(() => {
    isDeploying = false;
  });
  const late = new LateTurns(gateway);
  const failures: string[] = [];
  let changedAt: number | undefined;
  let deployedAt: number | undefined;
  try {
    while (isDeploying || late.isWaiting || changedAt === undefined) {
      signal.throwIfAborted();
      if (!isDeploying) {
        await deployment;
        deployedAt ??= performance.now();
        if (changedAt === undefined && performance.now() - deployedAt > READY_WITHIN_MS)
          throw new Error('the new code does not answer');
      }
      const visit = await ask();
      const problem = problemOf(visit, 200, { problems: skillIsTaken('private') });
      if (problem !== undefined) failures.push(problem);
      if (has(visit, answer)) changedAt ??= performance.now();
      await late.go(isDeploying);
      await sleep(POLL_MS);
    }
  } finally {
    // What is deployed half can't be removed.
    await deployment.catch(() => {});
  }
  check('the new code answers');
  const allowed = change.mayCutOff ? 1 : 0;
  check('meanwhile every turn is answered', failures.length > allowed ? failures[0] : undefined);
  const spans = late.arrived.some(({ from, to }) => from < changedAt && changedAt < to);
  check('a late turn begun by the old code arrives', spans ? undefined : 'none was in flight');
  const third = await callSkill(gateway, said('담기 라떼', user));
  check('the session is still there', problemOf(third, 200, { words: '모두 3잔' }));
}

/** Late turns by smart-chat, one after the other, so that there is always one: an emulator works on one at a time. */
class LateTurns {
  readonly arrived: { readonly from: number; readonly to: number }[] = [];
  readonly #gateway: Gateway;
  #from: number | undefined;
  #begun = 0;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  get isWaiting(): boolean {
    return this.#from !== undefined;
  }

  /** Looks for the answer that is waited for; begins the next turn if it may. @throws when one does not arrive in time */
  async go(mayBegin: boolean): Promise<void> {
    const now = performance.now();
    if (this.#from !== undefined && has(await this.#says(COLLECT), RECOMMENDED)) {
      this.arrived.push({ from: this.#from, to: performance.now() });
      this.#from = undefined;
    }
    if (this.#from !== undefined && now - this.#from > LATE_WITHIN_MS)
      throw new Error(`late turn ${this.#begun} did not arrive within ${LATE_WITHIN_MS / 1_000} s`);
    if (this.#from !== undefined || !mayBegin) return;
    this.#begun++;
    // If that is cut off, the next tries again.
    if (has(await this.#says(SLOW), COLLECT)) this.#from = now;
  }

  #says(words: string) {
    return callSmartChat(this.#gateway, 'POST', '/message', message(words, `in-flight-${this.#begun}`));
  }
}

const SLOW = '추천해줘';
const COLLECT = '결과 확인';
/** Words that only the slow rule says. */
const RECOMMENDED = '어떠세요';

const has = (visit: Awaited<ReturnType<Visitor>>, words: string): boolean =>
  'answer' in visit && saidIn(visit.answer).includes(words);

/** Waits until there is no problem any more. @throws with the last problem when it stays for so long */
async function eventually(
  problem: () => Promise<string | undefined>,
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const last = await problem();
    if (last === undefined) return;
    if (performance.now() - startedAt > withinMs) throw new Error(`after ${withinMs / 1_000} s ${last}`);
    await sleep(POLL_MS);
  }
}

/** A skill's call when this user of the operating channel says something. */
function said(utterance: string, plusfriendUserKey: string, callbackUrl?: string): unknown {
  return saidBy(utterance, { plusfriendUserKey }, callbackUrl);
}

/** The same by a user with these ids. */
function saidBy(
  utterance: string,
  properties: { readonly plusfriendUserKey: string; readonly appUserId?: string },
  callbackUrl?: string,
): unknown {
  return {
    bot: { id: 'deploy-test' },
    userRequest: {
      utterance,
      user: { id: `bot-${properties.plusfriendUserKey}`, properties },
      ...(callbackUrl !== undefined && { callbackUrl }),
    },
  };
}

/** The first member in which a report is another than was expected. */
function lacks(report: unknown, expected: Readonly<Record<string, unknown>>): string | undefined {
  const told = isObject(report) ? report : {};
  const wrong = Object.entries(expected).find(([name, value]) => told[name] !== value);
  return wrong && `its ${wrong[0]} is ${told[wrong[0]]}, not ${wrong[1]}`;
}

/** The same by smart-chat. */
function message(content: string, user_key: string): unknown {
  return { user_key, type: 'text', content };
}

function isMethod(method: string): method is 'GET' | 'POST' | 'DELETE' {
  return method === 'GET' || method === 'POST' || method === 'DELETE';
}
