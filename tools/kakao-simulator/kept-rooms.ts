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
export interface KeptRoom {
  readonly contexts: Contexts;
  /** The block that was called last. */
  lastBlock?: Named;
  /** The answer whose bubbles are the last: its quick replies can be tapped. */
  shown?: { readonly exchange: string; readonly isLate: boolean };
  /** smart-chat's, of the last answer. */
  keyboard?: KeptKeyboard;
}

/** More rooms than anybody plays in at once. */
const MAX_ROOMS = 1_000;

/** All that Kakao keeps of each user in each room, by from where the skill is called. */
export class KeptRooms {
  /** smart-chat's home keyboard, which is everybody's; absent until a bot told one. */
  home: { readonly keyboard: Keyboard; readonly at: number } | undefined;
  readonly #rooms = new Map<string, KeptRoom>();

  /** The one that a scene plays in. */
  of({ protocol, caller, user, room }: Scene): KeptRoom {
    const key =
      protocol === 'smart-chat'
        ? user.plusfriendUserKey
        : [caller, user.botUserKey, room.kind === 'group' ? room.id : ''].join(' ');
    const known = this.#rooms.get(key);
    if (known) return known;
    const kept: KeptRoom = { contexts: new Contexts() };
    this.#rooms.set(key, kept);
    for (const [oldest, { keyboard }] of this.#rooms) {
      if (this.#rooms.size <= MAX_ROOMS) break;
      clearTimeout(keyboard?.timer);
      this.#rooms.delete(oldest);
    }
    return kept;
  }

  /** Forgets all of them. */
  clear(): void {
    for (const { keyboard } of this.#rooms.values()) clearTimeout(keyboard?.timer);
    this.#rooms.clear();
    this.home = undefined;
  }
}
