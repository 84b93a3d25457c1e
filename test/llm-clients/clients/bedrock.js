import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { bedrockMessages } from 'kakao-gateway/llm';
import { tool } from './tool.js';

const at = endpoint =>
  new BedrockRuntimeClient({
    endpoint,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 2,
  });
const { name, description, schema } = tool;

/** @type {(messages: readonly import('kakao-gateway/llm').ChatMessage[]) => import('@aws-sdk/client-bedrock-runtime').ConverseStreamCommandInput} */
const inputOf = messages => ({
  modelId: 'a-model',
  messages: bedrockMessages(messages),
  toolConfig: { tools: [{ toolSpec: { name, description, inputSchema: { json: schema } } }] },
});

/** @satisfies {Record<string, import('../run.js').Client>} */
export const clients = {
  'bedrock, ConverseStream': {
    api: 'converse',
    http2: true,
    ask: ({ url, messages, signal }) =>
      at(url).send(new ConverseStreamCommand(inputOf(messages)), { abortSignal: signal }),
  },
  'bedrock, Converse': {
    api: 'converse',
    http2: true,
    whole: true,
    ask: ({ url, messages, signal }) =>
      at(url).send(new ConverseCommand(inputOf(messages)), { abortSignal: signal }),
  },
};
