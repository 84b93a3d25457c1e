import type { Params } from './act.ts';
import type { Caller } from './scene.ts';

/** Something of the 챗봇 관리자센터 with an id of its own: a bot, a skill or a block. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** A block's parameter as it was filled: what the user said or gave, and what Kakao made of it. */
export interface FilledParam {
  readonly origin: string;
  readonly value: string;
}

/** A context as a request tells it. */
export interface SentContext {
  readonly name: string;
  /** A skill's answer spells it `lifeSpan`. */
  readonly lifespan: number;
  /** In seconds. */
  readonly ttl?: number;
  readonly params: Readonly<Record<string, { readonly value: string; readonly resolvedValue: string }>>;
}

/** The user of a skill request, as far as Kakao knows them. */
export interface SkillUser {
  readonly botUserKey: string;
  readonly plusfriendUserKey?: string;
  /** Where the account is connected to the bot's app: digits. */
  readonly appUserId?: string;
  readonly isFriend?: boolean;
  /** An event's: what its sender told of the user. */
  readonly properties?: Params;
}

/** How the user came to a block. */
export interface Flow {
  /** Kakao's word, such as `TEXT_INPUT`. */
  readonly trigger: string;
  /** The block whose answer was tapped, or that answered before. */
  readonly referrerBlock?: Named;
  readonly lastBlock?: Named;
}

/** Everything that a skill request tells, whatever its form. */
export interface SkillFacts {
  readonly caller: Caller;
  /** Its id without the `!` of a development channel. */
  readonly bot: Named;
  readonly skill: Named;
  readonly block: Named;
  readonly user: SkillUser;
  readonly utterance: string;
  /** A group room's botGroupKey. */
  readonly group?: string;
  readonly params?: Readonly<Record<string, FilledParam>>;
  /** The `extra` of what was tapped. */
  readonly extra?: object;
  /** A picture that the user sent. */
  readonly picture?: string;
  /** The params of an event. */
  readonly eventParams?: Params;
  readonly contexts?: readonly SentContext[];
  readonly flow?: Flow;
  readonly callbackUrl?: string;
}

/**
 * The body that Kakao POSTs to a skill, in the form of whoever calls: a channel, a tester or a group room.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format
 */
export function skillBody(facts: SkillFacts): object {
  if (facts.caller === 'skill-test') return skillTestBody(facts);
  return facts.group === undefined ? chatBody(facts) : groupBody(facts, facts.group);
}

/** A bot's id as its channel has it: that of a development channel ends in `!`. */
export const channelBotId = ({ caller, bot }: Pick<SkillFacts, 'caller' | 'bot'>): string =>
  caller === 'dev' ? `${bot.id}!` : bot.id;

/** A channel's room of two, or 봇테스트. */
function chatBody(facts: SkillFacts): object {
  const { bot, skill, block, utterance, extra = {}, contexts = [], flow, callbackUrl } = facts;
  const isTest = facts.caller === 'bot-test';
  return {
    bot: { id: channelBotId(facts), name: bot.name },
    intent: { ...block, extra: { reason: { code: isTest ? 0 : 1, message: 'OK' } } },
    action: { ...skill, ...filled(facts), clientExtra: extra },
    userRequest: {
      ...(callbackUrl !== undefined && { callbackUrl }),
      block,
      user: userOf(facts),
      // 봇테스트 adds a line's end.
      utterance: isTest ? `${utterance}\n` : utterance,
      params: paramsOf(facts),
      lang: isTest ? 'kr' : 'ko',
      timezone: TIMEZONE,
    },
    contexts,
    ...(flow && !isTest && { flow: flowOf(flow) }),
  };
}

function groupBody(facts: SkillFacts, group: string): object {
  const { bot, skill, block, utterance, extra, contexts = [], callbackUrl } = facts;
  const { botUserKey, appUserId } = facts.user;
  const { surface: _, ...params } = paramsOf(facts);
  return {
    bot: { id: channelBotId(facts), name: bot.name },
    intent: block,
    userRequest: {
      ...(callbackUrl !== undefined && { callbackUrl }),
      utterance,
      ...(Object.keys(params).length > 0 && { params }),
      user: {
        id: botUserKey,
        type: 'botUserKey',
        properties: { botUserKey, ...(appUserId !== undefined && { appUserId }) },
      },
      chat: { id: group, type: 'botGroupKey', properties: { botGroupKey: group } },
    },
    action: { ...skill, ...filled(facts), ...(extra && { clientExtra: extra }) },
    ...(contexts.length > 0 && { contexts }),
  };
}

/** 스킬 테스트 sends a sample that the admin may edit; it knows no channel, no contexts and no callback. */
function skillTestBody(facts: SkillFacts): object {
  const { bot, skill, block, user, utterance, extra = null } = facts;
  return {
    intent: block,
    userRequest: {
      timezone: TIMEZONE,
      params: { ignoreMe: 'true' },
      block,
      utterance,
      lang: null,
      user: { id: user.botUserKey, type: 'accountId', properties: {} },
    },
    bot,
    action: { ...skill, ...filled(facts), clientExtra: extra },
  };
}

/** A value that a user typed for a parameter, and whose it is. */
export interface TypedValue extends Pick<SkillFacts, 'caller' | 'bot' | 'user'> {
  readonly value: FilledParam;
}

/**
 * The body that Kakao POSTs to the 파라미터 검증 API, whose form is its own.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/main_notions/setting_parameter
 */
export function validationBody(typed: TypedValue): object {
  const { origin, value } = typed.value;
  const isTest = typed.caller === 'bot-test';
  return {
    bot: { id: channelBotId(typed), name: typed.bot.name },
    utterance: origin,
    params: paramsOf(typed),
    isInSlotFilling: true,
    user: userOf(typed),
    value: { origin, resolved: value },
    timezone: TIMEZONE,
    lang: isTest ? 'kr' : 'ko',
  };
}

/** The headers of each call to a skill; the request's id is never the same. */
export function skillHeaders(requestId: string): Readonly<Record<string, string>> {
  return {
    Accept: '*/*',
    'Content-Type': 'application/json',
    'User-Agent': 'AHC/2.1',
    'X-Request-Id': requestId,
    'X-Chappie-Footprint': requestId,
  };
}

const TIMEZONE = 'Asia/Seoul';

function userOf({ caller, user }: Pick<SkillFacts, 'caller' | 'user'>): object {
  const { botUserKey, plusfriendUserKey, appUserId, isFriend, properties } = user;
  const isTest = caller === 'bot-test';
  const isLinked = appUserId !== undefined && !isTest;
  const hasChannel = plusfriendUserKey !== undefined && !isTest;
  return {
    id: botUserKey,
    type: 'botUserKey',
    properties: {
      botUserKey,
      ...(isLinked && {
        appUserId,
        appUserStatus: 'REGISTERED',
        app_user_id: appUserId,
        app_user_status: 'REGISTERED',
      }),
      // Of who is none, Kakao leaves it out.
      ...(isFriend === true && !isTest && { isFriend }),
      ...(hasChannel && { plusfriendUserKey }),
      bot_user_key: botUserKey,
      ...(hasChannel && { plusfriend_user_key: plusfriendUserKey }),
      ...properties,
    },
  };
}

function paramsOf({
  caller,
  picture,
  eventParams,
}: Pick<SkillFacts, 'caller' | 'picture' | 'eventParams'>): Readonly<Record<string, unknown>> {
  return {
    surface: caller === 'bot-test' ? 'BuilderBotTest' : 'Kakaotalk.plusfriend',
    ...(caller === 'bot-test' && { ignoreMe: 'true' }),
    ...(picture !== undefined && { media: { type: 'image', url: picture } }),
    ...eventParams,
  };
}

function filled({ params = {} }: Pick<SkillFacts, 'params'>): object {
  const entries = Object.entries(params);
  return {
    params: Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
    detailParams: Object.fromEntries(
      entries.map(([name, { origin, value }]) => [name, { groupName: '', origin, value }]),
    ),
  };
}

function flowOf({ trigger, referrerBlock, lastBlock }: Flow): object {
  return {
    ...(lastBlock && { lastBlock }),
    trigger: { type: trigger, ...(referrerBlock && { referrerBlock }) },
  };
}
