import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { UnavailableError } from '../bot/errors.ts';
import { isObject } from '../bot/json-reader.ts';
import type { DeferredTurn, DeferTurn } from '../bot/late-turn.ts';

/**
 * Hands late turns to the queue; resolves when SQS has stored them.
 * @param newClient called with the first late turn: most processes never have one
 */
export function lateQueue(newClient: () => SQSClient, queueUrl: string): DeferTurn {
  let client: SQSClient | undefined;
  return async turn => {
    try {
      client ??= newClient();
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(turn) }));
    } catch (error) {
      throw new UnavailableError('late queue', { cause: error });
    }
  };
}

/** Reads what {@link lateQueue} wrote; undefined for anything else that may lie in the queue. */
export function readDeferredTurn(body: string): DeferredTurn | undefined {
  try {
    const turn: unknown = JSON.parse(body);
    return isDeferredTurn(turn) ? turn : undefined;
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
