import type { Violation } from '../../lambda/check/violation.ts';
import type { Language, Sentence } from '../language.ts';

/** One file's result. */
export interface Report {
  readonly file: string;
  readonly status: 'ok' | 'rejected' | 'skipped' | 'unreadable';
  /** Why it was skipped or could not be read. */
  readonly reason?: Sentence;
  /** The thing that was looked at, where that is not the file's JSON as a skill's or smart-chat's answer. */
  readonly note?: Sentence;
  /** The first of them. */
  readonly violations: readonly (Violation & { readonly explanation: Sentence })[];
  /** How many more there are. */
  readonly untold?: Counts;
}

/** How many violations cost an answer, and how many only a part of it. */
interface Counts {
  readonly rejected: number;
  readonly shortened: number;
}

/** Nobody mends more by hand. */
const MAX_TOLD = 1_000;

/** The part of a report that violations make: the first thousand, explained, and a count of the others. */
export function violationsPart(
  violations: readonly Violation[],
  explain: (violation: Violation) => Sentence,
): Pick<Report, 'status' | 'violations' | 'untold'> {
  const told = violations.slice(0, MAX_TOLD);
  return {
    status: violations.some(isRejected) ? 'rejected' : 'ok',
    violations: told.map(violation => ({ ...violation, explanation: explain(violation) })),
    ...(violations.length > MAX_TOLD && { untold: countsOf(violations.slice(MAX_TOLD)) }),
  };
}

const isRejected = ({ severity }: Violation): boolean => severity === 'rejected';

function countsOf(violations: readonly Violation[]): Counts {
  const rejected = violations.filter(isRejected).length;
  return { rejected, shortened: violations.length - rejected };
}

function totalOf(reports: readonly Report[]): Counts {
  const all = reports.flatMap(({ violations, untold }) => [
    countsOf(violations),
    ...(untold ? [untold] : []),
  ]);
  const sum = (kind: keyof Counts): number => all.reduce((total, counts) => total + counts[kind], 0);
  return { rejected: sum('rejected'), shortened: sum('shortened') };
}

/** The page that each short name of a source stands for. */
const SOURCES: Readonly<Record<string, string>> = {
  FMT: 'https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format',
  CB: 'https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/ai_chatbot_callback_guide',
  PLG: 'https://kakaobusiness.gitbook.io/main/tool/chatbot/main_notions/plugin',
  FAQ: 'https://cs.kakao.com (serviceId=169)',
  GRP: '그룹 챗봇 스킬 서버 개발 Quick Start',
  CMP: 'https://i.kakao.com/docs/skill-compare',
  SDK: 'kakao-chatbot (PyPI)',
  OLD: 'https://i.kakao.com/docs/skill-response-format',
  SPEC: 'https://github.com/plusfriend/auto_reply',
  GATEWAY: 'no page of Kakao tells it: kakao-gateway itself does',
};

/** The reports for programs. */
export function jsonReport(reports: readonly Report[]): object {
  return { files: reports, ...totalOf(reports) };
}

const untoldLine = ({ rejected, shortened }: Counts): Sentence => ({
  en: `and ${rejected} more to mend, ${shortened} more shortened or ignored: mend these first`,
  ko: `이 밖에 고칠 곳 ${rejected}, 줄거나 무시되는 곳 ${shortened}. 이것부터 고치세요`,
});

const ended = (sentence: string): string => (sentence.endsWith('?') ? sentence : `${sentence}.`);

/** The reports for people, a line an entry. */
export function reportLines(reports: readonly Report[], language: Language): string[] {
  const isKorean = language === 'ko';
  const marks = { ok: '✓', rejected: '✗', skipped: '–', unreadable: '✗' };
  const lines = reports.flatMap(({ file, status, reason, note = reason, violations, untold }) => [
    `${marks[status]} ${file}${note ? `: ${note[language]}` : ''}`,
    ...violations.flatMap(violation => [
      `  ${isRejected(violation) ? '✗' : '!'} ${ended(violation.explanation[language])}`,
      `    ${violation.effect[language]}. [${violation.rule}, ${violation.source}]`,
    ]),
    ...(untold ? [`  … ${untoldLine(untold)[language]}`] : []),
  ]);
  const all = reports.flatMap(({ violations }) => violations);
  const named = [...new Set(all.map(({ source }) => source))].map(
    source => `${source}: ${SOURCES[source] ?? source}`,
  );
  const count = (status: Report['status']): number =>
    reports.filter(report => report.status === status).length;
  const [shown, dropped, skipped, unreadable] = [
    count('ok'),
    count('rejected'),
    count('skipped'),
    count('unreadable'),
  ];
  const { rejected, shortened } = totalOf(reports);
  const summary = isKorean
    ? `파일 ${reports.length}개: 보임 ${shown}, 버려짐 ${dropped}, 건너뜀 ${skipped}, 읽지 못함 ${unreadable}. 고칠 곳 ${rejected}, 줄거나 무시되는 곳 ${shortened}.`
    : `${reports.length} ${reports.length === 1 ? 'file' : 'files'}: ${shown} shown, ${dropped} dropped, ${skipped} skipped, ${unreadable} not read. ${rejected} to mend (✗), ${shortened} shortened or ignored (!).`;
  return [...lines, '', ...(named.length > 0 ? [...named, ''] : []), summary];
}
