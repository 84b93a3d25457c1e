import { randomBytes } from 'node:crypto';
import { isObject } from '../../lambda/json-reader.ts';
import type { Room } from '../../lambda/open-builder/check.ts';
import { hasTooManyValues } from '../has-too-many-values.ts';
import type { CallbackLife, ToldViolation } from './exchange.ts';
import { toldOfSkill } from './judge.ts';
import { isKept } from './kept-json.ts';

/** Kakao's words in answer to a post: why it is not taken, or that it is. */
export const CALLBACK_WORDS = {
  taken: 'SUCCESS',
  tester: 'Invalid callback token for testing purposes.',
  spent: 'Invalid callback token. Check your callback token.',
  unasked: 'The skill server settings are incorrect. Use callback true setting required.',
  bot: 'Invalid bot ID. Check your Bot ID.',
  broken: 'Invalid json response from bot-skill.',
  refused: 'Invalid skill-json format. This talk bubble is not suitable for advertising.',
} as const;

/** Settings of a callback URL. */
export interface CallbackSettings {
  /** As it stands in the URL. */
  readonly botId: string;
  readonly room: Room;
  readonly validMs: number;
  /** The words by which every post is refused, whatever it brings. */
  readonly refusal?: string;
  /** Told of each change. @param taken the answer that was taken just now */
  readonly onChange: (life: CallbackLife, taken?: unknown) => void;
}

/** The posts to one URL that are remembered. */
const MAX_POSTS = 20;

/**
 * One callback URL of Kakao's: it takes one answer, as long as it lives, where the request's own answer asked for it.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/ai_chatbot_callback_guide
 */
export class Callback {
  readonly token = `cbtoken:${randomBytes(16).toString('hex')}`;
  readonly botId: string;
  /** Resolves when something was taken, or can't be any more. */
  readonly over: Promise<void>;
  #life: CallbackLife;
  readonly #settings: CallbackSettings;
  readonly #openedAt = Date.now();
  readonly #isDeferred: Promise<boolean>;
  readonly #timer: NodeJS.Timeout;
  #tellDeferred: (isDeferred: boolean) => void = () => {};
  #tellOver: () => void = () => {};

  constructor(settings: CallbackSettings) {
    this.#settings = settings;
    this.botId = settings.botId;
    this.#life = { expiresAt: this.#openedAt + settings.validMs, state: 'open', posts: [] };
    this.#isDeferred = new Promise(resolve => {
      this.#tellDeferred = resolve;
    });
    this.over = new Promise(resolve => {
      this.#tellOver = resolve;
    });
    this.#timer = setTimeout(() => this.end(), settings.validMs).unref();
  }

  get life(): CallbackLife {
    return this.#life;
  }

  /** Tells how the request itself was answered: until then, posts wait. */
  answered(isDeferred: boolean): void {
    this.#tellDeferred(isDeferred);
    if (!isDeferred) this.end();
  }

  /** Takes nothing any more. */
  end(): void {
    this.#tellDeferred(false);
    if (this.#life.state === 'open') this.#change({ state: 'expired' });
  }

  /** Takes what was posted, or not; resolves with Kakao's words. @param bytes undefined where there were too many */
  async post(bytes: Buffer | undefined): Promise<string> {
    const json = bytes && parsed(bytes);
    const isAsked = await this.#isDeferred;
    const { refusal, room } = this.#settings;
    const isOver = this.#life.state !== 'open';
    const violations = isOver || json === undefined ? [] : toldOfSkill(json, room);
    const message = isOver
      ? isAsked
        ? CALLBACK_WORDS.spent
        : CALLBACK_WORDS.unasked
      : (refusal ?? (isShowable(json, violations) ? CALLBACK_WORDS.taken : CALLBACK_WORDS.broken));
    const isTaken = message === CALLBACK_WORDS.taken;
    const now = Date.now();
    const post = {
      at: now,
      ms: now - this.#openedAt,
      ...(bytes && isKept(json, bytes.length) && { json }),
      isTaken,
      message,
      violations,
    };
    const posts = [...this.#life.posts, post].slice(0, MAX_POSTS);
    // A post that was refused has spent it, too.
    this.#change(
      { posts, ...(!isOver && { state: isTaken ? 'taken' : 'expired' }) },
      isTaken ? json : undefined,
    );
    return message;
  }

  #change(change: Partial<CallbackLife>, taken?: unknown): void {
    this.#life = { ...this.#life, ...change };
    if (this.#life.state !== 'open') {
      clearTimeout(this.#timer);
      this.#tellOver();
    }
    this.#settings.onChange(this.#life, taken);
  }
}

/** Whether Kakao shows what was posted: a callback's answer can't promise another one. */
const isShowable = (json: unknown, violations: readonly ToldViolation[]): boolean =>
  isObject(json) && json.useCallback !== true && violations.every(({ severity }) => severity !== 'rejected');

function parsed(bytes: Buffer): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // A hostile answer would cost seconds of judging it.
    return hasTooManyValues(text) ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
