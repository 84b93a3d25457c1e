/** Past so many characters KakaoTalk folds a text behind 전체 보기. */
const FOLDS_AFTER = 500;

/** As many follow a place that a letter of several characters, such as a family of emoji, may reach across it. */
const LONGEST_LETTER = 40;

/** A text as its bubble shows it. */
export interface FoldedText {
  readonly shown: string;
  readonly isFolded: boolean;
}

/** A text cut where KakaoTalk folds it, in UTF-16 code units as Kakao's limits count, and never within a letter. */
export function foldText(text: string): FoldedText {
  if (text.length <= FOLDS_AFTER) return { shown: text, isFolded: false };
  const letters = new Intl.Segmenter('ko').segment(text.slice(0, FOLDS_AFTER + LONGEST_LETTER));
  const shown = text.slice(0, letters.containing(FOLDS_AFTER)?.index ?? FOLDS_AFTER);
  return { shown: shown.trimEnd(), isFolded: true };
}
