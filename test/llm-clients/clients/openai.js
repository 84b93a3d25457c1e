import { openAiMessages } from 'kakao-gateway/llm';
import OpenAI from 'openai';
import { tool } from './tool.js';

const at = url => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'key', maxRetries: 1 });
const { name, description, schema } = tool;

/** @type {(messages: readonly import('kakao-gateway/llm').ChatMessage[]) => import('openai').OpenAI.ChatCompletionCreateParams} */
const chatOf = messages => ({
  model: 'a-model',
  messages: openAiMessages(messages),
  tools: [{ type: 'function', function: { name, description, parameters: schema } }],
});

/** @satisfies {Record<string, import('../run.js').Client>} */
export const clients = {
  'openai, chat completions': {
    api: 'chat',
    ask: ({ url, messages, signal }) =>
      at(url).chat.completions.create(
        { ...chatOf(messages), stream: true, stream_options: { include_usage: true } },
        { signal },
      ),
  },
  "openai, chat completions' helper": {
    api: 'chat',
    ask: ({ url, messages, signal }) =>
      at(url).chat.completions.stream(
        { ...chatOf(messages), stream: true, stream_options: { include_usage: true } },
        { signal },
      ),
  },
  'openai, a whole chat completion': {
    api: 'chat',
    whole: true,
    ask: ({ url, messages, signal }) => at(url).chat.completions.create(chatOf(messages), { signal }),
  },
  'openai, responses': {
    api: 'responses',
    ask: ({ url, messages, signal }) =>
      at(url).responses.create(
        {
          model: 'a-model',
          stream: true,
          input: messages.map(({ role, content }) => ({ role, content: String(content) })),
          tools: [{ type: 'function', name, description, parameters: schema, strict: false }],
        },
        { signal },
      ),
  },
  'openai, a whole response': {
    api: 'responses',
    whole: true,
    ask: ({ url, signal }) => at(url).responses.create({ model: 'a-model', input: '안녕' }, { signal }),
  },
};
