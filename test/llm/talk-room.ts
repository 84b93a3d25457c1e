import type { QuickReply } from '../../lambda/bot/components.ts';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import type { TurnRequest } from '../../lambda/bot/incoming.ts';
import { Bot } from '../../lambda/bot/index.ts';
import { type OperatorNote, operatorHears } from '../../lambda/bot/operator.ts';
import {
  type AnswersOptions,
  type ConversationOptions,
  conversation,
  type Question,
  type Source,
  type Talk,
  type Talking,
} from '../../lambda/llm/index.ts';
import { Counters, MemoryCounterStore } from '../../lambda/turn/counters.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import { MemoryDraftStore } from '../../lambda/turn/drafts.ts';
import { takeLateTurn } from '../../lambda/turn/late-turn.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { takeTurn } from '../../lambda/turn/take-turn.ts';
import { deferInto } from '../kit/deferred.ts';
import { plainTexts, saying, USER } from '../kit/turns.ts';

/** A session of a bot that keeps something of its own beside the talk. */
export interface Guest extends Talking {
  visits?: number;
}

/** An answer as its user reads it. */
export interface Read {
  readonly words: string;
  readonly quickReplies: readonly QuickReply[];
}

class CountingStore extends MemorySessionStore {
  saves = 0;

  override async save(...args: Parameters<MemorySessionStore['save']>): Promise<void> {
    await super.save(...args);
    this.saves++;
  }
}

/** A room with a bot whose fallback is a conversation, on the real transaction, with a worker that a test sets going. */
export function talkRoom(
  ask: (question: Question<Guest>) => Source,
  options: ConversationOptions = {},
  answers: AnswersOptions<Guest> = {},
) {
  const notes: OperatorNote[] = [];
  operatorHears(note => notes.push(note));
  const chat = conversation<Guest>(options);
  const bot = new Bot<Guest>({ session: () => ({}) })
    .hears('남은 질문', turn => JSON.stringify(chat.usage(turn)))
    .hears('새 대화', turn => {
      chat.forget(turn);
      return '잊었어요.';
    })
    .media('photo', chat.answers(ask, { ...answers, name: 'photo' }))
    .fallback(chat.answers(ask, answers));
  const store = new CountingStore();
  const counters = new Counters(new MemoryCounterStore());
  const drafts = new MemoryDraftStore();
  const queue: DeferredTurn[] = [];
  const runtime = { bot, store, counters, drafts };

  const send = async (request: TurnRequest): Promise<string> => {
    const outcome = await takeTurn(
      { ...runtime, protocol: plainTexts, defer: deferInto(queue) },
      { request, receivedAt: Date.now() },
      deadlineAt(Date.now() + 4_000),
    );
    return outcome.answer;
  };
  const works = async ({ withinMs = 50_000, isFirst = true } = {}): Promise<readonly Read[]> => {
    const read: Read[] = [];
    for (const turn of queue.splice(0)) {
      const endsAt = Date.now() + withinMs;
      const attempt = { isFirst, endsAt, ruleUntil: endsAt - 5_000 };
      const outcome = await takeLateTurn(runtime, turn, attempt);
      if (outcome.kind !== 'answered') throw new Error(`the late turn is ${outcome.kind}`);
      const { outputs, quickReplies = [] } = outcome.reply;
      const texts = outputs.map(one => ('simpleText' in one ? one.simpleText.text : JSON.stringify(one)));
      read.push({ words: texts.join('\n'), quickReplies });
    }
    // A generator that was left ends by itself.
    await new Promise(resolve => setTimeout(resolve, 1));
    if (read.length > 0) await send(saying('결과 확인'));
    return read;
  };
  return {
    ...{ bot, chat, store, counters, drafts, queue, notes, send, works },
    says: (words: string, id?: string) => send(saying(words, id)),
    /** Says something, and reads the late answer to it; where there is none, the one at once. */
    async asks(words: string): Promise<string> {
      const atOnce = await send(saying(words));
      const [late] = await works();
      return late ? late.words : atOnce;
    },
    talk: async (): Promise<Talk> => JSON.parse((await store.load(USER)).state ?? '{}').talk ?? {},
    usage: async () => JSON.parse(await send(saying('남은 질문'))),
    /** Metrics of all notes, added. */
    counted: () => {
      const all: Record<string, number> = {};
      for (const { metrics = {} } of notes)
        for (const [name, count] of Object.entries(metrics)) all[name] = (all[name] ?? 0) + count;
      return all;
    },
  };
}
