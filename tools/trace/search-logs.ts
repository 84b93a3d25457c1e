import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { TimeRange } from './time-range.ts';

/** A line of a log group. */
export interface FoundLine {
  readonly group: string;
  /** CloudWatch's name of it. */
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  /** Its JSON's members. */
  readonly members: Readonly<Record<string, unknown>>;
}

/** All that a search found. */
export interface Found {
  readonly lines: readonly FoundLine[];
  /** The log groups that were not searched to the end, since that took too many calls or lines. */
  readonly cut: readonly string[];
}

/** A call looks at some megabytes of a log group. */
const MOST_CALLS = 100;

/** More can't be looked through by anybody. */
const MOST_LINES = 5_000;

/**
 * Has CloudWatch look for lines of JSON, group after group: by FilterLogEvents, which finds what was written seconds ago.
 * @param pattern a filter pattern of CloudWatch's
 * @throws what the client throws
 */
export async function searchLogs(
  client: CloudWatchLogsClient,
  groups: readonly string[],
  pattern: string,
  { from, to }: TimeRange,
): Promise<Found> {
  const lines: FoundLine[] = [];
  const cut: string[] = [];
  for (const group of groups) {
    let count = 0;
    let nextToken: string | undefined;
    for (let call = 0; ; call++) {
      const page = await client.send(
        new FilterLogEventsCommand({
          logGroupName: group,
          filterPattern: pattern,
          startTime: from,
          endTime: to,
          ...(nextToken && { nextToken }),
        }),
      );
      const found = (page.events ?? []).flatMap(one => lineOf(group, one));
      lines.push(...found);
      count += found.length;
      nextToken = page.nextToken;
      if (!nextToken) break;
      if (call + 1 >= MOST_CALLS || count >= MOST_LINES) {
        cut.push(group);
        break;
      }
    }
  }
  return { lines: lines.sort((one, other) => one.at - other.at), cut };
}

function lineOf(group: string, { eventId, timestamp = 0, message = '' }: FilteredLogEvent): FoundLine[] {
  try {
    const members: unknown = JSON.parse(message);
    if (typeof members !== 'object' || members === null || Array.isArray(members)) return [];
    return [{ group, id: eventId ?? `${timestamp} ${message}`, at: timestamp, members: { ...members } }];
  } catch {
    return [];
  }
}

/** The pattern of lines that hold at least one of these texts, which are letters, digits and hyphens. */
export function anyOf(texts: readonly string[]): string {
  const quoted = texts.map(text => JSON.stringify(text));
  return quoted.length === 1 ? quoted.join('') : quoted.map(one => `?${one}`).join(' ');
}
