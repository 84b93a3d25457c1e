/** A member of an object, or an item of a list, at its place. */
export interface Place {
  /** Such as `template.outputs[0]`. */
  readonly path: string;
  readonly name: string;
  readonly value: unknown;
}

/** The members of a value, at most so many, and how many there are in all. */
export function membersOf(
  value: unknown,
  path: string,
  most: number,
): { readonly members: readonly Place[]; readonly count: number } {
  if (Array.isArray(value)) {
    const members = value
      .slice(0, most)
      .map((item, at) => ({ path: `${path}[${at}]`, name: String(at), value: item }));
    return { members, count: value.length };
  }
  if (typeof value !== 'object' || value === null) return { members: [], count: 0 };
  const names = Object.keys(value);
  const all = new Map<string, unknown>(Object.entries(value));
  const members = names
    .slice(0, most)
    .map(name => ({ path: path === '' ? name : `${path}.${name}`, name, value: all.get(name) }));
  return { members, count: names.length };
}

/** Whether a path stands at another, or inside it. */
export function isWithin(path: string, place: string): boolean {
  if (place === '' || path === place) return true;
  return path.startsWith(place) && /^[.[]/.test(path.slice(place.length));
}

/** The nearest place that is there: what is missing is marked where it should stand. */
export function nearestPlace(path: string, root: unknown): string {
  const steps = path.match(/[^.[\]]+|\[\d+\]/g) ?? [];
  let [value, reached] = [root, ''];
  for (const step of steps) {
    const place = membersOf(value, reached, Number.POSITIVE_INFINITY).members.find(
      ({ name }) => name === step.replace(/[[\]]/g, ''),
    );
    if (place === undefined) return reached;
    [value, reached] = [place.value, place.path];
  }
  return reached;
}

/** JSON as a person copies it. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? '';
}
