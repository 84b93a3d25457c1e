import type { LogEntry } from '../aws/log.ts';
import type { Violation } from '../bot/violation.ts';

/** Tells the operator which limits of Kakao's a rule's answer broke. */
export type ReportViolations = (
  violations: readonly Violation[],
  about: { readonly requestId: string; readonly rule?: string | undefined },
) => void;

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
      log({ level: 'error', what: 'answer repaired', ...about, violations: rejected.map(inShort) });
    }
    if (shortened.length > 0) {
      log({ level: 'warn', what: 'answer shortened', ...about, violations: shortened.map(inShort) });
    }
  };
}

const inShort = ({ rule, path, value }: Violation) => ({ rule, path, value });
