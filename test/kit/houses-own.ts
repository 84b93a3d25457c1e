/** The bots that the gateway brings, as its examples. */
const EXAMPLES: readonly string[] = ['lambda/scenarios/cafe.ts', 'test/scenarios/cafe.test.ts'];

/** Whether a file, told from the root, is the gateway's own and keeps its style: an author's bot, and its test, keep theirs. */
export const isHousesOwn = (file: string): boolean =>
  EXAMPLES.includes(file) || !/^(?:lambda|test)\/(?:scenario\.|scenarios\/)/.test(file);
