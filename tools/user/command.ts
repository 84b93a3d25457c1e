import { askedRegion } from '../asked-region.ts';
import { type Language, languageOf } from '../language.ts';
import type { Questions } from '../questions.ts';
import { streamAtMost } from '../read-at-most.ts';
import { asCommand } from '../sessions-table/as-command.ts';
import type { Clients } from '../sessions-table/clients.ts';
import { describeTable, type FoundName, findName, noTable } from '../sessions-table/find-table.ts';
import { Obstacle, toldError } from '../sessions-table/told-error.ts';
import { complain, print, printJson } from '../terminal.ts';
import { eraseUser, forgetRooms } from './erase-user.ts';
import { type FoundUser, findUser, type Seeds, seedsOf } from './find-user.ts';
import { headOf, type KeptItem, readableItem } from './kept-item.ts';
import { lookEverywhere } from './look-everywhere.ts';
import { checkedId, HELP, type Options, readOptions, SCRIPT } from './options.ts';
import { type Pseudonyms, pseudonymsOf } from './pseudonyms.ts';
import {
  elsewhere,
  erased,
  NOBODY_TO_ASK,
  NOT_ERASED,
  named,
  nobody,
  noPseudonyms,
  READ_IN_PART,
  STILL_THERE,
  sure,
  WHO,
} from './sentences.ts';

/** All that the command reads beside its arguments. */
export interface UserInput {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadableStream & AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };
  /** Called once, where AWS is to be asked. */
  readonly clients: (region: string) => Clients;
  /** The words by which it was called, for what is told. */
  readonly calledAs?: string;
  /** How long a turn of the user may be under way still (ms). Default: as long as Kakao waits. */
  readonly turnWithinMs?: number;
}

type Asked = Exclude<Options, { readonly action: 'help' }>;

/** Runs the command; never throws. @returns the exit code */
export function runUser(args: readonly string[], input: UserInput): Promise<number> {
  return asCommand('user', input, async (questions, speak) => {
    const options = readOptions(args, languageOf(input.environment));
    speak(options.language);
    if (options.action !== 'help') return run(options, input, questions);
    print(HELP[options.language].replaceAll(SCRIPT, input.calledAs ?? SCRIPT).split('\n'));
    return 0;
  });
}

async function run(options: Asked, input: UserInput, questions: Questions): Promise<number> {
  const { language, botId } = options;
  const { stdin } = input;
  if (options.action === 'erase' && !options.isSure && !stdin.isTTY) throw new Obstacle(NOBODY_TO_ASK);
  const id = options.id ?? (await readId(stdin, questions, language));
  const clients = input.clients(askedRegion(input.environment, options.where));
  const found = await findName(clients, options.table);
  if ((await describeTable(clients, found.name)) === undefined)
    throw new Obstacle(noTable(found.name, await clients.dynamo.config.region()));
  const seeds = seedsOf(id, botId);
  const user = await findUser(clients.dynamo, found.name, seeds);
  const naming = await namingOf(options, clients, found.name, user);
  const known = {
    ...found,
    seeds,
    user,
    naming,
    pseudonyms: await readPseudonyms(options, clients, found, user),
  };
  return options.action === 'show'
    ? show(options, known)
    : erase(options, clients.dynamo, known, { questions, ...input });
}

interface Known extends FoundName {
  readonly seeds: Seeds;
  readonly user: FoundUser;
  /** Undefined where nobody has looked. */
  readonly naming: readonly KeptItem[] | undefined;
  readonly pseudonyms: readonly Pseudonyms[];
}

/** Longer than any id, and the line break after it. */
const MAX_ID_BYTES = 2_048;

async function readId(stdin: UserInput['stdin'], questions: Questions, language: Language): Promise<string> {
  if (stdin.isTTY) return checkedId((await questions.ask(WHO[language])) ?? '');
  return checkedId((await streamAtMost(stdin, MAX_ID_BYTES))?.toString() ?? '');
}

async function namingOf(
  { looksEverywhere }: Asked,
  { dynamo }: Clients,
  table: string,
  { ids, items }: FoundUser,
): Promise<Known['naming']> {
  if (!looksEverywhere) return undefined;
  return (await lookEverywhere(dynamo, table, ids, new Set(items.map(({ key }) => key)))).naming;
}

/** The pseudonyms, as far as these credentials may know them: the rest is done without. */
async function readPseudonyms(
  { language, secretId }: Asked,
  { secrets }: Clients,
  { parts }: FoundName,
  user: FoundUser,
): Promise<readonly Pseudonyms[]> {
  const secretIds = secretId === undefined ? (parts?.secretIds ?? []) : [secretId];
  try {
    const lists = await Promise.all(secretIds.map(one => pseudonymsOf(secrets, one, keysOf(user))));
    return lists.flat();
  } catch (error) {
    complain(`user: ${noPseudonyms(toldError(error, language))[language]}`);
    return [];
  }
}

function show({ language, botId }: Asked, known: Known): number {
  const { name, user, naming, pseudonyms } = known;
  printJson({
    table: name,
    asOf: new Date().toISOString(),
    userKeys: keysOf(user),
    pseudonyms,
    items: user.items.map(readableItem),
    ...(naming && { alsoNamedIn: naming.map(toldOf) }),
    elsewhere: placesOf(known, language),
  });
  if (user.items.length > 0 || naming?.length) return 0;
  complain(`user: ${nobody(botId)[language]}`);
  return 1;
}

async function erase(
  { language, botId, erasesRooms, isSure }: Asked,
  dynamo: Clients['dynamo'],
  known: Known,
  { questions, turnWithinMs }: Pick<UserInput, 'turnWithinMs'> & { readonly questions: Questions },
): Promise<number> {
  const { name, seeds, user, naming } = known;
  const rooms = erasesRooms ? (naming ?? []).filter(({ kind }) => kind === 'group-room') : [];
  if (user.items.length === 0 && rooms.length === 0) {
    complain(`user: ${nobody(botId)[language]}`);
    if (naming?.length) complain(`user: ${named(naming)[language]}`);
    return 1;
  }
  if (!isSure && (await questions.ask(sure(user.items, rooms)[language])) !== 'yes') {
    print([NOT_ERASED[language]]);
    return 1;
  }
  await forgetRooms(
    dynamo,
    name,
    rooms.map(({ key }) => key),
  );
  const { items, cameBack, isThere } = await eraseUser(dynamo, name, user, seeds, turnWithinMs);
  const places = placesOf({ ...known, naming: naming?.filter(one => !rooms.includes(one)) }, language);
  print([
    ...erased(items + rooms.length, cameBack)[language].split('\n'),
    ...places.map(place => `- ${place}`),
  ]);
  if (user.isReadInPart) complain(`user: ${READ_IN_PART[language]}`);
  if (!isThere) return 0;
  complain(`user: ${STILL_THERE[language]}`);
  return 1;
}

/** An item that names the user: whole where it is a room's, which is theirs, too; of another user's only which it is. */
const toldOf = (one: KeptItem): object => (one.kind === 'group-room' ? readableItem(one) : headOf(one));

function placesOf({ parts, pseudonyms, naming }: Known, language: Language): readonly string[] {
  // A stack of sessions knows nothing of functions.
  const hasBus = parts === undefined || parts.secretIds.length === 0 ? undefined : parts.hasBus;
  const places = elsewhere({ now: Date.now(), pseudonyms, logDays: parts?.logDays, hasBus, naming });
  return places.map(place => place[language]);
}

/** The keys under which something is kept of the user; where nothing is, all that they may have. */
function keysOf({ keys, items }: FoundUser): readonly string[] {
  const kept = new Set(items.map(({ key }) => key));
  const known = keys.filter(key => kept.has(key));
  return known.length > 0 ? known : keys;
}
