import { AwsRefusal, type ClientConfig, callSigned } from './signed-call.ts';

/** One event for the bus: its detail is plain JSON. */
export interface BusEntry {
  readonly detailType: string;
  readonly detail: object;
}

/** The entries that a bus has refused, of a call that it took. */
export interface Refused {
  readonly count: number;
  /** AWS's reason of the first; absent where it refused none. */
  readonly error?: AwsRefusal;
}

/**
 * Puts entries on a bus by one call.
 * @throws AwsRefusal when it took none, and what the network throws
 */
export type PutEntries = (entries: readonly BusEntry[], signal: AbortSignal) => Promise<Refused>;

/** From whom the events are, by which rules on the bus find them. */
export const EVENT_SOURCE = 'kakao-gateway';

/**
 * An event bus of EventBridge.
 * @param config of a client of the SDK, whichever there is
 * @param bus its name or its ARN
 */
export function eventBridge(config: () => ClientConfig, bus: string): PutEntries {
  return async (entries, signal) => {
    const operation = {
      of: 'EventBridge',
      service: 'events',
      endpoint: process.env.AWS_ENDPOINT_URL_EVENTBRIDGE,
      target: 'AWSEvents.PutEvents',
    };
    const Entries = entries.map(({ detailType, detail }) => ({
      EventBusName: bus,
      Source: EVENT_SOURCE,
      DetailType: detailType,
      Detail: JSON.stringify(detail),
    }));
    return refusedIn(await callSigned(config(), operation, { Entries }, signal));
  };
}

function refusedIn(body: string): Refused {
  const { FailedEntryCount: count, Entries } = JSON.parse(body);
  if (!(count > 0)) return { count: 0 };
  const refused: unknown = Array.isArray(Entries) ? Entries.find(entry => entry?.ErrorCode) : undefined;
  const { ErrorCode = 'UnknownError', ErrorMessage = '' } = Object(refused);
  return { count, error: new AwsRefusal(String(ErrorCode), String(ErrorMessage)) };
}
