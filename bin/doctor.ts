import { runDoctor } from '../tools/doctor/command.ts';

// A reader that has seen enough (head) is no failure of ours.
process.stdout.on('error', () => process.exit());

process.exitCode = await runDoctor(process.argv.slice(2), {
  environment: process.env,
  stdin: process.stdin,
  hasColours: process.stdout.isTTY === true && !process.env.NO_COLOR,
});
