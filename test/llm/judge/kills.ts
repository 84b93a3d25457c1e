import type { Talking } from '../../../lambda/llm/index.ts';
import type { FakeCall } from '../../kit/fake-model.ts';
import { randomBy } from '../../kit/virtual-time.ts';
import type { Fate } from './life.ts';
import { wordsOnly } from './listener.ts';
import { type Story, storyOf, type Told, told, type Whose } from './stories.ts';

/** A story whose first worker is killed, and of some the second, too. */
export interface KillStory extends Story {
  readonly fates: readonly (Fate | undefined)[];
}

/** From the call to the first word, at most. */
const LONGEST_FIRST_MS = 3_000;

/** As many as the instructions of a bot that says who it is, and what it knows. */
const PROMPT_TOKENS = 500;

/** The story of a seed: every kill at another point of a worker's life. */
export function killStoryOf(seed: number): KillStory {
  const { answer, second: _second, ...story } = storyOf(seed);
  const { breaks: _, firstAfterMs = 0, ...others } = answer;
  // Of a model that thinks for most of its time there is nothing to keep: another survey.
  const whole = { ...others, firstAfterMs: firstAfterMs % LONGEST_FIRST_MS };
  const random = randomBy(seed + 3);
  const lifeMs = whole.firstAfterMs + whole.overMs + 2_000;
  const fate = (): Fate =>
    random() < 0.5
      ? { afterMs: random() * lifeMs }
      : {
          atCall: Math.floor(random() * (5 + lifeMs / 2_000)),
          when: random() < 0.5 ? 'before' : 'after',
        };
  return {
    ...story,
    answer: { ...whole, promptTokens: PROMPT_TOKENS, stopsWhenCut: random() < 0.5 },
    kakao: 'takes',
    fates: [fate(), random() < 0.1 ? fate() : undefined],
  };
}

/** The end of a story with a kill. */
export interface Survived extends Told {
  readonly end: 'whole' | 'cut' | 'lost';
  readonly paid: number;
  /** Of these, the tokens of calls whose words nobody got, since they were made again. */
  readonly paidTwice: number;
  readonly faults: readonly string[];
}

/** Plays it. */
export async function survived(story: KillStory, whose: Whose): Promise<Survived> {
  const { fates, answer } = story;
  const end = await told(story, whose, { fateOf: nth => fates[nth] });
  const { heard, listener, calls, drafted, pending } = end;
  const whole = wordsOnly(answer.words);
  const paid = calls.reduce((sum, call) => sum + tokensOf(call), 0);
  const last = calls.at(-1);
  const isSorry = listener.apologies.length > 0;
  const faults = [
    ...listener.problems,
    ...(whole.startsWith(heard) ? [] : ['read twice, or not in order']),
    ...(heard.startsWith(drafted) ? [] : ['lost words that were drafted']),
    ...(pending > 0 ? ['waits for ever'] : []),
    ...(heard !== '' && isSorry ? ['an apology where there are words'] : []),
    ...(heard === '' && !isSorry ? ['no word, and no apology'] : []),
    ...(whose === 'conversation' ? mischarged(end, heard === whole) : []),
  ];
  return {
    ...end,
    end: heard === '' ? 'lost' : heard === whole ? 'whole' : 'cut',
    paid,
    paidTwice: last === undefined ? 0 : paid - tokensOf(last),
    faults,
  };
}

const tokensOf = ({ input, output }: FakeCall): number => input + output;

/** A conversation charges an answer to the token, or what nobody knows of as unknown. */
function mischarged({ calls, state }: Told, isWhole: boolean): readonly string[] {
  const { talk }: Talking = JSON.parse(state ?? '{}');
  const { turns = 0, tokens = 0, unknown = 0, held = [] } = talk?.day ?? {};
  const unknownTokens = held.reduce((sum, { input, output }) => sum + input + output, unknown);
  const last = calls.at(-1);
  return [
    ...(turns === 1 ? [] : [`${turns} turns are charged`]),
    ...(last && isWhole && tokens > 0 && tokens !== tokensOf(last)
      ? ['another number of tokens is charged']
      : []),
    // Its time was over: the model told nothing, and what came of it is estimated.
    ...(last && !isWhole && tokens > 0 && tokens < tokensOf(last) - last.input
      ? ['too little is charged']
      : []),
    ...(tokens === 0 && unknownTokens === 0 ? ['nothing is charged'] : []),
    // Whatever was asked before belongs to workers that died.
    ...(calls.length > 1 && unknownTokens === 0 ? ['a call that was made twice is charged once'] : []),
  ];
}
