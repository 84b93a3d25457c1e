import type { Language } from '../language.ts';
import { failureLines, isFailed, type Result } from './report.ts';

/** The results of a script. */
export interface PlayedScript {
  readonly file: string;
  readonly results: readonly Result[];
}

/** The results as JUnit XML, which CI servers read. @param hide takes what is secret out of a text */
export function junitXml(
  scripts: readonly PlayedScript[],
  language: Language,
  hide: (text: string) => string,
): string {
  const attribute = (text: string): string => escaped(hide(text)).replaceAll('\n', ' ');
  const suites = scripts.flatMap(({ file, results }) => [
    `  <testsuite name="${attribute(file)}" ${countsOf(results)}>`,
    ...results.flatMap(result => {
      const name = attribute(`${result.talk.name} (${result.protocol})`);
      const head = `<testcase name="${name}" classname="${attribute(file)}" time="${secondsOf([result])}"`;
      if (result.kind === 'left-out')
        return [`    ${head}><skipped message="${attribute(result.why[language])}"/></testcase>`];
      if (result.failure === undefined) return [`    ${head}/>`];
      const lines = failureLines(result.failure, language);
      const [problem] = result.failure.problems;
      return [
        `    ${head}>`,
        `      <failure message="${attribute(problem?.[language] ?? '')}">${escaped(hide(lines.join('\n')))}</failure>`,
        '    </testcase>',
      ];
    }),
    '  </testsuite>',
  ]);
  const all = scripts.flatMap(({ results }) => results);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${countsOf(all)}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function countsOf(results: readonly Result[]): string {
  const skipped = results.filter(({ kind }) => kind === 'left-out').length;
  const failures = results.filter(isFailed).length;
  return `tests="${results.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${secondsOf(results)}"`;
}

const secondsOf = (results: readonly Result[]): string =>
  (results.reduce((sum, result) => sum + (result.kind === 'played' ? result.ms : 0), 0) / 1_000).toFixed(3);

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A text as XML has it; characters that XML has no way to write are left out. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"]/g, one => ENTITIES[one] ?? '');
