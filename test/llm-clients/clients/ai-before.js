import { createOpenAICompatible as createFor5 } from '@ai-sdk/openai-compatible-5';
import { createOpenAICompatible as createFor6 } from '@ai-sdk/openai-compatible-6';
import { generateText as generateText5, streamText as streamText5 } from 'ai-5';
import { generateText as generateText6, streamText as streamText6 } from 'ai-6';

const settings = url => ({ name: 'here', baseURL: `${url}/v1`, includeUsage: true });
const callOf = ({ messages, signal }) => ({
  messages,
  abortSignal: signal,
  maxRetries: 1,
  ...{ onError: () => {} },
});

/** @satisfies {Record<string, import('../run.js').Client>} */
export const clients = {
  'ai 5': {
    api: 'chat',
    noTools: true,
    ask: given => streamText5({ model: createFor5(settings(given.url))('a-model'), ...callOf(given) }),
  },
  'ai 5, generateText': {
    api: 'chat',
    whole: true,
    noTools: true,
    ask: given => generateText5({ model: createFor5(settings(given.url))('a-model'), ...callOf(given) }),
  },
  'ai 6': {
    api: 'chat',
    noTools: true,
    ask: given => streamText6({ model: createFor6(settings(given.url))('a-model'), ...callOf(given) }),
  },
  'ai 6, generateText': {
    api: 'chat',
    whole: true,
    noTools: true,
    ask: given => generateText6({ model: createFor6(settings(given.url))('a-model'), ...callOf(given) }),
  },
};
