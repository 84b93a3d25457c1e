import { randomUUID } from 'node:crypto';
import type { Call } from './visit.ts';

/**
 * The doctor's own users, made up and always the same: a tester, and one user of the operating and of the
 * development channel each, so that it leaves at most one session of each behind, however often it comes.
 */
export const DOCTORS = {
  botUserKey: 'd0c7'.padEnd(66, '0'),
  /** Also smart-chat's `user_key`: twelve characters, as Kakao's are. */
  plusfriendUserKey: 'kakao-doctor',
} as const;

const BOT_ID = 'd0c7'.padEnd(24, '0');
const BLOCK_ID = 'd0c7b10c'.padEnd(24, '0');
const SKILL_ID = 'd0c75c11'.padEnd(24, '0');
const HELLO = '안녕하세요';
const PICTURE = 'http://dn-m.talk.kakao.com/talkm/doctor/doctor/i_doctor.jpg';

/** The differences of a skill request from a greeting in the operating channel. */
interface SkillVariant {
  readonly utterance?: string;
  readonly block?: string;
  readonly isDev?: boolean;
  readonly extra?: object;
  readonly media?: { readonly type: 'image'; readonly url: string };
  readonly trigger?: string;
}

function fromChannel(variant: SkillVariant = {}): object {
  const { utterance = HELLO, block: name = '폴백 블록', isDev, extra = {}, media, trigger } = variant;
  const { botUserKey, plusfriendUserKey } = DOCTORS;
  const block = { id: BLOCK_ID, name };
  return {
    bot: { id: isDev ? `${BOT_ID}!` : BOT_ID, name: '게이트웨이 점검' },
    intent: { ...block, extra: { reason: { code: 1, message: 'OK' } } },
    action: { id: SKILL_ID, name: '게이트웨이 스킬', params: {}, detailParams: {}, clientExtra: extra },
    userRequest: {
      block,
      user: {
        id: botUserKey,
        type: 'botUserKey',
        properties: {
          botUserKey,
          isFriend: true,
          plusfriendUserKey,
          bot_user_key: botUserKey,
          plusfriend_user_key: plusfriendUserKey,
        },
      },
      utterance,
      params: { surface: 'Kakaotalk.plusfriend', ...(media && { media }) },
      lang: 'ko',
      timezone: 'Asia/Seoul',
    },
    contexts: [],
    flow: { trigger: { type: trigger ?? 'TEXT_INPUT', referrerBlock: block }, lastBlock: block },
  };
}

function fromBotTest(callbackUrl?: string): object {
  const { botUserKey } = DOCTORS;
  const block = { id: BLOCK_ID, name: '폴백 블록' };
  return {
    bot: { id: BOT_ID, name: '게이트웨이 점검' },
    intent: { ...block, extra: { reason: { code: 0, message: 'OK' } } },
    action: { id: SKILL_ID, name: '게이트웨이 스킬', params: {}, detailParams: {}, clientExtra: {} },
    userRequest: {
      ...(callbackUrl !== undefined && { callbackUrl }),
      block,
      user: { id: botUserKey, type: 'botUserKey', properties: { botUserKey, bot_user_key: botUserKey } },
      utterance: `${HELLO}\n`,
      params: { surface: 'BuilderBotTest', ignoreMe: 'true' },
      lang: 'kr',
      timezone: 'Asia/Seoul',
    },
    contexts: [],
  };
}

/** The bodies that Open Builder's testers and channels POST to a skill; their words change nothing. */
export const skillBodies = {
  skillTest: {
    intent: { id: BLOCK_ID, name: '블록 이름' },
    userRequest: {
      timezone: 'Asia/Seoul',
      params: { ignoreMe: 'true' },
      block: { id: BLOCK_ID, name: '블록 이름' },
      utterance: '발화 내용',
      lang: null,
      user: { id: DOCTORS.botUserKey, type: 'accountId', properties: {} },
    },
    bot: { id: BOT_ID, name: '봇 이름' },
    action: { name: '게이트웨이 스킬', clientExtra: null, params: {}, id: SKILL_ID, detailParams: {} },
  },
  botTest: fromBotTest(),
  liveChannel: fromChannel(),
  devChannel: fromChannel({ isDev: true }),
  welcome: fromChannel({ block: '웰컴 블록', utterance: '웰컴' }),
  picture: fromChannel({
    utterance: PICTURE,
    media: { type: 'image', url: PICTURE },
    trigger: 'IMAGE_UPLOAD',
  }),
  button: fromChannel({ extra: { doctor: 'checks' }, trigger: 'QUICKREPLY_BUTTON_MESSAGE' }),
  /** 30 KB in UTF-8. */
  long: fromChannel({ utterance: '가'.repeat(10 * 1024) }),
} as const;

/** A 봇테스트 in a block with a callback; no tester's token can be used, and this one is made up. */
export function callbackBody(origin = 'https://bot-api.kakao.com'): object {
  return fromBotTest(`${origin}/v1/bots/${BOT_ID}/callback/cbtoken:${'d0c7'.padEnd(32, '0')}`);
}

/** The body that is POSTed to the parameter validation API. */
export const validationBody = {
  bot: { id: BOT_ID, name: '게이트웨이 점검' },
  utterance: HELLO,
  params: { surface: 'Kakaotalk.plusfriend' },
  isInSlotFilling: true,
  user: {
    id: DOCTORS.botUserKey,
    type: 'botUserKey',
    properties: { botUserKey: DOCTORS.botUserKey, isFriend: true },
  },
  value: { origin: HELLO, resolved: HELLO },
  timezone: 'Asia/Seoul',
  lang: 'ko',
} as const;

/** The bodies that smart-chat POSTs as `/message`. */
export const messageBodies = {
  text: { user_key: DOCTORS.plusfriendUserKey, type: 'text', content: HELLO },
  photo: { user_key: DOCTORS.plusfriendUserKey, type: 'photo', content: PICTURE },
  /** As Kakao's own staff replay a message. */
  withoutUserKey: { type: 'text', content: HELLO },
} as const;

/** A call as Open Builder makes it. @param secret undefined sends no header */
export function openBuilderCall(path: string, body: object | string, secret: string | undefined): Call {
  return {
    method: 'POST',
    path: `/open-builder${path}`,
    headers: {
      accept: '*/*',
      'content-type': 'application/json',
      'user-agent': 'AHC/2.1',
      // Never the same: a repeated one would be answered from memory.
      'x-request-id': `chp-${randomUUID().replaceAll('-', '')}`,
      ...(secret !== undefined && { 'x-gateway-secret': secret }),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/** A call as smart-chat made it; `path` follows the app URL. */
export function smartChatCall(method: Call['method'], path: string, secret: string, body?: object): Call {
  return {
    method,
    path: `/smart-chat/${encodeURIComponent(secret)}${path}`,
    headers: {
      accept: '*/*',
      'user-agent': 'KakaoTalk/Bot 2.0',
      ...(body && { 'content-type': 'application/json; charset=utf-8' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  };
}
