import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Bot } from 'kakao-gateway/bot';

const queue = new SQSClient({});

/** A bot of one rule and no session, with a package of its own: CI takes it in place of the bot that is deployed. */
export const bot = new Bot().hears(/^예약\s+(.+)$/s, async (turn, [, wish]) => {
  await queue.send(new SendMessageCommand({ QueueUrl: process.env.BOOKINGS_URL, MessageBody: wish }), {
    abortSignal: turn.deadline.signal,
  });
  return '예약을 접수했어요.';
});
