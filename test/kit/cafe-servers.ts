import { join } from 'node:path';
import { type BotServer, post, signed, turnBody } from './remote-bot-contract.ts';
import { startProgram } from './started-program.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples/remote-bot');

/** The programs of the reference servers, by their languages. */
export const CAFE_SERVERS = {
  node: [process.execPath, join(EXAMPLES, 'node/server.mjs')],
  python: ['python3', join(EXAMPLES, 'python/server.py')],
} as const;

/** Starts the reference server of a language on a port that is free. */
export async function startCafeServer(
  language: keyof typeof CAFE_SERVERS,
  environment: Readonly<Record<string, string>> = {},
): Promise<Required<BotServer>> {
  const [command, script] = CAFE_SERVERS[language];
  const secret = 'the secret of the bot server';
  const { line, stop } = await startProgram(command, [script], {
    BOT_SECRET: secret,
    PORT: '0',
    ...environment,
  });
  return { url: line, secret, stop };
}

/** Talks of a user with the café, whose last words have an effect beside the session. */
export const CAFE_TALK = { before: ['담기 라떼', '담기 유자차', '담기 라떼'], says: '주문' } as const;

/** The numbers that a café gives to orders: one asked again, asked again on another session, and one of another turn. */
export async function ordersOf(server: Required<BotServer>): Promise<readonly number[]> {
  const orderOf = async (id: string, cart: object): Promise<number> => {
    const body = turnBody('주문', { cart }, id);
    const { outputs } = JSON.parse((await post(server, body, signed(body, server.secret))).body);
    return Number(/(\d{1,6})번/.exec(outputs[0])?.[1]);
  };
  const first = await orderOf('order-a', { 라떼: 1 });
  const again = await orderOf('order-a', { 라떼: 1 });
  const onAnother = await orderOf('order-a', { 라떼: 2 });
  return [first, again, onAnother, await orderOf('order-b', { 라떼: 1 })];
}
