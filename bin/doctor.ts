import { examine, type Section } from '../dev/doctor/examine.ts';
import { secretHider } from '../dev/doctor/hide-secret.ts';
import { nextSteps } from '../dev/doctor/next-steps.ts';
import { checkedSecret, HELP, type Options, readOptions } from '../dev/doctor/options.ts';
import {
  exitCodeOf,
  jsonReport,
  painted,
  sectionLines,
  startLines,
  summaryLine,
} from '../dev/doctor/print.ts';
import { UsageError } from '../dev/doctor/target.ts';
import { streamAtMost } from '../dev/read-at-most.ts';
import { complain, print, printJson } from '../dev/terminal.ts';

/** No header carries a longer secret. */
const MAX_SECRET_BYTES = 65_536;

// A reader that has seen enough (head) is no failure of ours.
process.stdout.on('error', () => process.exit());

process.exitCode = await main().catch(error => {
  complain(
    error instanceof UsageError
      ? error.message
      : 'The doctor itself failed: please report how it was called.',
  );
  return error instanceof UsageError ? 2 : 1;
});

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) {
    print(HELP.split('\n'));
    return 0;
  }
  const secret = options.secret ?? checkedSecret(await secretOfStdin());
  return exitCodeOf(await report(options, secret));
}

async function secretOfStdin(): Promise<string> {
  const bytes = await streamAtMost(process.stdin, MAX_SECRET_BYTES);
  if (bytes === undefined) throw new UsageError('The standard input is too long: give the secret alone.');
  return bytes.toString().trim();
}

async function report(options: Options, secret: string): Promise<Section[]> {
  const { target, protocols, isJson, language, callbackOrigin } = options;
  const hide = secretHider(secret);
  const hasColours = process.stdout.isTTY === true && !process.env.NO_COLOR;
  const say = (...lines: readonly string[]): void => {
    if (!isJson) print([...lines.map(hide), ''], hasColours ? painted : undefined);
  };
  const sections: Section[] = [];
  say(...startLines(target, language));
  for await (const section of examine({
    target,
    secret,
    protocols,
    ...(callbackOrigin && { callbackOrigin }),
  })) {
    sections.push(section);
    say(...sectionLines(section, language));
  }
  say(summaryLine(sections, language));
  say(...nextSteps(target, protocols, language).split('\n'));
  if (isJson) {
    printJson(jsonReport(target, sections, language), hide);
  }
  return sections;
}
