import { Readable } from 'node:stream';
import { BedrockRuntimeClient, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { answeredHere, eventStream } from './aws.js';
import { saying } from './saying.js';

const bedrock = new BedrockRuntimeClient(
  answeredHere(() => ({
    body: Readable.from(
      eventStream(
        ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: '어서 ' } }],
        ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: '오세요' } }],
      ),
    ),
  })),
);

export const bot = saying(async () => {
  const messages = [{ role: 'user', content: [{ text: '안녕' }] }];
  const { stream } = await bedrock.send(new ConverseStreamCommand({ modelId: 'a-model', messages }));
  const texts = [];
  for await (const { contentBlockDelta } of stream) texts.push(contentBlockDelta?.delta?.text);
  return texts.join('');
});
