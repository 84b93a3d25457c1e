import { runTrace } from '../tools/trace/command.ts';

// A reader that has seen enough (head) is no failure of ours.
process.stdout.on('error', () => process.exit());

process.exitCode = await runTrace(process.argv.slice(2), { environment: process.env, stdin: process.stdin });
