import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { tool as order } from './tool.js';

const tools = {
  [order.name]: tool({ description: order.description, inputSchema: jsonSchema(order.schema) }),
};

/** @type {(call: typeof streamText | typeof generateText) => (modelAt: (url: string) => import('ai').LanguageModel) => import('../run.js').Ask} */
const by =
  call =>
  modelAt =>
  ({ url, messages, signal }) =>
    call({
      model: modelAt(url),
      messages: [...messages],
      abortSignal: signal,
      maxRetries: 1,
      tools,
      stopWhen: stepCountIs(5),
      // It prints the whole request, with the user's words.
      ...{ onError: () => {} },
    });

const compatible = url =>
  createOpenAICompatible({ name: 'here', baseURL: `${url}/v1`, includeUsage: true })('a-model');

/** @satisfies {Record<string, import('../run.js').Client>} */
export const clients = {
  'ai, a tool that it runs': {
    api: 'chat',
    runsTools: true,
    ask: ({ url, messages, signal }) =>
      streamText({
        model: compatible(url),
        messages,
        abortSignal: signal,
        stopWhen: stepCountIs(5),
        tools: {
          [order.name]: tool({
            description: order.description,
            inputSchema: jsonSchema(order.schema),
            execute: async () => ({ number: 7 }),
          }),
        },
      }),
  },
  'ai, a tool that it runs, at once': {
    api: 'chat',
    runsTools: true,
    ask: ({ url, messages, signal }) =>
      generateText({
        model: compatible(url),
        messages,
        abortSignal: signal,
        stopWhen: stepCountIs(5),
        tools: {
          [order.name]: tool({
            description: order.description,
            inputSchema: jsonSchema(order.schema),
            execute: async () => ({ number: 7 }),
          }),
        },
      }),
  },
  'ai, openai-compatible': { api: 'chat', ask: by(streamText)(compatible) },
  'ai, openai': {
    api: 'responses',
    ask: by(streamText)(url => createOpenAI({ baseURL: `${url}/v1`, apiKey: 'key' })('gpt-5')),
  },
  'ai, anthropic': {
    api: 'messages',
    ask: by(streamText)(url => createAnthropic({ baseURL: `${url}/v1`, apiKey: 'key' })('claude-sonnet-5')),
  },
  'ai, amazon-bedrock': {
    api: 'converse',
    ask: by(streamText)(url =>
      createAmazonBedrock({ baseURL: url, region: 'ap-northeast-2', accessKeyId: 'a', secretAccessKey: 'b' })(
        'a-model',
      ),
    ),
  },
  'ai, generateText': { api: 'chat', whole: true, ask: by(generateText)(compatible) },
};
