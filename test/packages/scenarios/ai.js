import { generateText } from 'ai';
import { saying } from './saying.js';

const model = {
  specificationVersion: 'v3',
  provider: 'here',
  modelId: 'echo',
  supportedUrls: {},
  doGenerate: async ({ prompt }) => ({
    content: [{ type: 'text', text: `${prompt.at(-1).content[0].text}!` }],
    finishReason: { unified: 'stop', raw: 'stop' },
    usage: { inputTokens: { total: 1 }, outputTokens: { total: 1 } },
    warnings: [],
  }),
};

export const bot = saying(async () => (await generateText({ model, prompt: '메아리' })).text);
