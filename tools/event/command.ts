import { closeSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { InvalidRequestError } from '../../lambda/errors.ts';
import { type EventReport, eventApi, type Pace } from '../../lambda/event-api/index.ts';
import { objectOrEmpty } from '../../lambda/json-reader.ts';
import { askedRegion, type WhereAsked } from '../asked-region.ts';
import { PATIENCE } from '../aws-patience.ts';
import { type Language, languageOf } from '../language.ts';
import { fileAtMost, streamAtMost } from '../read-at-most.ts';
import { toldError } from '../sessions-table/told-error.ts';
import { complain, print, printJson, visible } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { groupKeysOf, recipientsIn } from './read-recipients.ts';
import { NOT_MEANT, notWrittenTo, planLines, reportLines, writtenTo } from './report.ts';

/** All that the command reads beside its arguments. */
export interface EventInput {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** The words by which it was called, for what is told. Default: its npm script. */
  readonly calledAs?: string;
  /** How patiently Kakao is called. Default: as the client does. */
  readonly pace?: Pace;
}

/** As the help has it. */
const SCRIPT = 'npm run -s event --';

/** A hundred thousand users with properties have less. */
const MAX_LIST_BYTES = 64 * 1024 * 1024;

/** Runs the command; never throws. @returns the exit code */
export async function runEvent(args: readonly string[], input: EventInput): Promise<number> {
  try {
    const options = readOptions(args, input.environment, languageOf(input.environment));
    if (options.action === 'send') return await send(options, input);
    print(HELP[options.language].replaceAll(SCRIPT, input.calledAs ?? SCRIPT).split('\n'));
    return 0;
  } catch (error) {
    // Of a message of several lines the first says what is wrong.
    const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
    complain(`event: ${message} (--help tells more)`);
    return 2;
  }
}

type SendOptions = Extract<Options, { action: 'send' }>;

async function send(options: SendOptions, input: EventInput): Promise<number> {
  const { language, isMeant, isDryRun, isJson, report: file } = options;
  const { list, lines } = recipientsIn(await textOf(options.list, input.stdin));
  const plan = await sendAs(options, list, input, { dryRun: true }).catch(error => throwByLine(error, lines));
  if (!isMeant) {
    show(plan, planLines(plan, language), options);
    if (isDryRun) return 0;
    complain(NOT_MEANT[language]);
    return 1;
  }
  // Before anything is sent: what became of it would be lost with a file that can't be written.
  const report = file === undefined ? undefined : opened(file);
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  for (const signal of ENDS) process.once(signal, interrupt);
  let isKept = false;
  try {
    if (!isJson) print(planLines(plan, language));
    const ended = await sendAs(options, list, input, { dryRun: false, signal: interrupted.signal });
    const lost = report === undefined ? undefined : notWritten(report, ended);
    isKept = lost === undefined;
    // It can't be asked for again: whatever the summary would be, all of it is told where it still can be.
    show(ended, reportLines(ended, language), { isJson: isJson || !isKept });
    if (file !== undefined && lost !== undefined) complain(notWrittenTo(visible(file), lost)[language]);
    else if (file !== undefined && !isJson) print([writtenTo(visible(file))[language]]);
    return ended.ok && isKept ? 0 : 1;
  } finally {
    for (const signal of ENDS) process.off(signal, interrupt);
    if (report !== undefined) closeSync(report);
    // An empty file would be in the way of the next try, and half a report be taken for a whole one.
    if (file !== undefined && !isKept) unlinkSync(file);
  }
}

/** Ctrl-C, an end by whoever started it, and a terminal that is closed: what was sent by then is told first. */
const ENDS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Tells a place in the list as the line of its file. */
function throwByLine(error: unknown, lines: readonly number[] | undefined): never {
  if (!(error instanceof InvalidRequestError)) throw error;
  const sentence = error.message.replace(/^groupKeys(\[\d+\])/, 'users$1.botGroupKey');
  const [place = '', at] = /^users\[(\d+)\]\./.exec(sentence) ?? [];
  const line = lines?.[Number(at)];
  if (line === undefined) throw error;
  throw new UsageError(`line ${line} of the list: ${sentence.slice(place.length)}`);
}

/** A new file for the report. @throws UsageError where there can be none */
function opened(file: string): number {
  try {
    return openSync(file, 'wx', 0o600);
  } catch (error) {
    const { code } = objectOrEmpty(error);
    throw new UsageError(
      code === 'EEXIST'
        ? `--report ${file} is there already: name a new file`
        : `--report ${file} cannot be written (${code})`,
    );
  }
}

/** Node's word for why the whole report could not be written, such as ENOSPC; undefined where it was. */
function notWritten(file: number, report: EventReport): string | undefined {
  try {
    // All of it or an error: one write alone may leave the rest out where a disk is full, and say nothing.
    writeFileSync(file, Buffer.from(`${JSON.stringify(report, null, 2)}\n`));
    return undefined;
  } catch (error) {
    return `${objectOrEmpty(error).code}`;
  }
}

function show(report: EventReport, lines: readonly string[], { isJson }: Pick<SendOptions, 'isJson'>): void {
  if (isJson) printJson(report);
  else print(lines);
}

function sendAs(
  { name, to, botId, channel, data, params, withinMs, secretName, region, language }: SendOptions,
  list: readonly unknown[],
  { environment, pace }: EventInput,
  how: { readonly dryRun: boolean; readonly signal?: AbortSignal },
): Promise<EventReport> {
  const where = { region, id: secretName };
  const api = eventApi({ botId, channel, restApiKey: () => keyOf(where, environment, language) }, pace);
  // The client judges what is in the list.
  return to === 'users'
    ? api.sendEvent(name, list as Parameters<typeof api.sendEvent>[1], { data, params, withinMs, ...how })
    : api.sendGroupEvent(name, groupKeysOf(list) as readonly string[], { data, withinMs, ...how });
}

/** The REST API key, of the secret with this name or of the environment. @throws UsageError where there is none */
async function keyOf(
  where: WhereAsked,
  environment: EventInput['environment'],
  language: Language,
): Promise<string> {
  if (where.id !== undefined) {
    const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
    const { currentValue } = await import('../secret/stored-secret.ts');
    const client = new SecretsManagerClient({
      region: askedRegion(environment, where),
      requestHandler: PATIENCE,
    });
    const value = await currentValue(client, where.id).catch(error => {
      throw new UsageError(toldError(error, language));
    });
    return value.trim();
  }
  if (environment.KAKAO_REST_API_KEY) return environment.KAKAO_REST_API_KEY;
  throw new UsageError('the REST API key is missing: --secret-name <its secret>, or KAKAO_REST_API_KEY');
}

async function textOf(list: string, stdin: EventInput['stdin']): Promise<string> {
  const bytes = list === '-' ? await streamAtMost(stdin, MAX_LIST_BYTES) : read(list);
  if (bytes === undefined) throw new UsageError('the list is longer than 64 MB');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Spreadsheets save CSV in another encoding unless told: users would get broken letters.
    throw new UsageError('the list is not UTF-8: save it as CSV UTF-8');
  }
}

function read(list: string): Buffer | undefined {
  try {
    return fileAtMost(list, MAX_LIST_BYTES);
  } catch (error) {
    throw new UsageError(`${list} cannot be read (${objectOrEmpty(error).code})`);
  }
}
