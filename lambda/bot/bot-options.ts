import { ConfigurationError } from '../errors.ts';
import type { Texts } from './texts.ts';

/** Everything a bot without a session is made with beside its rules. */
export interface StatelessBotOptions {
  /** Words in place of the gateway's own, in Korean; none may be blank but `type`. */
  readonly texts?: Partial<Texts>;
}

/** Everything a bot is made with beside its rules. */
export interface BotOptions<S> extends StatelessBotOptions {
  /** Makes a new user's state, which must survive JSON. */
  readonly session: () => S;
  /** The version of the state's shape: a whole number from 1, to be raised where old states need {@link migrate}. Default: 1. */
  readonly version?: number;
  /** Makes a state of this version of one stored under an older; may run again, and whatever it throws costs the user an apology. */
  readonly migrate?: (state: unknown, from: number) => S;
}

/** The options as a bot takes them: only one whose session is `undefined` may leave them out. */
export type BotArguments<S> = [S] extends [undefined]
  ? [options?: StatelessBotOptions]
  : [options: BotOptions<S>];

/**
 * Refuses what no bot is made with.
 * @throws ConfigurationError when its version is no whole number from 1, or a later one has no way there, or it has one, or
 * a way, without a session; when that is no function
 */
export function requireBotOptions<S>({ session, version = 1, migrate }: Partial<BotOptions<S>>): void {
  if (!Number.isSafeInteger(version) || version < 1 || (version > 1 && !migrate)) {
    throw new ConfigurationError(
      `a bot's version must be 1, 2, 3…, and from 2 on with a migrate, not ${version}`,
    );
  }
  if (session !== undefined ? typeof session !== 'function' : version > 1 || migrate) {
    throw new ConfigurationError(
      "a bot's session must be a function that makes a new user's state; without it there is no version and no migrate",
    );
  }
}
