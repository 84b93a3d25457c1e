import { writeFileSync } from 'node:fs';
import {
  type Baseline,
  baselineOf,
  betterOf,
  readBaseline,
  regressionsOf,
  sentencesOf,
  writeBaseline,
} from './baseline.ts';
import { HERE } from './checkout.ts';
import { goalsOf, missedOf } from './goals.ts';
import { type Bench, measureShort, measureShortTurns, measureWhole, startBench } from './measure.ts';
import { optionsOf } from './options.ts';
import { writePages } from './performance-page.ts';
import { type Report, tablesOf } from './report.ts';

/** Machines are noisy: a figure is worse if it is so three times. */
const TRIES = 3;

if (!process.version.startsWith('v24.'))
  throw new Error(`the bench runs on Lambda's Node 24, by npm run bench, not on ${process.version}`);
const options = optionsOf(process.argv.slice(2));
const bench = await startBench(options.of);
try {
  const report = options.isShort ? await measureShort(bench) : await measureWhole(bench, options);
  console.log(`Node ${report.node}, ${report.machine}; processor quota of cold starts: ${report.quota}\n`);
  console.log(tablesOf(report));
  if (options.json) writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
  const names = bench.checkouts.map(({ name }) => name);
  if (options.writesDocs) writePages(report, names);
  const isAlone = options.of.length === 0;
  if (options.renews) writeBaseline(baselineOf(report));
  else if (options.isShort && isAlone) await compare(bench, report);
  else for (const sentence of missedOf(goalsOf(report, HERE))) console.log(`Missed: ${sentence}`);
} finally {
  await bench.stop();
}

async function compare(running: Bench, report: Report): Promise<void> {
  const baseline = readBaseline();
  let best: Baseline = baselineOf(report, 'high');
  for (let tried = 1; tried < TRIES && regressionsOf(baseline, best).length > 0; tried++)
    best = betterOf(best, baselineOf({ ...report, turns: await measureShortTurns(running) }, 'high'));
  const regressions = regressionsOf(baseline, best);
  if (regressions.length === 0) return;
  console.error(sentencesOf(regressions));
  process.exitCode = 1;
}
