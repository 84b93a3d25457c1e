import { randomUUID } from 'node:crypto';
import {
  type Named,
  type SkillFacts,
  skillBody,
  validationBody as typedBody,
} from '../kakao-simulator/skill-requests.ts';
import { messageBody } from '../kakao-simulator/smart-chat-requests.ts';
import type { Call } from './visit.ts';

/** The id of all of the doctor's users, which no user of Kakao's can have: a gateway knows its turns by it, and counts none. */
const DOCTOR = 'kakao-gateway-doctor';

/**
 * The doctor's own users, made up and always the same: a tester, and one user of the operating and of the
 * development channel each, of which a gateway keeps and counts nothing, however often it comes.
 */
export const DOCTORS = {
  botUserKey: DOCTOR,
  /** Also smart-chat's `user_key`. */
  plusfriendUserKey: DOCTOR,
} as const;

const BOT = { id: 'd0c7'.padEnd(24, '0'), name: '게이트웨이 점검' };
const SKILL = { id: 'd0c75c11'.padEnd(24, '0'), name: '게이트웨이 스킬' };
const BLOCK_ID = 'd0c7b10c'.padEnd(24, '0');
const HELLO = '안녕하세요';
const PICTURE = 'http://dn-m.talk.kakao.com/talkm/doctor/doctor/i_doctor.jpg';

/** A block of the doctor's bot, whatever its name. */
const blockOf = (name: string): Named => ({ id: BLOCK_ID, name });

/** A greeting in the operating channel, unless told otherwise. */
function body({ trigger = 'TEXT_INPUT', ...facts }: Partial<SkillFacts> & { trigger?: string } = {}): object {
  const { block = blockOf('폴백 블록') } = facts;
  return skillBody({
    caller: 'live',
    bot: BOT,
    skill: SKILL,
    block,
    user: { ...DOCTORS, isFriend: true },
    utterance: HELLO,
    flow: { trigger, referrerBlock: block, lastBlock: block },
    ...facts,
  });
}

/** The bodies that Open Builder's testers and channels POST to a skill; their words change nothing. */
export const skillBodies = {
  skillTest: body({
    caller: 'skill-test',
    bot: { ...BOT, name: '봇 이름' },
    block: blockOf('블록 이름'),
    utterance: '발화 내용',
  }),
  botTest: body({ caller: 'bot-test' }),
  liveChannel: body(),
  devChannel: body({ caller: 'dev' }),
  welcome: body({ block: blockOf('웰컴 블록'), utterance: '웰컴' }),
  picture: body({ utterance: PICTURE, picture: PICTURE, trigger: 'IMAGE_UPLOAD' }),
  button: body({ extra: { doctor: 'checks' }, trigger: 'QUICKREPLY_BUTTON_MESSAGE' }),
  /** 30 KB in UTF-8. */
  long: body({ utterance: '가'.repeat(10 * 1024) }),
} as const;

/** A 봇테스트 in a block with a callback; no tester's token can be used, and this one is made up. */
export function callbackBody(origin = 'https://bot-api.kakao.com'): object {
  const callbackUrl = `${origin}/v1/bots/${BOT.id}/callback/cbtoken:${'d0c7'.padEnd(32, '0')}`;
  return body({ caller: 'bot-test', callbackUrl });
}

/** The body that is POSTed to the parameter validation API. */
export const validationBody = typedBody({
  caller: 'live',
  bot: BOT,
  user: { ...DOCTORS, isFriend: true },
  value: { origin: HELLO, value: HELLO },
});

/** The bodies that smart-chat POSTs as `/message`. */
export const messageBodies = {
  text: messageBody(DOCTORS.plusfriendUserKey, 'text', HELLO),
  photo: messageBody(DOCTORS.plusfriendUserKey, 'photo', PICTURE),
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
