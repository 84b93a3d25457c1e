import type { Sentence } from '../language.ts';

/** The parts of an examination, in order. */
export const SECTIONS = {
  gateway: { en: 'Gateway', ko: '게이트웨이' },
  'open-builder': { en: 'Open Builder', ko: '오픈빌더' },
  'api-test': { en: 'smart-chat, API 테스트', ko: '스마트채팅 API 테스트' },
  'smart-chat': { en: 'smart-chat', ko: '스마트채팅' },
} as const satisfies Record<string, Sentence>;

/** Names a part. */
export type SectionId = keyof typeof SECTIONS;

/** Every check in the order of its part; the four of the API TEST have Kakao's own names. */
export const CHECKS = {
  connection: { en: 'connection', ko: '연결' },
  tls: { en: 'TLS certificate', ko: 'TLS 인증서' },
  health: { en: 'GET /health', ko: 'GET /health' },
  'skill-test': { en: '스킬 테스트', ko: '스킬 테스트' },
  'bot-test': { en: '봇테스트', ko: '봇테스트' },
  'live-channel': { en: '운영채널 (live)', ko: '운영채널' },
  'dev-channel': { en: '개발채널 (dev)', ko: '개발채널' },
  welcome: { en: '웰컴 블록 (welcome)', ko: '웰컴 블록' },
  picture: { en: 'picture upload', ko: '사진 업로드' },
  button: { en: 'button with extra', ko: 'extra가 있는 버튼' },
  long: { en: 'utterance of 30 KB', ko: '30 KB 발화' },
  callback: { en: 'callback', ko: '콜백' },
  'broken-json': { en: 'broken JSON is refused', ko: '깨진 JSON 거절' },
  'no-secret': { en: 'no secret is refused', ko: '시크릿 없는 호출 거절' },
  'wrong-secret': { en: 'wrong secret is refused', ko: '틀린 시크릿 거절' },
  validation: { en: 'parameter validation', ko: '파라미터 검증' },
  'api-keyboard': { en: 'keyboard', ko: 'keyboard' },
  'api-make-friend': { en: 'makeFriend', ko: 'makeFriend' },
  'api-block-friend': { en: 'blockFriend', ko: 'blockFriend' },
  'api-leave-room': { en: 'leaveChatRoom', ko: 'leaveChatRoom' },
  'message-text': { en: 'message (text)', ko: 'message (글)' },
  'message-photo': { en: 'message (photo)', ko: 'message (사진)' },
  'message-no-user': { en: 'message without user_key', ko: 'user_key 없는 message' },
  'double-slash': { en: '//keyboard', ko: '//keyboard' },
  'app-wrong-secret': { en: 'wrong secret is refused', ko: '틀린 시크릿 거절' },
} as const satisfies Record<string, Sentence>;

/** Names a check; the same in every version, for `--json`. */
export type CheckId = keyof typeof CHECKS;
