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
  growing<{ history: string[] }, string>({
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
