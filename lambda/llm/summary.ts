import { tellOperator } from '../bot/operator.ts';
import { cutTo, type Folding, messagesOf, newest, pairsCost, type Summarize, tokensOf } from './history.ts';
import { counted, type Round } from './round.ts';
import { partsOf, type Source } from './source.ts';
import type { ChatMessage } from './source-part.ts';

/** The question to a model that makes a summary. */
export interface SummaryQuestion {
  /** The pairs that are to be dropped, and the task behind them, in Korean. */
  readonly messages: ChatMessage[];
  /** Aborts when the answer beside it is done: hand it to the model's client. */
  readonly signal: AbortSignal;
}

const TASK =
  '지금까지 나눈 이야기를, 이어서 이야기하는 데 필요한 것만 남겨 다섯 문장 안으로 줄여 줘. 인사말 없이 줄인 글만 써.';

/** The most bytes of a summary. */
const MOST_BYTES = 3_000;

/**
 * Has a model make a summary of what has no room any more: `history: { summary: summaryBy(({ messages, signal }) => …) }`.
 * It is made beside an answer, which never waits for it: one that is not done by then is given up, and begun again beside
 * the next. It counts as the answer's own tokens do.
 */
export function summaryBy(ask: (question: SummaryQuestion) => Source): Summarize {
  return (recalled, memory, signal) => {
    const { said = [] } = recalled;
    if (pairsCost(said, memory) <= memory.tokens) return undefined;
    const kept = newest(said, memory, memory.tokens / 2);
    const pairs = said.slice(0, said.length - kept.length);
    const roomy = { ...memory, tokens: memory.tokens * 3 };
    const messages = messagesOf({ ...recalled, said: pairs }, TASK, roomy);
    const stop = new AbortController();
    const round: Round = { input: tokensOf(messages, memory.count), words: '' };
    let isUnderWay = true;
    const folding: Folding = {
      round,
      stop() {
        // A model that was asked has read, whether or not anybody waits for its words.
        if (isUnderWay) round.came = true;
        stop.abort();
      },
    };
    const either = AbortSignal.any([signal, stop.signal]);
    const make = async (): Promise<void> => {
      const source = new Promise<Awaited<Source>>(resolve => resolve(ask({ messages, signal: either })));
      for await (const _ of counted(partsOf(source, { signal: either }), round));
      const short = cutTo(round.words.trim(), memory.tokens / 4, memory.count);
      const summary = cutTo(short, MOST_BYTES, Buffer.byteLength);
      if (summary !== '') folding.folded = { summary, pairs };
    };
    const tell = (): void => {
      if (!either.aborted)
        tellOperator({ level: 'warn', what: 'summary failed', outcome: 'made again later' });
    };
    void make()
      .catch(tell)
      .then(() => {
        isUnderWay = false;
      });
    return folding;
  };
}
