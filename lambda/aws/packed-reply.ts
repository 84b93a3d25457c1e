import type { SettledReply } from '../bot/reply.ts';

/**
 * The texts that nearly every reply has: the later one stands, the cheaper it is. Replies lie in the table packed with it:
 * it never changes, and another one needs another name beside `packed` of `StoredTurn`.
 */
const DICTIONARY =
  '감사합니다 고맙습니다 죄송해요 안녕하세요 무엇을 도와드릴까요? 잠시만 기다려 주세요. 다시 확인 예약 처음으로 주문 취소 메뉴 있어요. 없어요. 했어요. 드릴게요. 맞으신가요? 주세요. 습니다. ' +
  '"phoneNumber":"0","profile":{"imageUrl":"https://","description":"","itemList":[{"title":"","mentions":{"lifeSpan":' +
  '"data":{"context":{"values":[{"name":"","params":{"action":"share"},"action":"operator"' +
  '"carousel":{"type":"basicCard","items":[{"listCard":{"header":{"title":""},"items":[{"title":"","description":"",' +
  '"simpleImage":{"imageUrl":"https://","altText":"","link":{"web":"https://","price":0,"currency":"won","thumbnails":[{' +
  '"thumbnail":{"imageUrl":"https://t1.kakaocdn.net/"},"buttons":[{"label":"","action":"webLink","webLinkUrl":"https://' +
  '"},{"basicCard":{"title":"","description":"{"textCard":{"title":"","action":"block","blockId":"","extra":{"' +
  '{"outputs":[{"simpleText":{"text":""}}],"quickReplies":[{"label":"","action":"message","messageText":"","extra":{"' +
  '"}],"quickReplies":[{"label":"","action":"message","messageText":""},{"label":"';

/** A reply in fewer characters, in Base64. */
export function packReply(reply: SettledReply): string {
  return zlib().deflateRawSync(JSON.stringify(reply), options()).toString('base64');
}

/** The reply that {@link packReply} packed. */
export function unpackReply(packed: string): SettledReply {
  return JSON.parse(zlib().inflateRawSync(Buffer.from(packed, 'base64'), options()).toString());
}

let dictionary: Buffer | undefined;

function options(): { readonly dictionary: Buffer } {
  dictionary ??= Buffer.from(DICTIONARY);
  return { dictionary };
}

/** Loaded where it is needed first: it costs a cold start some milliseconds, and hardly any turn needs it. */
const zlib = (): typeof import('node:zlib') => process.getBuiltinModule('node:zlib');
