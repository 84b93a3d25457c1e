import { fileURLToPath } from 'node:url';
import { complain } from '../tools/terminal.ts';
import { forgetSessions } from './sessions-file.ts';
import { readOptions } from './settings.ts';

// `npm run dev`: tsx starts the gateway again at each save, with the same options; what is forgotten is forgotten once.
try {
  const { isFresh } = readOptions(process.argv.slice(2), process.env);
  if (isFresh) forgetSessions();
} catch (error) {
  complain(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
process.argv.splice(
  2,
  Infinity,
  'watch',
  '--clear-screen=false',
  fileURLToPath(new URL('start.ts', import.meta.url)),
);
await import('tsx/cli');
