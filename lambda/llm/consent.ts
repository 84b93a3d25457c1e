import { isBlank } from '../blank.ts';
import { tellOperator } from '../bot/operator.ts';
import { type Answer, button, text, textCard } from '../bot/reply.ts';
import { fit as fitted } from '../bot/split-text.ts';
import { foldText } from '../bot/text-matcher.ts';
import type { Turn } from '../bot/turn.ts';

/** A question whether a tool may run, as it lies in the session: plain JSON. */
export interface Asked {
  /** The id of the turn that asked. */
  readonly id: string;
  readonly tool: string;
  readonly input: unknown;
  /** Epoch ms. */
  readonly at: number;
  /** The key of the group room that it was asked in; absent in a room of two. */
  readonly room?: string;
  /** Present once the user has answered it. */
  readonly answer?: AskedAnswer;
}

/** The user's answer to a question. */
export interface AskedAnswer {
  /** The id of the turn that answered, which alone may act on it. */
  readonly turn: string;
  readonly agrees: boolean;
}

/** The words around a tool that asks first, in Korean; each may be replaced. */
export interface ConsentTexts {
  /** The label that agrees; KakaoTalk shows 14 characters. */
  readonly yes: string;
  /** The label that does not. */
  readonly no: string;
  /** The answer to a button, or a word, of a question that was answered, is older than ten minutes, or was asked in another room. */
  readonly stale: string;
  /** The answer where the tool is no longer there. */
  readonly gone: string;
  /** The words behind a question where the model asked for more than one thing at once: the others are not asked, nor kept. */
  readonly oneByOne: string;
  /** The words where the tool has run, and neither its card nor the model tells the user of it. */
  readonly done: string;
  /** The words where a worker died that may have run the tool: nobody knows. */
  readonly unknown: string;
}

/** The words unless an author gives others. */
export const CONSENT_TEXTS: ConsentTexts = {
  yes: '네',
  no: '아니요',
  stale: '지난 물음이거나 다른 방에서 드린 물음이에요. 필요하시면 다시 말씀해 주세요.',
  gone: '이제는 해 드릴 수 없는 일이에요. 다른 것을 말씀해 주세요.',
  oneByOne: '한 번에 한 가지씩 여쭤볼게요. 나머지는 이 일 다음에 다시 말씀해 주세요.',
  done: '말씀하신 대로 했어요. 자세한 답은 드리지 못했어요.',
  unknown: '말씀하신 일이 되었는지 확인하지 못했어요. 다시 하시기 전에 먼저 확인해 주세요.',
};

/** For how long a question may be answered (ms). */
const ASKED_FOR_MS = 600_000;

/** Whether the question is not too old to be answered. */
export const isFresh = ({ at }: Asked, now: number): boolean => now < at + ASKED_FOR_MS;

/** Agreement, typed; nothing longer is one. */
const YES = [
  '네',
  '네네',
  '네에',
  '넵',
  '넵넵',
  '넹',
  '예',
  '예예',
  '응',
  '응응',
  'ㅇㅇ',
  '그래',
  '그래요',
  '좋아',
  '좋아요',
  'yes',
  'ok',
];

/** A turn's word to a question: `stale` answers one that may not be answered here and now. */
type Said = 'yes' | 'no' | 'stale' | 'other';

/** Whether the turn answers a question: by one of its buttons, or by the word for yes or no. */
export function answersQuestion(turn: Turn<unknown>, asked: Asked | undefined, texts: ConsentTexts): boolean {
  if (tapOf(turn) !== undefined) return true;
  return (
    asked !== undefined &&
    asked.answer === undefined &&
    wordOf(turn, texts) !== undefined &&
    isHere(turn, asked)
  );
}

/** The turn's word to a question; undefined where it has nothing to do with one. */
export function saidTo(
  turn: Turn<unknown>,
  asked: Asked | undefined,
  texts: ConsentTexts,
  now: number,
): Said | undefined {
  const tap = tapOf(turn);
  const isOpen = asked !== undefined && asked.answer === undefined && isHere(turn, asked);
  const mayBeAnswered = isOpen && isFresh(asked, now);
  if (tap !== undefined) {
    if (!mayBeAnswered || tap.asked !== asked.id) return 'stale';
    return tap.agrees ? 'yes' : 'no';
  }
  if (!isOpen) return undefined;
  const word = wordOf(turn, texts);
  if (mayBeAnswered) return word ?? 'other';
  return word === 'yes' ? 'stale' : undefined;
}

/**
 * The question as an answer, with its two buttons: a long one, and one below a long answer, on a card of its own, since quick
 * replies stand below the first part of a long answer, where nobody has read the question yet.
 * @param asking its words, of {@link askingWords}
 */
export function question(
  asked: Asked,
  asking: string,
  { yes, no, oneByOne }: ConsentTexts,
  { isOneOfMore = false, before = 0 }: QuestionPlace,
): Answer {
  const buttonOf = (label: string, agrees: boolean) =>
    button.message(label, label, { asked: asked.id, agrees });
  const words = isOneOfMore ? `${asking}\n\n${oneByOne}` : asking;
  const buttons = [buttonOf(yes, true), buttonOf(no, false)] as const;
  if (before + words.length <= MOST_WORDS) return { outputs: [text(words)], quickReplies: buttons };
  const { bubbles } = fitted(words, { bubbles: Infinity, length: MOST_CARD_WORDS });
  const card = textCard({ description: bubbles.at(-1)?.trim() ?? words, buttons });
  const ahead = bubbles.slice(0, -1).join('').trim();
  return { outputs: ahead === '' ? [card] : [text(ahead), card] };
}

/** The circumstances of a question. */
export interface QuestionPlace {
  /** Whether the model asked for others beside it. */
  readonly isOneOfMore?: boolean | undefined;
  /** The characters that stand before it; Infinity where they are more than two bubbles. */
  readonly before?: number;
}

/** The most characters of a text card. */
const MOST_CARD_WORDS = 400;

/** The most characters above two buttons: one bubble has 1,000. */
const MOST_WORDS = 900;

/** The most characters of an input, as JSON, that is asked for without words of an author's. */
const MOST_SHOWN_INPUT = 800;

/** The most characters of an author's words for a question: what is longer nobody reads before they agree. */
const MOST_DESCRIBED = 4_000;

/**
 * The words of a question; undefined where they are too long, since nobody agrees to what they can't read.
 * @param describe makes them of the tool's input; without any they are the tool's name and its input
 */
export function askingWords(
  { tool, input }: Asked,
  describe: ((input: never) => unknown) | undefined,
): string | undefined {
  const own = described(input, describe);
  if (own !== undefined) return own.length > MOST_DESCRIBED ? undefined : own;
  // As JSON, nothing of it looks like words of the bot's own.
  const json = JSON.stringify(input);
  return json.length > MOST_SHOWN_INPUT ? undefined : `다음 일을 할까요?\n${tool}: ${shown(json)}`;
}

function described(input: unknown, describe: ((input: never) => unknown) | undefined): string | undefined {
  try {
    const words = describe?.(input as never);
    if (typeof words === 'string' && !isBlank(words)) return shown(words);
  } catch {
    tellOperator({ level: 'error', what: 'tool failed', outcome: 'not described' });
  }
  return undefined;
}

/** Words with what a model wrote in them, as a user may trust them: without marks that change their order. */
const shown = (words: string): string =>
  words.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '').trim();

/** A tap on a button of a question. */
function tapOf({
  incoming,
}: Turn<unknown>): { readonly asked: string; readonly agrees: boolean } | undefined {
  if (incoming.kind !== 'utterance') return undefined;
  const { asked, agrees } = incoming.extra;
  return typeof asked === 'string' && typeof agrees === 'boolean' ? { asked, agrees } : undefined;
}

function wordOf({ text: said }: Turn<unknown>, { yes, no }: ConsentTexts): 'yes' | 'no' | undefined {
  const word = foldText(said).replace(/[.!~]/g, '');
  // Folding takes single letters apart, too.
  if ([yes, ...YES].some(each => word === foldText(each))) return 'yes';
  return word === foldText(no) ? 'no' : undefined;
}

const isHere = ({ group }: Turn<unknown>, { room }: Asked): boolean => group?.key === room;
