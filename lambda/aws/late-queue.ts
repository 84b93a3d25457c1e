import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { LateTurnTooLargeError, NewerFormatError, UnavailableError } from '../errors.ts';
import { isNestedDeeper, isObject, type JsonObject, MAX_NESTING, objectOrEmpty } from '../json-reader.ts';
import type { DeferredTurn, DeferTurn, LateRecord } from '../turn/deferred-turn.ts';
import { attempt } from './attempt.ts';
import { LATE_QUEUE } from './late-queue-settings.ts';

/** The nesting of a turn: as deep as its request's deepest member, and what is around that. */
const MAX_TURN_NESTING = MAX_NESTING + 1;

/**
 * The form of a late turn in the queue, told by its member `format`; to be raised when a worker of a release before
 * could not take what is sent from now on. Those from before there were formats have none, and are read as the first.
 */
const FORMAT = 2;

/**
 * Hands late turns to the queue, all records of a turn at once; resolves when SQS has stored the first of them, and tells
 * a turn that is too large from a queue that is ill.
 * @param newClient called with the first late turn: most processes never have one
 */
export function lateQueue(newClient: () => SQSClient, queueUrl: string): DeferTurn {
  let client: SQSClient | undefined;
  return async records => {
    const entries = entriesOf(records);
    try {
      client ??= newClient();
      const { Failed } = await client.send(
        new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
      );
      // A second record is for a worker that dies: the turn is taken without it, too.
      const refused = Failed?.find(({ Id }) => Id === FIRST);
      if (refused) throw new Error(`SQS refused the record: ${refused.Code}`);
    } catch (error) {
      throw new UnavailableError('late queue', { cause: error });
    }
  };
}

/** The name of the first entry of a batch. */
const FIRST = '0';

/** The records as a batch takes them: as many as it has room for, which is at least the first. */
function entriesOf(records: readonly LateRecord[]): SendMessageBatchRequestEntry[] {
  let left: number = LATE_QUEUE.messageBytes;
  return records.flatMap(({ turn, delaySeconds }, index) => {
    const body = bodyOf(turn);
    const bytes = Buffer.byteLength(body);
    left -= bytes;
    if (left < 0 && index === 0) throw new LateTurnTooLargeError(bytes, LATE_QUEUE.messageBytes);
    return left < 0 ? [] : [{ Id: String(index), MessageBody: body, DelaySeconds: delaySeconds }];
  });
}

function bodyOf(turn: DeferredTurn): string {
  // SQS refuses the two that JSON leaves as they are; what else it refuses JSON escapes.
  return JSON.stringify({ ...turn, format: FORMAT }).replace(/[\ufffe\uffff]/g, letter =>
    letter === '\ufffe' ? '\\ufffe' : '\\uffff',
  );
}

/**
 * Reads what {@link lateQueue} wrote; undefined for anything else that may lie in the queue.
 * @throws NewerFormatError when a later release wrote it in a form of its own
 */
export function readDeferredTurn(body: string): DeferredTurn | undefined {
  const turn = attempt<unknown>(undefined, () => JSON.parse(body));
  if (!isObject(turn)) return undefined;
  const { format } = turn;
  if (typeof format === 'number' && format > FORMAT) throw new NewerFormatError('late turn', format, FORMAT);
  const known = isObject(turn.delivery) ? { ...turn, delivery: deliveryOf(turn.delivery, turn.trail) } : turn;
  return isDeferredTurn(known) && !isNestedDeeper(turn, MAX_TURN_NESTING) ? known : undefined;
}

/** The delivery of a turn of any format: the first one named the protocol in the trail alone, and had a callback's URL. */
function deliveryOf(delivery: JsonObject, trail: unknown): JsonObject {
  if ('protocol' in delivery) return delivery;
  const { protocol } = objectOrEmpty(trail);
  return { protocol, ...(delivery.kind === 'callback' && { address: delivery.url }) };
}

// Only this gateway may write to the queue: a glance tells its turns from a message sent by hand.
function isDeferredTurn(turn: JsonObject): turn is JsonObject & DeferredTurn {
  return (
    typeof turn.key === 'string' &&
    isObject(turn.request) &&
    isObject(turn.delivery) &&
    typeof turn.delivery.protocol === 'string' &&
    typeof turn.receivedAt === 'number'
  );
}
