/** The names and indexes of a path such as `template.outputs[0].simpleText.text`; undefined where it is none. */
export function pathOf(text: string): (string | number)[] | undefined {
  const steps: (string | number)[] = [];
  let rest = text;
  while (rest !== '') {
    const [all = '', index, name] = /^(?:\[(-?\d{1,6})\]|\.?([^.[\]]{1,200}))/.exec(rest) ?? [];
    // A name is behind a dot, but for the first.
    const isBehindDot = all.startsWith('.');
    if (all === '' || (name !== undefined && isBehindDot !== steps.length > 0)) return undefined;
    steps.push(index === undefined ? (name ?? '') : Number(index));
    rest = rest.slice(all.length);
  }
  return steps.length > 0 ? steps : undefined;
}

/** The value at a path, and how far the path leads where there is none. */
export function valueAt(
  json: unknown,
  steps: readonly (string | number)[],
): { readonly value: unknown } | { readonly missing: string } {
  let value = json;
  for (const [at, step] of steps.entries()) {
    const found = memberOf(value, step);
    if (found === undefined) return { missing: pathText(steps.slice(0, at + 1)) };
    value = found.value;
  }
  return { value };
}

function memberOf(value: unknown, step: string | number): { readonly value: unknown } | undefined {
  if (typeof step === 'number') {
    if (!Array.isArray(value)) return undefined;
    const at = step < 0 ? value.length + step : step;
    return at >= 0 && at < value.length ? { value: value[at] } : undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, step))
    return undefined;
  return { value: (value as Readonly<Record<string, unknown>>)[step] };
}

/** A path as it is written. */
export const pathText = (steps: readonly (string | number)[]): string =>
  steps.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('');
