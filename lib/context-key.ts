import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** An error in the context: one sentence that names the key and gives an example. */
export class ContextError extends Error {
  override readonly name = 'ContextError';
}

/** A key of the context: how its value is read, and how to write it. */
export interface Key<T> {
  /** The value; undefined where it is wrong. Whatever comes by `-c` is a string. */
  readonly read: (value: unknown) => T | undefined;
  /** "a whole number", "true or false": the end of "the context … must be". */
  readonly must: string;
  readonly example: string | number | boolean;
}

/** A key whose value is a text of a shape; `must` says of which. */
export function text(shape: RegExp, must: string, example: string): Key<string> {
  return {
    read: value => (typeof value === 'string' && shape.test(value) ? value : undefined),
    must,
    example,
  };
}

/** A key whose value is a whole number, the bounds included. */
export function wholeNumber(from: number, to: number, example: number): Key<number> {
  return {
    read: value => {
      const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isInteger(number)) return undefined;
      return number >= from && number <= to ? number : undefined;
    },
    must: `a whole number from ${from} to ${to}`,
    example,
  };
}

/** A key that is on or off. */
export const yesOrNo: Key<boolean> = {
  read: value => {
    if (value === true || value === 'true') return true;
    return value === false || value === 'false' ? false : undefined;
  },
  must: 'true or false',
  example: true,
};

/** The days that CloudWatch Logs can count to. */
const RETENTIONS: readonly number[] = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
);

/** A key whose value is how many days logs are kept. */
export const retention: Key<RetentionDays> = {
  read: value => RETENTIONS.find(days => days === value || String(days) === value),
  must: `one of ${RETENTIONS.join(', ')}, the numbers of days that CloudWatch Logs knows`,
  example: RetentionDays.TWO_WEEKS,
};
