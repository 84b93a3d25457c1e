import { SESSION_LIFETIME_DAYS } from '../../lambda/turn/session.ts';
import { QUEUE_RETENTION_SECONDS } from '../../lambda/turn/time-budget.ts';
import type { Sentence } from '../language.ts';
import { visible } from '../terminal.ts';
import type { KeptItem } from './kept-item.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/** Days that point-in-time recovery keeps what a table held: DynamoDB's own most, and what the stacks have. */
export const RECOVERY_DAYS = 35;

/** Days that the functions' logs are kept unless `logRetentionDays` says otherwise. */
export const LOG_DAYS = 30;

/** As much as is known of the other places that have something of a user. */
export interface Elsewhere {
  /** Epoch ms. */
  readonly now: number;
  readonly pseudonyms: readonly Pseudonyms[];
  /** The longest that a log is kept; undefined where no stack told. */
  readonly logDays: number | undefined;
  /** Undefined where no stack told. */
  readonly hasBus: boolean | undefined;
  /** Others' items that name the user; undefined where nobody has looked. */
  readonly naming: readonly KeptItem[] | undefined;
}

/** Where else a user's data is or will be, and until when; the gateway's own items aside. */
export function elsewhere({ now, pseudonyms, logDays, hasBus, naming }: Elsewhere): readonly Sentence[] {
  const at = (ms: number): string => new Date(now + ms).toISOString();
  const backup = at(RECOVERY_DAYS * DAY_MS);
  const names = pseudonyms
    .flatMap(({ now: one, before }) => [one, before])
    .filter(Boolean)
    .join(', ');
  const days = logDays ?? LOG_DAYS;
  const logs = at(days * DAY_MS);
  return [
    {
      en: `backups: what the table held until now can be restored until ${backup} (point-in-time recovery, ${RECOVERY_DAYS} days); erase the user again after a restore`,
      ko: `백업: 테이블에 지금까지 있던 것은 ${backup}까지 복원할 수 있습니다(특정 시점 복구, ${RECOVERY_DAYS}일). 복원한 뒤에는 다시 지우세요.`,
    },
    {
      en: `the log: lines under ${names === '' ? 'their pseudonyms (give --secret-id to learn them)' : `the pseudonyms ${names}`}, until ${logs}${logDays === undefined ? `, unless logRetentionDays is not ${LOG_DAYS}` : ` (${days} days)`}; they hold no words and no id`,
      ko: `로그: ${names === '' ? '가명(--secret-id를 주면 알 수 있음)' : `가명 ${names}`}으로 된 줄이 ${logs}까지 남습니다${logDays === undefined ? `(logRetentionDays가 ${LOG_DAYS}일 때)` : `(${days}일)`}. 말과 식별값은 없습니다.`,
    },
    {
      en: `the late queue: a late turn lies there, words included, until ${at(QUEUE_RETENTION_SECONDS * 1_000)} at the latest; of an erased user it reaches nobody`,
      ko: `늦은 턴의 대기열: 늦은 턴은 사용자의 말과 함께 늦어도 ${at(QUEUE_RETENTION_SECONDS * 1_000)}까지 있습니다. 지운 사용자의 것은 아무에게도 가지 않습니다.`,
    },
    ...(hasBus === false ? [] : [hasBus ? BUS : MAYBE_BUS]),
    naming === undefined ? NOT_LOOKED : named(naming),
    OWN,
    KAKAO,
  ];
}

const DAY_MS = 86_400_000;

const BUS: Sentence = {
  en: 'the event bus: whatever its subscribers have kept of what they were told',
  ko: '이벤트 버스: 구독자가 받아서 보관한 것',
};

const MAYBE_BUS: Sentence = {
  en: 'the event bus, if the setting eventBusName is there: whatever its subscribers have kept',
  ko: '설정 eventBusName이 있다면 이벤트 버스: 구독자가 받아서 보관한 것',
};

const NOT_LOOKED: Sentence = {
  en: "others' items: group rooms and answers that mention the user were not looked for; --everywhere does, and reads the whole table",
  ko: '다른 사람의 항목: 이 사용자를 언급하는 단톡방과 답은 찾지 않았습니다. --everywhere가 테이블 전체를 읽어 찾습니다.',
};

/** Says which items of others name the user. */
export function named(naming: readonly KeptItem[]): Sentence {
  const list = naming.map(({ kind, key }) => `${kind} ${visible(key)}`).join(', ');
  if (list === '')
    return {
      en: "others' items: none names the user",
      ko: '다른 사람의 항목: 이 사용자를 언급하는 것이 없습니다.',
    };
  return {
    en: `others' items that name the user, and end by themselves ${SESSION_LIFETIME_DAYS} days after their last change: ${list}`,
    ko: `이 사용자를 언급하는 다른 사람의 항목(마지막으로 바뀐 지 ${SESSION_LIFETIME_DAYS}일 뒤에 저절로 사라짐): ${list}`,
  };
}

const OWN: Sentence = {
  en: "the bot's own tables and services, and a model's provider: they are the bot's to answer for",
  ko: '봇 자신의 테이블과 서비스, 모델 제공자: 봇의 코드로 다뤄야 합니다.',
};

const KAKAO: Sentence = {
  en: "Kakao: the chat room itself, and what Kakao's consoles keep",
  ko: '카카오: 채팅방의 대화와 카카오의 관리자센터가 보관하는 것',
};

/** Said where nothing is kept of a user. */
export function nobody(botId: string | undefined): Sentence {
  return {
    en: `nothing is kept of a user with this id${botId === undefined ? '; a botUserKey needs --bot-id' : ''}, an appUserId a gateway with webhooks, and of a stateless bot nothing is kept at all`,
    ko: `이 식별값의 사용자에 대해 보관하는 것이 없습니다. ${botId === undefined ? 'botUserKey에는 --bot-id가 필요하고, ' : ''}appUserId는 웹훅을 쓰는 게이트웨이에서만 찾을 수 있으며, 상태가 없는 봇은 아무것도 보관하지 않습니다.`,
  };
}

/** Said where the secret can't be read, and the rest is done without. */
export function noPseudonyms(reason: string): Sentence {
  return {
    en: `the user's pseudonyms in the log are not told, since the gateway's secret can't be read: ${reason}`,
    ko: `게이트웨이의 시크릿을 읽을 수 없어 로그의 가명은 알려 주지 못합니다: ${reason}`,
  };
}

/** The question before an erasure. */
export function sure(items: readonly KeptItem[], rooms: readonly KeptItem[]): Sentence {
  const list = [...items, ...rooms].map(({ kind, key }) => `  ${kind} ${visible(key)}`).join('\n');
  return {
    en: `These are deleted for good:\n${list}\nType yes to erase them:`,
    ko: `다음을 영구히 지웁니다:\n${list}\n지우려면 yes를 입력하세요:`,
  };
}

/** Said where the question was not answered by yes. */
export const NOT_ERASED: Sentence = { en: 'Nothing was erased.', ko: '지우지 않았습니다.' };

/** Said where nobody can be asked. */
export const NOBODY_TO_ASK: Sentence = {
  en: 'erasing asks at a terminal first; where there is none, give --yes',
  ko: '지우기 전에 터미널에서 묻습니다. 터미널이 없다면 --yes를 주세요.',
};

/** Asks for the id at a terminal. */
export const WHO: Sentence = { en: "The user's id, then Enter:", ko: '사용자의 식별값을 입력하고 Enter:' };

/** The first line after an erasure. */
export function erased(items: number, cameBack: boolean): Sentence {
  const also = cameBack
    ? {
        en: '; they said something meanwhile, and that was erased, too',
        ko: ' 그사이 사용자가 한 말도 지웠습니다.',
      }
    : { en: '', ko: '' };
  return {
    en: `Erased: ${items} ${items === 1 ? 'item' : 'items'} of the user are gone from the table${also.en}.\nWhat remains elsewhere:`,
    ko: `지웠습니다: 테이블에서 이 사용자의 항목 ${items}개를 지웠습니다.${also.ko}\n다른 곳에 남은 것:`,
  };
}

/** Said of a user who never stopped talking. */
export const STILL_THERE: Sentence = {
  en: 'the user talks with the bot right now, and has a session again: erase them once more later',
  ko: '사용자가 지금 봇과 대화하고 있어 세션이 다시 생겼습니다. 나중에 한 번 더 지우세요.',
};

/** Said after an erasure of a session that can't be read. */
export const READ_IN_PART: Sentence = {
  en: 'a session of theirs that this release can not read is erased, but may name more ids of theirs than were found: erase by each that you know, or once more by the release that stored it',
  ko: '이 릴리스가 읽을 수 없는 세션을 지웠습니다. 그 안에 여기에서 찾지 못한 이 사용자의 다른 식별값이 있었을 수 있으니, 아는 식별값마다 지우거나 그것을 저장한 릴리스로 한 번 더 지우세요.',
};
