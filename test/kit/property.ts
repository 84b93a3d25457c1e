/** How a property test runs: repeatable, by the seed that FC_SEED has or a fixed one; a failure prints it. */
export const runs = (numRuns: number): { readonly seed: number; readonly numRuns: number } => ({
  seed: Number(process.env.FC_SEED ?? 20261121),
  numRuns,
});
