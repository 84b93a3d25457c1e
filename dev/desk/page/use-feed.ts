import { useEffect, useReducer } from 'preact/hooks';
import type { FeedEntry } from '../desk-api.ts';
import { EMPTY_FEED, type Feed, type FeedStep, follow } from './feed.ts';

/** How long entries gather before they are drawn: a page that opens is told 200 at once. */
const GATHER_MS = 16;
const CONNECT_AGAIN_MS = 1_000;

/** Everything that the desk tells, drawn as it comes; the connection is made again whenever it is lost. */
export function useFeed(): Feed {
  const [feed, advance] = useReducer(follow, EMPTY_FEED);
  useEffect(() => listen(steps => advance(steps)), []);
  return feed;
}

function listen(tell: (steps: readonly FeedStep[]) => void): () => void {
  let source: EventSource | undefined;
  let gathered: FeedStep[] = [];
  let again: ReturnType<typeof setTimeout> | undefined;
  let telling: ReturnType<typeof setTimeout> | undefined;

  const gather = (step: FeedStep): void => {
    gathered.push(step);
    telling ??= setTimeout(() => {
      const steps = gathered;
      gathered = [];
      telling = undefined;
      tell(steps);
    }, GATHER_MS);
  };
  const connect = (): void => {
    const opened = new EventSource('/desk/feed');
    source = opened;
    opened.onopen = () => gather({ kind: 'connected' });
    opened.onmessage = ({ data }) => {
      const entry: FeedEntry = JSON.parse(data);
      gather(entry);
    };
    // The browser's own attempts end when it is answered with an error, as by a server that is only starting.
    opened.onerror = () => {
      opened.close();
      gather({ kind: 'lost' });
      again = setTimeout(connect, CONNECT_AGAIN_MS);
    };
  };
  connect();
  return () => {
    source?.close();
    clearTimeout(again);
    clearTimeout(telling);
  };
}
