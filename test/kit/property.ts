/**
 * How a property test runs: repeatable, by the seed that FC_SEED has or a fixed one; a failure prints it.
 * A tenth of many runs while somebody waits for them; all of them with EVERY_RUN=1, as `.ci/run` has it once.
 */
export const runs = (numRuns: number): { readonly seed: number; readonly numRuns: number } => ({
  seed: Number(process.env.FC_SEED ?? 20261121),
  // With a fraction of a run, fast-check never comes to an end.
  numRuns: process.env.EVERY_RUN ? numRuns : Math.min(numRuns, Math.max(AT_LEAST, Math.ceil(numRuns / 10))),
});

const AT_LEAST = 100;
