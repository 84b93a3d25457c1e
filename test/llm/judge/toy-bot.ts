import { Bot } from '../../../lambda/bot/bot.ts';
import { type Grown, growing } from '../../../lambda/bot/growing.ts';
import type { SlowOptions } from '../../../lambda/bot/slow-rule.ts';
import { type FakeAnswer, FakeModel } from '../../kit/fake-model.ts';
import type { Talker } from './chat-bot.ts';
import { currentLife } from './life.ts';

/** How often a user's questions came to which end. */
interface Ends {
  readonly ends: Grown<void>['end'][];
}

/** The words of the toy bot beside its answers. */
const TOY_WORDS = ['찾아보고 있어요.', '반가워요, 오늘도요.', '앞 질문에 답하고 있어요.'] as const;

/** A bot whose answers grow by a model, with no conversation around it; a question is the name of its answer. */
export function toyBot(
  answerTo: (question: string, nth: number) => FakeAnswer,
  { busy }: { readonly busy?: SlowOptions['busy'] } = {},
): Talker<Ends> {
  const model = new FakeModel(
    ({ messages }, nth) => answerTo(String(messages[0]?.content), nth),
    () => currentLife()?.reader,
  );
  const [slow, hello] = TOY_WORDS;
  const bot = new Bot<Ends>({ session: () => ({ ends: [] }) })
    .hears('안녕', () => hello)
    .fallback(
      growing<Ends, void>({
        slow,
        upToMs: 45_000,
        ...(busy && { busy }),
        grow: async function* (turn) {
          const messages = [{ role: 'user', content: turn.text }] as const;
          let held = '';
          try {
            for await (const words of model.words({ messages, signal: turn.deadline.signal })) {
              held += words;
              const end = held.lastIndexOf('.') + 1;
              if (end > 0) yield held.slice(0, end);
              held = held.slice(end);
            }
          } catch (error) {
            yield held;
            throw error;
          }
          // Where it was cut.
          yield held;
        },
        then: ({ session }, { end }) => {
          session.ends.push(end);
          return undefined;
        },
      }),
    );
  return { model, bot, words: TOY_WORDS, apologies: [] };
}
