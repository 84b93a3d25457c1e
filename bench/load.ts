import { runLoad } from './load/command.ts';

process.stdout.on('error', () => process.exit());

process.exitCode = await runLoad(process.argv.slice(2), {
  environment: process.env,
  stdin: process.stdin,
});
