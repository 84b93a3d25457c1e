// The code of docs/late-turns.md, as an author writes it: it has to compile, and a test compares both.
import { Bot, growing, plain } from '../../lambda/bot/index.ts';

declare function askLlm(said: readonly string[], signal: AbortSignal): Promise<string>;
declare function streamLlm(said: string, signal: AbortSignal): AsyncIterable<string>;

const bot = new Bot({ session: () => ({ history: [] as string[] }) });

bot.fallback({
  slow: '찾아보고 있어요. 잠시만 기다려 주세요.',
  upToMs: 45_000,
  limit: { turns: 5, perMs: 60_000, answer: '질문이 많으시네요. 잠시 뒤에 다시 물어봐 주세요.' },
  // Takes seconds and costs money: it runs once.
  work: turn => askLlm([...turn.session.history, turn.text], turn.deadline.signal),
  // Quick, on the session as it is by then: it may run again.
  then: (turn, answer) => {
    turn.session.history.push(turn.text, answer);
    return plain(answer);
  },
});

bot.fallback(
  growing({
    slow: '찾아보고 있어요. 잠시만 기다려 주세요.',
    // Runs once: what it yields is the answer, piece by piece.
    async *grow(turn) {
      for await (const words of streamLlm(turn.text, turn.deadline.signal)) yield words;
      return 'stop';
    },
    // Quick, on the session as it is by then: it may run again.
    then(turn, grown) {
      turn.session.history.push(turn.text, grown.pieces.join(''));
      return grown.end === 'whole' ? undefined : '(답이 여기서 끊겼어요.)';
    },
  }),
);

// The bot's session, what the user did, what a pattern found and what the rule made are known without being named.
const grows = { slow: '쓰고 있어요.', busy: 'queue' } as const;
bot
  .hears(
    '이야기',
    growing({
      ...grows,
      async *grow({ incoming, session }) {
        yield `${incoming.text} ${session.history.length}`;
        return session.history.length;
      },
      then: (_, grown) => (grown.end === 'whole' ? grown.result.toFixed() : undefined),
    }),
  )
  .hears(
    /^(.+) 이야기$/,
    growing({
      ...grows,
      async *grow({ session }, [whole, about]) {
        yield `${whole.trim()} ${about?.trim()} ${session.history.length}`;
        return session.history.length;
      },
      then: (_, grown) => (grown.end === 'whole' ? grown.result.toFixed() : undefined),
    }),
  )
  .hears(/^(.+) 소식$/, {
    slow: '찾고 있어요.',
    work: ({ session }, [whole]) => whole.length + session.history.length,
    then: (_, length) => length.toFixed(),
  })
  .hears(/^(.+) 주세요$/, ({ session }, [whole]) => `${whole.trim()} ${session.history.length}`)
  .hears(/^(.+) 찾아$/, async (_, [whole]) => whole.trim(), { slow: '찾고 있어요.' })
  .hears(/^(.+) 골라$/, () => ({
    textCard: { title: '골라 주세요', buttons: [{ label: '라떼', action: 'message', messageText: '라떼' }] },
  }))
  .media(
    'photo',
    growing({
      ...grows,
      async *grow({ incoming, session }) {
        yield `${incoming.url} ${session.history.length}`;
      },
      then: () => undefined,
    }),
  )
  .when(
    ({ session }) => session.history.length > 9,
    growing({
      ...grows,
      async *grow({ session }) {
        yield `${session.history.length}`;
      },
      then: () => undefined,
    }),
  )
  .fallback(() => ({ outputs: [{ simpleText: { text: '네' } }] }))
  .fallback(turn => `${turn.session.history.length}`, { slow: turn => turn.text })
  // @ts-expect-error an answer is no number
  .fallback(() => 5)
  // @ts-expect-error two ways of being slow
  .fallback(growing({ ...grows, async *grow() {}, then: () => undefined }), { slow: '네' });
