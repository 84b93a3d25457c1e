import { SESSION_LIFETIME_DAYS } from '../../lambda/turn/session.ts';
import { INTEGRATION_TIMEOUT_MS, KAKAO_WAITS_MS } from '../../lambda/turn/time-budget.ts';
import type { Language, Sentence } from '../../tools/language.ts';
import type { LoadOptions } from './options.ts';
import { type Break, LOAD_USER, type Rung, turnsOf, usdOf } from './rungs.ts';

const WAITS = KAKAO_WAITS_MS / 1_000;

/** Why a rung broke, and what to do. */
export const REASONS: Readonly<Record<Break, Sentence>> = {
  throttled: {
    en: 'It answers 429: more calls came than throttleRate and throttleBurst allow, so raise them; on this machine it is npm start that takes no more.',
    ko: '429로 답합니다. throttleRate와 throttleBurst가 허락하는 것보다 호출이 많으니 올리세요. 내 컴퓨터에서는 npm start가 더 받지 못하는 것입니다.',
  },
  crowded: {
    en: `It answers 5xx: Lambda had no environment left (reservedConcurrency, or the account's own limit), or an answer took longer than ${INTEGRATION_TIMEOUT_MS / 1_000} s; the alarms api-errors and slow-answers tell more.`,
    ko: `5xx로 답합니다. Lambda에 남은 실행 환경이 없거나(reservedConcurrency나 계정의 한도), 답이 ${INTEGRATION_TIMEOUT_MS / 1_000}초를 넘었습니다. 경보 api-errors와 slow-answers가 더 알려 줍니다.`,
  },
  late: {
    en: `Answers take longer than the ${WAITS} s that Kakao waits: declare slow rules with { slow }, or give the functions more memory.`,
    ko: `답이 카카오가 기다리는 ${WAITS}초를 넘깁니다. 느린 규칙을 { slow }로 알리거나 함수의 메모리를 늘리세요.`,
  },
  apologies: {
    en: 'It answers with the apology: rules throw, or the table does not keep up; the alarm turns-failed tells which.',
    ko: '사과문으로 답합니다. 규칙이 오류를 내거나 테이블이 따라오지 못합니다. 경보 turns-failed가 어느 쪽인지 알려 줍니다.',
  },
  refused: {
    en: 'The secret is refused: give the valid one, which the SecretCommand of cdk deploy prints.',
    ko: '시크릿이 거절되었습니다. cdk deploy가 알려 준 SecretCommand로 올바른 시크릿을 출력해서 쓰세요.',
  },
  broken: {
    en: 'Connections break, or never come about: is the gateway there, is its certificate valid, has this machine ports and files left?',
    ko: '연결이 끊기거나 되지 않습니다. 게이트웨이가 떠 있는지, 인증서가 유효한지, 이 컴퓨터에 포트와 파일이 남아 있는지 확인하세요.',
  },
  oddly: {
    en: 'It answers neither 200 nor a refusal that is known: call the doctor (npm run -s doctor -- --url <url>).',
    ko: '200도 아니고 알려진 거절도 아닌 답을 합니다. 점검 도구를 쓰세요(npm run -s doctor -- --url <url>).',
  },
  generator: {
    en: 'This machine can send no more: its own limit, and not that of the gateway.',
    ko: '이 컴퓨터가 더 보내지 못합니다. 게이트웨이가 아니라 이 컴퓨터의 한계입니다.',
  },
};

const LABELS = {
  en: { head: ['asked/s', 'sent/s', 'answered/s', 'p50', 'p99'], endings: 'how turns ended' },
  ko: { head: ['요청/s', '보냄/s', '답함/s', 'p50', 'p99'], endings: '턴의 끝' },
} as const satisfies Record<Language, unknown>;

const WIDTHS = [9, 9, 12, 9, 9] as const;

/** The lines before the first rung: what will be done, to whom, at what price. */
export function startLines({ target, rates, seconds, users, language }: LoadOptions): string[] {
  const [from, to, turns] = [rates[0], rates.at(-1), turnsOf(rates, seconds)];
  const cost = target.isLoopback ? '' : ` ($${usdOf(rates, seconds)})`;
  const { head, endings } = LABELS[language];
  const says =
    language === 'ko'
      ? [
          `${target.base}에 초당 ${from}턴에서 ${to}턴까지, 한 단계에 ${seconds}초씩, 많아야 ${turns}턴${cost}`,
          `id가 ${LOAD_USER}로 시작하는 사용자 ${users}명이며, 그 세션은 ${SESSION_LIFETIME_DAYS}일 뒤에 사라집니다.`,
        ]
      : [
          `${target.base}: ${from} to ${to} turns a second, ${seconds} s at each rate, at most ${turns} turns${cost}`,
          `The ids of its ${users} users begin with ${LOAD_USER}; their sessions go after ${SESSION_LIFETIME_DAYS} days.`,
        ];
  return [...says, '', `${rowOf(head)}   ${endings}`];
}

/** A rung as a line. */
export function rungLine({ asked, sent, answered, p50Ms, p99Ms, endings }: Rung): string {
  const ended = Object.entries(endings)
    .map(([ending, times]) => `${ending} × ${times}`)
    .join(', ');
  return `${rowOf([`${asked}`, `${sent}`, `${answered}`, `${p50Ms} ms`, `${p99Ms} ms`])}   ${ended}`;
}

/** The lines after the last rung. */
export function endLines(rungs: readonly Rung[], language: Language): string[] {
  const broken = rungs.find(({ breaks }) => breaks !== undefined);
  const most = rungs.filter(({ breaks }) => breaks === undefined).at(-1)?.asked ?? 0;
  if (broken?.breaks === undefined) {
    return [
      '',
      language === 'ko'
        ? `✓ 초당 ${most}턴을 모두 버텼습니다.`
        : `✓ It bore every rate, up to ${most} turns a second.`,
    ];
  }
  const told = REASONS[broken.breaks][language];
  return [
    '',
    language === 'ko'
      ? `✗ 초당 ${broken.asked}턴에서 버티지 못했습니다(그 전까지 ${most}턴). ${told}`
      : `✗ It broke at ${broken.asked} turns a second, and bore ${most} before. ${told}`,
  ];
}

const rowOf = (cells: readonly string[]): string =>
  cells.map((cell, at) => cell.padStart((WIDTHS[at] ?? 0) - koreanIn(cell))).join('');

/** Letters that take two columns. */
const koreanIn = (text: string): number => text.match(/[가-힣]/g)?.length ?? 0;
