import { checkedSecret } from '../../tools/doctor/options.ts';
import { streamAtMost } from '../../tools/read-at-most.ts';
import { complain, print, printJson } from '../../tools/terminal.ts';
import { UsageError } from '../../tools/usage-error.ts';
import { HELP, type LoadOptions, readLoadOptions } from './options.ts';
import { endLines, REASONS, rungLine, startLines } from './report.ts';
import { holdRung, type Rung } from './rungs.ts';

/** No header carries a longer secret. */
const MAX_SECRET_BYTES = 65_536;

/** All that the command reads beside its arguments. */
export interface LoadInput {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
}

/** Runs the command; never throws. @returns the exit code: 0 when every rate was borne, 1 when one was not, 2 for wrong use */
export async function runLoad(args: readonly string[], { environment, stdin }: LoadInput): Promise<number> {
  try {
    const options = readLoadOptions(args, environment);
    if (options === undefined) {
      print(HELP.split('\n'));
      return 0;
    }
    return await load(options, options.secret ?? (await secretFrom(stdin)));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(error.message);
    return 2;
  }
}

async function secretFrom(stdin: LoadInput['stdin']): Promise<string> {
  const bytes = await streamAtMost(stdin, MAX_SECRET_BYTES);
  if (bytes === undefined) throw new UsageError('The standard input is too long: give the secret alone.');
  return checkedSecret(bytes.toString().trim());
}

async function load(options: LoadOptions, secret: string): Promise<number> {
  const { target, rates, language, isJson } = options;
  const say = (lines: readonly string[]): void => {
    if (!isJson) print(lines);
  };
  const hold = (rate: number, seconds: number): Promise<Rung> =>
    holdRung({ ...options, url: `${target.base}/open-builder/skill`, secret, rate, seconds });
  // One turn first: a load on nobody, or by a wrong secret, would only make noise.
  const { breaks } = await hold(1, 1);
  if (breaks !== undefined) {
    complain(REASONS[breaks][language]);
    return 1;
  }
  say(startLines(options));
  const rungs: Rung[] = [];
  for (const rate of rates) {
    const rung = await hold(rate, options.seconds);
    rungs.push(rung);
    say([rungLine(rung)]);
    if (rung.breaks !== undefined) break;
  }
  say(endLines(rungs, language));
  const broken = rungs.at(-1)?.breaks;
  if (isJson)
    printJson({
      url: target.base,
      rungs,
      ...(broken && { breaks: broken, sentence: REASONS[broken][language] }),
    });
  return broken === undefined ? 0 : 1;
}
