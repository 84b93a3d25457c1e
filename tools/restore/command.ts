import { askedRegion } from '../asked-region.ts';
import { languageOf, type Sentence } from '../language.ts';
import type { Questions } from '../questions.ts';
import { asCommand } from '../sessions-table/as-command.ts';
import type { Clients } from '../sessions-table/clients.ts';
import { findName } from '../sessions-table/find-table.ts';
import { Obstacle } from '../sessions-table/told-error.ts';
import { print } from '../terminal.ts';
import { botOf } from './bot-of.ts';
import { eraseKeys, goneSince } from './gone.ts';
import { HELP, type Options, readOptions, SCRIPT } from './options.ts';
import { beginRestore, complete, untilActive } from './restore-table.ts';
import {
  NO_PRESENT_TABLE,
  NOBODY_TO_ASK,
  NOT_BEGUN,
  plan,
  ready,
  toldGone,
  waiting,
  whatOfGone,
} from './sentences.ts';
import { bytesOf, type Source, sourceOf, targetNameOf } from './source.ts';

/** All that the command reads beside its arguments. */
export interface RestoreInput {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Called once, where AWS is to be asked. */
  readonly clients: (region: string) => Clients;
  /** The words by which it was called, for what is told. */
  readonly calledAs?: string;
  /** How often the new table is looked at (ms). Default: ten seconds. */
  readonly everyMs?: number;
}

type Asked = Exclude<Options, { readonly action: 'help' }>;

const LOOK_EVERY_MS = 10_000;

/** Runs the command; never throws. @returns the exit code */
export function runRestore(args: readonly string[], input: RestoreInput): Promise<number> {
  return asCommand('restore', input, async (questions, speak) => {
    const options = readOptions(args, languageOf(input.environment));
    speak(options.language);
    if (options.action !== 'help') return run(options, input, questions);
    print(HELP[options.language].replaceAll(SCRIPT, input.calledAs ?? SCRIPT).split('\n'));
    return 0;
  });
}

async function run(options: Asked, input: RestoreInput, questions: Questions): Promise<number> {
  const { language, at, isSure } = options;
  const { stdin, everyMs = LOOK_EVERY_MS } = input;
  const isAnswered = isSure && (options.gone !== undefined || at === undefined);
  if (!isAnswered && !stdin.isTTY) throw new Obstacle(NOBODY_TO_ASK);
  const clients = input.clients(askedRegion(input.environment, options.where));
  const { name, parts } = await findName(clients, options.table);
  const source = await sourceOf(clients, name, at);
  const target = options.target ?? targetNameOf(name, source.at);
  const say = (sentence: Sentence): void => print(sentence[language].split('\n'));
  const asked = plan(name, source.at, target, bytesOf(source))[language];
  if (!isSure && (await questions.ask(asked)) !== 'yes') {
    say(NOT_BEGUN);
    return 1;
  }
  const goesOn = await beginRestore(clients, source, target);
  say(waiting(target, goesOn, at === 'latest' ? source.at : undefined));
  await untilActive(clients, target, everyMs);
  const { tags, key } = await complete(clients, source, target, everyMs);
  say(await afterGone(options, questions, clients, { source, name, target }));
  const stack = 'stack' in options.table ? options.table.stack : tags.get('aws:cloudformation:stack-name');
  const stage = parts?.stage ?? tags.get('stage');
  const region = await clients.dynamo.config.region();
  say(ready(name, target, { stage, bot: botOf(stack, stage), key, region }));
  return 0;
}

/** Does what the operator wants of those who were deleted since, and says so. */
async function afterGone(
  { gone: wanted, language }: Asked,
  questions: Questions,
  { dynamo }: Clients,
  { source, name, target }: { readonly source: Source; readonly name: string; readonly target: string },
): Promise<Sentence> {
  if (source.kind === 'backup') return NO_PRESENT_TABLE;
  const gone = await goneSince(dynamo, { now: name, then: target, at: source.at });
  if (gone.length === 0) return toldGone(0, false);
  const ask = () => questions.ask(whatOfGone(gone.length)[language]);
  let decided = wanted ?? (await ask());
  while (decided !== 'erase' && decided !== 'keep' && decided !== undefined) decided = await ask();
  if (decided === 'erase') await eraseKeys(dynamo, target, gone);
  return toldGone(gone.length, decided === 'erase');
}
