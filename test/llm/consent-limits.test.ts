import { describe, expect, test } from '@jest/globals';
import { type ConversationOptions, type Tools, toolbox } from '../../lambda/llm/index.ts';
import { dayOf } from '../../lambda/llm/usage.ts';
import { type Guest, talkRoom } from './talk-room.ts';
import { LATTES, modelOf, type Order, orderTool, type Said } from './tool-cafe.ts';

const SPENT = '오늘은 질문을 다 쓰셨어요. 내일 다시 물어봐 주세요.';
const DONE = '말씀하신 대로 했어요. 자세한 답은 드리지 못했어요.';

/** A user's room with a café whose `order` asks first, within these limits. */
function cafe(limits: ConversationOptions['limits'], ...says: readonly Said[]) {
  const model = modelOf(...says);
  const { done, order } = orderTool();
  const describe = { order: ({ drink, count }: Order) => `${drink} ${count}잔을 주문할까요?` };
  const tools = toolbox<Tools, Guest>({ order }, { askFirst: ['order'], describe: describe as object });
  return { ...talkRoom(model.ask, { ...(limits && { limits }) }, { tools }), ...model, done };
}

describe("a yes to a question that the day's last turn asked", () => {
  test('is carried out, and its answer counts beyond the limit; the next question is refused', async () => {
    const room = cafe({ turnsPerDay: 1 }, LATTES, '1번으로 주문했어요.');
    expect(await room.asks('라떼 두 잔')).toContain('라떼 2잔을 주문할까요?');
    expect(await room.asks('네')).toBe('1번으로 주문했어요.');
    expect(room.done).toHaveLength(1);
    expect(await room.usage()).toMatchObject({ turns: 2, turnsLeft: 0 });
    expect(await room.asks('네')).toBe(SPENT);
    expect([room.done.length, room.told.length]).toEqual([1, 2]);
  });

  test('reserves its tokens and settles them, where fewer are left than an answer may take', async () => {
    const room = cafe(
      { tokensPerDay: 1_200 },
      { words: '주문을 도와드릴게요. '.repeat(30), ...LATTES },
      '했어요.',
    );
    await room.asks('라떼 두 잔');
    const { tokens } = await room.usage();
    expect(await room.says('네')).not.toBe(SPENT);
    expect((await room.talk()).day?.held).toEqual([expect.objectContaining({ output: 1_000 })]);
    expect((await room.works())[0]?.words).toBe('했어요.');
    expect(await room.usage()).toMatchObject({ turns: 2, unknownTokens: 0 });
    expect((await room.usage()).tokens).toBeGreaterThan(tokens);
    expect((await room.talk()).day?.held).toEqual([]);
  });

  test('is carried out without the model where an answer has gone beyond the limit already', async () => {
    const room = cafe({ turnsPerDay: 1 }, LATTES, LATTES, '또 주문했어요.');
    await room.asks('라떼 두 잔');
    expect(await room.asks('네')).toContain('라떼 2잔을 주문할까요?');
    expect(await room.asks('네')).toBe(DONE);
    expect([room.done.length, room.told.length]).toEqual([2, 2]);
    expect(await room.usage()).toMatchObject({ turns: 2, unknownTokens: 0 });
    expect((await room.talk()).asked).toBeUndefined();
  });

  test("is carried out without the model where the bot's tokens are spent", async () => {
    const room = cafe({ bot: { tokensPerDay: 2_000 } }, LATTES, '1번으로 주문했어요.');
    await room.asks('라떼 두 잔');
    await room.counters.of('live').add(`llm-tokens/${dayOf(Date.now())}`, 1_900);
    expect(await room.asks('네')).toBe(DONE);
    expect([room.done.length, room.told.length]).toEqual([1, 1]);
    expect(await room.usage()).toMatchObject({ turns: 1, unknownTokens: 0 });
    expect(await room.asks('뭐 있어요?')).toContain('오늘은 질문이 많아');
  });

  test.each(['아니요', '세 잔으로 할게요'])('is none after "%s", which ends the question', async words => {
    const room = cafe({ turnsPerDay: 1 }, LATTES, '1번으로 주문했어요.');
    await room.asks('라떼 두 잔');
    expect(await room.asks(words)).toBe(SPENT);
    expect(await room.asks('네')).toBe(SPENT);
    expect([room.done, room.told.length]).toEqual([[], 1]);
  });
});
