import { type ComponentChildren, createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Language } from '../../../../tools/language.ts';
import type { DrawnPicture, DrawnSkillAnswer } from './model.ts';
import { OWN_WORDS } from './own-words.ts';
import type { DrawProps, Tap } from './props.ts';
import type { Signs } from './signs.ts';

/** All that the parts of one answer are drawn by. */
export interface Drawing {
  readonly language: Language;
  readonly showsImages: boolean;
  readonly isGroup: boolean;
  /** A member of the room, as KakaoTalk calls whom a text mentions by this name. */
  readonly memberOf: (mention: string) => string;
  readonly signs: Signs;
  readonly onTap?: (tap: Tap) => void;
  /** Draws a picture in place of loading it: for pages of examples, whose pictures lie nowhere. */
  readonly paint?: (picture: DrawnPicture) => ComponentChildren;
}

/** The drawing that a part belongs to. */
export const CurrentDrawing = createContext<Drawing>({
  language: 'ko',
  showsImages: false,
  isGroup: true,
  memberOf: mention => mention,
  signs: new Map(),
});

/** Paints in place of pictures, for everything below it; absent where pictures are loaded. */
export const Painter = createContext<Drawing['paint']>(undefined);

/** The drawing that the caller belongs to. */
export function useDrawing(): Drawing & { readonly says: (word: keyof typeof OWN_WORDS) => string } {
  const drawing = useContext(CurrentDrawing);
  return { ...drawing, says: word => OWN_WORDS[word][drawing.language] };
}

/** The drawing of an answer. */
export function useDrawingOf(
  props: DrawProps,
  signs: Signs,
  mentions: DrawnSkillAnswer['mentions'] = {},
): Drawing {
  const { language, showsImages, room, onTap, users = [] } = props;
  const paint = useContext(Painter);
  return {
    language,
    showsImages,
    isGroup: room !== 'private',
    memberOf: mention => {
      const id = mentions[mention];
      const user = users.find(({ botUserKey, appUserId }) => id === botUserKey || id === appUserId);
      return id === undefined ? mention : (user?.name ?? mention);
    },
    signs,
    ...(onTap ? { onTap } : {}),
    ...(paint ? { paint } : {}),
  };
}
