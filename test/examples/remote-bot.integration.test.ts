import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CAFE_SERVERS, CAFE_TALK, ordersOf, startCafeServer } from '../kit/cafe-servers.ts';
import {
  type BotServer,
  describeBotServer,
  post,
  signed,
  talkTo,
  turnBody,
} from '../kit/remote-bot-contract.ts';
import { ProgramEndedError } from '../kit/started-program.ts';

describeBotServer('the bot server in Node', () => startCafeServer('node'), CAFE_TALK);

test.each(Object.entries(CAFE_SERVERS))('the bot server in %s is read in one sitting', (_, [, script]) => {
  expect(readFileSync(script, 'utf8').split('\n').length - 1).toBeLessThan(60);
});

test.each([
  [{ BOT_SECRET: '' }, /^BOT_SECRET must be .*\n$/],
  [{ BOT_SECRET: 'short' }, /^BOT_SECRET must be .*\n$/],
  [{ PORT: '70000' }, /^PORT must be .*\n$/],
])(
  'the bot server in Node ends with one sentence about a setting that is wrong: %j',
  async (environment, sentence) => {
    const error = await startCafeServer('node', environment).then(
      ({ stop }) => stop(),
      (failed: unknown) => failed,
    );
    expect(error).toBeInstanceOf(ProgramEndedError);
    expect(error).toMatchObject({ code: 1, complaint: expect.stringMatching(sentence) });
  },
);

describe('the café behind the bot server in Node', () => {
  let server: Required<BotServer>;
  beforeAll(async () => {
    server = await startCafeServer('node', {
      BOT_SECRET: 'the secret that is to come,the secret of the bot server',
    });
  });
  afterAll(() => server?.stop());

  test('shows the menu: a list card, and quick replies below it', async () => {
    const { template } = (await talkTo(server)('메뉴')) as { template: object };
    expect(template).toMatchObject({
      outputs: [
        {
          listCard: {
            header: { title: '오늘의 메뉴' },
            items: [
              { title: '아메리카노', action: 'message', messageText: '담기 아메리카노' },
              {},
              {},
              { title: '딸기 스무디' },
            ],
          },
        },
      ],
      quickReplies: [{ label: '장바구니' }, { label: '주문' }],
    });
  });

  test('keeps the cart in the session, from turn to turn', async () => {
    const says = talkTo(server);
    for (const words of ['담기 라떼', '담기 딸기 스무디', '담기 라떼']) await says(words);
    expect(await says('장바구니')).toMatchObject({
      template: { outputs: [{ simpleText: { text: '라떼 2잔\n딸기 스무디 1잔' } }] },
    });
    await says('주문');
    expect(JSON.stringify(await says('장바구니'))).toContain('비어 있어요');
    expect(JSON.stringify(await talkTo(server)('장바구니'))).toContain('비어 있어요');
  });

  test('takes both secrets while one takes the place of the other', async () => {
    const body = turnBody('메뉴');
    for (const secret of ['the secret that is to come', server.secret])
      expect((await post(server, body, signed(body, secret))).status).toBe(200);
  });

  test('counts one order for a turn, however often and on whichever session it is asked', async () => {
    const [first = 0, ...others] = await ordersOf(server);
    expect(first).toBeGreaterThan(0);
    expect(others).toEqual([first, first, first + 1]);
  });
});
