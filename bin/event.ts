import { runEvent } from '../tools/event/command.ts';

process.exitCode = await runEvent(process.argv.slice(2), { environment: process.env, stdin: process.stdin });
