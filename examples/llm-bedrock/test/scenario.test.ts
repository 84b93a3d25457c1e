import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { openChat } from 'kakao-gateway/testing';
import { bot } from '../scenario.ts';

/** 모델을 흉내 냅니다: Bedrock의 ConverseStream처럼 답합니다. (Plays the model, as ConverseStream answers.) */
function modelSays(...words: readonly string[]) {
  const send = async () => ({
    stream: (async function* () {
      for (const text of words) yield { contentBlockDelta: { contentBlockIndex: 0, delta: { text } } };
      yield { messageStop: { stopReason: 'end_turn' } };
      yield { metadata: { usage: { inputTokens: 40, outputTokens: 12, totalTokens: 52 } } };
    })(),
  });
  return jest.spyOn(BedrockRuntimeClient.prototype, 'send').mockImplementation(send as never);
}

afterEach(() => {
  jest.restoreAllMocks();
});

// 카카오가 버릴 답변은 저절로 실패합니다. (An answer that Kakao would drop fails by itself.)
describe.each(['open-builder', 'smart-chat'] as const)('%s', protocol => {
  test('모델이 답하고, 나눈 이야기를 기억한다', async () => {
    const chat = openChat(bot, protocol);
    modelSays('안녕하세요, ', '**달빛카페**예요.');
    expect((await chat.says('안녕')).words).toContain('안녕하세요, 달빛카페예요.');
    const asked = modelSays('저는 달빛카페예요.');
    expect((await chat.says('누구세요?')).words).toContain('저는 달빛카페예요.');
    expect(JSON.stringify(asked.mock.calls)).toContain('안녕하세요, 달빛카페예요.');
  });
});
