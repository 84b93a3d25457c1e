import { fileURLToPath } from 'node:url';
import { complain } from '../tools/terminal.ts';
import { watchGateway } from './watch-gateway.ts';

// `npm run dev`
try {
  const own = fileURLToPath(new URL('../lambda/scenario.ts', import.meta.url));
  await watchGateway(process.argv.slice(2), { command: 'npm run dev', own });
} catch (error) {
  complain(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
