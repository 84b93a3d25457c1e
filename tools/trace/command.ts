import { askedRegion } from '../asked-region.ts';
import { type Language, languageOf } from '../language.ts';
import { streamAtMost } from '../read-at-most.ts';
import { complain, print, printJson } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { awsSentence } from './aws-sentences.ts';
import { codeBucket } from './bucket.ts';
import { mapFinder } from './find-map.ts';
import { HELP } from './help.ts';
import { loggedIn } from './logged-errors.ts';
import { type Options, readOptions, type SearchOptions } from './options.ts';
import { reportOf } from './report.ts';
import { type FindPlaces, searchReport } from './search-report.ts';
import { NO_USER, searchedInPart, TYPE_USER } from './search-sentences.ts';
import { NO_BUILD, NO_ERROR, noMap, PASTE, TOO_LONG } from './sentences.ts';

/** All that the command reads beside its arguments. */
export interface TraceInput {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };
}

const MAX_INPUT_BYTES = 64 * 1024 * 1024;

/** Runs the command; never throws. @returns the exit code */
export async function runTrace(args: readonly string[], input: TraceInput): Promise<number> {
  let language = languageOf(input.environment);
  let region = '';
  try {
    const options = readOptions(args, language);
    language = options.language;
    if (options.isHelp) {
      print(HELP[language].split('\n'));
      return 0;
    }
    if (options.search === undefined) return await traceLines(options, input);
    region = askedRegion(input.environment, options.where);
    return await runSearch(options, options.search, region, input);
  } catch (error) {
    // Of a message of several lines the first says what is wrong.
    const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
    const sentence = error instanceof UsageError ? undefined : awsSentence(error, language, region);
    complain(sentence ? `trace: ${sentence}` : `trace: ${message} (--help tells more)`);
    return 2;
  }
}

async function traceLines(options: Options, { environment, stdin }: TraceInput): Promise<number> {
  const { language } = options;
  const lines = loggedIn(await textOf(options, stdin));
  if (lines.length === 0) throw new UsageError(NO_ERROR[language]);
  const { find, missed } = placesFinder(options, environment);
  for (const line of lines) print([...reportOf(line, await find(line.build), language), '']);
  for (const sentence of missed) complain(sentence);
  return missed.size > 0 ? 1 : 0;
}

/** Finds the places of builds, and keeps a sentence on each that is missed. */
function placesFinder(
  { assembly, bucket, where, language }: Options,
  environment: TraceInput['environment'],
): { readonly find: FindPlaces; readonly missed: ReadonlySet<string> } {
  const findMap = mapFinder(assembly, () => codeBucket(bucket, environment, askedRegion(environment, where)));
  const missed = new Set<string>();
  return {
    missed,
    async find(build) {
      const found = build === undefined ? undefined : await findMap(build);
      if (build === undefined) missed.add(NO_BUILD[language]);
      else if (found && 'missing' in found) missed.add(noMap(build, assembly, found.missing)[language]);
      return found && 'placesOf' in found ? found.placesOf : undefined;
    },
  };
}

async function runSearch(
  options: Options,
  which: SearchOptions,
  region: string,
  input: TraceInput,
): Promise<number> {
  const { language, isJson } = options;
  const user = which.user === '-' ? await userFrom(input.stdin, language) : which.user;
  // The clients of AWS take longer to load than a line to trace.
  const { search } = await import('./search.ts');
  const result = await search({ ...which, user }, region, Date.now());
  if (isJson) {
    printJson(result);
    return result.turns.length > 0 ? 0 : 1;
  }
  const { find, missed } = placesFinder(options, input.environment);
  print(await searchReport(result, which, find, language));
  if (result.cut.length > 0) complain(searchedInPart(result, language));
  for (const sentence of missed) complain(sentence);
  return result.turns.length > 0 ? 0 : 1;
}

/** Longer is no id of Kakao's. */
const MAX_USER_BYTES = 1_024;

async function userFrom(stdin: TraceInput['stdin'], language: Language): Promise<string> {
  if (stdin.isTTY) complain(TYPE_USER[language]);
  const user = (await streamAtMost(stdin, MAX_USER_BYTES))?.toString().trim();
  // Never repeated: errors end up in logs.
  if (!user) throw new UsageError(NO_USER[language]);
  return user;
}

async function textOf({ lines, language }: Options, stdin: TraceInput['stdin']): Promise<string> {
  if (lines.length > 0) return lines.join('\n');
  if (stdin.isTTY) complain(PASTE[language]);
  const bytes = await streamAtMost(stdin, MAX_INPUT_BYTES);
  if (bytes === undefined) throw new UsageError(TOO_LONG[language]);
  return bytes.toString();
}
