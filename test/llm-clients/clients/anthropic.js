import Anthropic from '@anthropic-ai/sdk';
import { anthropicMessages } from 'kakao-gateway/llm';
import { tool } from './tool.js';

const at = url => new Anthropic({ baseURL: url, apiKey: 'key', maxRetries: 1 });
const { name, description, schema } = tool;

/** @type {(messages: readonly import('kakao-gateway/llm').ChatMessage[]) => import('@anthropic-ai/sdk').Anthropic.MessageCreateParamsNonStreaming} */
const bodyOf = messages => ({
  model: 'claude-sonnet-5',
  max_tokens: 500,
  messages: anthropicMessages(messages),
  tools: [{ name, description, input_schema: schema }],
});

/** @satisfies {Record<string, import('../run.js').Client>} */
export const clients = {
  'anthropic, messages': {
    api: 'messages',
    ask: ({ url, messages, signal }) =>
      at(url).messages.create({ ...bodyOf(messages), stream: true }, { signal }),
  },
  "anthropic, messages' helper": {
    api: 'messages',
    ask: ({ url, messages, signal }) => at(url).messages.stream(bodyOf(messages), { signal }),
  },
  'anthropic, a whole message': {
    api: 'messages',
    whole: true,
    ask: ({ url, messages, signal }) => at(url).messages.create(bodyOf(messages), { signal }),
  },
};
