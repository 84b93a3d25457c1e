import { Contexts } from './contexts.ts';
import type { Scene } from './scene.ts';
import type { KakaoSimulator } from './simulator.ts';
import type { Named } from './skill-requests.ts';

/** smart-chat's input: a line to type in, or buttons in its place. */
export type Keyboard = ReturnType<KakaoSimulator['keyboardOf']>;

/** A keyboard that came with an answer. */
export interface KeptKeyboard {
  readonly keyboard: Keyboard;
  /** Goes off when home's takes its place. */
  readonly timer: NodeJS.Timeout;
}

/** Everything that Kakao knows of one user in one room between two calls. */
export interface Talk {
  readonly contexts: Contexts;
  /** The block that was called last. */
  lastBlock?: Named;
  /** The answer whose bubbles are the last: its quick replies can be tapped. */
  shown?: { readonly exchange: string; readonly isLate: boolean };
  /** smart-chat's, of the last answer. */
  keyboard?: KeptKeyboard;
}

/** More rooms than anybody plays in at once. */
const MAX_TALKS = 1_000;

/** Every user's talks, in each room and from wherever the skill is called. */
export class Talks {
  /** smart-chat's home keyboard, which is everybody's; absent until a bot told one. */
  home: { readonly keyboard: Keyboard; readonly at: number } | undefined;
  readonly #talks = new Map<string, Talk>();

  /** The talk that a scene is part of. */
  of({ protocol, caller, user, room }: Scene): Talk {
    const key =
      protocol === 'smart-chat'
        ? user.plusfriendUserKey
        : [caller, user.botUserKey, room.kind === 'group' ? room.id : ''].join(' ');
    const known = this.#talks.get(key);
    if (known) return known;
    const talk: Talk = { contexts: new Contexts() };
    this.#talks.set(key, talk);
    for (const [oldest, { keyboard }] of this.#talks) {
      if (this.#talks.size <= MAX_TALKS) break;
      clearTimeout(keyboard?.timer);
      this.#talks.delete(oldest);
    }
    return talk;
  }

  /** Forgets all of them. */
  clear(): void {
    for (const { keyboard } of this.#talks.values()) clearTimeout(keyboard?.timer);
    this.#talks.clear();
    this.home = undefined;
  }
}
