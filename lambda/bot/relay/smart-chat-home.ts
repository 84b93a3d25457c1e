import type { OldServer } from './smart-chat-calls.ts';

/** How long a home keyboard is good: Kakao asked for one at most once a minute. */
const HOME_KEYBOARD_MS = 60_000;

/** The longest that it is waited for; a turn that needs it still has time to answer without. */
const ASK_MS = 3_000;

/** The labels of an old server's home keyboard, of the last minute and one call for all who ask at once; none where it fails. */
export function homeKeyboard({ keyboard }: OldServer): (withinMs: number) => Promise<readonly string[]> {
  let known: { readonly buttons: readonly string[]; readonly until: number } | undefined;
  let asking: Promise<readonly string[]> | undefined;
  const ask = async (): Promise<readonly string[]> => {
    const buttons = await keyboard({ timeoutMs: ASK_MS });
    asking = undefined;
    // One that failed is asked for again by whoever needs it next.
    if (buttons !== undefined) known = { buttons, until: Date.now() + HOME_KEYBOARD_MS };
    return buttons ?? [];
  };
  return async withinMs => {
    if (known !== undefined && Date.now() < known.until) return known.buttons;
    asking ??= ask();
    return await orNone(asking, withinMs);
  };
}

/** The labels that come in time, else none. */
export function orNone(asked: Promise<readonly string[]>, withinMs: number): Promise<readonly string[]> {
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve([]), Math.max(0, withinMs));
    asked.then(buttons => {
      clearTimeout(timer);
      resolve(buttons);
    });
  });
}
