import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { LateTurnTooLargeError, UnavailableError } from '../bot/errors.ts';
import { isNestedDeeper, isObject, MAX_NESTING } from '../bot/json-reader.ts';
import type { DeferredTurn, DeferTurn } from '../bot/late-turn.ts';
import { LATE_QUEUE } from './late-queue-settings.ts';

/** What a turn adds around that which its request has nested deepest. */
const MAX_TURN_NESTING = MAX_NESTING + 1;

/**
 * Hands late turns to the queue; resolves when SQS has stored them, and tells one that is too large from a queue that is ill.
 * @param newClient called with the first late turn: most processes never have one
 */
export function lateQueue(newClient: () => SQSClient, queueUrl: string): DeferTurn {
  let client: SQSClient | undefined;
  return async turn => {
    const body = bodyOf(turn);
    try {
      client ??= newClient();
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
    } catch (error) {
      throw new UnavailableError('late queue', { cause: error });
    }
  };
}

function bodyOf(turn: DeferredTurn): string {
  // SQS refuses the two that JSON leaves as they are; what else it refuses JSON escapes.
  const body = JSON.stringify(turn).replace(/[\ufffe\uffff]/g, letter =>
    letter === '\ufffe' ? '\\ufffe' : '\\uffff',
  );
  const bytes = Buffer.byteLength(body);
  if (bytes > LATE_QUEUE.messageBytes) throw new LateTurnTooLargeError(bytes, LATE_QUEUE.messageBytes);
  return body;
}

/** Reads what {@link lateQueue} wrote; undefined for anything else that may lie in the queue. */
export function readDeferredTurn(body: string): DeferredTurn | undefined {
  try {
    const turn: unknown = JSON.parse(body);
    return isDeferredTurn(turn) && !isNestedDeeper(turn, MAX_TURN_NESTING) ? turn : undefined;
  } catch {
    return undefined;
  }
}

// Only this gateway may write to the queue: a glance tells its turns from a message sent by hand.
function isDeferredTurn(turn: unknown): turn is DeferredTurn {
  return (
    isObject(turn) &&
    typeof turn.key === 'string' &&
    isObject(turn.request) &&
    isObject(turn.delivery) &&
    typeof turn.receivedAt === 'number'
  );
}
