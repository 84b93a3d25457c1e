import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Stored, startReleaseGateway } from './gateway.ts';
import { CALLBACK_ORIGIN, STORIES } from './stories.ts';

/** The things that one release has stored, by story. */
export interface Corpus {
  /** Epoch ms: what waits in it is over some minutes later, so it is read by the clock of then. */
  readonly recordedAt: number;
  readonly stories: Readonly<Record<string, Stored>>;
}

/** Where the releases are kept: a folder each, by its number. */
export const RELEASES = import.meta.dirname;

/** The numbers of the releases that are kept, oldest first. */
export function releases(): readonly number[] {
  return readdirSync(RELEASES)
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .sort((one, other) => one - other);
}

/** The corpus of a release. */
export function readCorpus(release: number): Corpus {
  return JSON.parse(readFileSync(join(RELEASES, String(release), 'stored.json'), 'utf8'));
}

/** Keeps what a release stores. @throws when the release has one already: what was released never changes */
export function writeCorpus(release: number, corpus: Corpus): void {
  const folder = join(RELEASES, String(release));
  const file = join(folder, 'stored.json');
  if (existsSync(file)) throw new Error(`${file} is there already: a release's corpus never changes`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(corpus, null, 1)}\n`);
}

/** Lives every story through the handlers of this release, and takes what is stored then. */
export async function recordCorpus(): Promise<Corpus> {
  const gateway = await startReleaseGateway();
  try {
    const recordedAt = Date.now();
    const stories: Record<string, Stored> = {};
    for (const [name, live] of Object.entries(STORIES)) {
      const { skill } = gateway;
      await live({
        ...gateway,
        skill: (user, utterance, about = {}) =>
          skill(user, utterance, moved(about, CALLBACK_ORIGIN, gateway.sink.origin)),
      });
      stories[name] = moved(await gateway.takeStored(), gateway.sink.origin, CALLBACK_ORIGIN);
    }
    return { recordedAt, stories };
  } finally {
    await gateway.stop();
  }
}

/** The same with another origin for callbacks. */
export function moved<T>(value: T, from: string, to: string): T {
  return JSON.parse(JSON.stringify(value).replaceAll(from, to));
}

/**
 * The form of what is stored, whatever its values: every member's path with its kind, through JSON in texts, too.
 * What names things of the bot's, a turn or a parameter, stands as `*`.
 */
export function formOf(corpus: Corpus): { readonly items: string[]; readonly messages: string[] } {
  const stories = Object.values(corpus.stories);
  const formsOf = (values: readonly unknown[]) =>
    [...new Set(values.flatMap(value => pathsOf(value)))].sort();
  return {
    items: formsOf(stories.flatMap(({ items }) => items.map(item => ({ [kindOf(item)]: item })))),
    messages: formsOf(stories.flatMap(({ messages }) => messages.map(body => JSON.parse(body)))),
  };
}

/** The kind of thing that an item keeps, as its key tells. */
function kindOf({ userKey }: Stored['items'][number]): 'alias' | 'counter' | 'draft' | 'room' | 'session' {
  const key = userKey?.S ?? '';
  if (/^(live|dev)\/count\//.test(key)) return 'counter';
  if (key.endsWith('/draft')) return 'draft';
  if (key.startsWith('app/')) return 'alias';
  return /^(live|dev)\/room\/|\/room$/.test(key) ? 'room' : 'session';
}

/** Where the bot, its author or its user chose the names below. */
const FREE =
  /^(session\.leases\.M|room\.states\.M|session\.memory\.S\(JSON\)\.(groups|begun)|session\.state\.S\(JSON\)\.talk\.asked\.input|request\.(params|contexts|contexts\.\*\.params|eventParams|incoming\.extra))$|\.extra$/;

function pathsOf(value: unknown, path = ''): string[] {
  // The bot's own state, and what it said, are no form of the gateway's, but what a conversation keeps in there.
  if (/(^session|\.M)\.state\.S$/.test(path)) {
    const { talk } = JSON.parse(String(value));
    return [`${path}: JSON`, ...(talk ? pathsOf(talk, `${path}(JSON).talk`) : [])];
  }
  if (typeof value === 'string' && /^[{[]/.test(value) && path.endsWith('.S'))
    return pathsOf(JSON.parse(value), `${path}(JSON)`);
  if (Array.isArray(value)) return value.flatMap(one => pathsOf(one, `${path}[]`));
  if (typeof value !== 'object' || value === null)
    return [`${path}: ${value === null ? 'null' : typeof value}`];
  const members = Object.entries(value);
  if (members.length === 0) return [`${path}: {}`];
  return members.flatMap(([name, member]) => {
    const own = FREE.test(path) ? '*' : name;
    return pathsOf(member, path === '' ? own : `${path}.${own}`);
  });
}
