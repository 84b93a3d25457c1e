import type { Texts } from '../../../lambda/bot/texts.ts';
import { messageProblems, skillProblems } from '../../kit/kakao-accepts.ts';
import type { World } from './world.ts';

/** The ways by which a user talks to a bot: a room whose block has a callback, one without, and a smart-chat room. */
export const WAYS = ['callback', 'room', 'smart-chat'] as const;
export type Way = (typeof WAYS)[number];

/** Something that the user read. */
export interface Reading {
  /** By an answer to their word or tap, or by itself. */
  readonly how: 'word' | 'tap' | 'post';
  /** From the first word. */
  readonly atMs: number;
  /** From the word or tap to its answer; 0 of a post. */
  readonly tookMs: number;
  readonly bubbles: readonly string[];
  readonly buttons: readonly string[];
}

/** The pause before the next tap: by the time since the first word, and what the room offers. */
export type Pace = (offered: readonly string[]) => number;

/** A user who reads all, and taps whatever is offered until nothing is. */
export class Listener {
  readonly readings: Reading[] = [];
  /** The faults for which Kakao would not have taken an answer. */
  readonly problems: string[] = [];
  readonly #world: World;
  readonly #user: string;
  readonly #way: Way;
  readonly #texts: Texts;
  readonly #sorry: readonly string[];
  readonly #ownWords: readonly string[];
  readonly #beganAt = Date.now();
  /** The buttons under the last answer, by their labels. */
  #buttons = new Map<string, unknown>();
  /** The answers that tell to wait for a post. */
  readonly #awaited = new Set<object>();

  /**
   * @param ownWords what the bot says beside the answers that are listened to
   * @param sorry those of them that apologise
   */
  constructor(
    world: World,
    texts: Texts,
    way: Way,
    ownWords: readonly string[],
    sorry: readonly string[] = [],
    user = 'user',
  ) {
    this.#world = world;
    this.#texts = texts;
    this.#way = way;
    this.#user = user;
    this.#sorry = [texts.apology, texts.lost, ...sorry];
    // The labels of buttons are no bubbles.
    const longer = [...Object.values(texts), ...ownWords].filter(words => words.length > 6);
    this.#ownWords = longer.map(wordsOnly).toSorted((one, other) => other.length - one.length);
  }

  /** The key of the user's session. */
  get key(): string {
    return this.#way === 'smart-chat' ? `live/channel/${this.#user}` : `live/bot/b/${this.#user}`;
  }

  /** Says something, with a callback where the room has one. */
  async says(words: string): Promise<Reading> {
    return this.#says(words, 'word', undefined);
  }

  /** Says something as soon as nothing is left behind 더보기, which whatever is said else takes away. */
  async politely(words: string): Promise<void> {
    while (this.#offered().includes(this.#texts.more)) await pause(LOOKS_EVERY_MS);
    await this.says(words);
  }

  /** Taps a button, or says its word where it has gone. */
  async taps(label: string): Promise<Reading> {
    return this.#says(label, 'tap', this.#buttons.get(label));
  }

  /** Taps what is offered, at this pace, until nothing more can come. */
  async listens(pace: Pace, forMs = 240_000): Promise<void> {
    const until = Date.now() + forMs;
    const { more, collect } = this.#texts;
    while (Date.now() < until) {
      const offered = this.#offered();
      await pause(pace(offered));
      const now = this.#offered();
      const next = [more, goOnOf(this.#texts), collect].find(label => now.includes(label));
      if (next !== undefined) await this.taps(next);
      else if (this.#awaited.size === 0) return;
    }
  }

  /** All that was read beside the bot's own words, in the order of the reading, without spaces. */
  get words(): string {
    const said = this.readings.flatMap(({ bubbles }) => bubbles.map(one => `${one}\n`)).join('');
    return this.#ownWords.reduce((left, words) => left.replaceAll(words, ''), wordsOnly(said));
  }

  /** The numbered sentences of an answer among them (`numberedSentences`). */
  heard(of = ''): string {
    return sentencesIn(this.words, of);
  }

  /** The words by which a user is told that an answer will not come. */
  get apologies(): readonly string[] {
    return this.readings.flatMap(({ bubbles }) =>
      bubbles.filter(one => this.#sorry.some(words => one.includes(words))),
    );
  }

  #offered(): readonly string[] {
    return [...this.#buttons.keys()];
  }

  async #says(words: string, how: 'word' | 'tap', extra: unknown): Promise<Reading> {
    const answered = { isTold: false };
    if (this.#way === 'smart-chat') {
      const { json, ms, status } = await this.#world.smartChat(this.#user, words);
      if (status !== 200) this.problems.push(`status ${status}`);
      this.problems.push(...messageProblems(json));
      return this.#hears(json, how, ms);
    }
    const callbackUrl = this.#way === 'callback' ? this.#newCallback(answered) : undefined;
    const call = { ...(callbackUrl && { callbackUrl }), extra };
    const { json, ms, status } = await this.#world.skill(this.#user, words, call);
    if (status !== 200) this.problems.push(`status ${status}`);
    answered.isTold = json.useCallback === true;
    if (callbackUrl !== undefined && answered.isTold) {
      this.#awaited.add(answered);
      setTimeout(() => this.#awaited.delete(answered), CALLBACK_MS);
    }
    if (!json.useCallback) this.problems.push(...skillProblems(json));
    return this.#hears(json, how, ms);
  }

  #newCallback(answered: { readonly isTold: boolean }): string {
    return this.#world.newCallback(json => {
      if (!answered.isTold) this.problems.push('a callback overtook the answer that told to wait');
      this.#awaited.delete(answered);
      this.problems.push(...skillProblems(json));
      this.#hears(json, 'post', 0);
    });
  }

  #hears(json: unknown, how: Reading['how'], tookMs: number): Reading {
    const { more } = this.#texts;
    const left = how === 'post' && this.#buttons.has(more) ? [[more, this.#buttons.get(more)] as const] : [];
    // A post that comes between takes the button away, and not what is behind it.
    this.#buttons = new Map([...left, ...buttonsOf(json)]);
    const atMs = Date.now() - this.#beganAt;
    const bubbles = bubblesOf(json).filter(bubble => !this.#isShownAgain(bubble, how, atMs));
    const reading = { how, atMs, tookMs, bubbles, buttons: this.#offered() };
    this.readings.push(reading);
    return reading;
  }

  /** Whether somebody who taps knows the bubble already: they were shown it a moment ago. */
  #isShownAgain(bubble: string, how: Reading['how'], atMs: number): boolean {
    if (how !== 'tap') return false;
    const seen = this.readings.filter(one => one.how !== 'post' && one.atMs > atMs - READABLE_MS);
    return seen.some(({ bubbles }) => bubbles.includes(bubble) && bubble.includes('〈'));
  }
}

/** How long an answer that was collected is shown again to whoever asks: the first reply may have been lost. */
const READABLE_MS = 60_000;

/** Longer than any callback lives. */
const CALLBACK_MS = 62_000;

const LOOKS_EVERY_MS = 500;

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** The label of the button that brings the rest of a growing answer. */
const goOnOf = (texts: Texts): string => ('goOn' in texts ? String(texts.goOn) : '이어서');

/** The numbered sentences of an answer in a text without spaces; a mark that was cut is left out. */
export function sentencesIn(text: string, of = ''): string {
  let whose: string | undefined;
  let own = '';
  for (const [words, letter] of text.matchAll(/〈([A-Z]?)\d+〉[^〈]*|〈[A-Z]?\d*(?=〈|$)|[^〈]+/g)) {
    whose = letter ?? whose;
    if (whose === of && !/^〈[^〉]*$/.test(words)) own += words;
  }
  return own;
}

/** Words without what may be different between two bubbles and one. */
export const wordsOnly = (text: string): string => text.replaceAll(/\s+/g, '');

/** The words of an answer of either protocol, bubble by bubble. */
export function bubblesOf(json: unknown): readonly string[] {
  const { data, message, template } = json as {
    readonly data?: { readonly text?: string };
    readonly message?: unknown;
    readonly template?: { readonly outputs: readonly unknown[] };
  };
  if (message !== undefined) return [shownIn(message)];
  if (template !== undefined) return template.outputs.map(shownIn);
  return data?.text === undefined ? [] : [data.text];
}

/** The words that a part of an answer shows, in their order; not those of its buttons. */
export function shownIn(part: unknown): string {
  if (Array.isArray(part)) return part.map(shownIn).join(' ');
  if (typeof part !== 'object' || part === null) return '';
  return Object.entries(part)
    .flatMap(([name, value]) => {
      if (name === 'buttons' || name === 'message_button') return [];
      return typeof value === 'string' ? (SHOWN.has(name) ? [value] : []) : [shownIn(value)];
    })
    .join(' ');
}

const SHOWN = new Set(['text', 'title', 'description', 'imageUrl', 'url']);

/** The buttons under an answer that stand for words, with what they carry. */
function buttonsOf(json: unknown): Map<string, unknown> {
  const { template, keyboard } = json as {
    readonly template?: { readonly quickReplies?: readonly { label: string; extra?: unknown }[] };
    readonly keyboard?: { readonly buttons?: readonly string[] };
  };
  const labels = keyboard?.buttons?.map(label => [label, undefined] as const);
  return new Map(labels ?? template?.quickReplies?.map(({ label, extra }) => [label, extra] as const) ?? []);
}
