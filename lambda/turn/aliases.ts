import { type Deadline, deadlineAt } from '../bot/deadline.ts';
import type { User, UserKey } from '../bot/user.ts';
import { isId } from '../json-reader.ts';
import { SESSION_LIFETIME_DAYS, type Session, type SessionStore } from './session.ts';
import { ALIAS_WITHIN_MS, MARK_MS } from './time-budget.ts';

/** Keeps aliases: which user keys of this gateway a user of the app has, by the app's id of them. */
export interface Aliases {
  /** The keys, in no order; none where the alias has expired or never was. */
  load(appUserId: string): Promise<readonly UserKey[]>;
  /** Adds a key, and has the alias live {@link ALIAS_LIFETIME_DAYS} from now on. */
  add(appUserId: string, key: UserKey): Promise<void>;
  /** Forgets the alias. @returns the keys that it had at last */
  delete(appUserId: string): Promise<readonly UserKey[]>;
}

/** How old an alias may become before the next save of a session that it names renews it. */
const RENEW_AFTER_DAYS = SESSION_LIFETIME_DAYS;

/** Days that an alias lives: a day longer than any session that was saved while it was not yet to be renewed. */
export const ALIAS_LIFETIME_DAYS = RENEW_AFTER_DAYS + SESSION_LIFETIME_DAYS + 1;

const DAY_MS = 86_400_000;

/** A turn whose user may have an alias. */
export interface AliasedTurn {
  readonly user: User;
  /** When the turn must be answered: where little time is left, the alias waits for another. */
  readonly deadline: Deadline;
  /** Told why an alias was not written: the turn goes on. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * The store as one turn sees it, which writes its user's alias before the session that the alias must name, where the
 * session does not remember that it did of late. That is once a user and then once a month; what fails is done by the next.
 */
export function withAlias(store: SessionStore, aliases: Aliases, turn: AliasedTurn): SessionStore {
  // A save that met a conflict is done again: the alias is not.
  let written: Session['memory']['alias'];
  return {
    load: user => store.load(user),
    claim: (...claimed) => store.claim(...claimed),
    delete: user => store.delete(user),
    save: async (user, loaded, next, signal) => {
      const due = user === turn.user.key ? dueAlias(turn.user, loaded) : undefined;
      if (due !== undefined && written?.appUserId !== due) written = await write(aliases, turn, due, user);
      const memory = due === undefined || written === undefined ? next.memory : withOne(next.memory, written);
      await store.save(user, loaded, { ...next, memory }, signal);
    },
  };
}

/** The app's id of the user whose alias is to be written; undefined where that was done of late, or no id is known. */
function dueAlias({ appUserId }: User, { memory: { alias } }: Session): string | undefined {
  const isFresh = alias !== undefined && alias.at > Date.now() - RENEW_AFTER_DAYS * DAY_MS;
  // smart-chat shows no id of the app's.
  const known = appUserId ?? alias?.appUserId;
  return known === undefined || !isId(known) || (isFresh && known === alias.appUserId) ? undefined : known;
}

function withOne(memory: Session['memory'], alias: NonNullable<Session['memory']['alias']>) {
  return { ...memory, alias };
}

/** @returns the alias as the session remembers it; undefined where nobody knows that it was written */
async function write(
  aliases: Aliases,
  { deadline, onFailure }: AliasedTurn,
  appUserId: string,
  key: UserKey,
): Promise<Session['memory']['alias']> {
  if (deadline.remainingMs() < ALIAS_WITHIN_MS + MARK_MS) return undefined;
  const at = Date.now();
  try {
    await deadlineAt(at + ALIAS_WITHIN_MS).race('writing the alias', aliases.add(appUserId, key));
    return { appUserId, at };
  } catch (error) {
    onFailure(error);
    return undefined;
  }
}
