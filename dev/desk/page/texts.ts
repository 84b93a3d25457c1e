import type { Sentence } from '../../../tools/language.ts';
import type { Act } from '../desk-api.ts';
import { lengthOf } from './times.ts';

const both = (ko: string, en: string): Sentence => ({ ko, en });

/** Everything that the page says, but what stands in answers: the names of controls, notes, reasons. */
export const texts = {
  title: both('데스크 · 카카오톡 채팅방', 'Desk · KakaoTalk room'),
  conversation: both('대화', 'Conversation'),
  inspector: both('검사', 'Inspector'),
  controls: both('조작', 'Controls'),
  parts: both('화면', 'Parts'),

  // The room.
  message: both('메시지', 'Message'),
  send: both('보내기', 'Send'),
  more: both('더하기', 'Attach'),
  photo: both('사진 보내기', 'Send a photo'),
  video: both('동영상 보내기', 'Send a video'),
  audio: both('음성 보내기', 'Send audio'),
  sent: {
    photo: both('사진을 보냈습니다.', 'Sent a photo.'),
    video: both('동영상을 보냈습니다.', 'Sent a video.'),
    audio: both('음성을 보냈습니다.', 'Sent audio.'),
  },
  photoFile: both('사진 파일', 'Picture file'),
  mediaUrl: both('파일 주소', 'Address of the file'),
  sentPhoto: both('보낸 사진', 'Picture that was sent'),
  media: { photo: both('사진', 'Photo'), video: both('동영상', 'Video'), audio: both('음성', 'Audio') },
  inspect: both('검사에서 보기', 'See in the inspector'),
  newBelow: both('새 메시지', 'New messages'),
  copy: both('복사', 'Copy'),
  copied: both('복사했습니다.', 'Copied.'),
  notCopied: both('복사하지 못했습니다.', 'Could not be copied.'),
  noteOfDesk: both('데스크 메모', 'Note of the desk'),
  emptyRoom: both(
    '아직 대화가 없습니다. 아래에 한마디 적어 보세요.',
    'Nothing was said yet. Type something below.',
  ),
  deferred: both(
    '봇이 나중에 콜백으로 답하겠다고 했습니다 (useCallback).',
    'The bot will answer later by its callback (useCallback).',
  ),
  callbackTaken: (ms: number) =>
    both(
      `${lengthOf(ms, 'ko')} 뒤에 콜백으로 온 답입니다.`,
      `This answer came by callback after ${lengthOf(ms, 'en')}.`,
    ),
  callbackRefused: (message: string, ms: number) =>
    both(
      `${lengthOf(ms, 'ko')} 뒤에 온 콜백을 카카오가 받지 않았습니다: ${message}`,
      `Kakao refused the callback that came after ${lengthOf(ms, 'en')}: ${message}`,
    ),
  callbackExpired: (ms: number) =>
    both(
      `콜백이 ${lengthOf(ms, 'ko')} 안에 오지 않았습니다. 사용자는 답을 받지 못합니다.`,
      `No callback came within ${lengthOf(ms, 'en')}: the user gets no answer.`,
    ),
  judged: (status: string, says: Sentence) => both(`${status}: ${says.ko}`, `${status}: ${says.en}`),
  repeatedAlike: both(
    '같은 요청이 두 번 갔고, 같은 답이 왔습니다.',
    'The request went twice; both answers are the same.',
  ),
  repeatedOtherwise: both(
    '같은 요청이 두 번 갔는데, 다른 답이 왔습니다. 같은 X-Request-Id에는 같은 답을 해야 합니다.',
    'The request went twice, and the answers differ: one X-Request-Id should have one answer.',
  ),
  did: (act: Act): Sentence | undefined => {
    switch (act.kind) {
      case 'enters':
        return both('채팅방에 들어왔습니다.', 'Entered the room.');
      case 'calls-block':
        return both(`블록을 호출했습니다: ${act.block}`, `Called a block: ${act.block}`);
      case 'uses-plugin':
        return both(`플러그인을 실행했습니다: ${act.param}`, `Used a plugin: ${act.param}`);
      case 'fills':
        return both(
          `검증할 값: ${act.param} = ${act.value}`,
          `Value to validate: ${act.param} = ${act.value}`,
        );
      case 'gets-event':
        return both(`이벤트를 보냈습니다: ${act.name}`, `Sent an event: ${act.name}`);
      case 'adds-friend':
        return both('채널을 친구로 추가했습니다.', 'Added the channel as a friend.');
      case 'blocks-friend':
        return both('채널을 차단했습니다.', 'Blocked the channel.');
      case 'leaves':
        return both('채팅방에서 나갔습니다.', 'Left the room.');
      case 'says':
      case 'taps':
      case 'sends':
        return undefined;
      default:
        return act satisfies never;
    }
  },
  doneByPhone: (label: string) =>
    both(
      `'${label}'은(는) 휴대전화가 하는 일이라 봇에는 아무것도 가지 않습니다.`,
      `"${label}" is done by the phone: the bot hears nothing of it.`,
    ),
  callers: {
    live: both('운영', 'Live'),
    dev: both('개발', 'Dev'),
    'bot-test': both('봇테스트', 'Bot test'),
    'skill-test': both('스킬 테스트', 'Skill test'),
  },
  protocols: {
    'open-builder': both('오픈빌더', 'Open Builder'),
    'smart-chat': both('스마트채팅', 'Smart chat'),
  },
  room: both('채팅방', 'Chat room'),
  group: both('그룹', 'Group'),

  botFailed: (what: string, why: string | undefined) =>
    both(
      `봇의 기록에 오류가 있습니다. ${what}${why ? `: ${why}` : ''}`,
      `The bot's log tells of an error. ${what}${why ? `: ${why}` : ''}`,
    ),

  // The inspector.
  exchanges: (count: number) => both(`${count}건`, count === 1 ? '1 exchange' : `${count} exchanges`),
  noExchanges: both('봇을 부르면 요청과 답이 여기에 쌓입니다.', 'Requests and answers gather here.'),
  fates: {
    waits: both('기다림', 'Waiting'),
    shown: both('보임', 'Shown'),
    shortened: both('보임 (줄임)', 'Shown, shortened'),
    deferred: both('콜백 대기', 'Callback awaited'),
    calledBack: both('콜백 받음', 'Called back'),
    refused: both('콜백 거절', 'Callback refused'),
    expired: both('콜백 만료', 'Callback expired'),
    silent: both('말풍선 없음', 'No bubble'),
  },
  dropReasons: {
    unreachable: both('연결 안 됨', 'Unreachable'),
    timeout: both('5초 초과', 'Over 5 s'),
    redirect: both('리다이렉트', 'Redirect'),
    status: both('HTTP 오류', 'HTTP error'),
    'content-type': both('Content-Type', 'Content-Type'),
    'too-long': both('너무 큼', 'Too long'),
    'not-json': both('JSON 아님', 'Not JSON'),
    violation: both('규격 위반', 'Invalid'),
  },
  judgedAs: (status: string) => both(`판정 ${status}`, `Judged ${status}`),
  repeats: (says: Sentence) => both(`${says.ko} (중복)`, `${says.en} (again)`),
  ofFiveSeconds: (ms: number | undefined, waitMs: number) =>
    ms === undefined
      ? both('답 없음', 'No answer')
      : both(
          `${lengthOf(waitMs, 'ko')} 중 ${lengthOf(ms, 'ko')}`,
          `${lengthOf(ms, 'en')} of ${lengthOf(waitMs, 'en')}`,
        ),
  request: both('요청', 'Request'),
  answer: both('답', 'Answer'),
  callback: both('콜백', 'Callback'),
  botLog: both('봇의 기록', "The bot's log"),
  noAnswer: both('아직 없음', 'None'),
  violations: both('어긴 규격', 'Limits that are broken'),
  severities: { rejected: both('버림', 'Dropped'), shortened: both('줄임', 'Shortened') },
  headers: (count: number) => both(`헤더 ${count}개`, `${count} headers`),
  copyCurl: both('curl로 복사', 'Copy as curl'),
  copyRequest: both('요청 JSON 복사', 'Copy request JSON'),
  copyAnswer: both('답 JSON 복사', 'Copy answer JSON'),
  moreMembers: (count: number) => both(`${count}개 더 보기`, `${count} more`),
  moreCharacters: (count: number) => both(`${count}자 더 보기`, `${count} more characters`),
  taken: both('카카오가 받음', 'taken by Kakao'),
  refused: both('카카오가 거절', 'refused by Kakao'),
  callbackUnused: both(
    '요청에 콜백 주소가 있었고, 봇은 바로 답했습니다.',
    'The request brought a callback URL; the bot answered at once.',
  ),
  callbackSpent: both('콜백 주소를 다 썼습니다.', 'The callback URL is spent.'),
  callbackOver: (time: string) => both(`${time}에 만료되었습니다.`, `Expired at ${time}.`),
  secondsLeft: (seconds: number) => both(`콜백 대기 중, ${seconds}초 남음`, `Awaited: ${seconds} s left`),

  // The controls.
  protocol: both('프로토콜', 'Protocol'),
  caller: both('호출', 'Called from'),
  user: both('사용자', 'User'),
  chooseUser: both('사용자 선택', 'Choose user'),
  newUser: both('새 사용자', 'New user'),
  isFriend: both('친구', 'Friend of the channel'),
  isLinked: both('계정 연결 (appUserId)', 'Account linked (appUserId)'),
  whichRoom: both('방', 'Room'),
  chooseRoom: both('방 선택', 'Choose room'),
  newRoom: both('새 방', 'New room'),
  name: both('이름', 'Name'),
  add: both('추가', 'Add'),
  addNew: (name: Sentence) => both(`${name.ko} 추가`, `Add: ${name.en}`),
  doing: both('하기', 'Act'),
  acts: {
    enters: both('웰컴(들어오기)', 'Welcome (enter)'),
    'adds-friend': both('친구 추가', 'Add friend'),
    'blocks-friend': both('친구 차단', 'Block channel'),
    leaves: both('방 나가기', 'Leave room'),
  },
  block: both('블록', 'Block'),
  blockName: both('블록 이름', 'Block name'),
  utterance: both('발화', 'Utterance'),
  params: both('파라미터', 'Params'),
  callBlock: both('블록 호출', 'Call block'),
  plugin: both('플러그인', 'Plugin'),
  whichPlugin: both('종류', 'Kind'),
  plugins: {
    profile: both('프로필', 'Profile'),
    location: both('위치', 'Location'),
    'secure-image': both('보안 이미지', 'Secure image'),
  },
  paramName: both('파라미터 이름', 'Param name'),
  usePlugin: both('플러그인 실행', 'Use plugin'),
  validation: both('파라미터 검증', 'Validation'),
  value: both('값', 'Value'),
  validate: both('값 검증', 'Validate'),
  eventApi: both('이벤트', 'Event'),
  eventName: both('이벤트 이름', 'Event name'),
  eventData: both('이벤트 데이터', 'Event data'),
  sendEvent: both('이벤트 부르기', 'Call event'),
  paramsHint: both('이름=값 (한 줄에 하나)', 'name=value, one a line'),
  notAParam: (line: string) =>
    both(
      `'${line}'을(를) 읽을 수 없습니다. 한 줄에 이름=값으로 적으세요.`,
      `"${line}" can't be read: write name=value, one a line.`,
    ),
  faults: both('장애', 'Faults'),
  faultsOn: both('장애 켜짐', 'Faults on'),
  networkDelay: both('네트워크 지연', 'Network delay'),
  none: both('없음', 'None'),
  seconds: (ms: number) => both(`${ms / 1000}초`, `${ms / 1000} s`),
  sentTwice: both('중복 요청', 'Duplicate request'),
  callbackLate: both('콜백 만료', 'Callback expired'),
  callbackRefusal: both('콜백 거절', 'Callback refused'),
  databaseDown: both('DynamoDB 중단', 'DynamoDB down'),
  session: both('세션', 'Session'),
  seeSession: both('세션 보기', 'See session'),
  forgetSession: both('세션 지우기', 'Clear session'),
  sessionOf: (name: string) => both(`${name}의 세션`, `Session of ${name}`),
  noSession: both('아직 세션이 없습니다.', 'There is no session yet.'),
  sessionForgotten: both('세션을 지웠습니다.', 'The session is cleared.'),
  clearRoom: both('대화 지우기', 'Clear conversation'),
  exportAs: both('내보내기', 'Export'),
  showImages: both('그림 보기', 'Show pictures'),
  thisPage: both('화면', 'This page'),
  skillUrl: both('스킬 URL', 'Skill URL'),
  appUrl: both('앱 URL', 'App URL'),
  gallery: both('말풍선 모음', 'Gallery of bubbles'),
  reasons: {
    notGiven: {
      'open-builder': both(
        '이 봇의 스킬 주소가 없습니다 (--skill).',
        "This bot's skill URL was not given (--skill).",
      ),
      'smart-chat': both(
        '이 봇의 앱 URL이 없습니다 (--smart-chat).',
        "This bot's app URL was not given (--smart-chat).",
      ),
    },
    noCaller: both(
      '스마트채팅은 어디서 부르는지 봇에 알리지 않습니다.',
      'Smart chat does not tell the bot from where it calls.',
    ),
    groupCaller: both('그룹방에서는 그룹 봇이 불립니다.', 'In a group room the group bot is called.'),
    noGroups: both('스마트채팅에는 그룹방이 없습니다.', 'Smart chat has no group rooms.'),
    noProperties: both('스마트채팅의 요청에는 없습니다.', 'Not a part of smart chat’s requests.'),
    groupProperties: both('그룹방의 요청에는 없습니다.', 'Not a part of requests from a group room.'),
    testerProperties: both('테스트의 요청에는 없습니다.', 'Not a part of requests of a tester.'),
    noNotices: both(
      '추가, 차단, 나가기는 스마트채팅만 봇에 알립니다.',
      'Only smart chat tells the bot of adding, blocking and leaving.',
    ),
    noBlocks: both('스마트채팅에는 블록이 없습니다.', 'Smart chat has no blocks.'),
    noCallbacks: both('스마트채팅에는 콜백이 없습니다.', 'Smart chat has no callbacks.'),
    photosAlone: both('오픈빌더의 봇에는 사진만 갑니다.', 'Open Builder tells bots of photos alone.'),
  },

  // The desk itself.
  connecting: both('데스크에 연결하는 중입니다.', 'Connecting to the desk.'),
  lost: both(
    '서버가 대답하지 않습니다. 다시 켜지면 이어집니다.',
    'The server does not answer. The page goes on when it is back.',
  ),
  back: both('서버가 다시 켜졌습니다. 이어서 하세요.', 'The server is back: go on.'),
  deskUnreachable: both(
    '데스크의 서버에 닿지 않습니다. npm start가 켜져 있는지 보세요.',
    "The desk's server can't be reached: see whether npm start is running.",
  ),
  deskFailed: (status: number) =>
    both(`데스크의 서버가 ${status}(으)로 답했습니다.`, `The desk's server answered with ${status}.`),
  close: both('닫기', 'Close'),
  language: both('언어', 'Language'),
  theme: both('화면 밝기', 'Theme'),
  themes: { system: both('시스템', 'System'), light: both('밝게', 'Light'), dark: both('어둡게', 'Dark') },
} as const;
