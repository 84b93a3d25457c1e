import { Bot } from '../../../lambda/bot/index.ts';

/** A bot of one rule, which says what a package did. */
export function saying(rule) {
  return new Bot({ session: () => ({}) }).fallback(async turn => String(await rule(turn)));
}

/** How a connection to a port where nobody listens ends. */
export async function refusal(connecting) {
  try {
    await connecting;
    return 'connected';
  } catch (error) {
    return error.code ?? error.cause?.code ?? error.message;
  }
}
