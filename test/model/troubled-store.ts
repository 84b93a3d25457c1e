import { UnavailableError } from '../../lambda/errors.ts';
import { type Actor, actor } from './actor.ts';
import { pause as pauseFor } from './pause.ts';

/** One try of the SDK's, and all of them. */
const TRY_MS = 1_000;
const TRIES_MS = 3 * TRY_MS;

/** The way to the store, and back, at most each. */
const WAY_MS = 8;

/** A store that is some milliseconds away, with the troubles of whoever calls it, and the SDK's way with them. */
export function troubledStore<T extends object>(store: T, note: (line: string) => void): T {
  /** By user, the last write that was done. */
  const lastWrites = new Map<unknown, object>();
  const call = (name: string, args: readonly unknown[], apply: () => Promise<unknown>): Promise<unknown> => {
    const run = actor();
    const [user] = args;
    const signal = args.find(arg => arg instanceof AbortSignal);
    const write = {};
    const once = async (): Promise<unknown> => {
      const result = await apply();
      if (name !== 'load' && result !== null) lastWrites.set(user, write);
      return result;
    };
    return run.calls(async () => {
      const trouble = run.nextTrouble();
      if (trouble !== 'none') note(`${name} of turn ${run.turn.index}: ${trouble}`);
      await pause(Math.random() * WAY_MS, signal);
      switch (trouble) {
        case 'none':
          break;
        case 'refuse':
          throw new UnavailableError('sessions table');
        case 'hang':
          await pause(TRY_MS, signal);
          break;
        case 'hang thrice':
          await pause(TRIES_MS, signal);
          throw new UnavailableError('sessions table');
        default:
          return lose(run, once, () => lastWrites.get(user) === write, trouble === 'lose', signal);
      }
      // What a worker sends after its death goes nowhere.
      if (run.isDead) return undefined;
      const result = await once();
      await pause(Math.random() * WAY_MS);
      return result;
    });
  };
  return new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name, target);
      if (typeof method !== 'function') return method;
      return (...args: readonly unknown[]) =>
        call(String(name), args, () => Reflect.apply(method, target, args));
    },
  });
}

async function lose(
  run: Actor,
  once: () => Promise<unknown>,
  isLast: () => boolean,
  isFound: boolean,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const first = await once().then(
    result => ({ result }),
    () => undefined,
  );
  const ms = isFound ? TRY_MS : TRIES_MS;
  if (first && isLast()) run.lostWritesKnownAt.push(Date.now() + ms);
  await pause(ms, signal);
  if (!isFound) throw new UnavailableError('sessions table');
  // The second try finds what the first one wrote, unless somebody else wrote meanwhile.
  if (first && isLast()) return first.result;
  return once();
}

/** Some time; ended by the signal, as the SDK ends a try. */
function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return pauseFor(ms, signal).catch(cause => {
    throw new UnavailableError('sessions table', { cause });
  });
}
