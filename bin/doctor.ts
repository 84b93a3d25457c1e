import { text } from 'node:stream/consumers';
import { examine, type Section } from '../dev/doctor/examine.ts';
import { secretHider } from '../dev/doctor/hide-secret.ts';
import { nextSteps } from '../dev/doctor/next-steps.ts';
import { checkedSecret, HELP, type Options, readOptions } from '../dev/doctor/options.ts';
import { exitCodeOf, jsonReport, printSection, printStart, printSummary } from '../dev/doctor/print.ts';
import { UsageError } from '../dev/doctor/target.ts';

// A reader that has seen enough (head) is no failure of ours.
process.stdout.on('error', () => process.exit());

process.exitCode = await main().catch(error => {
  console.error(
    error instanceof UsageError
      ? error.message
      : 'The doctor itself failed: please report how it was called.',
  );
  return error instanceof UsageError ? 2 : 1;
});

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  const secret = options.secret ?? checkedSecret((await text(process.stdin)).trim());
  return exitCodeOf(await report(options, secret));
}

async function report(options: Options, secret: string): Promise<Section[]> {
  const { target, protocols, isJson, language, callbackOrigin } = options;
  const hide = secretHider(secret);
  const say = (words: string): void => {
    if (!isJson) console.log(`${hide(words)}\n`);
  };
  const style = { language, hasColours: process.stdout.isTTY === true && !process.env.NO_COLOR };
  const sections: Section[] = [];
  say(printStart(target, language));
  for await (const section of examine({
    target,
    secret,
    protocols,
    ...(callbackOrigin && { callbackOrigin }),
  })) {
    sections.push(section);
    say(printSection(section, style));
  }
  say(printSummary(sections, language));
  say(nextSteps(target, protocols, language));
  if (isJson) {
    const hidden = (_: string, value: unknown): unknown => (typeof value === 'string' ? hide(value) : value);
    console.log(JSON.stringify(jsonReport(target, sections, language), hidden, 2));
  }
  return sections;
}
