import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkoutIn, ROOT } from './checkout.ts';
import { withSpread } from './figures.ts';
import { optionsOf } from './options.ts';
import { startStub } from './stub.ts';
import { measureTurns, startFields } from './turns.ts';

const options = optionsOf(process.argv.slice(2));
const folder = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
const stub = await startStub(folder);
try {
  const checkouts = await Promise.all([...options.of, ROOT].map(of => checkoutIn(of, folder)));
  const fields = checkouts.flatMap(checkout =>
    startFields(checkout, folder, options.isShort ? undefined : stub, options.isShort),
  );
  const turns = await measureTurns(fields, { rounds: 15, cpuMs: 60 });
  console.table(
    turns.map(({ name, of, turnUs, rawUs, ratio }) => ({
      turn: name,
      of,
      'CPU µs': withSpread(turnUs),
      'raw µs': withSpread(rawUs),
      ratio: withSpread(ratio),
    })),
  );
  await Promise.all(fields.map(field => field.process.stop()));
  if (options.json)
    writeFileSync(options.json, `${JSON.stringify({ node: process.version, turns }, undefined, 2)}\n`);
} finally {
  await stub.stop();
  rmSync(folder, { recursive: true });
}
