import { BEGINNING_LETTERS } from '../../lambda/aws/word-hash.ts';
import type { Language, Sentence } from '../language.ts';
import type { SearchOptions } from './options.ts';
import type { SearchResult } from './search-result.ts';
import { inKorea } from './time-range.ts';

/** Said of a stack without log groups. */
export const NO_GROUPS: Sentence = {
  en: 'The stack has no log groups: --stack is the stack of the gateway, such as kakao-gateway-prod, not that of its sessions',
  ko: '이 스택에는 로그 그룹이 없습니다. --stack은 세션 스택이 아니라 kakao-gateway-prod 같은 게이트웨이 스택입니다',
};

/** Said where words or a user are looked for, and nothing tells which secret their hashes are keyed by. */
export const NO_SECRET: Sentence = {
  en: "--said and --user need the gateway's secret, and the stack does not tell which it is: name it by --secret-id",
  ko: '--said와 --user에는 게이트웨이의 시크릿이 필요한데 스택으로는 알 수 없습니다. --secret-id로 알려 주세요',
};

/** Said of words without letters. */
export const NO_WORDS: Sentence = {
  en: '--said must have letters or digits: emoji and punctuation are not looked for',
  ko: '--said에는 글자나 숫자가 있어야 합니다. 이모지와 문장 부호로는 찾지 않습니다',
};

/** Said to a person at a terminal whose --user is the standard input. */
export const TYPE_USER: Sentence = {
  en: "Type or paste the user's key, then Enter and Ctrl-D.",
  ko: '사용자 키를 넣고 Enter와 Ctrl-D를 누르세요.',
};

/** Said where the standard input has no user. */
export const NO_USER: Sentence = {
  en: "the standard input must hold the user's key, and nothing else",
  ko: '표준 입력에는 사용자 키 하나만 있어야 합니다',
};

/** The first line of a report: where and when was looked. */
export function searched({ range: { from, to }, groups }: SearchResult): Sentence {
  const time = `${inKorea(from)} – ${inKorea(to)}`;
  return {
    en: `Searched ${time} (Korea's time) in the log groups: ${groups.join(', ')}`,
    ko: `${time}(한국 시각)에 찾아본 로그 그룹: ${groups.join(', ')}`,
  };
}

/** Said of words that the gateway itself says. */
export function ownWords(name: string): Sentence {
  const why = WHY[name];
  return {
    en: `That is the gateway's own text "${name}"${why ? `: ${why.en}` : ''}.`,
    ko: `게이트웨이 자신의 말 "${name}"입니다${why ? `. ${why.ko}` : '.'}`,
  };
}

const WHY: Readonly<Record<string, Sentence>> = {
  apology: {
    en: 'a rule or the cloud failed. Lines whose outcome is "failed" are shown',
    ko: '규칙이나 클라우드가 실패했습니다. outcome이 "failed"인 줄을 보여 드립니다.',
  },
  waiting: {
    en: 'the rule took longer than Kakao waits. Lines whose outcome is "deferred" are shown',
    ko: '규칙이 카카오가 기다리는 시간보다 오래 걸렸습니다. outcome이 "deferred"인 줄을 보여 드립니다.',
  },
  lost: {
    en: 'a late turn was lost with its worker. Lines whose outcome is "lost" are shown',
    ko: '늦은 턴이 워커와 함께 사라졌습니다. outcome이 "lost"인 줄을 보여 드립니다.',
  },
  notUnderstood: {
    en: 'no rule matched, and the bot has no fallback',
    ko: '맞는 규칙이 없고 봇에 fallback도 없습니다.',
  },
  busy: {
    en: 'as many late turns of the user waited as may wait',
    ko: '그 사용자의 늦은 턴이 기다릴 수 있는 만큼 기다리고 있었습니다.',
  },
};

/** How much of a bubble the words are, beside a turn. */
export const LIKENESS: Readonly<Record<'whole' | 'beginning', Sentence>> = {
  whole: { en: 'these words are a whole bubble of it', ko: '이 말이 말풍선 하나와 같습니다' },
  beginning: { en: 'a bubble of it begins with these words', ko: '말풍선 하나가 이 말로 시작합니다' },
};

/** Said after the turns that are shown, of those that are not. */
export function notShown({ others, alike }: SearchResult): readonly Sentence[] {
  const said: Sentence[] = [];
  if (others > 0)
    said.push({
      en: `More turns than are shown: ${others}. Tell the time (--at, --within), the words (--said) or the user (--user) to see fewer.`,
      ko: `이 밖에 턴이 ${others}개 더 있습니다. 시각(--at, --within), 말(--said), 사용자(--user)로 좁혀 보세요.`,
    });
  if (alike > 0)
    said.push({
      en: `Turns that only begin with the same words, not shown: ${alike}.`,
      ko: `시작하는 말만 같은 턴이 ${alike}개 더 있습니다.`,
    });
  return said;
}

/** Tells what API Gateway answered with an error in the range. */
export function refusals({ refused }: SearchResult): readonly Sentence[] {
  const told = (byGateway: boolean): string =>
    refused
      .filter(one => one.byGateway === byGateway)
      .map(({ status, count }) => `${status} ×${count}`)
      .join(', ');
  const [itself, asked] = [told(true), told(false)];
  return [
    ...(itself
      ? [
          {
            en: `In this range API Gateway itself refused calls, which no function saw: ${itself}. 429 is its throttle, 503 a function that could not be reached; their users got no answer.`,
            ko: `이 시간에 API Gateway가 함수까지 보내지 않고 거절한 호출: ${itself}. 429는 호출 제한, 503은 함수에 닿지 못한 것이며 그 사용자는 답을 받지 못했습니다.`,
          },
        ]
      : []),
    ...(asked
      ? [
          {
            en: `In this range functions' calls ended with an error: ${asked}.`,
            ko: `이 시간에 함수의 호출이 오류로 끝난 것: ${asked}.`,
          },
        ]
      : []),
  ];
}

/** Said where no turn was found: what else to try. */
export function nothingFound(
  { cut }: SearchResult,
  { said, user, footprint, request, at, within }: SearchOptions,
): readonly Sentence[] {
  return [
    { en: 'No turn was found.', ko: '찾은 턴이 없습니다.' },
    ...(said ? [TRY_WORDS] : []),
    ...(user ? [TRY_USER] : []),
    ...(said || user ? [ROTATED] : []),
    ...(at || within ? [TRY_RANGE] : [TRY_TIME]),
    ...(footprint || request ? [] : [TRY_ALL]),
    ...(cut.length > 0 ? [] : [NO_LINE]),
  ];
}

const TRY_WORDS: Sentence = {
  en: `- Words: give one bubble's from its beginning, at least ${BEGINNING_LETTERS} letters and digits of it, or all of a shorter one. Buttons, prices and pictures are no words of a card, nor of a text the name of who is mentioned; answers that another chatbot block gave leave no line.`,
  ko: `- 말: 말풍선 하나의 처음부터 글자와 숫자 ${BEGINNING_LETTERS}개 이상, 더 짧으면 전부 주세요. 카드의 버튼, 가격, 사진과 멘션한 사람의 이름은 말이 아니며, 다른 챗봇 블록이 답한 것은 줄이 남지 않습니다.`,
};

const TRY_USER: Sentence = {
  en: "- User: plusfriendUserKey, or smart-chat's user_key; for botUserKey (userRequest.user.id) name the bot, too: --bot-id. An appUserId is in no line: of a gateway with webhooks, user show <appUserId> tells its userKeys, and --user takes each of them.",
  ko: '- 사용자: plusfriendUserKey 또는 스마트채팅의 user_key입니다. botUserKey(userRequest.user.id)이면 --bot-id로 봇도 알려 주세요. appUserId는 어느 줄에도 없습니다. 웹훅을 쓰는 게이트웨이라면 user show <appUserId>가 userKeys를 알려 주고, 그 하나하나를 --user로 쓸 수 있습니다.',
};

const ROTATED: Sentence = {
  en: '- Hashes are keyed by the secret: after a second rotation lines from before the first can no longer be found by words or user, only by time and ids.',
  ko: '- 해시의 키는 시크릿입니다. 시크릿을 두 번 교체하면 첫 교체 전의 줄은 말이나 사용자로 찾을 수 없고 시각과 id로만 찾습니다.',
};

const TRY_RANGE: Sentence = {
  en: '- Range: widen it (--within 1h). KakaoTalk shows when a bubble came, a late answer minutes after its question.',
  ko: '- 시간: 넓혀 보세요(--within 1h). 카카오톡의 시각은 말풍선이 온 때이고, 늦은 답은 질문보다 몇 분 뒤에 옵니다.',
};

const TRY_TIME: Sentence = {
  en: '- Range: the last 24 hours are searched unless --at or --within says otherwise.',
  ko: '- 시간: --at이나 --within이 없으면 지난 24시간을 찾습니다.',
};

const TRY_ALL: Sentence = {
  en: '- See everything of that time: --at alone.',
  ko: '- 그때의 모든 턴을 보려면 --at만 주세요.',
};

const NO_LINE: Sentence = {
  en: '- A call that went to another address, or never came, leaves no line here: see the skill in the 챗봇 관리자센터.',
  ko: '- 다른 주소로 갔거나 오지 않은 호출은 여기에 줄이 없습니다. 챗봇 관리자센터의 스킬을 확인하세요.',
};

/** Said of log groups that hold more than was looked at. */
export function searchedInPart({ cut }: SearchResult, language: Language): string {
  return {
    en: `trace: not searched to the end, since there is too much in that range: ${cut.join(', ')}; make it shorter by --at and --within`,
    ko: `trace: 이 시간의 줄이 너무 많아 끝까지 찾지 못했습니다: ${cut.join(', ')}. --at과 --within으로 줄여 주세요`,
  }[language];
}
