import type { Language, Sentence } from '../language.ts';
import type { Came } from './came.ts';
import type { Ending, Failure } from './play-talk.ts';
import type { Bubble, Seen } from './seen.ts';
import { type Place, placed, type Talk } from './talk.ts';

/** A talk and what became of it: played in a protocol, or not at all. */
export type Result =
  | ({ readonly kind: 'played' } & Ending)
  | { readonly kind: 'left-out'; readonly talk: Talk; readonly protocol: string; readonly why: Sentence };

/** The lines that tell a talk's result. */
export function resultLines(result: Result, language: Language): string[] {
  const name = `${result.talk.name} (${result.protocol})`;
  if (result.kind === 'left-out') return [`  – ${name}: ${result.why[language]}`];
  const { failure, played, ms, talk } = result;
  if (failure === undefined) return [`  ✓ ${name}  ${WORDS.steps(played)[language]}, ${Math.round(ms)} ms`];
  const left =
    talk.steps.filter(({ protocol = result.protocol }) => protocol === result.protocol).length - played;
  return [
    `  ✗ ${name}`,
    ...failureLines(failure, language).map(line => `      ${line}`.trimEnd()),
    ...(left > 0 ? [`      ${WORDS.left(left)[language]}`] : []),
  ];
}

/** The lines that tell where a talk failed, what was expected there, and what came instead. */
export function failureLines({ step, problems, came }: Failure, language: Language): string[] {
  return [
    `${placeIn(step.place)}  ${step.told}`,
    ...problems.flatMap(problem => [
      `  ${problem[language]}`,
      ...(problem.lines ?? []).map(line => `    ${line}`),
    ]),
    ...(came ? [`  ${WORDS.came[language]}`, ...cameLines(came).map(line => `    ${line}`)] : []),
  ];
}

const placeIn = (place: Place): string => placed(place);

/** Longer answers are read in the desk, or where they were made. */
const MOST = { lines: 40, lineLength: 300 };

/** An answer drawn as text, with its labels in brackets. */
export function cameLines({ seen, json, text }: Came): string[] {
  const drawn = drawnLines(seen);
  const raw = text ?? (json === undefined ? '' : JSON.stringify(json, null, 2));
  const lines = drawn.length > 0 ? drawn : raw === '' ? ['–'] : raw.split('\n');
  return [
    ...lines
      .slice(0, MOST.lines)
      .map(line => (line.length > MOST.lineLength ? `${line.slice(0, MOST.lineLength)}…` : line)),
    ...(lines.length > MOST.lines ? ['…'] : []),
  ];
}

function drawnLines({ bubbles, chips }: Seen): string[] {
  const width = Math.max(0, ...bubbles.map(({ kind }) => kind.length));
  return [
    ...bubbles.flatMap(bubble =>
      bubbleLines(bubble).map((line, at) =>
        `${(at === 0 ? bubble.kind : '').padEnd(width)}  ${line}`.trimEnd(),
      ),
    ),
    ...(chips.length > 0 ? [bracketed(chips)] : []),
  ];
}

function bubbleLines({ lines, labels }: Bubble): string[] {
  const all = [...lines, ...(labels.length > 0 ? [bracketed(labels)] : [])];
  return all.length > 0 ? all : [''];
}

const bracketed = (labels: readonly string[]): string => labels.map(label => `[${label}]`).join(' ');

/** The last line. */
export function summaryLine(results: readonly Result[], language: Language): string {
  const played = results.filter(({ kind }) => kind === 'played').length;
  const failed = results.filter(isFailed).length;
  return WORDS.summary(played - failed, failed, results.length - played)[language];
}

/** Whether a talk did not go as expected. */
export const isFailed = (result: Result): boolean => result.kind === 'played' && result.failure !== undefined;

const WORDS = {
  came: { en: 'came:', ko: '온 답변:' },
  steps: (count: number): Sentence => ({
    en: `${count} ${count === 1 ? 'step' : 'steps'}`,
    ko: `${count}단계`,
  }),
  left: (count: number): Sentence => ({
    en: `${count} further ${count === 1 ? 'step was' : 'steps were'} not played`,
    ko: `남은 ${count}단계는 하지 않았습니다`,
  }),
  summary: (passed: number, failed: number, leftOut: number): Sentence => ({
    en: `${passed} passed, ${failed} failed${leftOut > 0 ? `, ${leftOut} not played` : ''}`,
    ko: `성공 ${passed}, 실패 ${failed}${leftOut > 0 ? `, 하지 않음 ${leftOut}` : ''}`,
  }),
};
