/** Counts one check; it failed if there is a problem, which is told without any secret. */
export type Check = (what: string, problem?: string) => void;

/** How many checks went how, under jest's names. */
export interface Counts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

/** A step that failed; the message is the step's name and one sentence. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

/** Runs steps one after the other, prints each with its time, and counts their checks. */
export class Progress {
  readonly #print: (line: string) => void;
  readonly #startedAt = performance.now();
  #passed = 0;
  #failed = 0;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /**
   * Takes a step to its end, all of its checks; a step that makes none is one itself.
   * @throws StepFailed when it throws, or when one of its checks failed
   */
  async step<T>(name: string, take: (check: Check) => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const problems: string[] = [];
    let checks = 0;
    const check: Check = (what, problem) => {
      checks++;
      if (problem === undefined) this.#passed++;
      else problems.push(`${what}: ${problem}`);
    };
    let result: { readonly value: T } | undefined;
    try {
      result = { value: await take(check) };
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
    this.#failed += problems.length;
    if (checks === 0 && result !== undefined) this.#passed++;
    const [first, ...others] = problems;
    const mark = first === undefined ? '✓' : '✗';
    this.#print(`  ${mark} ${name.padEnd(44)} ${seconds(performance.now() - startedAt)}`);
    if (result !== undefined && first === undefined) return result.value;
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    const sentence = `${name}: ${first}${more}`;
    this.#print(`    ${sentence}`);
    throw new StepFailed(sentence);
  }

  /** The counts so far. */
  counts(): Counts {
    return { numPassedTests: this.#passed, numFailedTests: this.#failed, numRuntimeErrorTestSuites: 0 };
  }

  /** The last line: the counts and the whole time. */
  summary(): string {
    return `${this.#passed} passed, ${this.#failed} failed in ${seconds(performance.now() - this.#startedAt).trim()}`;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1).padStart(6)} s`;
}
