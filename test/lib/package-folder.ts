import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** An app's folder, with packages of a test's own making. */
export interface PackageFolder {
  readonly path: string;
  /** Its files, by their paths; those that are there stay. */
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
  remove(): void;
}

/** Makes one, far from any node_modules. */
export function packageFolder(): PackageFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'bundling-')));
  return {
    path,
    write: files => {
      for (const [name, contents] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        writeFileSync(join(path, name), contents);
      }
    },
    remove: () => rmSync(path, { recursive: true }),
  };
}
