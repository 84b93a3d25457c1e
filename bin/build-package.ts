import { join } from 'node:path';
import { buildPackage } from '../tools/package/build.ts';

const ROOT = join(import.meta.dirname, '..');

buildPackage(ROOT, join(ROOT, 'build/package'));
