import { type Incoming, normalizedText, type TurnRequest } from '../bot/incoming.ts';
import type { Notice } from '../bot/notice.ts';
import { type User, userKeyOf } from '../bot/user.ts';
import { firstText, optionalText, requireId, requireObject } from '../json-reader.ts';
import { isWebUrl } from '../web-url.ts';

/** The user of the admin centre's API TEST. */
const API_TEST_USER = 'test';

/**
 * Reads the body of `POST /message`. Kakao's own staff replay it without `user_key` and `type`.
 * @param turnId of this delivery; the protocol has no id of its own
 * @throws InvalidRequestError when the body is no smart-chat message, with the field's name
 * @see https://github.com/plusfriend/auto_reply#52-메시지-수신-및-자동응답-api
 */
export function parseMessage(body: unknown, turnId: string): TurnRequest {
  const message = requireObject(body, 'body');
  const type = optionalText(message.type, 'type') ?? 'text';
  const content = optionalText(message.content, 'content') ?? '';
  return {
    id: turnId,
    // The protocol has no id that a repeated delivery would keep.
    mayRepeat: false,
    user: parseUser(firstText(optionalText(message.user_key, 'user_key'))),
    incoming: parseContent(type, content),
    params: {},
  };
}

/** Reads the body of `POST /friend`. @throws InvalidRequestError when it has no `user_key` */
export function parseFriend(body: unknown): Notice {
  const userKey = firstText(requireObject(body, 'body').user_key);
  return { kind: 'friend-added', user: parseUser(requireId(userKey, 'user_key')) };
}

/** Reads the path of the two DELETE routes. @throws InvalidRequestError when its `user_key` is empty or too long */
export function parseGoodbye(kind: 'friend-blocked' | 'room-left', userKey: string | undefined): Notice {
  return { kind, user: parseUser(requireId(firstText(userKey), 'user_key')) };
}

function parseUser(userKey: string | undefined): User {
  const user: User = { channelKind: 'live', isFriend: false };
  if (userKey === undefined || userKey === API_TEST_USER) return user;
  const plusfriendUserKey = requireId(userKey, 'user_key');
  return { ...user, key: userKeyOf('live', { plusfriendUserKey }), plusfriendUserKey };
}

// Only text and photo stand in the specification; Kakao's staff and users report video, and audio came later.
function parseContent(type: string, content: string): Incoming {
  // Without a URL there is nothing to look at: a replay by hand, or a type that speaks.
  if (type === 'text' || !isWebUrl(content))
    return { kind: 'utterance', text: normalizedText(content), extra: {} };
  const media = type === 'photo' || type === 'video' || type === 'audio' ? type : 'other';
  return { kind: 'media', media, url: content };
}
