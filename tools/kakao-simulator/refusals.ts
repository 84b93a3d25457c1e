import type { Sentence } from '../language.ts';
import { UsageError } from '../usage-error.ts';
import type { Act } from './act.ts';
import type { ProtocolName } from './scene.ts';

/** An act that can't be played, and what to do instead in both languages; the message is the English one. */
export class RefusedActError extends UsageError {
  readonly says: Sentence;

  constructor(says: Sentence) {
    super(says.en);
    this.says = says;
  }
}

const refuse =
  <A extends readonly unknown[]>(sentence: (...args: A) => Sentence) =>
  (...args: A): RefusedActError =>
    new RefusedActError(sentence(...args));

const NAMES: Readonly<Record<ProtocolName, string>> = {
  'open-builder': '오픈빌더',
  'smart-chat': '스마트채팅',
};

const NOTICES = {
  'adds-friend': { en: 'adds a friend', ko: '친구 추가' },
  'blocks-friend': { en: 'blocks a friend', ko: '친구 차단' },
  leaves: { en: 'leaves', ko: '방 나가기' },
} as const satisfies Partial<Record<Act['kind'], Sentence>>;

/** The things that acts are about, as who writes a script or stands at the desk has it. */
const ABOUT = {
  'calls-block': { en: 'block', ko: '블록' },
  'uses-plugin': { en: 'plugin', ko: '플러그인' },
  'gets-event': { en: 'event', ko: '이벤트' },
  fills: { en: 'parameter that the user fills', ko: '사용자가 채우는 파라미터' },
  enters: { en: '웰컴 블록', ko: '웰컴 블록' },
  sends: { en: 'photo or other file', ko: '사진과 파일' },
} as const satisfies Partial<Record<Act['kind'], Sentence>>;

/** Why an act can't be played. */
export const REFUSALS = {
  noNotice: refuse((kind: keyof typeof NOTICES) => ({
    en: `Open Builder tells no bot that a user ${NOTICES[kind].en}: use smart-chat`,
    ko: `오픈빌더는 봇에 알리지 않습니다(${NOTICES[kind].ko}). 스마트채팅을 쓰세요`,
  })),
  noTesterInGroup: refuse(() => ({
    en: 'no tester plays a group room: use the live or the development channel',
    ko: '봇테스트와 스킬 테스트에는 그룹 채팅방이 없습니다. 운영 채널이나 개발 채널을 쓰세요',
  })),
  photosAlone: refuse((media: string) => ({
    en: `Open Builder tells a bot of photos alone, not of ${media}: use smart-chat`,
    ko: '오픈빌더는 사진만 봇에 알립니다. 다른 파일은 스마트채팅을 쓰세요',
  })),
  noTestersEvents: refuse(() => ({
    en: 'no tester sends events: use the live or the development channel',
    ko: '봇테스트와 스킬 테스트는 이벤트를 보내지 않습니다. 운영 채널이나 개발 채널을 쓰세요',
  })),
  notInSkillTest: refuse((kind: Act['kind']) => ({
    en: `스킬 테스트 sends words and params alone, and no ${aboutOf(kind).en}: use a channel`,
    ko: `스킬 테스트는 발화와 파라미터만 보냅니다(없는 것: ${aboutOf(kind).ko}). 채널을 쓰세요`,
  })),
  noSkill: refuse(() => ({
    en: 'the bot has no skill URL: give one, or use smart-chat',
    ko: '봇에 스킬 URL이 없습니다. URL을 넣거나 스마트채팅을 쓰세요',
  })),
  noValidation: refuse(() => ({
    en: 'the bot has no URL of the parameter validation API: give one',
    ko: '봇에 파라미터 검증 API의 URL이 없습니다. --validation으로 넣으세요',
  })),
  noAppUrl: refuse(() => ({
    en: 'the bot has no app URL: give one, or use Open Builder',
    ko: '봇에 앱 URL이 없습니다. URL을 넣거나 오픈빌더를 쓰세요',
  })),
  noProtocol: refuse((protocol: ProtocolName, known: readonly ProtocolName[]) => ({
    en: `the bot has no URL for ${protocol}: give one, or use ${known.join()}`,
    ko: `봇에 ${NAMES[protocol]} URL이 없습니다. URL을 넣거나 다른 프로토콜을 쓰세요(${known.map(one => NAMES[one]).join()})`,
  })),
  tooLong: refuse((kilobytes: number) => ({
    en: `one act may have ${kilobytes} KB: say or send less at once`,
    ko: `한 번에 ${kilobytes}KB까지 보낼 수 있습니다. 나누어 보내세요`,
  })),
  forgotten: refuse(() => ({
    en: 'the answer that is tapped is no longer remembered',
    ko: '누른 답은 이제 남아 있지 않습니다',
  })),
  ofOtherProtocol: refuse((came: ProtocolName, spoken: ProtocolName) => ({
    en: `what is tapped came by ${came}: switch to it, or tap an answer of ${spoken}`,
    ko: `누른 것은 다른 프로토콜의 답입니다(${NAMES[came]}). 프로토콜을 바꾸거나 ${NAMES[spoken]}의 답을 누르세요`,
  })),
  nothingThere: refuse((path: string) => ({
    en: `nothing can be tapped at ${path}`,
    ko: `${path}에는 누를 것이 없습니다`,
  })),
  doneByPhone: refuse((label: string, action: string) => ({
    en: `${label} is ${action}, done by the phone; the bot hears nothing of it`,
    ko: `${label}: 휴대전화가 하는 일이라(${action}) 봇은 알지 못합니다`,
  })),
  oldQuickReply: refuse((label: string) => ({
    en: `${label} is a quick reply of an older answer, and those are gone`,
    ko: `${label}: 지난 답의 바로가기 응답이라 이제 누를 수 없습니다`,
  })),
  noGroup: refuse(() => ({
    en: 'smart-chat has no group rooms: use Open Builder, or a private room',
    ko: '스마트채팅에는 그룹 채팅방이 없습니다. 오픈빌더나 1:1 채팅방을 쓰세요',
  })),
  notInSmartChat: refuse((kind: Act['kind']) => ({
    en: `smart-chat has no ${aboutOf(kind).en}: use Open Builder`,
    ko: `스마트채팅에는 없는 것입니다(${aboutOf(kind).ko}). 오픈빌더를 쓰세요`,
  })),
} as const;

function aboutOf(kind: Act['kind']): Sentence {
  const known: Readonly<Record<string, Sentence>> = ABOUT;
  return known[kind] ?? { en: `"${kind}"`, ko: `"${kind}"` };
}
