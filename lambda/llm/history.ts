import type { Round } from './round.ts';
import type { ChatMessage, ChatPart } from './source-part.ts';
import type { Said, Talk } from './talk.ts';
import { type CountTokens, MESSAGE_TOKENS } from './tokens.ts';

/** The memory of a conversation, every member settled. */
export interface Memory {
  /** The most tokens of all messages together. */
  readonly tokens: number;
  /** Zero where nothing is remembered. */
  readonly forgetAfterMs: number;
  readonly count: CountTokens;
  /** Makes a summary of what has no room any more. */
  readonly summary?: Summarize | undefined;
}

/** The part of a talk that is remembered. */
export type Recalled = Pick<Talk, 'said' | 'summary'>;

/** Begins a summary where the talk needs one; `summaryBy` makes it. */
export type Summarize = (recalled: Recalled, memory: Memory, signal: AbortSignal) => Folding | undefined;

/** A summary while a model makes it, beside the answer. */
export interface Folding {
  readonly round: Round;
  /** Present when it is made. */
  folded?: Folded;
  /** Gives it up. */
  stop(): void;
}

/** A summary of these pairs, the oldest of a talk, and of the summary before. */
export interface Folded {
  readonly summary: string;
  readonly pairs: readonly Said[];
}

/** The most bytes that what was said takes in a session, as JSON. */
const MOST_BYTES = 22_000;

/** The user's words before a summary, which begins a model's messages. */
const BEFORE_SUMMARY = '(앞서 나눈 이야기를 줄이면?)';

/** The part of a talk that is remembered: nothing after a silence. */
export function recalled(talk: Talk, { forgetAfterMs }: Memory, now: number): Recalled {
  return now - (talk.at ?? 0) < forgetAfterMs ? talk : {};
}

/**
 * The messages for a model: the summary, the newest pairs that have room beside the question, and the question. Together
 * they never have more tokens than the memory allows; a question that has more by itself is cut in its middle.
 */
export function messagesOf(
  { said = [], summary }: Recalled,
  question: string,
  memory: Memory,
  pictures: readonly ChatPart[] = [],
): ChatMessage[] {
  const asked = cutTo(question, memory.tokens - MESSAGE_TOKENS, memory.count);
  const room = memory.tokens - costOf(memory, asked);
  const ahead = newest(summary ? [[BEFORE_SUMMARY, summary]] : [], memory, room);
  const pairs = [...ahead, ...newest(said, memory, room - pairsCost(ahead, memory))];
  return [
    ...pairs.flatMap(([user, assistant]): ChatMessage[] => [
      { role: 'user', content: user },
      { role: 'assistant', content: assistant },
    ]),
    { role: 'user', content: pictures.length > 0 ? [{ type: 'text', text: asked }, ...pictures] : asked },
  ];
}

/**
 * The pairs with one more, the oldest dropped: they never have more tokens than the memory allows, or twice as many until
 * a summary is made of them, nor too many bytes.
 */
export function remembering(
  { said = [] }: Recalled,
  [question, answer]: Said,
  memory: Memory,
): readonly Said[] {
  const { tokens, count, summary } = memory;
  // So that the newest pair has room, and what is asked next finds it.
  const kept = (text: string, share: number): string =>
    cutTo(cutTo(text, tokens * share, count), MOST_BYTES * share, bytesOf);
  const all = [...said, [kept(question, 0.25), kept(answer, 0.5)] as const];
  const room = summary ? tokens * 2 : tokens;
  return newest(newest(all, memory, room), { ...memory, count: bytesOf }, MOST_BYTES);
}

/** The talk with a summary in place of the pairs that it is of; as it is where they are not its oldest any more. */
export function folding(talk: Recalled, folded: Folded | undefined): Recalled {
  const { said = [] } = talk;
  const isOf = folded?.pairs.every(
    ([question, answer], at) => said[at]?.[0] === question && said[at]?.[1] === answer,
  );
  return folded && isOf ? { summary: folded.summary, said: said.slice(folded.pairs.length) } : talk;
}

/** The tokens of messages, of a picture what the larger models take for one. */
export function tokensOf(messages: readonly ChatMessage[], count: CountTokens): number {
  const partTokens = (part: ChatPart): number => (part.type === 'text' ? count(part.text) : PICTURE_TOKENS);
  return messages.reduce((sum, { content }) => {
    const own =
      typeof content === 'string' ? count(content) : content.reduce((all, part) => all + partTokens(part), 0);
    return sum + MESSAGE_TOKENS + own;
  }, 0);
}

const PICTURE_TOKENS = 1_600;

const bytesOf: CountTokens = text => Buffer.byteLength(JSON.stringify(text));

const costOf = ({ count }: Memory, text: string): number => MESSAGE_TOKENS + count(text);

/** The tokens of pairs, as messages. */
export const pairsCost = (said: readonly Said[], memory: Memory): number =>
  said.flat().reduce((sum, text) => sum + costOf(memory, text), 0);

/** The newest pairs that have room, without a gap. */
export function newest(said: readonly Said[], memory: Memory, room: number): readonly Said[] {
  let left = room;
  const from = said.findLastIndex(pair => {
    left -= pairsCost([pair], memory);
    return !(left >= 0);
  });
  return said.slice(from + 1);
}

/** A text of at most so many tokens: its beginning and its end, a mark between them. */
export function cutTo(text: string, tokens: number, count: CountTokens): string {
  if (count(text) <= tokens) return text;
  const cut = (kept: number): string => {
    const ahead = Math.ceil(kept * 0.7);
    // Half a pair of surrogates is no character.
    return `${text.slice(0, ahead)} … ${text.slice(text.length - (kept - ahead))}`.replace(LONE, '');
  };
  let [kept, tooMany] = [0, text.length];
  while (tooMany - kept > 1) {
    const middle = (kept + tooMany) >> 1;
    if (count(cut(middle)) <= tokens) kept = middle;
    else tooMany = middle;
  }
  return cut(kept);
}

const LONE = /\p{Surrogate}/gu;
