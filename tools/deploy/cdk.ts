import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UsageError } from '../usage-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs the CDK's CLI that this folder has, at this terminal. @returns its exit code @throws UsageError where there is none */
export function runCdk(args: readonly string[], environment: Environment): Promise<number> {
  const cli = cliHere();
  // Ctrl-C reaches it, too: it tells what it leaves, and this waits for that.
  const wait = (): void => {};
  process.on('SIGINT', wait);
  return new Promise<number>((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { stdio: 'inherit', env: { ...environment } });
    child.once('error', reject);
    child.once('close', code => resolve(code ?? 1));
  }).finally(() => process.off('SIGINT', wait));
}

function cliHere(): string {
  try {
    const manifest = createRequire(join(process.cwd(), 'package.json')).resolve('aws-cdk/package.json');
    return join(dirname(manifest), 'bin/cdk');
  } catch {
    throw new UsageError('the CDK is not installed here: npm install, or npm install --save-dev aws-cdk');
  }
}
