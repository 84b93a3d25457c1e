import { expect } from '@jest/globals';
import { synthesisedIn } from './project.ts';
import { SHARED_WORDS, WORDS } from './sources.ts';

/** Expects all four functions in a folder that an app was synthesised into, and in each of them the bot, on the handlers' own modules. */
export async function expectBotIn(folder: string): Promise<void> {
  const { functions, code } = await synthesisedIn(folder);
  expect([functions, code.length]).toEqual([4, 4]);
  for (const one of code) {
    expect(one.includes(WORDS)).toBe(true);
    // Else an error of the one would be unknown to the other.
    expect(one.split(SHARED_WORDS).length - 1).toBe(1);
  }
}

/** The sentence by which synth refuses a gateway that was told no scenario. */
export const refusalOf = (gateway: string): string =>
  `Error: ${gateway} needs a scenario: the file that exports your bot, such as scenario: 'bot/scenario.ts'`;

/** The line of what a failed Node printed that says why it failed. */
export const errorIn = (printed: string): string | undefined => /^Error: .*/m.exec(printed)?.[0];
