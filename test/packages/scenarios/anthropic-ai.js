import Anthropic from '@anthropic-ai/sdk';
import { saying } from './saying.js';

const anthropic = new Anthropic({
  apiKey: 'not-a-key',
  fetch: async (url, { body }) =>
    Response.json({
      content: [{ type: 'text', text: `${new URL(url).pathname} ${JSON.parse(body).messages[0].content}` }],
    }),
});

export const bot = saying(async () => {
  const messages = [{ role: 'user', content: '메아리' }];
  const { content } = await anthropic.messages.create({ model: 'a-model', max_tokens: 10, messages });
  return content[0].text;
});
