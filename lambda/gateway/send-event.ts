import type { Context } from 'aws-lambda';
import { inRequest } from '../aws/log.ts';
import { InvalidRequestError } from '../errors.ts';
import type { EventApi } from '../event-api/event-api.ts';
import { FATES } from '../event-api/fates.ts';
import type { EventReport } from '../event-api/report.ts';
import { type JsonObject, requireObject } from '../json-reader.ts';
import type { Log } from './deployment.ts';

/** A Lambda function that other code of the account invokes, to send an event of Kakao's Event API. */
export type EventHandler = (input: unknown, context: Pick<Context, EventContext>) => Promise<EventReport>;

type EventContext = 'awsRequestId' | 'getRemainingTimeInMillis';

/** The parts of that function. */
export interface EventSender {
  readonly api: EventApi;
  readonly log: Log;
}

/** The most users of one invocation: the report names each, and Lambda's answer has 6 MB at most. */
export const MOST_OF_AN_INVOCATION = 5_000;

/** The time of the function's that is left to the report. */
const REPORT_MS = 5_000;

/**
 * Sends the event that its input asks for, and resolves with what became of it.
 * The input: `{ name, users | groupKeys, data?, params?, channel?, dryRun? }`, and nothing else: a misspelt `dryRun` costs.
 */
export function eventHandler({ api, log }: EventSender): EventHandler {
  return (input, context) =>
    inRequest({ requestId: context.awsRequestId }, async () => {
      const { name, to, ...options } = readInput(input);
      const withinMs = Math.max(0, context.getRemainingTimeInMillis() - REPORT_MS);
      const report = await ('users' in to
        ? api.sendEvent(name, to.users, { ...options, withinMs })
        : api.sendGroupEvent(name, to.groupKeys, { ...options, withinMs }));
      log({
        level: report.ok ? 'info' : 'warn',
        what: report.dryRun ? 'event not sent: a dry run' : 'event sent',
        outcome: FATES.filter(fate => report.counts[fate] > 0)
          .map(fate => `${report.counts[fate]} ${fate}`)
          .join(', '),
      });
      return report;
    });
}

const MEMBERS = ['name', 'users', 'groupKeys', 'data', 'params', 'channel', 'dryRun'];

type SendEvent = Parameters<EventApi['sendEvent']>;

interface EventInput extends Pick<NonNullable<SendEvent[2]>, 'data' | 'params' | 'channel' | 'dryRun'> {
  readonly name: string;
  readonly to: { readonly users: SendEvent[1] } | { readonly groupKeys: readonly string[] };
}

/** Reads what the client does not read itself. @throws InvalidRequestError naming the member that is wrong */
function readInput(value: unknown): EventInput {
  const input = requireObject(value, 'the input');
  const unknown = Object.keys(input).find(member => !MEMBERS.includes(member));
  if (unknown !== undefined) {
    throw new InvalidRequestError(
      `the input's ${unknown.slice(0, 40)}`,
      `left out: it takes ${MEMBERS.join(', ')}`,
    );
  }
  const { users, groupKeys, params, dryRun = false } = input;
  if ((users === undefined) === (groupKeys === undefined)) {
    throw new InvalidRequestError('the input', 'an object with exactly one of users and groupKeys');
  }
  if (groupKeys !== undefined && params !== undefined) {
    throw new InvalidRequestError('params', 'left out where there are groupKeys, which Kakao gives none');
  }
  if (typeof dryRun !== 'boolean') throw new InvalidRequestError('dryRun', 'true or false');
  const to =
    users === undefined ? { groupKeys: bounded(groupKeys, 'groupKeys') } : { users: bounded(users, 'users') };
  return { ...input, dryRun, to } as EventInput & JsonObject;
}

function bounded(list: unknown, field: string): unknown {
  if (Array.isArray(list) && list.length > 0 && list.length <= MOST_OF_AN_INVOCATION) return list;
  throw new InvalidRequestError(field, `a list of 1 to ${MOST_OF_AN_INVOCATION}`);
}
