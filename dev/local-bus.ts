import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { print } from '../tools/terminal.ts';
import { readJson } from './read-json.ts';

/** An event as PutEvents is told it. */
interface Entry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
}

/** EventBridge's own limits of a call. */
const MOST_ENTRIES = 10;
const MOST_BYTES = 256 * 1024;

/** EventBridge's PutEvents on this machine: whatever bus is meant, its events are printed, a line each, and go nowhere. */
export function localBus(): RequestListener {
  return (request, response) => {
    readJson<{ readonly Entries?: readonly Entry[] }>(request)
      .then(({ Entries = [] }) => {
        const refusal =
          request.headers['x-amz-target'] === 'AWSEvents.PutEvents'
            ? refusalOf(Entries)
            : 'PutEvents alone is here';
        response.writeHead(refusal ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
        if (refusal) return response.end(JSON.stringify({ __type: 'ValidationException', message: refusal }));
        const taken = Entries.map(entry => ({ entry, refused: isTold(entry) ? undefined : MALFORMED }));
        for (const { entry, refused } of taken)
          if (refused === undefined) print([`    → ${entry.DetailType} ${entry.Detail}`]);
        const FailedEntryCount = taken.filter(({ refused }) => refused).length;
        const entries = taken.map(({ refused }) => refused ?? { EventId: randomUUID() });
        return response.end(JSON.stringify({ FailedEntryCount, Entries: entries }));
      })
      .catch(() => response.destroy());
  };
}

const MALFORMED = { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };

function refusalOf(entries: readonly Entry[]): string | undefined {
  if (entries.length < 1 || entries.length > MOST_ENTRIES) return `1 to ${MOST_ENTRIES} entries a call`;
  const bytes = entries.reduce(
    (sum, { Source = '', DetailType = '', Detail = '' }) =>
      sum + Buffer.byteLength(Source + DetailType + Detail),
    0,
  );
  return bytes > MOST_BYTES ? `${MOST_BYTES} bytes a call at most` : undefined;
}

function isTold({ Source, DetailType, Detail = '' }: Entry): boolean {
  try {
    const detail: unknown = JSON.parse(Detail);
    return Boolean(Source && DetailType) && typeof detail === 'object' && detail !== null;
  } catch {
    return false;
  }
}
