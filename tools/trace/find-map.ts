import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../usage-error.ts';
import type { CodeBucket } from './bucket.ts';
import { type PlacesOf, placesBy } from './places.ts';

/** The source map of a build, or where it was looked for. */
export type FoundMap =
  | { readonly placesOf: PlacesOf }
  | { readonly missing: { readonly bucket: string | undefined; readonly reason: string | undefined } };

/**
 * Finds source maps by their builds, each once: in the cloud assembly, else in the bucket that it was deployed to.
 * @throws UsageError where the assembly has a broken one
 */
export function mapFinder(
  assembly: string,
  bucketOf: () => CodeBucket,
): (build: string) => Promise<FoundMap> {
  const found = new Map<string, Promise<FoundMap>>();
  let bucket: CodeBucket | undefined;
  const find = async (build: string): Promise<FoundMap> => {
    const local = localMap(join(assembly, `index.mjs.${build}.map`));
    if (local) return { placesOf: local };
    try {
      bucket ??= bucketOf();
      const json = await bucket.read(`${build}.map`);
      if (json !== undefined) return { placesOf: placesBy(json) };
      return { missing: { bucket: bucket.name, reason: undefined } };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { missing: { bucket: bucket?.name, reason } };
    }
  };
  return build => {
    const known = found.get(build) ?? find(build);
    found.set(build, known);
    return known;
  };
}

function localMap(file: string): PlacesOf | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return placesBy(readFileSync(file, 'utf8'));
  } catch {
    throw new UsageError(`${file} is no source map: delete it and run npx cdk synth again`);
  }
}
