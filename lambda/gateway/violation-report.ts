import type { LogEntry } from '../aws/log.ts';
import { oneIf } from '../aws/metrics.ts';
import { privatePath, type Violation } from '../check/violation.ts';

/** The part of a turn's line about limits of Kakao's that its rule's answer broke; empty when it broke none. */
export type ReportViolations = (
  violations: readonly Violation[] | undefined,
  rule: string | undefined,
  /** Limits for which Kakao would have dropped the finished answer. */
  broken?: readonly Violation[],
) => Partial<Pick<LogEntry, 'level' | 'what' | 'violations' | 'metrics'>>;

/** How many of an answer's violations a line tells. */
const MOST_TOLD = 20;

/** How many places a process remembers. */
const REMEMBER_PLACES = 1_000;

/** Tells what would have cost the user an answer, each time; what is only shown shorter, once a place. Both are counted. */
export function violationReport(): ReportViolations {
  const told = new Set<string>();
  const isNews = (violation: Violation, botRule = ''): boolean => {
    const place = `${botRule}\n${violation.rule}\n${privatePath(violation)}`;
    if (told.has(place) || told.size >= REMEMBER_PLACES) return false;
    told.add(place);
    return true;
  };
  return (violations = [], botRule, broken = []) => {
    if (violations.length === 0 && broken.length === 0) return {};
    const isBroken = broken.length > 0;
    const isRepaired = isBroken || violations.some(isRejected);
    const news = [...broken, ...violations].filter(one => isRejected(one) || isNews(one, botRule));
    return {
      ...(news.length > 0 && {
        level: isRepaired ? 'error' : 'warn',
        what: isBroken ? 'answer broken' : isRepaired ? 'answer repaired' : 'answer shortened',
        violations: news.slice(0, MOST_TOLD).map(inShort),
      }),
      metrics: {
        AnswersRepaired: oneIf(isRepaired),
        AnswersShortened: oneIf(!violations.every(isRejected)),
      },
    };
  };
}

const isRejected = ({ severity }: Violation): boolean => severity === 'rejected';

// A literal, or a name that the bot made up, may be what the user said; so may be a number below zero, which is no
// count, nor a length.
const inShort = (violation: Violation) => ({
  rule: violation.rule,
  path: privatePath(violation),
  ...(typeof violation.value === 'number' && violation.value >= 0 && { value: violation.value }),
});
