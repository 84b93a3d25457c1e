import { isBlank } from '../../blank.ts';
import { ConfigurationError } from '../../errors.ts';
import { Bot } from '../bot.ts';
import type { BotOptions, StatelessBotOptions } from '../bot-options.ts';
import type { Extra } from '../incoming.ts';
import type { Answer } from '../reply.ts';
import type { SlowOptions } from '../slow-rule.ts';
import type { Turn } from '../turn.ts';
import { type RemoteAnswer, readRemoteAnswer } from './remote-answer.ts';
import { postToServer } from './remote-call.ts';
import { type RemoteSecretSource, signerOf } from './remote-secret.ts';
import { remoteNoticeOf, remoteTurnOf } from './remote-turn.ts';

/** A bot server, and how it is asked. */
export interface RemoteBotOptions extends StatelessBotOptions {
  /** The URL at which the bot server takes turns and notices: https, or http on this machine. */
  readonly url: string | undefined;
  /** The secret that each call is signed with: at least 16 characters, the same that the bot server has. */
  readonly secret: RemoteSecretSource | undefined;
  /** The text that the user reads meanwhile, where the bot server always takes longer than Kakao waits; or all that a slow rule says. */
  readonly slow?: string | SlowOptions<RemoteState>;
}

/** The part of a session that is the bot server's. */
export interface RemoteState {
  /** Its state of the user, as its last answer gave it. */
  remote?: Extra | undefined;
}

/**
 * A bot whose answers a server in any language makes: each turn that no rule declared here answers is posted to it as
 * signed JSON, and so are notices. With a `session` it has a state of its own for the rules declared here, beside the
 * bot server's.
 * @throws ConfigurationError when `url` or `secret` is none, and what a bot's options throw
 */
export function remoteBot<S extends object>(options: RemoteBotOptions & BotOptions<S>): Bot<S & RemoteState>;
export function remoteBot(options: RemoteBotOptions): Bot<RemoteState>;
export function remoteBot(options: RemoteBotOptions & Partial<BotOptions<object>>): Bot<RemoteState> {
  const { secret, slow } = options;
  const server = { url: requireUrl(options.url), signer: signerOf(secret) };
  const ask = async (turn: Turn<RemoteState>): Promise<RemoteAnswer> => {
    const body = await postToServer(
      server,
      { turn: remoteTurnOf(turn, turn.session.remote ?? {}) },
      turn.deadline,
    );
    return body === undefined ? { answer: bot.texts.notUnderstood } : readRemoteAnswer(body);
  };
  const take = (turn: Turn<RemoteState>, { answer, session }: RemoteAnswer): Answer => {
    if (session !== undefined) turn.session.remote = Object.keys(session).length > 0 ? session : undefined;
    return answer;
  };
  const bot = new Bot<RemoteState>(botOptionsOf(options)).notices(async (notice, deadline) => {
    const id = process.getBuiltinModule('node:crypto').randomUUID();
    await postToServer(server, { notice: remoteNoticeOf(notice, id) }, deadline);
  });
  if (slow === undefined) return bot.fallback(async turn => take(turn, await ask(turn)));
  return bot.fallback({ ...(typeof slow === 'string' ? { slow } : slow), work: ask, then: take });
}

/** The options of the bot, whose state has the bot server's beside the author's. */
function botOptionsOf({
  session,
  version,
  migrate,
  texts,
}: Partial<BotOptions<object>>): BotOptions<RemoteState> {
  return {
    session: () => ({ ...session?.() }),
    ...(texts && { texts }),
    ...(version !== undefined && { version }),
    ...(migrate && {
      migrate: (state, from) => {
        const { remote, ...own } = (state ?? {}) as RemoteState;
        return { ...migrate(own, from), remote };
      },
    }),
  };
}

const THIS_MACHINE = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** @throws ConfigurationError whose sentence never repeats the URL, which may hold a password */
function requireUrl(text: string | undefined): URL {
  const refuse = (must: string): never => {
    throw new ConfigurationError(`remoteBot: url must be ${must}`);
  };
  if (text === undefined || isBlank(text) || !URL.canParse(text))
    return refuse('the URL of the bot server, such as https://bot.example.com/turn: set it');
  const url = new URL(text);
  const isHere = url.protocol === 'http:' && THIS_MACHINE.test(url.hostname);
  if (url.protocol !== 'https:' && !isHere)
    return refuse('https: http is for a server on this machine alone (localhost, 127.0.0.1)');
  if (url.username !== '' || url.password !== '')
    return refuse('without a user name and a password: the secret signs each call');
  return url;
}
