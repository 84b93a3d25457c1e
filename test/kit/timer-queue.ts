/** A timer of a virtual clock. */
export class Timer {
  readonly at: number;
  readonly order: number;
  readonly work: () => void;
  isCancelled = false;

  constructor(at: number, order: number, work: () => void) {
    this.at = at;
    this.order = order;
    this.work = work;
  }

  cancel(): void {
    this.isCancelled = true;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** The timer that this is, if it is one of a virtual clock's. */
export function timerOf(given: unknown): Timer | undefined {
  return given instanceof Timer ? given : undefined;
}

/** Timers, to be taken in the order of their times; those of the same time in the order in which they were set. */
export class TimerQueue {
  /** A binary heap. */
  readonly #timers: Timer[] = [];
  #set = 0;

  add(at: number, work: () => void): Timer {
    const timer = new Timer(at, this.#set++, work);
    const timers = this.#timers;
    let index = timers.length;
    timers.push(timer);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = timers[above];
      if (parent === undefined || comesBefore(parent, timer)) break;
      timers[index] = parent;
      index = above;
    }
    timers[index] = timer;
    return timer;
  }

  /** The next timer, which is none of the queue's any more; undefined when there is none. */
  next(): Timer | undefined {
    for (;;) {
      const first = this.#take();
      if (first === undefined || !first.isCancelled) return first;
    }
  }

  #take(): Timer | undefined {
    const timers = this.#timers;
    const first = timers[0];
    const last = timers.pop();
    if (last === undefined || last === first) return first;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      const [left, right] = [timers[below], timers[below + 1]];
      let child = left;
      if (left !== undefined && right !== undefined && comesBefore(right, left)) {
        child = right;
        below++;
      }
      if (child === undefined || comesBefore(last, child)) break;
      timers[index] = child;
      index = below;
    }
    timers[index] = last;
    return first;
  }
}

function comesBefore(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
