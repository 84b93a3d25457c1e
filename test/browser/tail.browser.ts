import { afterAll, describe, expect, test } from '@jest/globals';
import type { CDPSession, Page } from 'playwright-core';
import { useDesk } from './desk.ts';
import type { Room } from './room.ts';
import { type StrangeBot, startStrangeBot } from './strange-bot.ts';

/** A frame of a screen. */
const FRAME_MS = 16;
const KEYS = '아메리카노 두 잔 주세요. Two cups of americano, please.';

let bot: StrangeBot | undefined;
const desk = useDesk(async () => {
  bot = await startStrangeBot(() => answerOf(bot?.heard.length ?? 0));
  return { args: ['--skill', `${bot.url}/skill`] };
});

afterAll(() => bot?.stop());

/** Texts, cards and carousels in turn, as a bot's conversation has them. */
function answerOf(call: number): unknown {
  const card = (at: number) => ({
    title: `${call}번째 답의 ${at}번째 카드`,
    description: '고소한 우유를 듬뿍 넣었어요.',
    buttons: [{ label: '담기', action: 'message', messageText: '담기' }],
  });
  const outputs = [
    [{ simpleText: { text: `${call}번째 답입니다. ${'무엇을 도와드릴까요? '.repeat(10)}` } }],
    [{ textCard: card(1) }],
    [{ carousel: { type: 'textCard', items: [card(1), card(2), card(3), card(4)] } }],
  ][call % 3];
  const quickReplies = ['메뉴', '장바구니', '주문'].map(label => ({
    label,
    action: 'message',
    messageText: label,
  }));
  return { version: '2.0', template: { outputs, quickReplies } };
}

/** Has 200 exchanges, beside the page that shows them: the first says the number given. */
async function exchange200(from: number): Promise<void> {
  for (let at = from; at < from + 200; at += 1) await desk.act({ kind: 'says', text: `${at}번째 말` });
}

/** The time that each key of a text took, in milliseconds, and all of them sorted. */
interface KeyTimes {
  /** The main thread's own, whatever else the machine does: script, style, layout and paint. */
  readonly busyMs: readonly number[];
  /** From the key to the end of what listens to it, by the page's own Event Timing: of those that took longest. */
  readonly handledMs: readonly number[];
}

async function typeInto(room: Room): Promise<KeyTimes> {
  const { page } = room;
  const debug = await page.context().newCDPSession(page);
  await debug.send('Performance.enable', { timeDomain: 'threadTicks' });
  const timing = await page.evaluateHandle(() => {
    const seen: number[] = [];
    new PerformanceObserver(list => {
      for (const entry of list.getEntries() as PerformanceEventTiming[]) {
        seen.push(entry.processingEnd - entry.startTime);
      }
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    return seen;
  });
  await room.box.focus();
  const busyMs: number[] = [];
  for (const key of KEYS) {
    const before = await taskMs(debug);
    await page.keyboard.type(key);
    await nextFrame(page);
    busyMs.push((await taskMs(debug)) - before);
  }
  const handledMs = await timing.jsonValue();
  await debug.detach();
  await room.box.fill('');
  const sorted = (times: readonly number[]) => [...times].sort((one, other) => one - other);
  return { busyMs: sorted(busyMs), handledMs: sorted(handledMs) };
}

async function taskMs(debug: CDPSession): Promise<number> {
  const { metrics } = await debug.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1_000;
}

const nextFrame = (page: Page): Promise<void> =>
  page.evaluate(() => new Promise<void>(resolve => requestAnimationFrame(() => setTimeout(resolve))));

/** Of sorted times the one that so many of them do not exceed; 0 of none. */
const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** The page's DOM nodes and JavaScript's heap, after the garbage is gone. */
async function memoryOf(page: Page): Promise<{ nodes: number; heapBytes: number }> {
  const debug = await page.context().newCDPSession(page);
  await debug.send('HeapProfiler.collectGarbage');
  const { nodes } = await debug.send('Memory.getDOMCounters');
  const { usedSize } = await debug.send('Runtime.getHeapUsage');
  await debug.detach();
  return { nodes, heapBytes: usedSize };
}

/** The bytes that a page's loading took, compressed as they were sent. */
const loadedBytes = (page: Page): Promise<number> =>
  page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .map(entry => (entry as PerformanceResourceTiming).encodedBodySize)
      .reduce((sum, bytes) => sum + bytes, 0),
  );

test('the page loads in less than 100 KB', () =>
  desk.sit({}, async room => {
    await room.box.waitFor();
    const bytes = await loadedBytes(room.page);
    expect(bytes).toBeGreaterThan(5_000);
    expect(bytes).toBeLessThan(100_000);
  }));

describe('a conversation of 200 exchanges', () => {
  test('leaves each keystroke in the message box less than a frame', async () => {
    await desk.sit({}, async room => {
      await exchange200(1);
      await room.shows(/^200번째 말$/);
      // What else a busy machine does disturbs a round, and not three of them.
      const rounds: KeyTimes[] = [];
      for (let round = 0; round < 3; round += 1) rounds.push(await typeInto(room));
      const best = (share: number, of: (times: KeyTimes) => readonly number[]): number =>
        Math.min(...rounds.map(times => at(of(times), share)));
      const figures = {
        medianMs: best(0.5, ({ busyMs }) => busyMs),
        p95Ms: best(0.95, ({ busyMs }) => busyMs),
        handledP95Ms: best(0.95, ({ handledMs }) => handledMs),
      };
      expect(Object.entries(figures).filter(([, ms]) => ms >= FRAME_MS)).toEqual([]);
    });
  });

  test('is all that the page keeps, and takes no more memory when there were 400', async () => {
    await desk.sit({}, async room => {
      await exchange200(1);
      await room.shows(/^200번째 말$/);
      const before = await memoryOf(room.page);
      await exchange200(201);
      await room.shows(/^400번째 말$/);
      await room.log.getByText(/^1번째 말$/).waitFor({ state: 'detached' });
      const after = await memoryOf(room.page);
      expect(after.nodes / before.nodes).toBeLessThan(1.1);
      expect(after.heapBytes / before.heapBytes).toBeLessThan(1.25);
    });
  });
});
