import { RULE_WITHIN_MS } from '../lambda/turn/time-budget.ts';

/**
 * How many calls are under way at once. On Lambda each has an environment of its own; here all share a processor, and
 * whatever is begun beside the others makes all of them slower, until nobody is answered in time.
 */
export interface Concurrency {
  /** Resolves with whether the call may begin: in the order of their coming, or not at all where it would come too late. */
  enter(receivedAt: number): Promise<boolean>;
  /** Tells that a call which began has ended. */
  leave(): void;
}

/** The machine that calls are answered by. */
export interface ConcurrencyOptions {
  /** Calls that begin at once, whatever the machine is at. */
  readonly atOnce?: number;
  /** How long the processes that the calls need take to answer anything. */
  readonly lagMs?: () => number;
  /** The longest that a call is to wait before it begins; more would be too late for its answer. */
  readonly waitMs?: number;
  /** Called when a call is refused and none was for a while. */
  readonly onOverload?: () => void;
}

/** As many keep the processors busy; more would only be slower. */
const AT_ONCE = 8;

/** As many as a new AWS account has environments; only those that wait for something themselves become so many. */
const MOST_AT_ONCE = 1_000;

/** How often those that wait are looked at, and how many of them may begin then, where the machine has time to spare. */
const LOOK_EVERY_MS = 10;
const BEGIN_AT_A_LOOK = 4;

/** The machine has time to spare where its processes answer as soon. */
const SPARE_LAG_MS = 20;
const FORGOTTEN_AT_A_LOOK = 0.95;

/** Of the time for its answer, half is left to the call itself: on a machine that is busy with others it takes as long. */
const WAIT_MS = RULE_WITHIN_MS / 2;

/** How much longer than it was believed a call may have waited, and begins all the same. */
const LATER_MS = 500;

/** How long a turn is believed to take of the machine, until some have shown it; and how much one of them shows. */
const FIRST_INTERVAL_MS = 5;
const SHOWN_BY_ONE = 0.02;

/** An overload is over when nobody was refused for so long. */
const OVER_AFTER_MS = 10_000;

interface Waiting {
  readonly receivedAt: number;
  begin(mayBegin: boolean): void;
}

/** Calls that begin in the order of their coming, as many at once as the machine can do. */
export function localConcurrency({
  atOnce = AT_ONCE,
  lagMs = () => 0,
  waitMs = WAIT_MS,
  onOverload = () => {},
}: ConcurrencyOptions = {}): Concurrency {
  const waiting: Waiting[] = [];
  let underWay = 0;
  let beginsEveryMs = FIRST_INTERVAL_MS;
  let begunAt = 0;
  let refusedAt = Number.NEGATIVE_INFINITY;
  let lately = 0;
  let looking: NodeJS.Timeout | undefined;

  const refuse = (): false => {
    const now = performance.now();
    if (now - refusedAt > OVER_AFTER_MS) onOverload();
    refusedAt = now;
    return false;
  };
  /** Has the one that waited longest begin, or those before it be refused whose time is over. */
  const beginNext = (): void => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (Date.now() - next.receivedAt > waitMs + LATER_MS) {
        next.begin(refuse());
        continue;
      }
      const now = performance.now();
      beginsEveryMs += SHOWN_BY_ONE * (now - begunAt - beginsEveryMs);
      begunAt = now;
      underWay++;
      next.begin(true);
      return;
    }
  };
  const look = (): void => {
    lately = Math.max(lagMs(), lately * FORGOTTEN_AT_A_LOOK);
    const more = lately < SPARE_LAG_MS ? Math.min(BEGIN_AT_A_LOOK, MOST_AT_ONCE - underWay) : 0;
    for (let begun = 0; begun < more; begun++) beginNext();
    if (waiting.length > 0) return;
    clearInterval(looking);
    looking = undefined;
  };
  return {
    enter: async receivedAt => {
      if (waiting.length === 0 && underWay < atOnce) {
        underWay++;
        return true;
      }
      if (waiting.length * beginsEveryMs > waitMs) return refuse();
      if (waiting.length === 0) begunAt = performance.now();
      looking ??= setInterval(look, LOOK_EVERY_MS);
      return new Promise(begin => waiting.push({ receivedAt, begin }));
    },
    leave: () => {
      underWay--;
      if (underWay < atOnce) beginNext();
    },
  };
}
