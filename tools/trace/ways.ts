import type { FoundLine } from './search-logs.ts';

/** All that the log tells of one turn: its own line, those of its worker, and API Gateway's. */
export interface Way {
  /** API Gateway's id of the call. */
  readonly id: string;
  /** Of the functions, in the order in which they were written. */
  readonly lines: readonly FoundLine[];
  /** Of the access log. */
  readonly calls: readonly FoundLine[];
}

/** A call that API Gateway answered with an error. */
export interface RefusedCalls {
  readonly status: string;
  readonly count: number;
  /** Whether no function was asked. */
  readonly byGateway: boolean;
}

/** A member that is a text. */
export function textIn({ members }: FoundLine, name: string): string {
  const { [name]: value } = members;
  return typeof value === 'string' ? value : '';
}

/** Whether a function of the gateway wrote the line. */
export const isOwn = (line: FoundLine): boolean => textIn(line, 'what') !== '';

/** Whether API Gateway wrote the line. */
export const isCall = (line: FoundLine): boolean => textIn(line, 'routeKey') !== '' && !isOwn(line);

/** The id of the way that a line is of: the worker's has another id of its own. */
export const wayIdOf = (line: FoundLine): string => textIn(line, 'deferredBy') || textIn(line, 'requestId');

/** The ways of these lines, each line once, in the order of their first ones. */
export function waysOf(lines: readonly FoundLine[], ids: readonly string[]): readonly Way[] {
  const known = new Map(lines.map(line => [`${line.group}\n${line.id}`, line]));
  const sorted = [...known.values()].sort((one, other) => one.at - other.at);
  return ids.map(id => {
    const own = sorted.filter(line => wayIdOf(line) === id);
    return { id, lines: own.filter(isOwn), calls: own.filter(isCall) };
  });
}

/** The calls among these lines that got an error, by their status. */
export function refusedIn(lines: readonly FoundLine[]): readonly RefusedCalls[] {
  const counts = new Map<string, RefusedCalls>();
  for (const line of lines.filter(isCall)) {
    const status = textIn(line, 'status');
    if (!/^[45]\d\d$/.test(status)) continue;
    const byGateway = !/\d/.test(textIn(line, 'integrationLatency'));
    const key = `${status} ${byGateway}`;
    counts.set(key, { status, byGateway, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((one, other) => one.status.localeCompare(other.status));
}
