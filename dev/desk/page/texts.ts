import type { Sentence } from '../../../tools/language.ts';
import type { Act } from '../desk-api.ts';
import { lengthOf } from './times.ts';

const both = (ko: string, en: string): Sentence => ({ ko, en });

/** Everything that the page says, but what stands in answers: the names of controls, notes, reasons. */
export const texts = {
  title: both('개발용 카카오톡 채팅방', 'KakaoTalk room for developers'),
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
  photoFile: both('사진 파일', 'Picture file'),
  mediaUrl: both('파일 주소', 'Address of the file'),
  sentPhoto: both('보낸 사진', 'Picture that was sent'),
  media: { photo: both('사진', 'Photo'), video: both('동영상', 'Video'), audio: both('음성', 'Audio') },
  inspect: both('검사에서 보기', 'See in the inspector'),
  newBelow: both('새 메시지', 'New messages'),
  copy: both('복사', 'Copy'),
  copied: both('복사했습니다.', 'Copied.'),
  notCopied: both('복사하지 못했습니다.', 'Could not be copied.'),
  quickReplies: both('바로가기 응답', 'Quick replies'),
  you: both('나', 'You'),
  noteOfDesk: both('개발 메모', 'Note of the desk'),
  emptyRoom: both(
    '아직 대화가 없습니다. 아래에 한마디 적어 보세요.',
    'Nothing was said yet. Type something below.',
  ),
  typing: both('답을 기다리는 중', 'Waiting for the answer'),
  deferred: both(
    '봇이 나중에 콜백으로 답하겠다고 했습니다 (useCallback).',
    'The bot will answer later by its callback (useCallback).',
  ),
  callbackTaken: (ms: number) =>
    both(`${lengthOf(ms)} 뒤에 콜백으로 온 답입니다.`, `This answer came by callback after ${lengthOf(ms)}.`),
  callbackRefused: (message: string, ms: number) =>
    both(
      `${lengthOf(ms)} 뒤에 온 콜백을 카카오가 받지 않았습니다: ${message}`,
      `Kakao refused the callback that came after ${lengthOf(ms)}: ${message}`,
    ),
  callbackExpired: (ms: number) =>
    both(
      `콜백이 ${lengthOf(ms)} 안에 오지 않았습니다. 사용자는 답을 받지 못합니다.`,
      `No callback came within ${lengthOf(ms)}: the user gets no answer.`,
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

  // The desk itself.
  connecting: both('개발 서버에 연결하는 중입니다.', 'Connecting to the desk.'),
  lost: both(
    '서버가 대답하지 않습니다. 다시 켜지면 이어집니다.',
    'The server does not answer. The page goes on when it is back.',
  ),
  deskUnreachable: both(
    '개발 서버에 닿지 않습니다. npm start가 켜져 있는지 보세요.',
    "The desk's server can't be reached: see whether npm start is running.",
  ),
  deskFailed: (status: number) =>
    both(`개발 서버가 ${status}(으)로 답했습니다.`, `The desk's server answered with ${status}.`),
  close: both('닫기', 'Close'),
  language: both('English', '한국어'),
  theme: both('화면 밝기', 'Theme'),
  themes: { system: both('시스템', 'System'), light: both('밝게', 'Light'), dark: both('어둡게', 'Dark') },
} as const;
