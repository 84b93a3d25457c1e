// Bundles kakao-check, which is to run wherever Node does: `node bin/prepare.mjs [outfile]`.
import { chmodSync } from 'node:fs';

const [outfile = 'build/kakao-check.mjs'] = process.argv.slice(2);

// `npm ci --omit=dev` runs this too, without what it would need.
const esbuild = await import('esbuild').catch(error => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.warn('kakao-check is not built: esbuild is not installed (npm ci without --omit=dev installs it)');
});

if (esbuild) {
  await esbuild.build({
    entryPoints: ['bin/kakao-check.ts'],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    charset: 'utf8',
    outfile,
    logLevel: 'warning',
  });
  chmodSync(outfile, 0o755);
}
