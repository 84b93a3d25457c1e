import { type LogEntry, type RequestIds, requestIds } from '../../lambda/aws/log.ts';

/** A line of the log: the entry, and the ids of the request that was under way. */
export type Logged = LogEntry & Partial<RequestIds>;

/** A log that remembers its lines in this list. */
export function logInto(logged: Logged[]): (entry: LogEntry) => void {
  return entry => {
    logged.push({ ...requestIds(), ...entry });
  };
}
