import { languageOf } from '../language.ts';
import { streamAtMost } from '../read-at-most.ts';
import { complain, print } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { codeBucket } from './bucket.ts';
import { mapFinder } from './find-map.ts';
import { loggedIn } from './logged-errors.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { reportOf } from './report.ts';
import { NO_BUILD, NO_ERROR, noMap, PASTE, TOO_LONG } from './sentences.ts';

/** All that the command reads beside its arguments. */
export interface TraceInput {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };
}

const MAX_INPUT_BYTES = 64 * 1024 * 1024;

/** Runs the command; never throws. @returns the exit code */
export async function runTrace(args: readonly string[], input: TraceInput): Promise<number> {
  try {
    return await run(readOptions(args, languageOf(input.environment)), input);
  } catch (error) {
    // Of a message of several lines the first says what is wrong.
    const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
    complain(`trace: ${message} (--help tells more)`);
    return 2;
  }
}

async function run(options: Options, { environment, stdin }: TraceInput): Promise<number> {
  const { language, isHelp, assembly, bucket } = options;
  if (isHelp) {
    print(HELP[language].split('\n'));
    return 0;
  }
  const lines = loggedIn(await textOf(options, stdin));
  if (lines.length === 0) throw new UsageError(NO_ERROR[language]);
  const find = mapFinder(assembly, () => codeBucket(bucket, environment));
  const said = new Set<string>();
  for (const line of lines) {
    const { build } = line;
    const found = build === undefined ? undefined : await find(build);
    print([...reportOf(line, found && 'placesOf' in found ? found.placesOf : undefined, language), '']);
    if (build === undefined) said.add(NO_BUILD[language]);
    else if (found && 'missing' in found) said.add(noMap(build, assembly, found.missing)[language]);
  }
  for (const sentence of said) complain(sentence);
  return said.size > 0 ? 1 : 0;
}

async function textOf({ lines, language }: Options, stdin: TraceInput['stdin']): Promise<string> {
  if (lines.length > 0) return lines.join('\n');
  if (stdin.isTTY) complain(PASTE[language]);
  const bytes = await streamAtMost(stdin, MAX_INPUT_BYTES);
  if (bytes === undefined) throw new UsageError(TOO_LONG[language]);
  return bytes.toString();
}
