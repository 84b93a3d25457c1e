import type { ToldViolation } from '../../../../tools/kakao-simulator/exchange.ts';
import type { SimulatedUser } from '../../../../tools/kakao-simulator/scene.ts';
import type { Language } from '../../../../tools/language.ts';

/** A part of the page that draws something of an answer. */
export interface DrawProps {
  /** A skill's answer or smart-chat's, as the bot sent it: anybody's, so any member may be missing or of another kind. */
  readonly answer: unknown;
  readonly language: Language;
  /** Whether pictures are loaded from where the bot says; else a box with their description stands there. */
  readonly showsImages: boolean;
  /** Whose answer it is; a private room shows neither Markdown, mentions nor rankings. Default: a group's. */
  readonly room?: 'private' | 'group';
  /** Whom a group room's text may mention; anybody else goes by the name that the text gives. */
  readonly users?: readonly SimulatedUser[];
  /** Told where they stand. */
  readonly violations?: readonly ToldViolation[];
  /** Absent where nothing can be tapped any more. */
  readonly onTap?: (tap: Tap) => void;
}

/** A button, list item or quick reply that was tapped. */
export interface Tap {
  /** Such as `template.quickReplies[0]`. */
  readonly path: string;
  readonly label: string;
  /** Kakao's action; `message` and `block` reach the bot, the others are done by the phone. */
  readonly action: string;
  /** Where a link leads, http or https alone; the browser has opened it already. */
  readonly url?: string;
}
