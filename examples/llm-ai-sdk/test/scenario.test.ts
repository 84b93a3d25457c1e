import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openChat } from 'kakao-gateway/testing';
import { bot } from '../scenario.ts';

type Told = { readonly type: string; readonly [member: string]: unknown };

/** 모델을 흉내 냅니다: 부를 때마다 다음 답을 보냅니다. (Plays the model: each call gets the next answer.) */
function modelSays(...answers: readonly (readonly Told[])[]) {
  let calls = 0;
  const stream = async (): Promise<Response> => {
    const told = [
      { type: 'response.created', response: { id: 'r', created_at: 1, model: 'gpt-5-mini' } },
      ...(answers[calls++] ?? []),
      { type: 'response.completed', response: { usage: { input_tokens: 40, output_tokens: 12 } } },
    ];
    const body = told.map(one => `data: ${JSON.stringify(one)}\n\n`).join('');
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };
  return jest.spyOn(globalThis, 'fetch').mockImplementation(stream);
}

const words = (delta: string): readonly Told[] => [
  { type: 'response.output_item.added', output_index: 0, item: { type: 'message', id: 'm' } },
  { type: 'response.output_text.delta', item_id: 'm', delta },
  { type: 'response.output_item.done', output_index: 0, item: { type: 'message', id: 'm' } },
];

function call(name: string, input: object): readonly Told[] {
  const item = { type: 'function_call', id: 'f', call_id: 'c', name, arguments: JSON.stringify(input) };
  return [
    { type: 'response.output_item.added', output_index: 0, item: { ...item, arguments: '' } },
    { type: 'response.output_item.done', output_index: 0, item: { ...item, status: 'completed' } },
  ];
}

beforeEach(() => {
  process.env.SECRET_TEXT_OPENAI_API_KEY = 'not-a-key';
});
afterEach(() => {
  jest.restoreAllMocks();
});

// 카카오가 버릴 답변은 저절로 실패합니다. (An answer that Kakao would drop fails by itself.)
describe.each(['open-builder', 'smart-chat'] as const)('%s', protocol => {
  test('메뉴를 찾아 카드로 보여 준다', async () => {
    modelSays(call('findDrinks', { words: '라떼' }), words('라떼는 4,500원이에요.'));
    const { words: seen } = await openChat(bot, protocol).says('라떼 얼마예요?');
    expect(seen).toContain('4,500원');
    expect(seen).toContain('라떼는 4,500원이에요.');
  });

  test('동의하기 전에는 주문하지 않는다', async () => {
    const chat = openChat(bot, protocol);
    modelSays(call('order', { drink: '라떼', cups: 2 }));
    const asked = await chat.says('라떼 두 잔 주문할게요');
    expect(asked.words).toContain('라떼 2잔을 주문할까요?');
    expect(asked.labels).toEqual(expect.arrayContaining(['네', '아니요']));
    const model = modelSays(words('주문했어요.'));
    expect((await chat.taps('네')).words).toContain('주문했어요.');
    expect(JSON.stringify(model.mock.calls)).toContain('라떼 2잔');
  });

  test('전화번호는 모델에게 보내지 않는다', async () => {
    const model = modelSays(words('네.'));
    await openChat(bot, protocol).says('제 번호는 010-1234-5678이에요');
    expect(JSON.stringify(model.mock.calls)).not.toContain('1234-5678');
  });
});
