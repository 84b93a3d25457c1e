/** How much of an answer is drawn at most: far more than Kakao takes, and no more than a browser draws at once. */
const MOST_PARTS = 1_500;
const MOST_CHARACTERS = 120_000;

/** How long one text may be that is drawn; Kakao's longest has 1,000 characters. */
const MOST_OF_A_TEXT = 20_000;

interface Left {
  parts: number;
  characters: number;
}

/**
 * A place in an answer that anybody may have sent: a member that is missing or of another kind reads as nothing, and
 * all places of an answer together give only so much, whatever its size.
 */
export class Place {
  readonly path: string;
  readonly #value: unknown;
  readonly #left: Left;

  private constructor(value: unknown, path: string, left: Left) {
    this.#value = value;
    this.path = path;
    this.#left = left;
  }

  /** The answer itself. */
  static of(answer: unknown): Place {
    return new Place(answer, '', { parts: MOST_PARTS, characters: MOST_CHARACTERS });
  }

  /** Whether an object stands here, be it empty. */
  get isObject(): boolean {
    return typeof this.#value === 'object' && this.#value !== null && !Array.isArray(this.#value);
  }

  member(name: string): Place {
    const path = this.path === '' ? name : `${this.path}.${name}`;
    return new Place(ownMember(this.#value, name), path, this.#left);
  }

  /** The names of an object's members, the first few. */
  names(most: number): readonly string[] {
    return this.isObject ? Object.keys(this.#value as object).slice(0, most) : [];
  }

  /** A list's first places; of anything else none. */
  items(most: number): readonly Place[] {
    if (!Array.isArray(this.#value)) return [];
    const taken = this.#value.slice(0, Math.min(most, this.#left.parts));
    this.#left.parts -= taken.length;
    return taken.map((value: unknown, at) => new Place(value, `${this.path}[${at}]`, this.#left));
  }

  /** The words that stand here, cut where they have no end; a number is one. */
  text(): string {
    const text = wordsOf(this.#value).slice(0, Math.min(MOST_OF_A_TEXT, this.#left.characters));
    this.#left.characters -= text.length;
    return text.toWellFormed();
  }

  /** The number that stands here, if any. */
  number(): number | undefined {
    return typeof this.#value === 'number' && Number.isFinite(this.#value) ? this.#value : undefined;
  }

  is(value: string | boolean): boolean {
    return this.#value === value;
  }
}

function ownMember(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : '';
}
