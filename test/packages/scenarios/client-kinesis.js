import { Readable } from 'node:stream';
import { KinesisClient, SubscribeToShardCommand } from '@aws-sdk/client-kinesis';
import { answeredHere, eventStream } from './aws.js';
import { saying } from './saying.js';

const Records = [{ SequenceNumber: '1', Data: Buffer.from('주문').toString('base64'), PartitionKey: 'a' }];
const kinesis = new KinesisClient(
  answeredHere(() => ({
    body: Readable.from(
      eventStream(
        ['initial-response', {}],
        ['SubscribeToShardEvent', { Records, ContinuationSequenceNumber: '2', MillisBehindLatest: 0 }],
      ),
    ),
  })),
);

export const bot = saying(async () => {
  const { EventStream } = await kinesis.send(
    new SubscribeToShardCommand({
      ConsumerARN: 'arn:aws:kinesis:ap-northeast-2:000000000000:stream/a/consumer/b:1',
      ShardId: 'shardId-000000000000',
      StartingPosition: { Type: 'LATEST' },
    }),
  );
  const data = [];
  for await (const { SubscribeToShardEvent } of EventStream) {
    for (const record of SubscribeToShardEvent?.Records ?? [])
      data.push(new TextDecoder().decode(record.Data));
  }
  return data.join(' ');
});
