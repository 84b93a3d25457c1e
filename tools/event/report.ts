import type { EventReport, Fate } from '../../lambda/event-api/index.ts';
import { FATES } from '../../lambda/event-api/index.ts';
import type { Language, Sentence } from '../language.ts';

/** Each fate in the operator's words. */
const FATE_WORDS: Readonly<Record<Fate, Sentence>> = {
  delivered: { en: 'delivered', ko: '도착' },
  'delivered-or-not': { en: 'delivered or not', ko: '도착했거나 못 했음' },
  accepted: { en: 'accepted, and not told yet', ko: '접수됨, 결과는 아직 모름' },
  unknown: { en: 'unknown: do not send it again blindly', ko: '알 수 없음: 무턱대고 다시 보내지 마세요' },
  failed: { en: 'failed', ko: '실패' },
  unresolved: { en: 'nobody by this id', ko: '없는 ID' },
  refused: { en: 'refused by Kakao', ko: '카카오가 거절' },
  'not-sent': { en: 'not sent', ko: '보내지 않음' },
};

/** The most reasons that are told of a fate. */
const MOST_REASONS = 10;

const count = (many: number): string => many.toLocaleString('en-US');

/** The lines before anything is sent: to how many it goes, and what that costs. @param plan of a dry run */
export function planLines(plan: EventReport, language: Language): string[] {
  const { name, channel, fates, duplicates, costWon } = plan;
  const all = count(fates.length);
  const twice = count(duplicates.length);
  const [first = {}] = fates;
  const [to, unit, topic] = 'botGroupKey' in first ? ['그룹방 ', '개', '는'] : ['', '명', '은'];
  return {
    en: [
      `${name}: to ${all} of the ${channel} channel, ${count(costWon)} won at most, without VAT`,
      ...(duplicates.length > 0 ? [`named again, and sent to once: ${twice}`] : []),
    ],
    ko: [
      `${name}: ${channel === 'dev' ? '개발채널' : '운영채널'} ${to}${all}${unit}, 많아야 ${count(costWon)}원 (부가세 별도)`,
      ...(duplicates.length > 0 ? [`${twice}${unit}${topic} 두 번 적혀 있어 한 번만 보냅니다`] : []),
    ],
  }[language];
}

/** The lines of what became of it: how many have each fate, why, and what it cost. */
export function reportLines(report: EventReport, language: Language): string[] {
  const told = FATES.filter(fate => report.counts[fate] > 0);
  const width = Math.max(...told.map(fate => count(report.counts[fate]).length));
  const lines = told.flatMap(fate => [
    `${count(report.counts[fate]).padStart(width)}  ${FATE_WORDS[fate][language]}`,
    ...reasonsOf(report, fate).map(reason => `${' '.repeat(width + 4)}${reason}`),
  ]);
  const { delivered, costWon } = report;
  const end: Sentence = {
    en: `Kakao counts ${count(delivered)} as delivered. It cost ${count(costWon)} won at most, without VAT.`,
    ko: `카카오가 센 도착은 ${count(delivered)}건이고, 비용은 많아야 ${count(costWon)}원입니다 (부가세 별도).`,
  };
  return [...lines, end[language]];
}

/** The reasons of a fate, the most frequent first. */
function reasonsOf({ fates }: EventReport, fate: Fate): string[] {
  const many = new Map<string, number>();
  for (const one of fates) {
    if (one.fate !== fate || one.reason === undefined) continue;
    const reason = one.errorType === undefined ? one.reason : `${one.errorType}: ${one.reason}`;
    many.set(reason, (many.get(reason) ?? 0) + 1);
  }
  const reasons = [...many].sort(([, one], [, other]) => other - one);
  const untold = reasons.length - MOST_REASONS;
  return [
    ...reasons.slice(0, MOST_REASONS).map(([reason, times]) => `${count(times)}  ${reason}`),
    ...(untold > 0 ? [`… ${count(untold)}`] : []),
  ];
}

/** Said where nobody has said that it is meant. */
export const NOT_MEANT: Sentence = {
  en: 'Nothing was sent. To send it: --yes, with --report <file> for what becomes of each',
  ko: '아무것도 보내지 않았습니다. 보내려면: --yes, 그리고 결과를 남길 --report <파일>',
};

/** Said of the file that has it all. */
export const writtenTo = (file: string): Sentence => ({
  en: `What became of each: ${file}`,
  ko: `한 사람 한 사람의 결과: ${file}`,
});

/** Said where that file does not have it, and the report is printed. @param why Node's word for it */
export const notWrittenTo = (file: string, why: string): Sentence => ({
  en: `What became of each could not be written to ${file} (${why}): it was printed above. Keep it; don't send again for it`,
  ko: `한 사람 한 사람의 결과를 ${file}에 쓰지 못해(${why}) 위에 출력했습니다. 따로 보관하고, 이 때문에 다시 보내지 마세요`,
});
