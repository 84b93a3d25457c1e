import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CAFE_TALK, ordersOf, startCafeServer } from '../kit/cafe-servers.ts';
import { type BotServer, describeBotServer, talkTo } from '../kit/remote-bot-contract.ts';

/** Starts the bot server in Python. @throws Error saying what to install where there is no Python */
async function startPythonServer(
  environment?: Readonly<Record<string, string>>,
): Promise<Required<BotServer>> {
  return startCafeServer('python', environment).catch((error: unknown) => {
    if (Object(error).code !== 'ENOENT') throw error;
    throw new Error('the bot server in Python needs python3 on the PATH: install it');
  });
}

describeBotServer('the bot server in Python', startPythonServer, CAFE_TALK);

test.each([
  [{ BOT_SECRET: '' }, /^BOT_SECRET must be .*\n$/],
  [{ BOT_SECRET: 'short' }, /^BOT_SECRET must be .*\n$/],
  [{ PORT: '70000' }, /^PORT must be .*\n$/],
])(
  'the bot server in Python ends with one sentence about a setting that is wrong: %j',
  async (environment, sentence) => {
    const error = await startPythonServer(environment).then(
      ({ stop }) => stop(),
      (failed: unknown) => failed,
    );
    expect(error).toMatchObject({ code: 1, complaint: expect.stringMatching(sentence) });
  },
);

describe('a bot server of your own, be it the one in Node', () => {
  let server: Required<BotServer>;
  beforeAll(async () => {
    server = await startCafeServer('node');
  });
  afterAll(() => server?.stop());

  const JEST = [
    '--experimental-vm-modules',
    'node_modules/jest/bin/jest.js',
    '--config',
    'jest.bot-server.config.js',
  ];
  /** The end of `npm run test:bot-server`: its code, and all that it wrote. */
  const tested = (
    environment: Readonly<Record<string, string>>,
  ): Promise<{ code: unknown; written: string }> =>
    promisify(execFile)(process.execPath, JEST, {
      cwd: join(import.meta.dirname, '../..'),
      env: { PATH: process.env.PATH, ...environment },
    }).then(
      ({ stderr }) => ({ code: 0, written: stderr }),
      ({ code, stderr }) => ({ code, written: stderr }),
    );

  test('is held against the contract by a command', async () => {
    expect(await tested({ BOT_URL: server.url, BOT_SECRET: server.secret })).toMatchObject({ code: 0 });
    const { code, written } = await tested({
      BOT_URL: server.url,
      BOT_SECRET: 'the secret of somebody else',
    });
    expect(code).toBe(1);
    expect(written).toContain('✕ answers a call that was signed 0 s from now');
    expect(written).not.toContain('somebody else');
    expect((await tested({})).written).toContain('BOT_URL must be where your bot server takes turns');
  });
});

describe('the two bot servers', () => {
  let servers: Required<BotServer>[] = [];
  beforeAll(async () => {
    servers = await Promise.all([startCafeServer('node'), startPythonServer()]);
  });
  afterAll(() => Promise.all(servers.map(server => server.stop())));

  test('say the same in a whole talk: the menu, the cart, the order', async () => {
    const talks = servers.map(server => talkTo(server));
    const words = [
      '메뉴',
      '장바구니',
      '주문',
      '담기 라떼',
      '담기 딸기 스무디',
      '담기 라떼',
      '담기 콜라',
      '담기',
      '장바구니',
      '주문',
      '장바구니',
    ];
    for (const said of words) {
      const [inNode, inPython] = await Promise.all(talks.map(says => says(said)));
      expect([said, inPython]).toEqual([said, inNode]);
    }
  });

  test('count one order for a turn, however often and on whichever session it is asked', async () => {
    for (const server of servers) {
      const [first = 0, ...others] = await ordersOf(server);
      expect(first).toBeGreaterThan(0);
      expect(others).toEqual([first, first, first + 1]);
    }
  });
});
