import {
  type Block,
  type Extra,
  type Incoming,
  type MediaKind,
  spokenText,
  type TurnName,
  type TurnRequest,
} from '../bot/incoming.ts';
import {
  firstId,
  firstText,
  isObject,
  type JsonObject,
  objectOrEmpty,
  optionalText,
  requireId,
  requireObject,
} from '../bot/json-reader.ts';
import { type ChannelKind, type User, userKeyOf } from '../bot/user.ts';
import { isWebUrl } from '../bot/web-url.ts';

/** What Kakao can POST to a skill's URL. */
export type SkillRequest =
  | {
      readonly kind: 'turn';
      readonly turn: TurnRequest;
      readonly room: 'private' | 'group';
      /** Where a late answer may be posted, as the request claims; present when the block allows it. */
      readonly callbackUrl?: unknown;
    }
  /** A parameter validation call that reached the skill: its own URL is another. */
  | { readonly kind: 'validation' }
  /** A group room tells that the bot came, left, or was invited. */
  | { readonly kind: 'group-webhook' };

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
      return { kind: 'validation' };
    if ('botId' in payload && isObject(payload.group)) return { kind: 'group-webhook' };
  }
  const userRequest = requireObject(payload.userRequest, 'userRequest');
  const action = objectOrEmpty(payload.action);
  return {
    kind: 'turn',
    room: isObject(userRequest.chat) ? 'group' : 'private',
    ...(userRequest.callbackUrl !== undefined && { callbackUrl: userRequest.callbackUrl }),
    turn: {
      ...name,
      tapsTellLabels: false,
      user: parseUser(userRequest, objectOrEmpty(payload.bot)),
      incoming: parseIncoming(userRequest, payload, action),
      params: parseParams(action),
    },
  };
}

function parseUser(userRequest: JsonObject, bot: JsonObject): User {
  const user = requireObject(userRequest.user, 'userRequest.user');
  const properties = objectOrEmpty(user.properties);
  // A tester's body may come without a bot.
  const rawBotId = firstId(bot.id) ?? 'unknown';
  const channelKind: ChannelKind = rawBotId.endsWith('!') ? 'dev' : 'live';
  const botId = requireId(rawBotId.replace(/(.)!$/, '$1'), 'bot.id');

  const botUserKey = firstId(user.id, properties.botUserKey, properties.bot_user_key);
  const plusfriendUserKey = firstId(properties.plusfriendUserKey, properties.plusfriend_user_key);
  const appUserId = firstId(properties.appUserId, properties.app_user_id);
  const key =
    plusfriendUserKey === undefined
      ? userKeyOf(channelKind, { botId, botUserKey: requireId(botUserKey, 'userRequest.user.id') })
      : userKeyOf(channelKind, {
          plusfriendUserKey: requireId(plusfriendUserKey, 'userRequest.user.properties.plusfriendUserKey'),
        });
  return {
    key,
    channelKind,
    isFriend: properties.isFriend === true,
    ...(botUserKey !== undefined && { botUserKey }),
    ...(plusfriendUserKey !== undefined && { plusfriendUserKey }),
    ...(appUserId !== undefined && { appUserId }),
  };
}

function parseIncoming(userRequest: JsonObject, payload: JsonObject, action: JsonObject): Incoming {
  const text = spokenText(optionalText(userRequest.utterance, 'userRequest.utterance') ?? '');
  const block = parseBlock(userRequest.block) ?? parseBlock(payload.intent);
  const upload = uploadOf(userRequest, payload, text);
  if (upload) return { kind: 'media', ...upload, ...(block && { block }) };
  if (block?.name === WELCOME_BLOCK) return { kind: 'arrival', text, block };
  return { kind: 'utterance', text, extra: objectOrEmpty(action.clientExtra), ...(block && { block }) };
}

// The URL stands in params.media and in the utterance; whether it always does both, no document says.
function uploadOf(
  userRequest: JsonObject,
  payload: JsonObject,
  text: string,
): { media: MediaKind; url: string } | undefined {
  const media = objectOrEmpty(objectOrEmpty(userRequest.params).media);
  const url = firstText(media.url);
  if (url !== undefined && isWebUrl(url)) return { media: mediaKindOf(media.type), url };
  const { type } = objectOrEmpty(objectOrEmpty(payload.flow).trigger);
  return type === 'IMAGE_UPLOAD' && isWebUrl(text) ? { media: 'photo', url: text } : undefined;
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

// Where the two differ, detailParams has the entity's representative value and params what the user said.
function parseParams(action: JsonObject): Extra {
  const params = { ...objectOrEmpty(action.params) };
  for (const [name, detail] of Object.entries(objectOrEmpty(action.detailParams))) {
    if (isObject(detail) && detail.value !== undefined) {
      Object.defineProperty(params, name, { value: detail.value, enumerable: true, configurable: true });
    }
  }
  return params;
}
