import { Bot } from '../../../lambda/bot/bot.ts';
import type { SlowOptions } from '../../../lambda/bot/slow-rule.ts';
import { type ConversationOptions, conversation, type Talking } from '../../../lambda/llm/index.ts';
import { type FakeAnswer, FakeModel } from '../../kit/fake-model.ts';
import { currentLife } from './life.ts';

/** A bot in a world, the model behind it, and its words. */
export interface Talker<S> {
  readonly bot: Bot<S>;
  readonly model: FakeModel;
  /** The words beside the answers. */
  readonly words: readonly string[];
  /** Those of them that apologise. */
  readonly apologies: readonly string[];
}

/** The words by which the conversations of the tests differ from any other. */
export const CHAT_WORDS = {
  slow: '찾아보고 있어요.',
  busy: '앞 질문에 답하고 있어요.',
  spent: '오늘 질문을 다 쓰셨어요.',
  closed: '오늘은 더 답하지 못해요.',
  failed: '답을 만들지 못했어요.',
  rateLimited: '질문이 몰리고 있어요.',
  timeout: '답이 너무 오래 걸렸어요.',
  tooLong: '이야기가 너무 길어요.',
  refused: '답해 드릴 수 없어요.',
  empty: '떠오르지 않았어요.',
  cut: '(답이 여기서 끊겼어요.)',
  again: '다시 묻기',
} as const;

/** The answer to 안녕, which no model makes. */
export const HELLO = '반가워요, 오늘도요.';

/** A bot with a conversation, which tells by 사용량 the day's usage, as an author would write it. */
export function chatBot(
  answerTo: (question: string, nth: number) => FakeAnswer,
  {
    busy,
    reserve,
    ...options
  }: ConversationOptions & { readonly busy?: SlowOptions['busy']; readonly reserve?: number } = {},
): Talker<Talking> {
  const { slow, busy: busyWords, spent, closed, cut, again, ...apologies } = CHAT_WORDS;
  const model = new FakeModel(
    ({ messages }, nth) => answerTo(String(messages.at(-1)?.content), nth),
    () => currentLife()?.reader,
  );
  const chat = conversation<Talking>({ texts: CHAT_WORDS, ...options });
  const bot = new Bot<Talking>({ session: () => ({}) })
    .hears('안녕', () => HELLO)
    .hears('사용량', turn => JSON.stringify(chat.usage(turn)))
    .fallback(
      chat.answers(({ messages, signal }) => model.stream({ messages, signal }), {
        ...(busy && { busy }),
        ...(reserve !== undefined && { reserve }),
      }),
    );
  const words = [HELLO, slow, busyWords, spent, closed, cut, again, ...Object.values(apologies)];
  return { bot, model, words, apologies: Object.values(apologies) };
}
