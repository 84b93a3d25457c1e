import { KAKAO_WAITS_MS } from '../../lambda/turn/time-budget.ts';
import type { Language } from '../language.ts';
import { visible } from '../terminal.ts';
import { CHECKS, SECTIONS } from './check-names.ts';
import { sentenceOf } from './diagnostics.ts';
import type { Checked, Section } from './examine.ts';
import type { Target } from './target.ts';
import type { Mark } from './verdict.ts';

const SIGNS: Readonly<Record<Mark, string>> = { ok: '✓', warning: '!', failed: '✗', skipped: '–' };

const COLOURS: Readonly<Record<string, number>> = { '✓': 32, '!': 33, '✗': 31, '–': 2 };

const LABELS = {
  en: {
    first: 'first call',
    later: 'later',
    limit: '   of 5 s',
    body: 'body',
    status: 'status',
    more: (count: number) => ` and ${count} more`,
    begin: 'Begin with',
    mend: 'Mend what ✗ tells, then call the doctor again.',
  },
  ko: {
    first: '첫 호출',
    later: '그다음',
    limit: '   / 5초',
    body: '본문',
    status: '상태',
    more: (count: number) => ` 외 ${count}개`,
    begin: '먼저 볼 것:',
    mend: '✗의 설명대로 고친 뒤 다시 점검하세요.',
  },
} as const satisfies Record<Language, unknown>;

/** Failures are told before all else. */
const URGENCY: Readonly<Record<Mark, number>> = { failed: 0, warning: 1, ok: 2, skipped: 2 };

const NAME_WIDTH = 28;
const TIME_WIDTH = 12;
const BODY_WIDTH = 32;
const SENTENCE_WIDTH = 94;
const MOST_NAMES = 4;

/** A section as a table, with what to do below it: each sentence once, and the checks it is about. */
export function sectionLines({ id, checked }: Section, language: Language): string[] {
  const title = SECTIONS[id][language];
  const [first] = checked;
  const isSkipped = checked.every(
    ({ mark, diagnostic }) => mark === 'skipped' && diagnostic?.code === first?.diagnostic?.code,
  );
  if (first?.diagnostic && isSkipped) {
    return [title, `  ${SIGNS.skipped} ${sentenceOf(first.diagnostic, language)}`];
  }
  const labels = LABELS[language];
  const isApiTest = id === 'api-test';
  const head = [
    pad(title, NAME_WIDTH + 4),
    padStart(labels.first, TIME_WIDTH),
    isApiTest
      ? apiTestCells('', labels.status, labels.body)
      : `${padStart(labels.later, TIME_WIDTH)}${labels.limit}`,
  ];
  return [head.join(''), ...checked.map(check => rowOf(check, language)), ...sentencesOf(checked, language)];
}

/** The whole examination's result: what is to be mended or looked at first, then how many checks ended in which way. */
export function summaryLines(sections: readonly Section[], language: Language): string[] {
  const { ok, warning, failed, skipped } = countsOf(sections);
  const sign = SIGNS[failed > 0 ? 'failed' : warning > 0 ? 'warning' : 'ok'];
  const worst = worstOf(sections);
  const [first, ...more] = worst
    ? wrapped(`${LABELS[language].begin} ${namesOf([worst], language)}: ${toldOf(worst, language)}`)
    : [];
  const counts =
    language === 'ko'
      ? `정상 ${ok}, 주의 ${warning}, 실패 ${failed}, 건너뜀 ${skipped}.`
      : `${ok} ok, ${warning} to look at, ${failed} failed, ${skipped} skipped.`;
  return [
    ...(first === undefined ? [] : [`${sign} ${first}`, ...more.map(line => `  ${line}`)]),
    `${sign} ${counts}${failed > 0 ? ` ${LABELS[language].mend}` : ''}`,
  ];
}

/** The check to begin with: the first that failed, else the first to be looked at; those behind it may only follow from it. */
function worstOf(sections: readonly Section[]): Checked | undefined {
  const all = sections.flatMap(({ checked }) => checked);
  return all.find(({ mark }) => mark === 'failed') ?? all.find(({ mark }) => mark === 'warning');
}

const toldOf = ({ diagnostic }: Checked, language: Language): string =>
  diagnostic === undefined ? '' : visible(sentenceOf(diagnostic, language));

/** The report's beginning, before the first section is there: what is called, and as whom. */
export function startLines({ base }: Target, language: Language): string[] {
  const seconds = KAKAO_WAITS_MS / 1_000;
  return language === 'ko'
    ? [
        `카카오처럼 ${base} 호출 (카카오는 ${seconds}초를 기다립니다)`,
        '늘 같은 가상의 사용자 셋으로 인사만 하며, 그 사용자는 아무것도 남기지 않고 어디에도 세지 않습니다.',
      ]
    : [
        `Calling ${base} as Kakao does (Kakao waits ${seconds} s)`,
        'It says hello as three made-up users, always the same: nothing of them is kept, and nothing of it counted.',
      ];
}

/** The examination for programs: ids and codes stay the same, sentences are for people. */
export function jsonReport(target: Target, sections: readonly Section[], language: Language): object {
  const worst = worstOf(sections);
  return {
    url: target.base,
    limitMs: KAKAO_WAITS_MS,
    ...countsOf(sections),
    ...(worst?.diagnostic && {
      first: {
        id: worst.id,
        mark: worst.mark,
        code: worst.diagnostic.code,
        sentence: toldOf(worst, language),
      },
    }),
    checks: sections.flatMap(({ id: section, checked }) =>
      checked.map(({ id, mark, ms, isFirst, diagnostic, apiTest }) => ({
        section,
        id,
        name: CHECKS[id][language],
        mark,
        ...(ms !== undefined && { ms: Math.round(ms), isFirst }),
        ...(diagnostic && { code: diagnostic.code, sentence: sentenceOf(diagnostic, language) }),
        ...(apiTest && { apiTest }),
      })),
    ),
  };
}

/** The command's exit code: 1 when a check failed, else 0. */
export function exitCodeOf(sections: readonly Section[]): number {
  return countsOf(sections).failed > 0 ? 1 : 0;
}

/** How many checks ended in which way. */
function countsOf(sections: readonly Section[]): Record<Mark, number> {
  const counts: Record<Mark, number> = { ok: 0, warning: 0, failed: 0, skipped: 0 };
  for (const { mark } of sections.flatMap(({ checked }) => checked)) counts[mark]++;
  return counts;
}

function rowOf({ id, mark, ms, isFirst, apiTest }: Checked, language: Language): string {
  const time = padStart(ms === undefined ? '' : timeOf(ms), TIME_WIDTH);
  const cells = [
    `  ${SIGNS[mark]} ${pad(CHECKS[id][language], NAME_WIDTH)}`,
    ...(isFirst ? [] : [pad('', TIME_WIDTH)]),
    time,
    ...(apiTest
      ? [apiTestCells(apiTest.need, String(apiTest.status), cut(visible(apiTest.body), BODY_WIDTH))]
      : []),
  ];
  return cells.join('').trimEnd();
}

function apiTestCells(need: string, status: string, body: string): string {
  return `    ${pad(need, 10)}${pad(status, 8)}${body}`;
}

function sentencesOf(checked: readonly Checked[], language: Language): string[] {
  const about = new Map<string, Checked[]>();
  for (const check of checked.toSorted((one, other) => URGENCY[one.mark] - URGENCY[other.mark])) {
    if (check.diagnostic === undefined) continue;
    const sentence = sentenceOf(check.diagnostic, language);
    about.set(sentence, [...(about.get(sentence) ?? []), check]);
  }
  return [...about].flatMap(([sentence, checks]) => {
    const mark = checks[0]?.mark ?? 'ok';
    const [first, ...others] = wrapped(`${namesOf(checks, language)}: ${visible(sentence)}`);
    return [`    ${mark === 'ok' ? '·' : SIGNS[mark]} ${first}`, ...others.map(line => `      ${line}`)];
  });
}

function namesOf(checks: readonly Checked[], language: Language): string {
  const names = checks.map(({ id }) => CHECKS[id][language]);
  const more = names.splice(MOST_NAMES).length;
  return more === 0 ? names.join(', ') : `${names.join(', ')}${LABELS[language].more(more)}`;
}

/** A line of the report whose sign has its colour, for terminals. */
export function painted(line: string): string {
  return line.replace(
    /^( {2,4})([✓!✗–])/,
    (_, space, sign) => `${space}\u001b[${COLOURS[sign]}m${sign}\u001b[0m`,
  );
}

function timeOf(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}

/** Columns of a terminal: Korean letters take two. */
function widthOf(text: string): number {
  return [...text].reduce(
    (width, letter) => width + (/[\u1100-\u11ff\u3000-\ud7ff\uff00-\uff60]/.test(letter) ? 2 : 1),
    0,
  );
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(`${line} ${word}`) > SENTENCE_WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

function cut(text: string, width: number): string {
  let kept = '';
  for (const letter of text) {
    if (widthOf(kept + letter) >= width) return `${kept}…`;
    kept += letter;
  }
  return kept;
}
