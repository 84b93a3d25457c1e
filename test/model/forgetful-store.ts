import { rememberedTurns, storedTurns } from '../../lambda/aws/stored-turns.ts';
import { MemorySessionStore, type SessionStore, withNeededReplies } from '../../lambda/turn/session.ts';

/** A store that keeps of remembered turns no more than it must: the replies that are needed, and of the others short ids. */
export function forgetfulStore(): SessionStore {
  const store = new MemorySessionStore();
  return {
    load: user => store.load(user),
    save: (user, loaded, next, signal) => {
      const { turns } = withNeededReplies(next.memory);
      const memory = { ...next.memory, turns: rememberedTurns(storedTurns(turns)) };
      return store.save(user, loaded, { ...next, memory }, signal);
    },
    claim: (user, turnId, until, held) => store.claim(user, turnId, until, held),
    delete: user => store.delete(user),
  };
}
