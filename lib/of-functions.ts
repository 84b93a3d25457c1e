import type { FUNCTION_NAMES, FunctionName } from './gateway-function.ts';

/** One thing for each function that is deployed. */
export type OfFunctions<T> = Readonly<
  Record<(typeof FUNCTION_NAMES)[number], T> & Partial<Record<FunctionName, T>>
>;

/** Those that are deployed. */
export function madeOf<T>(functions: OfFunctions<T>): readonly T[] {
  return Object.values<T | undefined>(functions).filter(made => made !== undefined);
}
