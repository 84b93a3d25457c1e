import { streamAtMost } from '../read-at-most.ts';
import { complain, print, printJson } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { examine, type Section } from './examine.ts';
import { secretHider } from './hide-secret.ts';
import { nextSteps } from './next-steps.ts';
import { checkedSecret, HELP, type Options, readOptions } from './options.ts';
import { exitCodeOf, jsonReport, painted, sectionLines, startLines, summaryLines } from './report.ts';

/** As the text of `--help` has it. */
const SCRIPT = 'npm run -s doctor --';

/** No header carries a longer secret. */
const MAX_SECRET_BYTES = 65_536;

/** All that the command reads beside its arguments. */
export interface DoctorInput {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly hasColours: boolean;
  /** The words by which it was called, for what is told. Default: its npm script. */
  readonly calledAs?: string;
}

/** Runs the command; never throws. @returns the exit code */
export async function runDoctor(args: readonly string[], input: DoctorInput): Promise<number> {
  try {
    return await run(args, input);
  } catch (error) {
    complain(
      error instanceof UsageError
        ? error.message
        : 'The doctor itself failed: please report how it was called.',
    );
    return error instanceof UsageError ? 2 : 1;
  }
}

async function run(args: readonly string[], input: DoctorInput): Promise<number> {
  const options = readOptions(args, input.environment);
  if (options === undefined) {
    print(HELP.replaceAll(SCRIPT, input.calledAs ?? SCRIPT).split('\n'));
    return 0;
  }
  const secret = options.secret ?? checkedSecret(await secretFrom(input.stdin));
  return exitCodeOf(await examineAndPrint(options, secret, input.hasColours));
}

async function secretFrom(stdin: DoctorInput['stdin']): Promise<string> {
  const bytes = await streamAtMost(stdin, MAX_SECRET_BYTES);
  if (bytes === undefined) throw new UsageError('The standard input is too long: give the secret alone.');
  return bytes.toString().trim();
}

async function examineAndPrint(options: Options, secret: string, hasColours: boolean): Promise<Section[]> {
  const { target, protocols, isJson, language, callbackOrigin, playsStrangers } = options;
  const hide = secretHider(secret);
  const say = (...lines: readonly string[]): void => {
    if (!isJson) print([...lines.map(hide), ''], hasColours ? painted : undefined);
  };
  const sections: Section[] = [];
  say(...startLines(target, language));
  for await (const section of examine({
    target,
    secret,
    protocols,
    ...(playsStrangers && { playsStrangers }),
    ...(callbackOrigin && { callbackOrigin }),
  })) {
    sections.push(section);
    say(...sectionLines(section, language));
  }
  say(...summaryLines(sections, language));
  say(...nextSteps(target, protocols, language).split('\n'));
  if (isJson) {
    printJson(jsonReport(target, sections, language), hide);
  }
  return sections;
}
