/** Matches a turn's text as it was said, or its folded form; undefined where it does not. */
export type TextMatcher = (text: string, folded: string) => RegExpMatchArray | undefined;

/** The matcher of a text, of one of several texts, or of a pattern. */
export function matcherOf(wanted: string | readonly string[] | RegExp): TextMatcher {
  return wanted instanceof RegExp ? patternMatcher(wanted) : textMatcher(wanted);
}

/** A text as it is compared with others: Koreans space words as they like, phones type letters in full width. */
export function foldText(text: string): string {
  return FOLDED.test(text) ? text : text.normalize('NFKC').replace(/\s+/g, '').toLowerCase();
}

/** Texts that folding leaves as they are. */
const FOLDED = /^[가-힣0-9a-z]*$/;

function textMatcher(texts: string | readonly string[]): TextMatcher {
  const known = new Set((typeof texts === 'string' ? [texts] : texts).map(foldText));
  return (text, folded) => (known.has(folded) ? [text] : undefined);
}

function patternMatcher(pattern: RegExp): TextMatcher {
  // A pattern with g or y remembers where it stopped, and would match every other turn only.
  const stateless = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  return text => stateless.exec(text) ?? undefined;
}
