import type { LogEntry } from '../aws/log.ts';
import type { Violation } from '../bot/violation.ts';

/** Tells the operator which limits of Kakao's a rule's answer broke. */
export type ReportViolations = (
  violations: readonly Violation[],
  about: { readonly requestId: string; readonly rule?: string | undefined },
) => void;

/** How many of an answer's violations a line tells. */
const MOST_TOLD = 20;

/** How many places a process remembers. */
const REMEMBER_PLACES = 1_000;

/** Writes one line for what would have cost the user an answer, each time; for what is only shown shorter, once a place. */
export function violationReport(log: (entry: LogEntry) => void): ReportViolations {
  const told = new Set<string>();
  const isNews = ({ rule, path }: Violation, botRule = ''): boolean => {
    const place = `${botRule}\n${rule}\n${path}`;
    if (told.has(place) || told.size >= REMEMBER_PLACES) return false;
    told.add(place);
    return true;
  };
  return (violations, about) => {
    if (violations.length === 0) return;
    const rejected = violations.filter(({ severity }) => severity === 'rejected');
    const shortened = violations.filter(one => one.severity === 'shortened' && isNews(one, about.rule));
    if (rejected.length > 0) {
      log({
        level: 'error',
        what: 'answer repaired',
        ...about,
        violations: rejected.slice(0, MOST_TOLD).map(inShort),
      });
    }
    if (shortened.length > 0) {
      log({
        level: 'warn',
        what: 'answer shortened',
        ...about,
        violations: shortened.slice(0, MOST_TOLD).map(inShort),
      });
    }
  };
}

// A literal, or a name that the bot made up, may be what the user said.
const inShort = ({ rule, path, value }: Violation) => ({
  rule,
  path: path.replace(/\["[^\n]*?"\]/g, '[…]').replace(/^(extra\.mentions)\b.*/, '$1'),
  ...(typeof value === 'number' && { value }),
});
