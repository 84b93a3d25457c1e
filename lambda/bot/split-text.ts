import { isBlank } from '../blank.ts';

/** A text in two: the part that fits, and the rest for later. */
export interface CutText {
  readonly head: string;
  /** Empty when everything fitted. */
  readonly tail: string;
}

/** A text in bubbles; `bubbles.join('') + rest` is the text, but for white space that would have been a bubble of its own. */
export interface FittedText {
  /** Each no longer than asked for, not trimmed, and never blank: only a text that shows nothing is one empty bubble. */
  readonly bubbles: string[];
  /** The text left for "더보기"; empty when everything fitted. */
  readonly rest: string;
}

/**
 * Splits a text into at most `bubbles` (3) of at most `length` (1,000) UTF-16 units, KakaoTalk's limits, in linear
 * time: after a paragraph, else a line, a sentence or a word, but not after a heading or a colon; and never inside a
 * character that the reader sees as one, an http(s) URL or a mention, unless that is longer than a bubble. Trim what you show.
 * @throws RangeError when `length` is not a whole number from 2 up: some characters need two units
 */
export function fit(
  text: string,
  { bubbles = 3, length = 1000 }: { readonly bubbles?: number; readonly length?: number } = {},
): FittedText {
  if (!Number.isInteger(length) || length < 2)
    throw new RangeError('length must be a whole number from 2 up');
  const fitted: string[] = [];
  let rest = text;
  while (fitted.length < bubbles && rest !== '') {
    const at = cutPoint(rest, length);
    const bubble = rest.slice(0, at);
    // Kakao drops a whole answer for one blank bubble.
    if (!isBlank(bubble)) fitted.push(bubble);
    rest = rest.slice(at);
  }
  if (isBlank(rest)) rest = '';
  return { bubbles: fitted.length === 0 && rest === '' && bubbles > 0 ? [''] : fitted, rest };
}

/**
 * Cuts a text after at most `max` (2 or more) UTF-16 units, at the place where `fit` does.
 * Nothing but what shows nothing at the ends and at the cut is lost; neither part of a longer text with words is blank.
 */
export function cutText(text: string, max: number): CutText {
  if (text.length <= max) return { head: text, tail: '' };
  let words = text.trim();
  let at = cutPoint(words, max);
  while (at < words.length && isBlank(words.slice(0, at))) {
    words = words.slice(at);
    at = cutPoint(words, max);
  }
  const tail = words.slice(at).trimStart();
  return { head: words.slice(0, at).trimEnd(), tail: isBlank(tail) ? '' : tail };
}

function cutPoint(text: string, max: number): number {
  if (text.length <= max) return text.length;
  const pleasant = lastBreak(text, max);
  const at = clusterStart(text, pleasant ?? max);
  const whole = mentionStart(text, pleasant === undefined ? urlStart(text, at, max) : at, max);
  // What is longer than a bubble is cut, but not into half characters.
  return whole || at || (isHigh(text, max - 1) && isLow(text, max) ? max - 1 : max);
}

/** The end of a sentence before white space. Not a number's dot: "1. 아메리카노" is one item. */
export const SENTENCE_END = /(?:[^\d\s]\.|[!?…。！？])["'”’)\]」』》〉】）]{0,2}$/;

/** The end of a line that belongs to what follows: a colon, or a heading, which stands alone below a blank line. */
const CAPTION_END = /:$|\n\n(?![•☐☑])[^\n]{1,40}$/;
const CAPTION_LOOK_BACK = 42;

/** The best break up to `max`: one in the first half would waste a bubble, unless a paragraph ends there. */
function lastBreak(text: string, max: number): number | undefined {
  const last = { paragraph: 0, line: 0, sentence: 0, caption: 0, word: 0 };
  for (const { 0: space, index } of text.slice(0, max + 1).matchAll(/\s+/g)) {
    // Kakao drops a whole answer for one blank bubble.
    if (index === 0) continue;
    const before = text.slice(Math.max(0, index - CAPTION_LOOK_BACK), index);
    last[breakKind(space, before)] = Math.min(index + space.length, max);
  }
  const half = max / 2;
  if (last.paragraph < half && last.line < half && last.sentence < half && last.paragraph >= half / 2)
    return last.paragraph;
  return [last.paragraph, last.line, last.sentence, last.caption, last.word].find(at => at >= half);
}

function breakKind(space: string, before: string): 'paragraph' | 'line' | 'sentence' | 'caption' | 'word' {
  const lines = space.split('\n').length;
  const isSentence = SENTENCE_END.test(before.slice(-4));
  if (lines === 1) return isSentence ? 'sentence' : 'word';
  if (!isSentence && CAPTION_END.test(before)) return 'caption';
  return lines > 2 ? 'paragraph' : 'line';
}

let graphemes: Intl.Segmenter | undefined;

/** Where the character begins that a cut at `at` would split, as the reader sees characters; else `at`. */
function clusterStart(text: string, at: number): number {
  let from = at;
  // Between two of these a cut is always right, so nothing before them needs to be looked at.
  while (from > 0 && !/^[\n -~가-힣]{2}/.test(text.slice(from - 1, from + 1))) from--;
  if (from === at) return at;
  graphemes ??= new Intl.Segmenter();
  // A boundary depends on one character after it.
  const cluster = graphemes.segment(text.slice(from, at + 2)).containing(at - from);
  return cluster === undefined ? at : from + cluster.index;
}

/** Where the URL begins that a cut at `at` would split, if it fits into a bubble; else `at`. */
function urlStart(text: string, at: number, max: number): number {
  // A URL may be in Korean; where it and what is written onto it are too long, its ASCII part may fit.
  for (const ends of [/\s/, /[^!-~]/]) {
    const isIn = (index: number) => index >= 0 && index < text.length && !ends.test(text.charAt(index));
    let start = at;
    while (isIn(start - 1)) start--;
    let end = at;
    while (end <= at + max && isIn(end)) end++;
    for (const { index } of text.slice(start, end).matchAll(/https?:\/\//gi)) {
      const from = start + index;
      if (from < at && at < end && end - from <= max) return from;
    }
  }
  return at;
}

const MENTION = '{{#mentions.';

/** Where the mention of a group room's member begins that a cut at `at` would split, if it fits into a bubble; else `at`. */
function mentionStart(text: string, at: number, max: number): number {
  const from = text.lastIndexOf(MENTION, at - 1);
  // Each look ends: what is no mention ends at the next brace, or a bubble later.
  const [mention = ''] = from < 0 ? [] : (/^\{\{#[^{}]*\}\}/.exec(text.slice(from, from + max)) ?? []);
  return at < from + mention.length ? from : at;
}

const isHigh = (text: string, at: number): boolean => /[\uD800-\uDBFF]/.test(text.charAt(at));
const isLow = (text: string, at: number): boolean => /[\uDC00-\uDFFF]/.test(text.charAt(at));
