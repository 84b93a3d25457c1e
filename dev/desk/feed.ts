import type { ServerResponse } from 'node:http';
import type { FeedEntry } from './desk-api.ts';

/** How much a page may be behind before it is dropped; it asks again, and is told everything anew. */
export interface FeedBounds {
  readonly entries: number;
  readonly ms: number;
}

const BOUNDS: FeedBounds = { entries: 1_000, ms: 10_000 };

/** How often something is sent to a page, so that nothing on the way takes it for gone. */
const ALIVE_MS = 15_000;

/** Everything that happens on the desk, told to every page that looks: server-sent events. */
export class Feed {
  readonly #pages = new Set<Page>();
  readonly #bounds: FeedBounds;
  readonly #alive: NodeJS.Timeout;

  constructor(bounds: FeedBounds = BOUNDS) {
    this.#bounds = bounds;
    this.#alive = setInterval(() => {
      for (const page of this.#pages) page.send(':\n\n');
    }, ALIVE_MS).unref();
  }

  /** How many pages look. */
  get size(): number {
    return this.#pages.size;
  }

  /** Tells a page of everything that was, and from then on of what comes. */
  attach(response: ServerResponse, before: readonly FeedEntry[]): void {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const page = new Page(response, this.#bounds);
    this.#pages.add(page);
    response.once('close', () => this.#pages.delete(page));
    page.send('retry: 1000\n\n');
    for (const entry of before) page.send(entry);
  }

  /** Tells every page. */
  tell(entry: FeedEntry): void {
    for (const page of this.#pages) page.send(entry);
  }

  stop(): void {
    clearInterval(this.#alive);
    for (const page of this.#pages) page.drop();
  }
}

/** A page that looks, with what it has yet to be told. */
class Page {
  readonly #response: ServerResponse;
  readonly #bounds: FeedBounds;
  // Entries, and not their text: exchanges that are remembered anyway.
  readonly #waiting: (FeedEntry | string)[] = [];
  #slow: NodeJS.Timeout | undefined;

  constructor(response: ServerResponse, bounds: FeedBounds) {
    this.#response = response;
    this.#bounds = bounds;
    response.on('drain', () => {
      clearTimeout(this.#slow);
      this.#slow = undefined;
      this.#write();
    });
    response.once('close', () => clearTimeout(this.#slow));
  }

  send(entry: FeedEntry | string): void {
    this.#waiting.push(entry);
    if (this.#waiting.length > this.#bounds.entries) this.drop();
    else this.#write();
  }

  drop(): void {
    this.#waiting.length = 0;
    this.#response.destroy();
  }

  #write(): void {
    while (this.#slow === undefined && !this.#response.destroyed) {
      const entry = this.#waiting.shift();
      if (entry === undefined) return;
      const text = typeof entry === 'string' ? entry : `data: ${JSON.stringify(entry)}\n\n`;
      if (!this.#response.write(text)) this.#slow = setTimeout(() => this.drop(), this.#bounds.ms).unref();
    }
  }
}
