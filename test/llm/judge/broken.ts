import { killStoryOf, survived } from './kills.ts';
import { faultsOf, storyOf, told, type Whose } from './stories.ts';

/** The seeds of stories that break a promise, by the promise: `node --import tsx test/llm/judge/survey.ts` retells one. */
export async function brokenBy(whose: Whose, from: number, count: number): Promise<Record<string, number[]>> {
  const broken: Record<string, number[]> = {};
  for (let seed = from; seed < from + count; seed++)
    for (const fault of faultsOf(await told(storyOf(seed), whose))) note(broken, fault, seed);
  return broken;
}

/** All that kills came to. */
export interface Killed {
  readonly broken: Record<string, number[]>;
  readonly ends: Readonly<Record<'whole' | 'cut' | 'lost', number>>;
  /** The part of all tokens that were paid for words which nobody got, since they were made again. */
  readonly paidTwice: number;
}

/** The same of stories with a kill. */
export async function killed(whose: Whose, from: number, count: number): Promise<Killed> {
  const broken: Record<string, number[]> = {};
  const ends = { whole: 0, cut: 0, lost: 0 };
  let [paid, paidTwice] = [0, 0];
  for (let seed = from; seed < from + count; seed++) {
    const end = await survived(killStoryOf(seed), whose);
    for (const fault of end.faults) note(broken, fault, seed);
    ends[end.end]++;
    paid += end.paid;
    paidTwice += end.paidTwice;
  }
  return { broken, ends, paidTwice: paidTwice / paid };
}

function note(broken: Record<string, number[]>, fault: string, seed: number): void {
  broken[fault] = [...(broken[fault] ?? []), seed];
}
