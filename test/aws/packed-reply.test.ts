import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { packReply, unpackReply } from '../../lambda/aws/packed-reply.ts';
import { button, reply } from '../../lambda/bot/reply.ts';
import { type Settled, settle } from '../../lambda/turn/settle.ts';
import { runs } from '../kit/property.ts';
import { anyReply } from '../kit/replies.ts';

const LATTE: Settled['reply'] = settle(
  reply('라떼 한 잔을 담았어요. 장바구니에 모두 1잔이 있어요.', ['메뉴', '장바구니']),
).reply;
/** The same as a release before this one has stored it. */
const STORED =
  'I8IDr+fueT1tj8LbqXMU3sybAi5Eure8mToDnrvnLX29YcqrrWted3e8mT5B4fWqFa8nTlAwBCtGLgcIhASk3CDGB1CVyP5AdgQxRqCor42tBQA=';

describe('a packed reply', () => {
  test('is unpacked as it was', () => {
    fc.assert(
      fc.property(anyReply(), any => {
        const { reply: settled } = settle(any);
        expect(unpackReply(packReply(settled))).toEqual(JSON.parse(JSON.stringify(settled)));
      }),
      runs(50),
    );
  });

  test('of any release is unpacked by every later one', () => {
    expect(unpackReply(STORED)).toEqual(LATTE);
  });

  test('of a short reply has less than half of its bytes, in Base64', () => {
    expect(packReply(LATTE).length).toBeLessThan(0.5 * Buffer.byteLength(JSON.stringify(LATTE)));
    const order = settle(
      reply('어떤 음료를 드릴까요?', [
        '아메리카노',
        '라떼',
        button.message('유자차', '유자차 주세요', { n: 1 }),
      ]),
    ).reply;
    expect(packReply(order).length).toBeLessThan(0.5 * Buffer.byteLength(JSON.stringify(order)));
  });
});

test('a process loads zlib when it packs or unpacks its first reply, and not before', async () => {
  const load = jest.spyOn(process, 'getBuiltinModule');
  await import('../../lambda/aws/dynamo-session-store.ts');
  expect(load).not.toHaveBeenCalled();
  packReply(LATTE);
  expect(load.mock.calls).toEqual([['node:zlib']]);
  load.mockRestore();
});
