import type { Sentence } from '../language.ts';
import type { ProtocolName } from './scene.ts';

const seconds = (ms: number): string => String(ms / 1_000);

/** Kakao's doing with an answer that it does not take. */
const END: Readonly<Record<ProtocolName, Sentence>> = {
  'open-builder': { en: 'Kakao shows nothing', ko: '카카오가 아무것도 보여 주지 않습니다' },
  'smart-chat': {
    en: 'Kakao tells the user that the bot does not respond, and counts an error',
    ko: '카카오가 사용자에게 봇이 응답하지 않는다고 알리고 오류로 셉니다',
  },
};

/** Why Kakao takes nothing from a bot, and what to do: of answers that it does not come to read. */
export const DROPS = {
  unreachable: (protocol: ProtocolName, host: string, code: string): Sentence => {
    const { en, ko } = END[protocol];
    // A server that fails without an answer ends the connection: it was there.
    if (code === 'ECONNRESET')
      return {
        en: `${host} broke the connection off before it had answered (${code}), and ${en}: look for the error in the bot's own log`,
        ko: `${host}이(가) 답변을 다 보내기 전에 연결을 끊어(${code}) ${ko}. 봇의 로그에서 오류를 찾으세요`,
      };
    return /CERT|SELF_SIGNED|SSL|TLS|^EPROTO$/.test(code)
      ? {
          en: `${host} is there, but not safely (${code}), and ${en}: give it a certificate of a public authority with its whole chain`,
          ko: `${host}의 인증서를 믿을 수 없어(${code}) ${ko}. 공인 인증 기관의 인증서를 체인 전체와 함께 쓰세요`,
        }
      : {
          en: `${host} can't be reached (${code}), and ${en}: start the bot there, or correct its URL`,
          ko: `${host}에 연결할 수 없어(${code}) ${ko}. 그 자리에서 봇을 켜거나 URL을 고치세요`,
        };
  },
  timeout: (protocol: ProtocolName, ms: number): Sentence => ({
    en: `the whole answer was not there after ${seconds(ms)} s, and ${END[protocol].en}: answer sooner${protocol === 'open-builder' ? ', or with useCallback first' : ''}`,
    ko: `${seconds(ms)}초 안에 답변이 다 오지 않아 ${END[protocol].ko}. 더 빨리 답하${protocol === 'open-builder' ? '거나 useCallback으로 먼저 답하' : ''}세요`,
  }),
  redirect: (protocol: ProtocolName, status: number): Sentence => ({
    en: `the bot answered ${status}, Kakao follows no redirect of a POST, and ${END[protocol].en}: register the URL that it leads to`,
    ko: `봇이 ${status}(으)로 답했습니다. 카카오는 POST의 리디렉션을 따라가지 않아 ${END[protocol].ko}. 이동할 URL을 등록하세요`,
  }),
  status: (protocol: ProtocolName, status: number): Sentence => ({
    en: `the bot answered ${status}, and ${END[protocol].en}: answer 200, and tell the user in a bubble what went wrong`,
    ko: `봇이 ${status}(으)로 답해 ${END[protocol].ko}. 200으로 답하고, 잘못된 일은 말풍선으로 알리세요`,
  }),
  contentType: (protocol: ProtocolName, type: string): Sentence => ({
    en: `the answer's Content-Type is ${type || 'missing'}, and ${END[protocol].en}: send application/json; charset=utf-8`,
    ko: `답변의 Content-Type이 ${type || '없음'}이라 ${END[protocol].ko}. application/json; charset=utf-8로 보내세요`,
  }),
  tooLong: (protocol: ProtocolName): Sentence => ({
    en: `the answer has more than 1 MB or 200,000 values, and ${END[protocol].en}: answer with less`,
    ko: `답변이 1MB 또는 값 200,000개를 넘어 ${END[protocol].ko}. 더 짧게 답하세요`,
  }),
  notJson: (protocol: ProtocolName): Sentence => ({
    en: `the answer is no JSON in UTF-8, and ${END[protocol].en}: answer ${FORM[protocol]}`,
    ko: `답변이 UTF-8 JSON이 아니라 ${END[protocol].ko}. ${FORM[protocol]} 형식으로 답하세요`,
  }),
  violation: ({ en, ko }: Sentence, protocol: ProtocolName): Sentence => ({
    en: `${END[protocol].en}, since ${en}`,
    ko: `${END[protocol].ko}. ${ko}`,
  }),
};

const FORM: Readonly<Record<ProtocolName, string>> = {
  'open-builder': '{"version": "2.0", "template": {"outputs": [...]}}',
  'smart-chat': '{"message": {"text": "..."}}',
};

/** A sentence each about what Kakao takes, and shows no bubbles of. */
export const TAKEN = {
  blockAnswers: {
    en: "the answer has no bubbles: Kakao shows the block's own answer, with what the answer's data fills in",
    ko: '답변에 말풍선이 없습니다. 카카오가 블록에 적은 응답을 data로 채워 보여 줍니다',
  },
  saysNothing: {
    en: 'outputs is empty, by which a group room is told nothing',
    ko: 'outputs가 비어 있어 그룹 채팅방에 아무 말도 하지 않습니다',
  },
  noticed: {
    en: 'Kakao told the bot, and shows nothing of it',
    ko: '카카오가 봇에 알렸고, 보이는 것은 없습니다',
  },
  keyboardKept: {
    en: 'Kakao asks for the home keyboard at most once a minute: it shows the one that it has',
    ko: '카카오는 홈 키보드를 1분에 한 번까지만 묻습니다. 가지고 있던 키보드를 보여 줍니다',
  },
} as const satisfies Readonly<Record<string, Sentence>>;

/** A notice that the bot refused, which harms nothing. */
export const noticeRefused = (status: number): Sentence => ({
  en: `the bot answered ${status}, and Kakao does not mind: this call may stay unserved`,
  ko: `봇이 ${status}(으)로 답했지만 문제없습니다. 이 호출은 처리하지 않아도 됩니다`,
});

/** A promise of a callback where the request brought no URL for one. */
export const NOTHING_TO_CALL_BACK: Sentence = {
  en: 'useCallback is true, and the request had no callbackUrl: send the template itself, or turn the callback on for the block',
  ko: 'useCallback이 true지만 요청에 callbackUrl이 없었습니다. template을 바로 보내거나 블록의 콜백 설정을 켜세요',
};

/** A Content-Type that Kakao reads all the same, and promises nothing about. */
export const oddContentType = (type: string): Sentence => ({
  en: `the answer's Content-Type is ${type || 'missing'}: send application/json; charset=utf-8, or Korean may come out garbled`,
  ko: `답변의 Content-Type이 ${type || '없음'}입니다. 한글이 깨질 수 있으니 application/json; charset=utf-8로 보내세요`,
});

/** The judgement of a parameter's value, by the status that the bot gave. */
export function judged(status: string): Sentence {
  if (status === 'SUCCESS')
    return {
      en: 'the value is taken: value replaces it where the answer has one',
      ko: '값을 받아들였습니다. 답변에 value가 있으면 그 값으로 바뀝니다',
    };
  if (status === 'FAIL')
    return {
      en: "the value is refused: Kakao shows the answer's message, and asks again",
      ko: '값을 거절했습니다. 카카오가 답변의 message를 보여 주고 다시 묻습니다',
    };
  return status === 'IGNORE'
    ? { en: 'Kakao goes on as if it had not asked', ko: '카카오가 묻지 않은 것처럼 진행합니다' }
    : { en: 'the bot could not judge the value', ko: '봇이 값을 판단하지 못했습니다' };
}
