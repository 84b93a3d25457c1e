import type { BusEntry, PutEntries } from '../aws/event-bus.ts';
import type { Group, Incoming, TurnRequest } from '../bot/incoming.ts';
import type { Notice } from '../bot/notice.ts';
import type { User } from '../bot/user.ts';
import { ANSWER_WITHIN_MS, AWS_REQUEST_TIMEOUT_MS, BUS_WITHIN_MS } from '../turn/time-budget.ts';
import type { Log } from './deployment.ts';
import type { EndedLateTurn, EndedTurn, EventBus, PseudonymOf, TakenNotice } from './event-bus.ts';

/** How much a bus is told, and how. */
export interface BusOptions {
  readonly put: PutEntries;
  readonly log: Log;
  /** The bot's name. */
  readonly bot: string;
  /** By the log's pseudonym alone, or by Kakao's ids, too. */
  readonly ids: 'hashed' | 'plain';
  /** Whether it is told what users say. */
  readonly utterances: boolean;
}

/** An event bus that is told of one bot. */
export function tellingBus(options: BusOptions): EventBus {
  return {
    // A call of no events is refused, and comes as far.
    connect: signal => options.put([], signal),
    turn: ended => tellTurn(options, ended),
    lateTurn: ended => tellLateTurn(options, ended),
    notice: taken => tellNotice(options, taken),
  };
}

/** The version of every detail: a member may come with the same one, and none goes or changes. */
const VERSION = 1;

/** The most characters of a name: rules are named after all that they hear. */
const MAX_NAME = 300;

/** The most characters of an utterance: as many as Kakao lets a user type. */
const MAX_UTTERANCE = 1_000;

const ENDS = { answered: 'turn.answered', late: 'turn.late', failed: 'turn.failed' } as const;

const NOTICES = {
  'friend-added': 'user.arrived',
  'friend-blocked': 'user.left',
  'room-left': 'user.left',
  unlinked: 'user.left',
  'group-entered': 'group.entered',
  'group-left': 'group.left',
  'group-invited': 'group.invited',
} as const satisfies Record<Notice['kind'], string>;

async function tellTurn(
  options: BusOptions,
  { protocol, request, outcome, hasAddress, receivedAt, pseudonymOf }: EndedTurn,
): Promise<void> {
  const { kind, turn } = outcome;
  if (turn.isRepeated) return;
  const { user, group, incoming } = request;
  const detail = turnDetail(options, protocol, request, namesOf(user, group, pseudonymOf));
  const now = Date.now();
  const ended = {
    ...detail,
    ...saidIn(incoming, options),
    rule: shortened(kind === 'failed' ? outcome.rule : turn.rule),
    delivery: kind !== 'late' ? undefined : hasAddress ? 'callback' : 'collect',
    ms: now - receivedAt,
  };
  const entries: BusEntry[] = [{ detailType: ENDS[kind], detail: ended }];
  const how = incoming.kind === 'arrival' ? 'welcome' : turn.isNewSession ? 'first-turn' : undefined;
  if (how) entries.push({ detailType: 'user.arrived', detail: { ...detail, how } });
  await tell(options, entries, Math.min(BUS_WITHIN_MS, receivedAt + ANSWER_WITHIN_MS - now));
}

async function tellLateTurn(
  options: BusOptions,
  { turn, rule, delivery, endsAt }: EndedLateTurn,
): Promise<void> {
  const { request, trail, receivedAt } = turn;
  const names = { user: trail?.user, group: trail?.group };
  const now = Date.now();
  const detail = {
    ...turnDetail(options, turn.delivery.protocol, request, names),
    ...saidIn(request.incoming, options),
    rule: shortened(rule),
    delivery,
    ms: now - receivedAt,
  };
  const detailType = delivery === undefined ? ENDS.failed : ENDS.answered;
  // Nobody waits for a worker; but should it end before the queue knows that the turn is done, another would take it.
  await tell(options, [{ detailType, detail }], Math.min(AWS_REQUEST_TIMEOUT_MS, (endsAt - now) / 2));
}

async function tellNotice(
  options: BusOptions,
  { protocol, notice: { kind, user, group, channel = user?.channelKind }, pseudonymOf }: TakenNotice,
): Promise<void> {
  const names = namesOf(user, group, pseudonymOf);
  const detailType = NOTICES[kind];
  const how = detailType.startsWith('user.') ? kind : undefined;
  const detail = { ...commonDetail(options, protocol, user, group, names), channel, how };
  await tell(options, [{ detailType, detail }], BUS_WITHIN_MS);
}

/** Puts entries on the bus; what it has not taken in time is given up, and counted. */
async function tell({ put, log }: BusOptions, entries: readonly BusEntry[], withinMs: number): Promise<void> {
  let count: number = entries.length;
  let error: unknown;
  try {
    if (withinMs > 0) ({ count, error } = await put(entries, AbortSignal.timeout(Math.ceil(withinMs))));
  } catch (thrown) {
    error = thrown;
  }
  if (count > 0) log({ level: 'warn', what: 'events lost', error, metrics: { BusEventsLost: count } });
}

/** The pseudonyms of a user and a group room. */
interface Names {
  readonly user: string | undefined;
  readonly group: string | undefined;
}

function namesOf(user: User | undefined, group: Group | undefined, pseudonymOf: PseudonymOf): Names {
  return { user: user?.key && pseudonymOf(user.key), group: group?.key ? pseudonymOf(group.key) : undefined };
}

function turnDetail(options: BusOptions, protocol: string, request: TurnRequest, names: Names) {
  const { user, group, tester, id } = request;
  // Whoever calls makes the id up.
  const turn = /^[\w-]{1,80}$/.test(id) ? id : undefined;
  return { ...commonDetail(options, protocol, user, group, names), tester, turn };
}

function commonDetail(
  { bot, ids }: BusOptions,
  protocol: string,
  user: User | undefined,
  group: Group | undefined,
  names: Names,
) {
  return {
    version: VERSION,
    bot,
    protocol,
    channel: user?.channelKind,
    user: names.user,
    group: group && (names.group ?? 'unnamed'),
    ...(ids === 'plain' && { ids: idsOf(user, group) }),
  };
}

/** Kakao's own ids, by its own names. */
function idsOf(user: User | undefined, group: Group | undefined) {
  const { botUserKey, plusfriendUserKey, appUserId } = user ?? {};
  return { botUserKey, plusfriendUserKey, appUserId, botGroupKey: group?.key || undefined };
}

function saidIn(incoming: Incoming, { utterances }: BusOptions) {
  const { kind, block } = incoming;
  return {
    incoming: kind === 'media' ? incoming.media : kind,
    block: block && { id: block.id, name: shortened(block.name) },
    ...(utterances && kind === 'utterance' && { utterance: incoming.text.slice(0, MAX_UTTERANCE) }),
  };
}

function shortened(name: string | undefined): string | undefined {
  return name?.slice(0, MAX_NAME);
}
