import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type HandlerName, routes } from '../lambda/routes.ts';
import type { Checkout } from './checkout.ts';
import { type Figure, figureOf } from './figures.ts';
import type { Stub } from './stub.ts';

/** The weight of a deployed function with the café, beside a bundle that imports client-dynamodb alone. */
export interface BundleFigure {
  readonly name: string;
  /** Whose it is: a checkout's name. */
  readonly of: string;
  readonly kilobytes: number;
  readonly gzippedKilobytes: number;
  /** Processor time of its import in a fresh process, and of whatever its init does; absent where it is not measured. */
  readonly importMs?: Figure;
  /** To the yardstick's in the same round. */
  readonly importRatio?: Figure;
}

const YARDSTICK = 'client-dynamodb alone';

interface Bundle {
  readonly name: string;
  readonly of: string;
  readonly file: string;
}

/** Weighs every function's bundle, and imports it in so many fresh processes. */
export async function measureBundles(
  checkouts: readonly Checkout[],
  stub: Stub,
  folder: string,
  processes: number,
): Promise<readonly BundleFigure[]> {
  const names = [...new Set<HandlerName>(Object.values(routes)), 'late-turn'];
  const yardsticks = checkouts.slice(0, 1).map(({ entry }) => entry('client-dynamodb', 'cafe'));
  const bundles: readonly Bundle[] = [
    ...yardsticks.map(file => ({ name: YARDSTICK, of: '', file })),
    ...names.flatMap(name =>
      checkouts.map(({ name: of, deployed }) => ({ name, of, file: deployed(name, 'cafe') })),
    ),
  ];
  const times = new Map<Bundle, number[]>(bundles.map(bundle => [bundle, []]));
  const script = writeImporter(folder);
  for (let round = 0; round < processes; round++) {
    for (const bundle of round % 2 === 0 ? bundles : bundles.toReversed())
      times.get(bundle)?.push(await importMs(script, bundle.file, stub));
  }
  const yardstick = bundles[0] && times.get(bundles[0]);
  return bundles.map(bundle => {
    const { name, of, file } = bundle;
    const code = readFileSync(file);
    const own = times.get(bundle) ?? [];
    return {
      name,
      of,
      kilobytes: code.length / 1024,
      gzippedKilobytes: gzipSync(code).length / 1024,
      ...(own.length > 0 && {
        importMs: figureOf(own),
        importRatio: figureOf(own.map((ms, round) => ms / (yardstick?.[round] ?? Number.NaN))),
      }),
    };
  });
}

function writeImporter(folder: string): string {
  const script = join(folder, 'import.mjs');
  writeFileSync(
    script,
    `const before = process.cpuUsage();
    await import(process.argv[2]);
    const { user, system } = process.cpuUsage(before);
    process.stdout.write(String((user + system) / 1000));
    process.exit(0);`,
  );
  return script;
}

async function importMs(script: string, file: string, { environment }: Stub): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', script, file], {
    env: { ...environment },
  });
  return Number(stdout);
}
