import { wholeErrorLines, wholeErrorOf } from '../../dev/whole-error.ts';
import type { Bot } from '../../lambda/bot/bot.ts';
import type { Loss } from '../../lambda/bot/loss.ts';
import { openBuilder } from '../../lambda/open-builder/protocol.ts';
import { smartChat } from '../../lambda/smart-chat/protocol.ts';
import { Counters, MemoryCounterStore } from '../../lambda/turn/counters.ts';
import type { Outcome } from '../../lambda/turn/outcome.ts';
import { MemoryRoomStore, type RoomStore, Rooms } from '../../lambda/turn/rooms.ts';
import { MemorySessionStore, type SessionStore } from '../../lambda/turn/session.ts';
import type { ProtocolName } from '../../tools/kakao-simulator/scene.ts';
import { type SkillFacts, skillBody } from '../../tools/kakao-simulator/skill-requests.ts';
import { messageBody } from '../../tools/kakao-simulator/smart-chat-requests.ts';
import {
  reachesBot,
  type Tappable,
  tappables,
  triggerOf,
  wordsIn,
} from '../../tools/kakao-simulator/tappables.ts';
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

/** How a chat differs from that of a user who talks to a live bot for the first time. */
export interface ChatOptions {
  readonly store?: SessionStore;
  /** Where room sessions lie: chats that have it in common may share a room. Default: one of the chat's own. */
  readonly roomStore?: RoomStore;
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
    roomStore = new MemoryRoomStore(),
    userKey = 'Zx3_Kp-9QwE7',
    botId = 'b0',
    room = 'private',
  }: ChatOptions = {},
): Chat {
  let last: Seen | undefined;
  const counters = new Counters(new MemoryCounterStore());
  const runtime = { bot, store, rooms: new Rooms(roomStore), counters };
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
      labels: heard(answer, protocol).map(({ label }) => label),
    };
    return last;
  };
  if (protocol === 'smart-chat') {
    const send = async (type: 'text' | 'photo', content: string, turnId?: string): Promise<Seen> =>
      see(await takeBody(runtime, smartChat, messageBody(userKey, type, content), turnId));
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
  const send = async (told: Partial<SkillFacts>, trigger?: string, turnId?: string): Promise<Seen> => {
    const body = skillBody({
      caller: 'live',
      bot: { id: botId, name: 'bot' },
      skill: { id: 'a', name: 'skill' },
      block: FALLBACK,
      user: { botUserKey: `bot-user-${userKey}`, ...(room === 'private' && { plusfriendUserKey: userKey }) },
      utterance: '',
      ...(room === 'group' && { group: 'g0' }),
      ...(trigger !== undefined && { flow: { trigger } }),
      ...told,
    });
    return see(await takeBody(runtime, openBuilder, body, turnId));
  };
  return {
    says: (utterance, turnId) => send({ utterance }, 'TEXT_INPUT', turnId),
    arrives: () => send({ block: { id: 'welcome', name: '웰컴 블록' } }),
    sendsPhoto: url => send({ utterance: url, picture: url }, 'IMAGE_UPLOAD'),
    taps: label => {
      const tapped = heard(last?.answer, protocol).find(one => one.label === label);
      if (tapped === undefined) throw new Error(`nothing to tap says "${label}"`);
      const { messageText = label, blockId, extra } = tapped;
      return send(
        {
          utterance: messageText,
          ...(blockId && { block: { id: blockId, name: '' } }),
          ...(extra && { extra }),
        },
        triggerOf(tapped),
      );
    },
  };
}

const FALLBACK = { id: 'fallback', name: '폴백 블록' };

/** Whatever of an answer the bot hears a tap on. */
const heard = (answer: unknown, protocol: ProtocolName): readonly Tappable[] =>
  tappables(answer, protocol).filter(reachesBot);

/** Tells whoever runs the test why the user gets an apology. */
function tell(error: unknown, rule = 'no rule'): void {
  const lines = [`${rule}: turn failed`, ...wholeErrorLines(wholeErrorOf(error))];
  process.stderr.write(lines.map(line => `    ${visible(line)}\n`).join(''));
}
