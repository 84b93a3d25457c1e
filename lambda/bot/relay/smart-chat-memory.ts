import { isObject } from '../../json-reader.ts';
import type { ShownButtons } from './smart-chat-pages.ts';

/** The part of a session that is the relay's; the rest is its author's. */
export interface SmartChatState {
  smartChat?: SmartChatMemory;
}

/** All that the relay remembers of a user. */
export interface SmartChatMemory {
  /** Whether the old server was told of the user. */
  readonly isKnown?: boolean;
  /** The buttons that the user saw last, none where there was an input line. */
  readonly buttons?: readonly string[];
  /** When (epoch ms), to the minute where they are the same as before. */
  readonly shownAt?: number;
}

/** How long Kakao's keyboard lived. */
const KEYBOARD_MS = 600_000;

/** How old the time of buttons that are shown again may get before it is saved anew. */
const FRESH_MS = 60_000;

/** The relay's memory in a state, which an earlier release may have stored without one. */
export function memoryIn(state: SmartChatState): SmartChatMemory {
  return isObject(state.smartChat) ? state.smartChat : {};
}

/** The buttons that the user sees still; undefined where the keyboard they were on is over, or never was. */
export function buttonsIn(state: SmartChatState): ShownButtons | undefined {
  const { buttons, shownAt } = memoryIn(state);
  if (!Array.isArray(buttons) || shownAt === undefined) return undefined;
  return Date.now() - shownAt <= KEYBOARD_MS ? { buttons, shownAt } : undefined;
}

/** Remembers the buttons that the user is about to see. */
export function showButtons(state: SmartChatState, buttons: readonly string[]): ShownButtons {
  const before = buttonsIn(state);
  const isSame =
    before?.buttons.length === buttons.length && before.buttons.every((one, at) => one === buttons[at]);
  if (before && isSame && Date.now() - before.shownAt <= FRESH_MS) return before;
  const shown = { buttons, shownAt: Date.now() };
  state.smartChat = { ...memoryIn(state), ...shown };
  return shown;
}

/** Remembers that the old server was told of the user. */
export function knowUser(state: SmartChatState): void {
  if (!memoryIn(state).isKnown) state.smartChat = { ...memoryIn(state), isKnown: true };
}
