import type { DeskState, Exchange, FeedEntry } from '../desk-api.ts';

/** How many exchanges the page keeps: the last ones, as many as the simulator remembers. */
export const MOST_EXCHANGES = 200;

/** Everything that the page knows of the desk. */
export interface Feed {
  readonly connection: 'connecting' | 'open' | 'lost';
  /** Absent until the desk has told it for the first time. */
  readonly state?: DeskState;
  /** In the order of their requests. One that changed is another object, the others stay the same. */
  readonly exchanges: readonly Exchange[];
  /** The keys of those that this run of the desk remembers: the others are from before its restart. */
  readonly remembered: ReadonlySet<string>;
}

/** An entry of the feed, or something about the connection to it. */
export type FeedStep = FeedEntry | { readonly kind: 'connected' } | { readonly kind: 'lost' };

/** A page that has just been opened. */
export const EMPTY_FEED: Feed = { connection: 'connecting', exchanges: [], remembered: new Set() };

/** An exchange's name on the page: ids may begin anew when the desk restarts. */
export function keyOf(exchange: Exchange): string {
  return `${exchange.id}@${exchange.at}`;
}

/** The page after these steps, in their order. */
export function follow(feed: Feed, steps: readonly FeedStep[]): Feed {
  return steps.reduce(step, feed);
}

function step(feed: Feed, entry: FeedStep): Feed {
  switch (entry.kind) {
    case 'connected':
      // The desk tells everything again that it remembers.
      return { ...feed, connection: 'open', remembered: new Set() };
    case 'lost':
      return { ...feed, connection: 'lost' };
    case 'state':
      return { ...feed, state: entry.state };
    case 'cleared':
      return { ...feed, exchanges: [], remembered: new Set() };
    case 'exchange':
      return withExchange(feed, entry.exchange);
    default:
      return entry satisfies never;
  }
}

function withExchange(feed: Feed, exchange: Exchange): Feed {
  const key = keyOf(exchange);
  const at = feed.exchanges.findLastIndex(one => keyOf(one) === key);
  const all = at < 0 ? [...feed.exchanges, exchange] : feed.exchanges.with(at, exchange);
  const exchanges = all.slice(-MOST_EXCHANGES);
  const kept = new Set(exchanges.map(keyOf));
  const remembered = new Set([...feed.remembered, key].filter(one => kept.has(one)));
  return { ...feed, exchanges, remembered };
}
