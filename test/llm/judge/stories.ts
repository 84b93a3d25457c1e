import { type FakeAnswer, type FakeCall, numberedSentences, TOKEN } from '../../kit/fake-model.ts';
import { randomBy } from '../../kit/virtual-time.ts';
import { CHAT_WORDS, chatBot, type Talker } from './chat-bot.ts';
import { Listener, sentencesIn, WAYS, type Way, wordsOnly } from './listener.ts';
import { toyBot } from './toy-bot.ts';
import { inWorld, type WorldOptions } from './world.ts';

/** A question, the answer to it, and the manners of whoever asked. */
export interface Story {
  readonly seed: number;
  readonly way: Way;
  readonly answer: FakeAnswer;
  /** The shortest and the longest pause before a tap. */
  readonly tapsAfterMs: readonly [least: number, most: number];
  /** How often the user greets the bot meanwhile. */
  readonly greetings: number;
  readonly kakao: 'takes' | 'refuses' | 'fails once';
  /** A second question meanwhile, which waits for the answer to the first, or is refused. */
  readonly second?: { readonly afterMs: number; readonly busy: 'queue' | 'refuse' };
}

/** Whose answers grow: a toy rule's, or a conversation's. */
export type Whose = 'growing' | 'conversation';

const SECONDS = [3, 20, 44, 70] as const;

/** The story of a seed. */
export function storyOf(seed: number): Story {
  const random = randomBy(seed);
  const oneOf = <T>(...many: readonly T[]): T => many[Math.floor(random() * many.length)] as T;
  const way = oneOf(...WAYS);
  const overMs = oneOf(...SECONDS) * 1_000;
  const isThinking = random() < 0.15;
  const words = numberedSentences(1 + Math.floor(random() * 160));
  const breaks = { afterMs: random() * overMs, by: oneOf('an error', 'silence') } as const;
  const least = random() * 3_000;
  return {
    seed,
    way,
    answer: {
      words,
      overMs: isThinking ? random() * 10_000 : overMs,
      firstAfterMs: isThinking ? 50_000 + random() * 8_000 : random() * 3_000,
      ...(random() < 0.2 && { breaks }),
    },
    tapsAfterMs: [least, least + random() * 20_000],
    greetings: oneOf(0, 0, 1, 3),
    kakao: oneOf('takes', 'takes', 'takes', 'refuses', 'fails once'),
    // Where answers are collected, a tap for the second shows the first again for a minute: its reply may be lost.
    ...(way === 'callback' &&
      random() < 0.5 && {
        second: { afterMs: random() * 60_000, busy: oneOf('queue', 'queue', 'refuse') },
      }),
  };
}

/** An answer as the model gave it, and as the user read it: its numbered sentences without spaces. */
export interface Exchange {
  readonly given: string;
  readonly heard: string;
}

/** The end of a story. */
export interface Told extends Exchange {
  readonly listener: Listener;
  readonly calls: readonly FakeCall[];
  readonly second: Exchange;
  /** The words of the last draft that came to the table, without spaces. */
  readonly drafted: string;
  /** The late turns of the user's that are not done with. */
  readonly pending: number;
  /** The bot's part of the session, at the end. */
  readonly state: string | undefined;
  /** From the question to its first answer. */
  readonly firstMs: number;
}

const QUESTION = '알려 주세요';
const SECOND_QUESTION = '다른 것도요';
const SECOND_ANSWER: FakeAnswer = { words: numberedSentences(60, 'B'), overMs: 20_000 };

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** Plays a story. */
export function told(story: Story, whose: Whose, options: Partial<WorldOptions> = {}): Promise<Told> {
  const answerTo = (question: string): FakeAnswer =>
    question === SECOND_QUESTION ? SECOND_ANSWER : story.answer;
  const busy = story.second?.busy === 'queue' ? 'queue' : CHAT_WORDS.busy;
  return whose === 'growing'
    ? toldBy(toyBot(answerTo, { busy }), story, answerTo, options)
    : toldBy(chatBot(answerTo, { busy }), story, answerTo, options);
}

function toldBy<S>(
  { bot, model, words, apologies }: Talker<S>,
  story: Story,
  answerTo: (question: string) => FakeAnswer,
  options: Partial<WorldOptions>,
): Promise<Told> {
  const { seed, way, kakao } = story;
  const troubles = (nth: number) =>
    kakao === 'refuses' ? 'refuses' : kakao === 'fails once' && nth === 0 ? 'fails' : 'takes';
  return inWorld(bot, { seed, kakao: troubles, ...options }, async world => {
    const listener = new Listener(world, bot.texts, way, words, apologies);
    const { tookMs: firstMs } = await listener.says(QUESTION);
    await Promise.all([listens(listener, story), greets(listener, story), asksMore(listener, story)]);
    await listens(listener, story);
    // Whatever is said brings along what waits.
    for (let greetings = 0; greetings < 2; greetings++) {
      await pause(READABLE_MS);
      await listener.says('안녕');
      await listens(listener, story);
    }
    const { memory, state } = await world.session(listener.key);
    const pieces = world.drafts.findLast(({ turn }) => turn === world.drafts[0]?.turn)?.pieces ?? [];
    const exchange = (question: string, of: string): Exchange => {
      const call = model.calls.findLast(({ messages }) => messages.at(-1)?.content === question);
      const given = answerTo(question).words.slice(0, (call?.read ?? 0) * TOKEN);
      return { given: sentencesIn(wordsOnly(given), of), heard: listener.heard(of) };
    };
    return {
      ...exchange(QUESTION, ''),
      listener,
      calls: model.calls,
      second: exchange(SECOND_QUESTION, 'B'),
      drafted: sentencesIn(wordsOnly(pieces.filter(piece => typeof piece === 'string').join(''))),
      pending: memory.line?.length ?? 0,
      state,
      firstMs,
    };
  });
}

function listens(listener: Listener, { seed, tapsAfterMs: [least, most] }: Story): Promise<void> {
  const random = randomBy(seed + 1);
  return listener.listens(() => least + random() * (most - least));
}

async function greets(listener: Listener, { greetings, seed }: Story): Promise<void> {
  const random = randomBy(seed + 2);
  for (let greeting = 0; greeting < greetings; greeting++) {
    await pause(random() * 40_000);
    await listener.politely('안녕');
  }
}

async function asksMore(listener: Listener, { second }: Story): Promise<void> {
  if (second === undefined) return;
  await pause(second.afterMs);
  await listener.politely(SECOND_QUESTION);
}

/** How long an answer that was collected is shown again to whoever asks again. */
const READABLE_MS = 61_000;

/** The promises that a story breaks; none when all is well. */
export function faultsOf({ listener, given, heard, second, firstMs, pending }: Told): readonly string[] {
  const isCut = given.startsWith(heard) || heard.startsWith(given);
  return [
    ...listener.problems,
    ...(firstMs > FIRST_ANSWER_MS ? ['the first answer is late'] : []),
    ...(heard === given ? [] : [isCut ? 'not all was read' : 'read twice, or not in order']),
    ...(second.heard === second.given ? [] : ['the second answer was not read as it was given']),
    ...(given !== '' && listener.apologies.length > 0 ? ['an apology where there are words'] : []),
    ...(given === '' && listener.apologies.length === 0 ? ['no word, and no apology'] : []),
    ...(pending > 0 ? ['waits for ever'] : []),
  ];
}

/** From the user's word to the first answer, at most. */
const FIRST_ANSWER_MS = 4_500;

/** A story in words, for whoever looks for its fault. */
export function retold({ listener, calls }: Told): string {
  const short = (words: string): string =>
    words.length > 60 ? `${words.slice(0, 30)}…${words.slice(-20)}` : words;
  const readings = listener.readings.map(
    ({ how, atMs, tookMs, bubbles, buttons }) =>
      `${String(atMs).padStart(7)} ${how} (${tookMs}) ${bubbles.map(short).join(' | ')} [${buttons}]`,
  );
  const booked = calls.map(({ at, input, output, read, end }) =>
    JSON.stringify({ at, input, output, read, end }),
  );
  return [...readings, ...booked].join('\n');
}
