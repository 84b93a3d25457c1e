import { Readable } from 'node:stream';
import { InvokeWithResponseStreamCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { answeredHere, eventStream } from './aws.js';
import { saying } from './saying.js';

const lambda = new LambdaClient(
  answeredHere(() => ({
    body: Readable.from(
      eventStream(['PayloadChunk', '조각', 'application/octet-stream'], ['InvokeComplete', {}]),
    ),
  })),
);

export const bot = saying(async () => {
  const { EventStream } = await lambda.send(new InvokeWithResponseStreamCommand({ FunctionName: 'other' }));
  const chunks = [];
  for await (const { PayloadChunk, InvokeComplete } of EventStream) {
    chunks.push(PayloadChunk ? new TextDecoder().decode(PayloadChunk.Payload) : typeof InvokeComplete);
  }
  return chunks.join(' ');
});
