// Tells how often each kind of schedule breaks which promise: `node --import tsx test/model/survey.ts [kind …]`.

import fc from 'fast-check';
import { runs } from '../kit/property.ts';
import { brokenPromises } from './invariants.ts';
import { KINDS } from './kinds.ts';
import { play } from './play.ts';
import { readable } from './readable.ts';
import type { Schedule } from './schedule.ts';

const wanted = process.argv.slice(2);

for (const [name, { schedules }] of Object.entries(KINDS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const all = fc.sample(schedules, runs(10_000));
  const startedAt = performance.now();
  const found = await survey(all);
  const ms = (performance.now() - startedAt) / all.length;
  console.log(`\n${name}: ${all.length} schedules, ${ms.toFixed(1)} ms each`);
  for (const [promise, { times, smallest }] of found) {
    console.log(`  ${String(times).padStart(5)} × ${promise}`);
    if (wanted.length === 0) continue;
    const history = await play(smallest);
    console.log(readable(smallest, history, brokenPromises(history)));
  }
}

async function survey(all: readonly Schedule[]): Promise<Map<string, { times: number; smallest: Schedule }>> {
  const found = new Map<string, { times: number; smallest: Schedule }>();
  for (const schedule of all) {
    const broken = brokenPromises(await play(schedule));
    for (const promise of new Set(broken.map(one => one.promise))) {
      const { times, smallest } = found.get(promise) ?? { times: 0, smallest: schedule };
      const isSmaller = JSON.stringify(schedule).length < JSON.stringify(smallest).length;
      found.set(promise, { times: times + 1, smallest: isSmaller ? schedule : smallest });
    }
  }
  return found;
}
