import { importBundled, measureBundles } from './bundles.ts';

// For the protocol that Kakao calls. smart-chat's request has 80 bytes, so its bare handler does next to nothing.
const TARGETS = { ratio: 0.4, checkShare: 0.15, kilobytes: 350, importRatio: 1.2 };

// As deployed: the loader that runs this file would instrument every function.
const { measureTurns } = await importBundled<typeof import('./turns.ts')>('bench/turns.ts');
const turns = await measureTurns();
console.log(
  `Turns in process (parse, rule, render, memory store), Node ${process.version}; Open Builder's targets: ratio ≥ ${TARGETS.ratio}, settling and checking ≤ ${TARGETS.checkShare} of a turn`,
);
console.table(
  Object.fromEntries(
    turns.map(({ name, turnsPerSecond, bareHandlersPerSecond, ratio, checkShare }) => [
      name,
      {
        'turns/s': Math.round(turnsPerSecond),
        'bare/s': Math.round(bareHandlersPerSecond),
        ratio: round(ratio),
        ...(checkShare !== undefined && { check: round(checkShare) }),
      },
    ]),
  ),
);

const bundles = await measureBundles();
console.log(
  `Bundles as deployed; targets ≤ ${TARGETS.kilobytes} KB, import ≤ ${TARGETS.importRatio} × client-dynamodb alone`,
);
console.table(
  Object.fromEntries(
    bundles.map(({ name, kilobytes, gzippedKilobytes, importMs, importRatio }) => [
      name,
      {
        KB: Math.round(kilobytes),
        'gzip KB': Math.round(gzippedKilobytes),
        'import ms': round(importMs),
        ratio: round(importRatio),
      },
    ]),
  ),
);

const missed = [
  ...turns
    .filter(
      ({ name, ratio, checkShare = 0 }) =>
        (name.startsWith('Open Builder') && ratio < TARGETS.ratio) || checkShare > TARGETS.checkShare,
    )
    .map(({ name }) => name),
  ...bundles
    .filter(
      ({ kilobytes, importRatio }) => kilobytes > TARGETS.kilobytes || importRatio > TARGETS.importRatio,
    )
    .map(({ name }) => name),
];
if (missed.length > 0) {
  console.log(`Targets missed by: ${missed.join('; ')}`);
  process.exitCode = 1;
}

function round(figure: number): number {
  return Math.round(figure * 100) / 100;
}
