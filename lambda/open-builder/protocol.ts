import type { Call, ParsedCall, Protocol } from '../turn/protocol.ts';
import { checkAnswer, OPEN_BUILDER, renderAnswer, type SkillAnswer } from './answer.ts';
import { acceptCallbackUrl } from './callback-url.ts';
import { type OtherSkillRequest, parseSkillRequest } from './parse.ts';
import { wordsOfAnswer } from './words.ts';

/** Kakao's chatbot of the 챗봇 관리자센터, which calls a skill; its late answers are delivered by `deliver.ts`. */
export const openBuilder: Protocol<SkillAnswer, OtherSkillRequest> = {
  name: OPEN_BUILDER,
  parse,
  render: renderAnswer,
  check: checkAnswer,
  words: wordsOfAnswer,
  renderWaiting: text => ({ version: '2.0', useCallback: true, data: { text } }),
};

/** Kakao's own ids have 36 letters. */
const MAX_ID_LENGTH = 128;

function parse(
  body: unknown,
  { requestId, kakaoRequestId, callbackOrigins }: Call,
): ParsedCall<OtherSkillRequest> {
  const kakaoId = kakaoRequestId?.trim().slice(0, MAX_ID_LENGTH);
  const call = parseSkillRequest(body, { id: kakaoId || requestId, mayRepeat: Boolean(kakaoId) });
  if (call.kind !== 'turn') return { kind: 'other', call };
  const { turn: request, callbackUrl } = call;
  // An optional member of Kakao's may be null where there is none.
  if (callbackUrl === undefined || callbackUrl === null || callbackUrl === '')
    return { kind: 'turn', request };
  const address = acceptCallbackUrl(callbackUrl, callbackOrigins);
  return { kind: 'turn', request, address, isAddressRefused: address === undefined };
}
