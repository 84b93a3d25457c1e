import type { Piece } from '../bot/growing.ts';
import type { Turn } from '../bot/turn.ts';
import { DeadlineError } from '../errors.ts';
import { type Correct, takeTokens } from './budget.ts';
import type { PageLink } from './cards.ts';
import { type Memory, messagesOf, recalled, tokensOf } from './history.ts';
import { tellAnswer, tellNoTools, tellRefusal } from './notes.ts';
import type { AnswersOptions, ConversationLimits, ModelPrices, Question } from './options.ts';
import { picturesOf, questionOf, type ReadPictures } from './photos.ts';
import { PieceMaker } from './pieces.ts';
import { counted, type Round } from './round.ts';
import { partsOf, type Source } from './source.ts';
import { SourceError, type SourceErrorKind } from './source-error.ts';
import type { ChatMessage } from './source-part.ts';
import { AnswerError, chargeOf, type Progress, type Spoken } from './spoken.ts';
import type { Talking } from './talk.ts';
import type { ConversationTexts } from './texts.ts';
import type { ToolCall, Tools } from './tools.ts';
import { heldFor } from './usage.ts';

/** How answers are made, every member settled. */
export interface Speaking<S extends Talking>
  extends Pick<AnswersOptions<S>, 'sources' | 'guard' | 'tools' | 'cards' | 'stopWhen'> {
  readonly ask: (question: Question<S, Tools>) => Source;
  readonly memory: Memory;
  readonly limits: ConversationLimits;
  readonly prices: ModelPrices | undefined;
  readonly texts: ConversationTexts;
  readonly reserve: number;
  readonly pictures: ReadPictures;
}

type End = Pick<Spoken, 'reason' | 'answer'>;

/** Time without which a model is not asked a second time (ms). */
const WORTH_ASKING_MS = 8_000;

/** How long a model that has too much to do is left alone (ms). */
const PAUSE_MS: Readonly<Partial<Record<SourceErrorKind, number>>> = {
  'rate-limited': 3_000,
  overloaded: 1_000,
};

/** The most askings of a model for one answer, where its tools run between them. */
const MOST_ROUNDS = 6;

/**
 * A model's answer, piece by piece.
 * @throws AnswerError where the model fails, after all that came
 */
export async function* speak<S extends Talking>(
  how: Speaking<S>,
  turn: Turn<S>,
): AsyncGenerator<Piece, Spoken, undefined> {
  const { isRetry } = turn;
  const progress: Progress = {
    question: undefined,
    rounds: [],
    ran: [],
    pieces: [],
    isRetry,
    ended: 'longer than is kept',
  };
  const spoken = (): Spoken => {
    // What it has taken until now is paid for, too.
    progress.aside?.stop();
    return {
      ...{ question: progress.question, ran: progress.ran, isRetry },
      charge: chargeOf(progress, how.memory.count),
      folded: progress.aside?.folded,
    };
  };
  const money: Money = { reserved: 0, correct: async () => {} };
  try {
    const end = yield* answered(how, turn, progress, money);
    progress.ended = 'answered';
    return { ...spoken(), ...end };
  } catch (error) {
    progress.ended = kindOf(error);
    throw new AnswerError(progress.ended, spoken(), error);
  } finally {
    const { aborted, reason } = turn.deadline.signal;
    // Whoever reads on no more was out of time, or had all that is kept of an answer.
    if (aborted && progress.ended === 'longer than is kept') progress.ended = 'timeout';
    const { charge } = spoken();
    if (aborted && progress.ended === 'timeout' && !(reason instanceof DeadlineError))
      progress.ended = 'given up';
    if (progress.isRefused) tellRefusal();
    else if (progress.rounds.length > 0) tellAnswer(progress, charge, how.prices);
    if (charge !== 'unknown') await money.correct(charge === 'none' ? 0 : charge.input + charge.output);
  }
}

/** Tokens that are taken of the bot's. */
interface Money {
  reserved: number;
  correct: Correct;
}

async function* answered<S extends Talking>(
  how: Speaking<S>,
  turn: Turn<S>,
  progress: Progress,
  money: Money,
): AsyncGenerator<Piece, End, undefined> {
  const { memory, guard, tools, limits, texts } = how;
  const talk = turn.session.talk ?? {};
  const asked = questionOf(turn);
  const question = guard ? await guard.input(asked, turn) : asked;
  if (typeof question !== 'string') {
    progress.isRefused = true;
    return { answer: question.refuse };
  }
  progress.question = question;
  const { signal } = turn.deadline;
  const urls = picturesOf(turn);
  const pictures = urls.length > 0 ? await how.pictures(urls, signal) : [];
  const known = recalled(talk, memory, Date.now());
  let messages = messagesOf(known, question, memory, pictures);
  money.reserved = tokensOf(messages, memory.count) + how.reserve;
  const isAgreed = talk.asked?.answer?.turn === turn.id && talk.asked.answer.agrees;
  // What was agreed to beyond the user's limits was admitted without a reservation.
  let mayAsk = !isAgreed || heldFor(talk.day, turn.id).input > 0;
  if (mayAsk && limits.bot) {
    const correct = await takeTokens(turn.counters, limits.bot.tokensPerDay, money.reserved);
    mayAsk = correct !== undefined;
    money.correct = correct ?? money.correct;
  }
  if (mayAsk) progress.aside = memory.summary?.(known, memory, signal);
  else progress.isRefused = true;
  if (!mayAsk && !isAgreed) return { answer: texts.closed };
  let ran = await tools?.begin(turn, talk.asked);
  for (;;) {
    if (tools && ran) {
      progress.ran.push(ran);
      yield* ran.pieces;
      if (ran.isOver || ran.asked) return {};
      messages = tools.noted(messages, ran.note);
    }
    if (!mayAsk) return {};
    const { calls, ...end } = yield* heard(how, turn, messages, progress);
    if (!tools && calls.length > 0) tellNoTools();
    if (!tools || calls.length === 0 || progress.rounds.length >= MOST_ROUNDS) return end;
    ran = await tools.called(turn, calls);
    yield* tools.gapAfter(progress.rounds);
  }
}

/** One asking of the model; once more where it failed before anything came. */
async function* heard<S extends Talking>(
  how: Speaking<S>,
  turn: Turn<S>,
  messages: ChatMessage[],
  { rounds, ran, pieces }: Progress,
): AsyncGenerator<Piece, End & { readonly calls: readonly ToolCall[] }, undefined> {
  const { memory, guard, tools, sources } = how;
  const { signal } = turn.deadline;
  for (let isAgain = false; ; isAgain = true) {
    // Nobody waits for the answer any more: a model that heeds no signal would be paid for it.
    if (signal.aborted) throw new SourceError('timeout', undefined, { cause: signal.reason });
    const round: Round = { input: tokensOf(messages, memory.count), words: '' };
    rounds.push(round);
    let maker = new PieceMaker(how);
    const links = new Map<string, PageLink>();
    const calls: ToolCall[] = [];
    let end: End = {};
    try {
      const given = { messages, signal, turn, tools: tools ? await tools.of(turn) : {} };
      const source = new Promise<Awaited<Source>>(resolve => resolve(how.ask(given)));
      const parts = counted(partsOf(source, { signal }), round);
      for await (const part of guard ? guard.output(parts, turn) : parts) {
        if ('refuse' in part) end = { answer: part.refuse };
        else if (part.kind === 'text') {
          const made = maker.push(part.text);
          yield* made;
          pieces.push(...made);
          if (made.length > 0 && how.stopWhen?.(pieces)) return { calls: [] };
        } else if (part.kind === 'link') links.set(part.url, part);
        else if (part.kind === 'tool-call') calls.push(part);
        else if (part.kind === 'end') end = { reason: part.reason };
        else if (part.kind === 'tool-result' && tools) {
          const done = tools.result(part);
          ran.push(done);
          yield* [...maker.end(), ...done.pieces, ...tools.gapAfter(rounds)];
          maker = new PieceMaker(how);
        }
      }
    } catch (error) {
      if (round.came || isAgain || !(await mayAskAgain(error, turn))) {
        // What came is not lost.
        yield* maker.end();
        throw error;
      }
      continue;
    }
    yield* maker.end();
    const card = links.size > 0 && sources?.([...links.values()]);
    if (card) yield card;
    return { ...end, calls };
  }
}

async function mayAskAgain<S>(error: unknown, { deadline }: Turn<S>): Promise<boolean> {
  const pauseMs = PAUSE_MS[kindOf(error)] ?? 0;
  if (!(error instanceof SourceError && error.mayRetry) || deadline.remainingMs() - pauseMs < WORTH_ASKING_MS)
    return false;
  // A model that its client stopped waiting for may be working, and is to be paid.
  if (error.kind === 'timeout') return false;
  await new Promise(resolve => setTimeout(resolve, pauseMs));
  return true;
}

const kindOf = (error: unknown): SourceErrorKind => (error instanceof SourceError ? error.kind : 'broken');
