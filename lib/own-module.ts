import { extname, join } from 'node:path';

/** Where this package is: its handlers are bundled from here, wherever an app that uses it is. */
export const ROOT: string = join(import.meta.dirname, '..');

/** One of our own modules, by its path from {@link ROOT}: TypeScript in the clone, JavaScript in the package. */
export const ownModule = (path: string): string => join(ROOT, `${path}${extname(import.meta.filename)}`);
