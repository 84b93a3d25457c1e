/** The most characters of a button's label that KakaoTalk shows. */
const MAX_LABEL_LENGTH = 14;

let characters: Intl.Segmenter | undefined;

/** The begin of a text, at most `max` UTF-16 units, and no part of what the reader sees as one character. */
export function cutWhole(text: string, max: number): string {
  if (text.length <= max) return text;
  characters ??= new Intl.Segmenter();
  let end = 0;
  // A character that reaches further than this is longer than any label.
  for (const { index, segment } of characters.segment(text.slice(0, max + 64))) {
    if (index + segment.length > max) break;
    end = index + segment.length;
  }
  return end > 0
    ? text.slice(0, end)
    : text
        .slice(0, max)
        .toWellFormed()
        .replace(/\uFFFD$/, '');
}

/** A label as KakaoTalk shows all of it: one line of at most 14 characters. */
export function shortLabel(words: string, max = MAX_LABEL_LENGTH): string {
  const line = words.replace(/\s+/g, ' ').trim();
  return line.length <= max ? line : `${cutWhole(line, max - 1).trimEnd()}…`;
}

/** A short label for each of these texts, no two the same. */
export function shortLabels(texts: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return texts.map(words => {
    let label = shortLabel(words);
    for (let ordinal = 2; taken.has(label); ordinal++) {
      const suffix = ` (${ordinal})`;
      label = `${shortLabel(words, MAX_LABEL_LENGTH - suffix.length)}${suffix}`;
    }
    taken.add(label);
    return label;
  });
}
