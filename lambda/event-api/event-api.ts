import { EVENT_ORIGINS, readOrigins } from '../aws/environment.ts';
import { ConfigurationError, InvalidRequestError } from '../errors.ts';
import type { JsonObject } from '../json-reader.ts';
import { askTasks, type OpenTask } from './ask-tasks.ts';
import { requireBounded } from './bounds.ts';
import type { KakaoCall, Line } from './call-kakao.ts';
import { type GroupRoom, membersOf, roomsOf } from './group-rooms.ts';
import { type End, PACE, type Pace, TOLD_WITHIN_MS } from './pace.ts';
import { type EventUser, type Recipients, readGroups, readUsers, requireEventId } from './recipients.ts';
import { dryReport, type EventReport, type ReportHead, reportOf } from './report.ts';
import { type Batch, sendBatches } from './send-batches.ts';
import {
  type GroupRequest,
  KAKAO_EVENT_ORIGIN,
  MOST_OF_A_REQUEST,
  type TalkRequest,
  type WireEvent,
} from './wire.ts';

/** A secret, or where it is read when it is first needed. */
export type KeySource = string | (() => string | Promise<string>);

/** The bot whose events are sent, and the key that Kakao wants for it. */
export type EventApiOptions = {
  /** The bot's id in the 챗봇 관리자센터; a `!` at its end is left out. */
  readonly botId: string;
  /**
   * The kind of the 카카오톡 채널 whose users get the event.
   * @default live
   */
  readonly channel?: 'live' | 'dev' | undefined;
  /**
   * Where Kakao is, of the origins that `KAKAO_EVENT_ORIGINS` allows.
   * @default https://bot-api.kakao.com, or the first of those
   */
  readonly origin?: string | undefined;
} & (
  | {
      /** The REST API key of the Kakao Developers app that the bot's 카카오톡 채널 is linked to. */
      readonly restApiKey: KeySource;
    }
  | {
      /** The key that Kakao gives to a bot without an app (`KakaoBK`). */
      readonly botKey: KeySource;
    }
);

/** How one event is sent. */
export interface SendOptions {
  /** Comes to the block's texts as `{{#current.event.data.<name>}}`; at most 32 KB. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  /** Sends nothing, and reports what would be sent and what it would cost. */
  readonly dryRun?: boolean | undefined;
  /** The kind of the 카카오톡 채널, where it is another than the client's. */
  readonly channel?: 'live' | 'dev' | undefined;
  /**
   * Until when it is sent and asked for what became of it (ms from now); the report comes no later, and says what is
   * not known by then.
   * @default 300000, five minutes
   */
  readonly withinMs?: number | undefined;
  /**
   * Whether Kakao is asked what became of it; false for a rule of a bot, which has no time: then who got it is not told.
   * @default true
   */
  readonly asksFates?: boolean | undefined;
  /** Ends it before: what is not sent stays so, and the report tells it. */
  readonly signal?: AbortSignal | undefined;
}

/** How one event is sent to users. */
export interface SendToUsersOptions extends SendOptions {
  /** Comes to the block's skill as members of `userRequest.params`; at most 32 KB. */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

/** Kakao's Event API: the bot speaks first. */
export interface EventApi {
  /**
   * Sends an event to users, a hundred a request, each once, and asks what became of it. Whatever Kakao does is in the
   * report: it rejects only where nothing was sent.
   * @param name the event's, as a block in the 챗봇 관리자센터 has it
   * @throws InvalidRequestError naming what is wrong with the input; an error on the key, before anything is sent
   */
  sendEvent(name: string, users: readonly EventUser[], options?: SendToUsersOptions): Promise<EventReport>;
  /** Sends an event to group rooms, as {@link sendEvent} does to users. @param groupKeys `botGroupKey` of each */
  sendGroupEvent(name: string, groupKeys: readonly string[], options?: SendOptions): Promise<EventReport>;
  /** The group rooms that the bot is in. @throws EventApiError */
  groupRooms(options?: Pick<SendOptions, 'channel' | 'withinMs' | 'signal'>): Promise<readonly GroupRoom[]>;
  /** The members of a group room, by their `botUserKey`. @throws EventApiError */
  groupMembers(
    groupKey: string,
    options?: Pick<SendOptions, 'channel' | 'withinMs' | 'signal'>,
  ): Promise<readonly string[]>;
}

const MAX_DATA_BYTES = 32 * 1024;
const MAX_NAME_LENGTH = 100;

/**
 * Kakao's Event API for a bot. Makes no call and reads no key before it is used.
 * @param pace how patiently Kakao is called
 * @throws ConfigurationError naming the option that is wrong
 */
export function eventApi(options: EventApiOptions, pace: Pace = PACE): EventApi {
  const botId = readBotId(options.botId);
  const origin = readOrigin(options.origin);
  const botIdOf = (channel = options.channel): string =>
    encodeURIComponent(channel === 'dev' ? `${botId}!` : botId);
  const line = async (): Promise<Line> => ({ origin, authorization: await authorizationOf(options), pace });
  const send = async (
    recipients: Recipients,
    name: string,
    sendOptions: SendOptions,
    callOf: (batch: Batch['recipients'], event: WireEvent) => KakaoCall,
  ): Promise<EventReport> => {
    const { data, channel = options.channel ?? 'live' } = sendOptions;
    const event: WireEvent = { name: readName(name), ...(data && { data: readData(data, 'data') }) };
    const head: ReportHead = { name, channel: readChannel(channel), recipients };
    const end = endOf(sendOptions);
    if (sendOptions.dryRun) return dryReport(head);
    return sendAll(await line(), head, batch => callOf(batch, event), end, sendOptions.asksFates);
  };
  return {
    sendEvent: async (name, users, sendOptions = {}) => {
      const { params, channel } = sendOptions;
      const extra = params && { params: readData(params, 'params') };
      return send(readUsers(users), name, sendOptions, (user, event) => {
        const body: TalkRequest = { event, user, ...extra };
        return { method: 'POST', path: `/v2/bots/${botIdOf(channel)}/talk`, body };
      });
    },
    sendGroupEvent: async (name, groupKeys, sendOptions = {}) =>
      send(readGroups(groupKeys), name, sendOptions, (chat, event) => {
        const body: GroupRequest = { chat, event };
        return { method: 'POST', path: `/v2/bots/${botIdOf(sendOptions.channel)}/group`, body };
      }),
    groupRooms: async (listOptions = {}) =>
      roomsOf(await line(), botIdOf(listOptions.channel), endOf(listOptions)),
    groupMembers: async (groupKey, listOptions = {}) => {
      const key = requireEventId(groupKey, 'groupKey');
      return membersOf(await line(), botIdOf(listOptions.channel), key, endOf(listOptions));
    },
  };
}

async function sendAll(
  line: Line,
  head: ReportHead,
  callOf: (batch: Batch['recipients']) => KakaoCall,
  end: End,
  asksFates = true,
): Promise<EventReport> {
  const { once } = head.recipients;
  const parts = Array.from({ length: Math.ceil(once.length / MOST_OF_A_REQUEST) }, (_, at) =>
    once.slice(at * MOST_OF_A_REQUEST, (at + 1) * MOST_OF_A_REQUEST),
  );
  const batches = await sendBatches(line, parts, callOf, end);
  const tasks = batches.flatMap(({ recipients, sent }): OpenTask[] =>
    sent.kind === 'accepted' ? [{ taskId: sent.taskId, recipients }] : [],
  );
  const told = asksFates ? await askTasks(line, tasks, end) : undefined;
  return reportOf(head, batches, told);
}

function endOf({ withinMs = TOLD_WITHIN_MS, signal }: Pick<SendOptions, 'withinMs' | 'signal'>): End {
  if (Number.isFinite(withinMs) && withinMs >= 0) return { at: Date.now() + withinMs, signal };
  throw new InvalidRequestError('withinMs', 'a number of milliseconds, 0 at least');
}

/** Kakao's header; never repeats a key that is none. */
async function authorizationOf(options: EventApiOptions): Promise<string> {
  const [scheme, source, name] =
    'restApiKey' in options
      ? (['KakaoAK', options.restApiKey, 'restApiKey'] as const)
      : (['KakaoBK', options.botKey, 'botKey'] as const);
  const key = typeof source === 'function' ? await source() : source;
  if (typeof key === 'string' && /^[\w-]{1,200}$/.test(key)) return `${scheme} ${key}`;
  throw new ConfigurationError(`${name} must be the key as Kakao shows it: letters, digits, - and _ alone`);
}

function readBotId(botId: unknown): string {
  const id = typeof botId === 'string' ? botId.replace(/!$/, '') : '';
  if (/^[\w-]{1,100}$/.test(id)) return id;
  throw new ConfigurationError(
    'botId must be the id that the 챗봇 관리자센터 shows for the bot, such as 5f1a2b3c4d5e6f7a8b9c0d1e',
  );
}

function readOrigin(wanted: string | undefined): string {
  const allowed = readOrigins(EVENT_ORIGINS, [KAKAO_EVENT_ORIGIN]);
  const origin = wanted ?? allowed[0];
  if (origin !== undefined && allowed.includes(origin)) return origin;
  throw new ConfigurationError(
    `origin must be ${allowed.join(' or ')}: ${EVENT_ORIGINS} allows others on this machine`,
  );
}

function readName(name: unknown): string {
  if (typeof name === 'string' && name.trim() !== '' && name.length <= MAX_NAME_LENGTH) return name;
  throw new InvalidRequestError(
    'name',
    `the name that the event has in the 챗봇 관리자센터, of 1 to ${MAX_NAME_LENGTH} characters`,
  );
}

function readChannel(channel: unknown): 'live' | 'dev' {
  if (channel === 'live' || channel === 'dev') return channel;
  throw new InvalidRequestError('channel', '"live" or "dev"');
}

const readData = (data: unknown, field: string): JsonObject => requireBounded(data, field, MAX_DATA_BYTES);
