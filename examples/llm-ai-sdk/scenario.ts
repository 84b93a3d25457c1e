import { createOpenAI } from '@ai-sdk/openai';
import { stepCountIs, streamText } from 'ai';
import { Bot, secretText } from 'kakao-gateway/bot';
import { conversation, guards, redact, type Talking } from 'kakao-gateway/llm';
import { cafe, PROMPT } from './cafe.ts';

export const bot = new Bot<Talking>({ session: () => ({}) });

const chat = conversation({ limits: { turnsPerDay: 30, tokensPerDay: 60_000 } });

bot.fallback(
  chat.answers(
    async ({ messages, signal, tools }) => {
      const openai = createOpenAI({ apiKey: await secretText('openai/api-key') });
      const model = openai('gpt-5-mini');
      const stopWhen = stepCountIs(5);
      return streamText({
        model,
        instructions: PROMPT,
        messages,
        tools,
        stopWhen,
        abortSignal: signal,
        // Unasked, it prints the whole request, with what the user said.
        onError() {},
      });
    },
    { tools: cafe, guard: guards(redact()) },
  ),
);
