import OpenAI from 'openai';
import { saying } from './saying.js';

const openai = new OpenAI({
  apiKey: 'not-a-key',
  fetch: async (url, { body }) =>
    Response.json({
      choices: [
        {
          message: {
            role: 'assistant',
            content: `${new URL(url).pathname} ${JSON.parse(body).messages[0].content}`,
          },
        },
      ],
    }),
});

export const bot = saying(async () => {
  const messages = [{ role: 'user', content: '메아리' }];
  const { choices } = await openai.chat.completions.create({ model: 'a-model', messages });
  return choices[0].message.content;
});
