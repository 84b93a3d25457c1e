import { wholeErrorLines, wholeErrorOf } from '../../dev/whole-error.ts';
import type { Bot } from '../../lambda/bot/bot.ts';
import type { Loss } from '../../lambda/bot/loss.ts';
import { openBuilder } from '../../lambda/open-builder/protocol.ts';
import { smartChat } from '../../lambda/smart-chat/protocol.ts';
import type { Outcome } from '../../lambda/turn/outcome.ts';
import { MemorySessionStore, type SessionStore } from '../../lambda/turn/session.ts';
import { visible } from '../../tools/terminal.ts';
import { messageProblems, skillProblems } from './kakao-accepts.ts';
import { takeBody } from './turns.ts';

/** The protocols that a chat can speak. */
export const PROTOCOLS = ['open-builder', 'smart-chat'] as const;

/** A turn's answer, as the user sees it. */
export interface Seen {
  /** Every word on the screen, labels included. */
  readonly words: string;
  /** The labels that can be tapped, below the bubbles or in them. */
  readonly labels: readonly string[];
  readonly failed: boolean;
  /** The parts of the reply that the protocol can't show. */
  readonly lost: readonly Loss[];
  /** The answer as Kakao got it. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was answered
  readonly answer: any;
}

/** How a chat differs from a friend's who talks to a live bot for the first time. */
export interface ChatOptions {
  readonly store?: SessionStore;
  /** smart-chat's `user_key`, Open Builder's `plusfriendUserKey`. */
  readonly userKey?: string;
  readonly botId?: string;
  /** Where the user talks under Open Builder. Default: private. */
  readonly room?: 'private' | 'group';
}

/** One user's room, on the real parsers, transaction and renderers; each answer must be one that Kakao shows. */
export interface Chat {
  says(text: string, turnId?: string): Promise<Seen>;
  /** Taps what the last answer showed. */
  taps(label: string): Promise<Seen>;
  sendsPhoto(url: string): Promise<Seen>;
  /** Comes into the room: Open Builder's 웰컴 블록, which smart-chat has no word for. */
  arrives(): Promise<Seen>;
}

/** Opens a room with the bot. */
export function openChat<S>(
  bot: Bot<S>,
  protocol: (typeof PROTOCOLS)[number],
  {
    store = new MemorySessionStore(),
    userKey = 'Zx3_Kp-9QwE7',
    botId = 'b0',
    room = 'private',
  }: ChatOptions = {},
): Chat {
  let last: Seen | undefined;
  const see = (outcome: Outcome<unknown>): Seen => {
    const { answer } = outcome;
    if (outcome.kind === 'failed') tell(outcome.error, outcome.rule);
    const problems = protocol === 'smart-chat' ? messageProblems(answer) : skillProblems(answer, room);
    if (problems.length > 0) throw new Error(`Kakao would drop this: ${problems.join('; ')}`);
    last = {
      answer,
      failed: outcome.kind === 'failed',
      lost: (outcome.kind === 'answered' && outcome.lost) || [],
      words: wordsIn(answer).join('\n'),
      labels: tappables(answer).map(({ label }) => label),
    };
    return last;
  };
  if (protocol === 'smart-chat') {
    const send = async (type: string, content: string, turnId?: string): Promise<Seen> =>
      see(await takeBody({ bot, store }, smartChat, { user_key: userKey, type, content }, turnId));
    return {
      says: (text, turnId) => send('text', text, turnId),
      sendsPhoto: url => send('photo', url),
      arrives: async () => {
        throw new Error('smart-chat does not tell of arrivals');
      },
      taps: label => {
        if (!last?.labels.includes(label)) throw new Error(`nothing to tap says "${label}"`);
        return send('text', label);
      },
    };
  }
  const properties = room === 'group' ? {} : { plusfriendUserKey: userKey };
  const chat = room === 'group' && { chat: { id: 'g0', type: 'botGroupKey' } };
  const send = async (userRequest: object, clientExtra: object = {}, turnId?: string): Promise<Seen> => {
    const body = {
      bot: { id: botId, name: 'bot' },
      action: { id: 'a', name: 'skill', params: {}, detailParams: {}, clientExtra },
      userRequest: {
        block: { id: 'fallback', name: '폴백 블록' },
        user: { id: `bot-user-${userKey}`, type: 'botUserKey', properties },
        ...chat,
        params: { surface: 'Kakaotalk.plusfriend' },
        lang: 'ko',
        ...userRequest,
      },
      contexts: [],
    };
    return see(await takeBody({ bot, store }, openBuilder, body, turnId));
  };
  return {
    says: (utterance, turnId) => send({ utterance }, {}, turnId),
    arrives: () => send({ utterance: '', block: { id: 'welcome', name: '웰컴 블록' } }),
    sendsPhoto: url => send({ utterance: url, params: { media: { type: 'image', url } } }),
    taps: label => {
      const tapped = tappables(last?.answer).find(one => one.label === label);
      if (tapped === undefined) throw new Error(`nothing to tap says "${label}"`);
      const { messageText = label, blockId, extra = {} } = tapped;
      return send({ utterance: messageText, ...(blockId && { block: { id: blockId, name: '' } }) }, extra);
    },
  };
}

/** Tells whoever runs the test why the user gets an apology. */
function tell(error: unknown, rule = 'no rule'): void {
  const lines = [`${rule}: turn failed`, ...wholeErrorLines(wholeErrorOf(error))];
  process.stderr.write(lines.map(line => `    ${visible(line)}\n`).join(''));
}

/** Something of an answer that can be tapped. */
export interface Tappable {
  readonly label: string;
  readonly messageText?: string;
  readonly blockId?: string;
  readonly extra?: object;
}

/** Everything of an answer that can be tapped, wherever it stands. */
export function tappables(value: unknown): Tappable[] {
  if (Array.isArray(value)) return value.flatMap(tappables);
  if (typeof value !== 'object' || value === null) return [];
  const own = value as { action?: unknown; label?: unknown; title?: unknown; buttons?: unknown };
  if (Array.isArray(own.buttons) && own.buttons.every(label => typeof label === 'string')) {
    return own.buttons.map(label => ({ label }));
  }
  if (own.action === 'message' || own.action === 'block') {
    return [{ ...(value as object), label: String(own.label ?? own.title) }];
  }
  return Object.values(value).flatMap(tappables);
}

function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => (/url$/i.test(key) ? [] : wordsIn(member)));
}
