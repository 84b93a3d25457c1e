import { secretTexts } from '../rule-errors.ts';
import { type OldServer, oldServer } from './smart-chat-calls.ts';
import { homeKeyboard } from './smart-chat-home.ts';

/** An app URL, or the way to one, which is gone whenever the server is asked. */
export type AppUrlSource = string | undefined | (() => string | undefined | Promise<string | undefined>);

/** An old server, and its home keyboard. */
export interface Reached {
  readonly server: OldServer;
  readonly home: ReturnType<typeof homeKeyboard>;
}

/**
 * The way to the server behind an app URL; it throws what its source throws, and what is said of a URL that is none. A
 * URL that is given as it is is judged at once.
 * @throws ConfigurationError when that is none, naming `appUrl` and APP_URL
 */
export function reachOf(appUrl: AppUrlSource): () => Reached | Promise<Reached> {
  if (typeof appUrl !== 'function') {
    const reached = reachedAt(appUrl);
    return () => reached;
  }
  let known: { readonly url: string | undefined; readonly reached: Reached } | undefined;
  return async () => {
    const url = await appUrl();
    if (known === undefined || known.url !== url) {
      known = { url, reached: reachedAt(url) };
      // Who knows it can talk to the server: no log may have it.
      if (url !== undefined) secretTexts.add(url);
    }
    return known.reached;
  };
}

function reachedAt(url: string | undefined): Reached {
  const server = oldServer(url);
  return { server, home: homeKeyboard(server) };
}
