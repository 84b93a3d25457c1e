import { createInterface, type Interface } from 'node:readline';
import { complain } from './terminal.ts';

/** Asks a person at a terminal; nothing is read before the first question, and {@link end} lets the process end. */
export class Questions {
  readonly #stdin: NodeJS.ReadableStream;
  readonly #lines: string[] = [];
  #reader: Interface | undefined;
  #isOver = false;
  #wake = (): void => {};

  constructor(stdin: NodeJS.ReadableStream) {
    this.#stdin = stdin;
  }

  /** Asks in as many lines as the question has; the line that is typed, without blanks around it, or undefined where the input ends before. */
  async ask(question: string): Promise<string | undefined> {
    for (const line of question.split('\n')) complain(line);
    this.#reader ??= this.#read();
    while (this.#lines.length === 0 && !this.#isOver)
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    return this.#lines.shift()?.trim();
  }

  /** Reads no more. */
  end(): void {
    this.#reader?.close();
  }

  #read(): Interface {
    const reader = createInterface({ input: this.#stdin });
    reader.on('line', line => {
      this.#lines.push(line);
      this.#wake();
    });
    reader.once('close', () => {
      this.#isOver = true;
      this.#wake();
    });
    return reader;
  }
}
