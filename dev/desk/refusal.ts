import type { Sentence } from '../../tools/language.ts';

/** Something that the desk does not do, and why: told to its page. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  readonly says: Sentence;
  /** Of HTTP. */
  readonly status: number;

  constructor(says: Sentence, status = 400) {
    super(says.en);
    this.says = says;
    this.status = status;
  }
}
