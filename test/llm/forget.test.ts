import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Tools, toolbox } from '../../lambda/llm/index.ts';
import { randomBy, startVirtualTime, type VirtualTime } from '../kit/virtual-time.ts';
import { hanging } from './models.ts';
import { type Guest, talkRoom } from './talk-room.ts';
import { LATTES, modelOf, orderTool } from './tool-cafe.ts';

let time: VirtualTime;

beforeEach(() => {
  time = startVirtualTime(randomBy(16));
});

afterEach(() => time.stop());

describe('what is forgotten while an answer is written', () => {
  test('stays forgotten, with the question and its answer; what they cost is counted', async () => {
    const heard: unknown[] = [];
    const room = talkRoom(({ messages }) => {
      heard.push(messages.map(({ content }) => content));
      return '답이에요.';
    });
    await time.run(room.says('하나'));
    await time.run(room.says('새 대화'));
    expect((await time.run(room.works()))[0]?.words).toBe('답이에요.');
    expect(await time.run(room.usage())).toEqual({ turns: 1, tokens: 16, unknownTokens: 0 });
    expect(JSON.stringify(await room.talk())).not.toMatch(/하나|답이에요/);
    await time.run(room.asks('둘'));
    // What is said from then on is remembered.
    await time.run(room.asks('셋'));
    expect(heard.slice(1)).toEqual([['둘'], ['둘', '답이에요.', '셋']]);
  });

  test('stays forgotten where it is asked while the model speaks', async () => {
    const room = talkRoom(async function* () {
      yield '라떼는 ';
      await room.says('새 대화');
      yield '4,500원이에요.';
    });
    expect(await time.run(room.asks('라떼 얼마예요?'))).toBe('라떼는 4,500원이에요.');
    expect(JSON.stringify(await room.talk())).not.toContain('라떼');
  });

  test('stays forgotten where a rule begins the session anew', async () => {
    const room = talkRoom(() => '답이에요.');
    room.bot.hears('처음부터', turn => {
      turn.session = {};
      return '네.';
    });
    await time.run(room.says('하나'));
    await time.run(room.says('처음부터'));
    expect((await time.run(room.works()))[0]?.words).toBe('답이에요.');
    expect(await room.talk()).not.toHaveProperty('said');
  });

  test('does not hide from its user that a tool has run to which they had agreed', async () => {
    const model = modelOf(LATTES);
    const { done, order } = orderTool();
    const tools = toolbox<Tools, Guest>({ order }, { askFirst: ['order'] });
    const room = talkRoom(
      question => {
        if (model.told.length === 0) return model.ask(question);
        void room.says('새 대화');
        return hanging([], question.signal);
      },
      {},
      { tools },
    );
    await time.run(room.asks('라떼 두 잔'));
    expect(await time.run(room.asks('네'))).toBe('말씀하신 대로 했어요. 자세한 답은 드리지 못했어요.');
    expect(done).toHaveLength(1);
    const { said, asked } = await room.talk();
    expect([said, asked]).toEqual([undefined, undefined]);
  });
});
