import { BedrockRuntimeClient, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { Bot } from 'kakao-gateway/bot';
import { bedrockMessages, conversation, pictureBytes, type Talking } from 'kakao-gateway/llm';

export const bot = new Bot<Talking>({ session: () => ({}) });
const bedrock = new BedrockRuntimeClient();
const chat = conversation({ limits: { turnsPerDay: 30, tokensPerDay: 60_000 } });
const system = [{ text: '너는 달빛카페의 점원이다. 한국어로 짧고 친절하게 답한다.' }];

bot.fallback(
  chat.answers(
    ({ messages, signal }) =>
      bedrock.send(
        new ConverseStreamCommand({
          modelId: 'apac.amazon.nova-lite-v1:0',
          system,
          messages: bedrockMessages(messages),
          inferenceConfig: { maxTokens: 1_000 },
        }),
        { abortSignal: signal },
      ),
    { slow: '찾아보고 있어요.', pictures: pictureBytes },
  ),
);
