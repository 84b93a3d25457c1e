import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { ENVIRONMENT } from '../lambda/aws/environment.ts';
import { type HandlerName, routes } from '../lambda/routes.ts';
import { BUNDLING } from '../lib/bundling.ts';
import { median } from './median.ts';

/** The weight of a deployed function, beside a bundle that imports client-dynamodb alone. */
export interface BundleFigure {
  readonly name: string;
  readonly kilobytes: number;
  readonly gzippedKilobytes: number;
  readonly importMs: number;
  /** To the yardstick's import time, median of fresh processes in alternate order. */
  readonly importRatio: number;
}

const PROCESSES = 21;
const ROOT = join(import.meta.dirname, '..');
const CAFE = join(ROOT, 'lambda/scenarios/cafe.ts');
const YARDSTICK = 'client-dynamodb alone';

/** Bundles each function as it is deployed with the café and imports it in fresh processes. */
export async function measureBundles(): Promise<readonly BundleFigure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-bench-'));
  try {
    const names = [YARDSTICK, ...new Set<HandlerName>(Object.values(routes)), 'late-turn'];
    const bundles = await Promise.all(
      names.map(async (name, at) => ({ name, file: await bundle(name, join(folder, `${at}.mjs`)) })),
    );
    const times = new Map<string, number[]>(names.map(name => [name, []]));
    for (let round = 0; round < PROCESSES; round++) {
      for (const { name, file } of bundles) times.get(name)?.push(await importMs(file));
    }
    const yardstick = times.get(YARDSTICK) ?? [];
    return await Promise.all(
      bundles.map(async ({ name, file }) => {
        const own = times.get(name) ?? [];
        return {
          name,
          kilobytes: (await stat(file)).size / 1024,
          gzippedKilobytes: gzipSync(await readFile(file)).length / 1024,
          importMs: median(own),
          importRatio: median(own.map((ms, round) => ms / (yardstick[round] ?? Number.NaN))),
        };
      }),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A module of this project, bundled as a function is. */
export async function importBundled<Module>(path: string): Promise<Module> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-bench-'));
  try {
    const outfile = join(folder, 'bundle.mjs');
    await build({ entryPoints: [join(ROOT, path)], ...BUNDLING, outfile, logLevel: 'error' });
    return await import(outfile);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function bundle(name: string, outfile: string): Promise<string> {
  const contents = [
    "import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';",
    'export const handler = [new DynamoDBClient({}), GetItemCommand, PutItemCommand];',
  ].join('\n');
  const entry =
    name === YARDSTICK
      ? { stdin: { contents, resolveDir: ROOT } }
      : { entryPoints: [join(ROOT, 'lambda/handlers', `${name}.ts`)] };
  const alias = { ...BUNDLING.alias, '#scenario': CAFE };
  await build({ ...entry, ...BUNDLING, alias, outfile, logLevel: 'error' });
  return outfile;
}

async function importMs(file: string): Promise<number> {
  const script = `${file}.run.mjs`;
  await writeFile(
    script,
    `const t = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - t); process.exit(0);`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', script], {
    env: {
      AWS_REGION: 'ap-northeast-2',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      [ENVIRONMENT.sessionsTable]: 'sessions',
      [ENVIRONMENT.gatewaySecretId]: 'gateway-secret',
      [ENVIRONMENT.lateQueueUrl]: 'https://sqs.ap-northeast-2.amazonaws.com/000000000000/late-turns',
    },
  });
  return Number(stdout);
}
