import type { ToldViolation } from '../../../../tools/kakao-simulator/exchange.ts';

/** The violations by the place where they are told. */
export type Signs = ReadonlyMap<string, readonly ToldViolation[]>;

/** The violations of an answer that has none: always the same ones, so that nothing is drawn anew for them. */
export const NO_VIOLATIONS: readonly ToldViolation[] = [];

/**
 * The violations at the parts that are drawn: each at the part that its path names, else at the nearest one around it,
 * and those around which nothing is drawn at the empty path.
 */
export function placeSigns(drawn: unknown, violations: readonly ToldViolation[]): Signs {
  if (violations.length === 0) return new Map();
  const places = pathsIn(drawn);
  const signs = new Map<string, ToldViolation[]>();
  for (const violation of violations) {
    const place = nearest(violation.path, places);
    const told = signs.get(place);
    if (told) told.push(violation);
    else signs.set(place, [violation]);
  }
  return signs;
}

function nearest(path: string, places: ReadonlySet<string>): string {
  let around = path;
  while (around !== '' && !places.has(around)) {
    around = around.slice(0, Math.max(0, around.lastIndexOf('.'), around.lastIndexOf('[')));
  }
  return around;
}

/** The path of every part of what is drawn. */
function pathsIn(drawn: unknown, paths = new Set<string>()): ReadonlySet<string> {
  if (typeof drawn !== 'object' || drawn === null) return paths;
  for (const [name, member] of Object.entries(drawn)) {
    if (name.toLowerCase().endsWith('path') && typeof member === 'string') paths.add(member);
    else pathsIn(member, paths);
  }
  return paths;
}
