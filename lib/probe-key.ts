import { inJson, type Key } from './context-key.ts';
import type { ProbeSettings } from './probe.ts';

/** Kakao takes no longer utterance. */
const MOST_LETTERS = 1_000;

/** The setting of the probe. */
export const probe: Key<NonNullable<ProbeSettings['probe']>> = {
  read: value => {
    const setting = inJson(value);
    if (typeof setting === 'boolean') return setting;
    if (typeof setting !== 'object' || setting === null || Object.keys(setting).join() !== 'says')
      return undefined;
    const { says } = setting as { readonly says: unknown };
    return typeof says === 'string' && says.trim() !== '' && says.length <= MOST_LETTERS
      ? { says }
      : undefined;
  },
  must: `true, false, or {"says": …} with words that the bot answers, of ${MOST_LETTERS} letters at most`,
  example: { says: '메뉴' },
};
