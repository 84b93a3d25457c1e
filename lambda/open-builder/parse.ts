import {
  type ActiveContext,
  type Block,
  type Extra,
  type Group,
  type Incoming,
  type Knowledge,
  type MediaKind,
  normalizedText,
  type Tester,
  type Trigger,
  type TurnName,
  type TurnRequest,
} from '../bot/incoming.ts';
import { numberOf, type Param, type ParamsData, textOf } from '../bot/params.ts';
import { type ChannelKind, type User, userKeyOf } from '../bot/user.ts';
import type { ValidationRequest } from '../bot/validation.ts';
import { InvalidRequestError } from '../errors.ts';
import {
  firstId,
  firstText,
  isObject,
  type JsonObject,
  objectOrEmpty,
  optionalText,
  requireId,
  requireObject,
  setMember,
} from '../json-reader.ts';
import { isWebUrl } from '../web-url.ts';
import { type GroupWebhook, parseGroupWebhook } from './parse-group-webhook.ts';

/** The calls that Kakao POSTs to a skill's URL. */
export type SkillRequest =
  | {
      readonly kind: 'turn';
      readonly turn: TurnRequest;
      /** Where a late answer may be posted, as the request claims; present when the block allows it. */
      readonly callbackUrl?: unknown;
    }
  | OtherSkillRequest;

/** The calls of a skill's URL that are no turns. */
export type OtherSkillRequest =
  /** A parameter validation call that reached the skill: its own URL is another. */
  | { readonly kind: 'validation'; readonly asked: ValidationRequest }
  /** A group room tells that the bot came, left, or was invited. */
  | GroupWebhook;

/** Kakao's word for a picture that the user sent. */
const IMAGE_UPLOAD = 'IMAGE_UPLOAD';

/** The name that every bot's 웰컴 블록 is born with. */
const WELCOME_BLOCK = '웰컴 블록';

/**
 * Reads a skill request as tolerantly as Kakao asks for: fields come, go and change their type without notice.
 * @throws InvalidRequestError when the body is no Kakao request, with the field's path
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format
 */
export function parseSkillRequest(body: unknown, name: TurnName): SkillRequest {
  const payload = requireObject(body, 'body');
  if (payload.userRequest === undefined) {
    if ('isInSlotFilling' in payload || ('value' in payload && !('action' in payload)))
      return { kind: 'validation', asked: parseValidationRequest(body, undefined) };
    if ('botId' in payload && isObject(payload.group)) return parseGroupWebhook(payload);
  }
  const userRequest = requireObject(payload.userRequest, 'userRequest');
  const action = objectOrEmpty(payload.action);
  const flow = objectOrEmpty(payload.flow);
  const user = requireObject(userRequest.user, 'userRequest.user');
  const params = objectOrEmpty(userRequest.params);
  const { chat, callbackUrl } = userRequest;
  const turn: Writable<TurnRequest> = {
    id: name.id,
    mayRepeat: name.mayRepeat,
    user: parseUser(user, objectOrEmpty(payload.bot), 'userRequest.user'),
    incoming: parseIncoming(userRequest, payload, action, flow),
    params: parseParams(action),
  };
  addIfKnown(turn, 'trigger', parseTrigger(flow));
  addIfKnown(turn, 'lastBlock', parseBlock(flow.lastBlock));
  addIfKnown(turn, 'tester', testerOf(user, params));
  addIfKnown(turn, 'group', parseGroup(chat));
  addIfKnown(turn, 'contexts', parseContexts(payload.contexts));
  addIfKnown(turn, 'knowledge', parseKnowledge(payload.intent));
  addIfKnown(turn, 'eventParams', parseEventParams(params));
  return {
    kind: 'turn',
    turn,
    ...(callbackUrl !== undefined && { callbackUrl }),
  };
}

/**
 * Reads a call of the parameter validation API: a shape of its own, or the same inside a `userRequest`.
 * @param parameter its name, which only the URL tells
 * @throws InvalidRequestError when the body asks about no value, with the field's path
 */
export function parseValidationRequest(body: unknown, parameter: string | undefined): ValidationRequest {
  const payload = requireObject(body, 'body');
  const [call, at] = isObject(payload.userRequest) ? [payload.userRequest, 'userRequest.'] : [payload, ''];
  const { value, utterance } = call;
  if (value === undefined) throw new InvalidRequestError(`${at}value`, 'what the user said for a parameter');
  const user = requireObject(call.user, `${at}user`);
  const tester = testerOf(user, objectOrEmpty(call.params));
  return {
    parameter,
    value: isObject(value) ? { value: value.resolved, origin: value.origin } : { value },
    user: parseUser(user, objectOrEmpty(payload.bot), `${at}user`),
    text: normalizedText(optionalText(utterance, `${at}utterance`) ?? ''),
    isFillingSlots: call.isInSlotFilling === true,
    ...(tester && { tester }),
  };
}

// Spreading a member only where it is known costs an object each: this runs in every turn.
type Writable<T> = { -readonly [K in keyof T]: T[K] };

function addIfKnown<T, K extends keyof T>(object: Writable<T>, name: K, value: T[K] | undefined): void {
  if (value !== undefined) object[name] = value;
}

function parseUser(user: JsonObject, bot: JsonObject, field: string): User {
  const properties = objectOrEmpty(user.properties);
  // A tester's body may come without a bot.
  const rawBotId = firstId(bot.id) ?? 'unknown';
  const channelKind: ChannelKind = rawBotId.endsWith('!') ? 'dev' : 'live';
  const botId = requireId(channelKind === 'dev' ? rawBotId.slice(0, -1) || rawBotId : rawBotId, 'bot.id');

  const botUserKey = firstId(user.id, properties.botUserKey, properties.bot_user_key);
  const plusfriendUserKey = firstId(properties.plusfriendUserKey, properties.plusfriend_user_key);
  const appUserId = firstId(properties.appUserId, properties.app_user_id);
  const appUserStatus = firstText(properties.appUserStatus, properties.app_user_status);
  const key =
    plusfriendUserKey === undefined
      ? userKeyOf(channelKind, { botId, botUserKey: requireId(botUserKey, `${field}.id`) })
      : userKeyOf(channelKind, {
          plusfriendUserKey: requireId(plusfriendUserKey, `${field}.properties.plusfriendUserKey`),
        });
  const known: Writable<User> = { key, channelKind, isFriend: properties.isFriend === true };
  addIfKnown(known, 'botUserKey', botUserKey);
  addIfKnown(known, 'plusfriendUserKey', plusfriendUserKey);
  addIfKnown(known, 'appUserId', appUserId);
  addIfKnown(known, 'appUserStatus', appUserStatus);
  return known;
}

function testerOf({ type }: JsonObject, { surface, ignoreMe }: JsonObject): Tester | undefined {
  if (surface === 'BuilderBotTest') return 'bot-test';
  return type === 'accountId' && ignoreMe === 'true' ? 'skill-test' : undefined;
}

function parseIncoming(
  userRequest: JsonObject,
  payload: JsonObject,
  action: JsonObject,
  flow: JsonObject,
): Incoming {
  const text = normalizedText(optionalText(userRequest.utterance, 'userRequest.utterance') ?? '');
  const block = parseBlock(userRequest.block) ?? parseBlock(payload.intent);
  const upload = uploadOf(userRequest, flow, text);
  if (upload) return { kind: 'media', ...upload, ...(block && { block }) };
  if (block?.name === WELCOME_BLOCK) return { kind: 'arrival', text, block };
  return { kind: 'utterance', text, extra: objectOrEmpty(action.clientExtra), ...(block && { block }) };
}

// The URL stands in params.media and in the utterance; whether it always does both, no document says.
function uploadOf(
  userRequest: JsonObject,
  flow: JsonObject,
  text: string,
): { media: MediaKind; url: string } | undefined {
  const media = objectOrEmpty(objectOrEmpty(userRequest.params).media);
  const url = firstText(media.url);
  if (url !== undefined && isWebUrl(url)) return { media: mediaKindOf(media.type), url };
  const { type } = objectOrEmpty(flow.trigger);
  return type === IMAGE_UPLOAD && isWebUrl(text) ? { media: 'photo', url: text } : undefined;
}

// Kakao keeps the spaces that an admin typed around a block's name, in one of the two places.
function parseBlock(value: unknown): Block | undefined {
  const { id, name } = objectOrEmpty(value);
  return typeof id === 'string' ? { id, name: typeof name === 'string' ? name.trim() : '' } : undefined;
}

function mediaKindOf(type: unknown): MediaKind {
  if (type === 'image' || type === 'photo') return 'photo';
  return type === 'video' || type === 'audio' ? type : 'other';
}

/** Kakao's words for what the user did; the set is open. */
const TRIGGERS: ReadonlyMap<unknown, Trigger> = new Map<unknown, Trigger>([
  ['TEXT_INPUT', { how: 'typed', type: 'TEXT_INPUT' }],
  [IMAGE_UPLOAD, { how: 'uploaded', type: IMAGE_UPLOAD }],
  ...tapsOn('card-button', 'CARD_BUTTON'),
  ...tapsOn('list-item', 'LIST_ITEM'),
  ...tapsOn('list-menu', 'LISTMENU'),
  ...tapsOn('quick-reply', 'QUICKREPLY_BUTTON'),
]);

function tapsOn(on: Exclude<Trigger['on'], undefined>, word: string): [string, Trigger][] {
  return [
    [`${word}_MESSAGE`, { how: 'tapped', on, does: 'message', type: `${word}_MESSAGE` }],
    [`${word}_BLOCK`, { how: 'tapped', on, does: 'block', type: `${word}_BLOCK` }],
  ];
}

function parseTrigger(flow: JsonObject): Trigger | undefined {
  const { type, referrerBlock } = objectOrEmpty(flow.trigger);
  if (typeof type !== 'string') return undefined;
  const trigger = TRIGGERS.get(type) ?? { how: 'unknown', type };
  const from = parseBlock(referrerBlock);
  return from ? { ...trigger, from } : trigger;
}

function parseGroup(chat: unknown): Group | undefined {
  if (!isObject(chat)) return undefined;
  return { key: firstId(objectOrEmpty(chat.properties).botGroupKey, chat.id) ?? '' };
}

// Kakao asks for `lifeSpan` and sends `lifespan`; values come resolved and as they were said, or plain.
function parseContexts(contexts: unknown): TurnRequest['contexts'] {
  if (!Array.isArray(contexts) || contexts.length === 0) return undefined;
  const active: { [name: string]: ActiveContext } = {};
  for (const context of contexts) {
    const { name, lifespan, lifeSpan, ttl, params: raw } = objectOrEmpty(context);
    if (typeof name !== 'string') continue;
    const params: { [name: string]: string } = {};
    for (const [param, value] of Object.entries(objectOrEmpty(raw))) {
      const text = isObject(value) ? (textOf(value.resolvedValue) ?? textOf(value.value)) : textOf(value);
      if (text !== undefined) setMember(params, param, text);
    }
    const ttlSeconds = numberOf(ttl);
    setMember(active, name, {
      turnsLeft: numberOf(lifespan ?? lifeSpan) ?? 0,
      ...(ttlSeconds !== undefined && { ttlSeconds }),
      params,
    });
  }
  return active;
}

// Kakao's heading says `knowledges`, its sample `knowledge`.
function parseKnowledge(intent: unknown): readonly Knowledge[] | undefined {
  const { knowledge } = objectOrEmpty(objectOrEmpty(intent).extra);
  const { matchedKnowledges } = objectOrEmpty(knowledge);
  if (!Array.isArray(matchedKnowledges)) return undefined;
  return matchedKnowledges.filter(isObject).map(({ question, answer, categories, imageUrl, landingUrl }) => ({
    question: textOf(question) ?? '',
    answer: textOf(answer) ?? '',
    categories: Array.isArray(categories) ? categories.filter(category => typeof category === 'string') : [],
    ...(isWebUrlText(imageUrl) && { imageUrl }),
    ...(isWebUrlText(landingUrl) && { landingUrl }),
  }));
}

function isWebUrlText(value: unknown): value is string {
  return typeof value === 'string' && isWebUrl(value);
}

/** The names that Kakao itself puts among the request's params. */
const OWN_PARAMS: ReadonlySet<string> = new Set(['surface', 'ignoreMe', 'media']);

function parseEventParams(params: JsonObject): Extra | undefined {
  let others: { [name: string]: unknown } | undefined;
  for (const name in params) {
    if (OWN_PARAMS.has(name)) continue;
    others ??= {};
    setMember(others, name, params[name]);
  }
  return others;
}

// Where the two differ, detailParams has the entity's representative value and params what the user said.
function parseParams(action: JsonObject): ParamsData {
  const params: { [name: string]: Param } = {};
  const plain = objectOrEmpty(action.params);
  const details = objectOrEmpty(action.detailParams);
  for (const name in details) {
    const { value, origin } = objectOrEmpty(details[name]);
    const resolved = value ?? (Object.hasOwn(plain, name) ? plain[name] : undefined);
    if (resolved !== undefined) {
      setMember(params, name, origin === undefined ? { value: resolved } : { value: resolved, origin });
    }
  }
  for (const name in plain) if (!Object.hasOwn(params, name)) setMember(params, name, { value: plain[name] });
  return params;
}
