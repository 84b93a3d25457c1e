import manifest from '../../package.json' with { type: 'json' };
import type { Sentence } from '../language.ts';
import { complain, print, printJson } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { checkFile } from './check-file.ts';
import { inputFilesAt, standardInput } from './input-files.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { jsonReport, type Report, reportLines } from './report.ts';

/** The standard input, which may be a terminal. */
type Stdin = AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };

/** Runs the command. @returns the exit code */
export async function runKakaoCheck(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  stdin: Stdin,
): Promise<number> {
  let options: Options;
  try {
    options = readOptions(args, environment);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(`kakao-check: ${error.message} (see kakao-check --help)`);
    return 2;
  }
  const { names, language, isJson, asksFor } = options;
  const help = HELP[language].split('\n');
  if (asksFor) {
    print(asksFor === 'help' ? help : [manifest.version]);
    return 0;
  }
  if (names.length === 0 && stdin.isTTY) {
    for (const line of help) complain(line);
    return 2;
  }
  const reports = await checkAll(options, stdin);
  if (isJson) printJson(jsonReport(reports));
  else print(reportLines(reports, language));
  if (reports.every(({ status }) => status === 'skipped'))
    complain(`kakao-check: ${NOTHING_TO_CHECK[language]}`);
  return exitCodeOf(reports);
}

async function checkAll(options: Options, stdin: Stdin): Promise<Report[]> {
  const names = options.names.length === 0 ? ['-'] : options.names;
  // Not by its descriptor: a pipe that has nothing yet would be an error.
  const input = names.includes('-') ? await standardInput(stdin) : undefined;
  return names.flatMap(name =>
    name === '-' && input
      ? checkFile(input, options)
      : Array.from(inputFilesAt(name), file => checkFile(file, options)),
  );
}

function exitCodeOf(reports: readonly Report[]): number {
  if (reports.some(({ status }) => status === 'unreadable')) return 2;
  if (reports.every(({ status }) => status === 'skipped')) return 2;
  return reports.some(({ status }) => status === 'rejected') ? 1 : 0;
}

const NOTHING_TO_CHECK: Sentence = {
  en: 'nothing to check: no file was an answer',
  ko: '검사할 것이 없습니다: 답변인 파일이 없습니다',
};
