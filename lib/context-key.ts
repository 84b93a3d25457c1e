import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** An error in the context: one sentence that names the key and gives an example. */
export class ContextError extends Error {
  override readonly name = 'ContextError';

  constructor(message: string) {
    super(message);
    // Where an app does not catch it, Node shows this: places in our code say nothing to whoever wrote the setting.
    this.stack = `ContextError: ${message}`;
  }
}

/** A key of the context: how its value is read, and how to write it. */
export interface Key<T> {
  /** The value; undefined where it is wrong. Whatever comes by `-c` is a string. */
  readonly read: (value: unknown) => T | undefined;
  /** "a whole number", "true or false": the end of "the context … must be", of a value that is wrong. */
  readonly must: string | ((value: unknown) => string);
  readonly example: Example;
}

/** A value as an example shows it. */
export type Example = string | number | boolean | readonly unknown[] | Readonly<Record<string, unknown>>;

/** A key whose value is a text of a shape; `must` says of which. */
export function text(shape: RegExp, must: string, example: string): Key<string> {
  return {
    read: value => (typeof value === 'string' && shape.test(value) ? value : undefined),
    must,
    example,
  };
}

/** A key whose value is a list of different texts: in JSON a list, on the command line the texts with commas between them. */
export function texts(
  isOne: (value: string) => boolean,
  most: number,
  must: string,
  example: readonly [string, ...string[]],
): Key<readonly string[]> {
  return {
    read: value => {
      const list: unknown = typeof value === 'string' ? value.split(',') : value;
      if (!Array.isArray(list) || list.length === 0 || list.length > most) return undefined;
      const isGood =
        list.every(one => typeof one === 'string' && isOne(one)) && new Set(list).size === list.length;
      return isGood ? list : undefined;
    },
    must: `${must}, ${most} at most and none twice`,
    example,
  };
}

/** A value that comes in JSON, or, by `-c`, as a text of it; undefined where that is none. */
export function inJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
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

/** A key whose value is one of some words, of which an example shows the last. */
export function oneOf<const T extends string>(words: readonly [...T[], T]): Key<T> {
  return {
    read: value => words.find(word => word === value),
    must: words.join(' or '),
    example: words.at(-1) ?? '',
  };
}

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
