import { join } from 'node:path';
import { installLocked } from '../test/kit/install-locked.ts';
import { bundleScript, ROOT } from './checkout.ts';
import { startChild } from './child.ts';
import type { Field } from './turns.ts';

/** Other projects that answer webhooks, by their module in `bench/peers`. */
const PEERS: Readonly<Record<string, string>> = {
  grammY: 'grammy.mjs',
  Hono: 'hono.mjs',
  'Slack Bolt': 'bolt.mjs',
  'Chat SDK': 'chat-sdk.mjs',
};

const INSTALLED = join(ROOT, 'build/peers');

/** Installs the peers, and starts a process for each: every one of them echoes. */
export function startPeers(folder: string): readonly Field[] {
  installLocked(join(ROOT, 'bench/peers'), INSTALLED);
  const script = bundleScript('turn-process', folder);
  return Object.entries(PEERS).map(([of, file]) => ({
    of,
    contests: ['echo'],
    process: startChild(script, [JSON.stringify({ peer: join(INSTALLED, file) })], { BENCH_ROOT: ROOT }),
  }));
}
