#!/usr/bin/env node
import { runKakaoCheck } from '../tools/kakao-check/command.ts';

// Whoever reads only the head of a report has closed the pipe.
process.stdout.on('error', () => {});
process.exitCode = await runKakaoCheck(process.argv.slice(2), process.env, process.stdin);
