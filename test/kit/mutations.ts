import fc from 'fast-check';
import { anyCharacter } from './any-character.ts';

/** Bodies of a hostile or broken caller: random JSON, mutated samples, mutilated text. */
export function anyBody(samples: readonly unknown[]): fc.Arbitrary<string> {
  const sample = fc.constantFrom(...samples);
  const mutated = fc
    .tuple(sample, fc.array(mutation, { minLength: 1, maxLength: 3 }))
    .map(([body, mutations]) => JSON.stringify(mutations.reduce((value, mutate) => mutate(value), body)));
  const mutilated = fc
    .tuple(sample, fc.nat(), fc.nat(20), fc.string({ unit: anyCharacter, maxLength: 5 }))
    .map(([body, at, length, junk]) => {
      const text = JSON.stringify(body);
      const start = at % (text.length + 1);
      return text.slice(0, start) + junk + text.slice(start + length);
    });
  return fc.oneof(
    { weight: 6, arbitrary: mutated },
    { weight: 2, arbitrary: mutilated },
    { weight: 1, arbitrary: fc.json({ maxDepth: 4 }) },
    { weight: 1, arbitrary: fc.string({ unit: anyCharacter }) },
  );
}

type Mutation = (value: unknown) => unknown;

const strangeText = fc.oneof(
  fc.constantFrom(
    '',
    ' \n',
    '\ud83d',
    '\u0000',
    '__proto__',
    'constructor',
    'null',
    '{}',
    '👨‍👩‍👧',
    '더보기',
    '메뉴',
    'x'.repeat(5_000),
    '담기 라떼',
  ),
  fc.string({ unit: anyCharacter }),
);
const strangeValue = fc.oneof(
  strangeText,
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, [], {}, [[]], { length: 3 }, { id: {} }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Replaces, removes or adds something at a random place. */
const mutation: fc.Arbitrary<Mutation> = fc
  .tuple(
    fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
    fc.constantFrom('replace', 'remove', 'add'),
    strangeText,
    strangeValue,
  )
  .map(
    ([path, kind, key, value]) =>
      body =>
        mutate(body, path, kind, key, value),
  );

function mutate(
  body: unknown,
  [step = 0, ...path]: readonly number[],
  kind: string,
  key: string,
  value: unknown,
): unknown {
  if (typeof body !== 'object' || body === null) return value;
  const entries = Object.entries(body);
  const at = entries.length === 0 ? 0 : step % entries.length;
  const chosen = entries[at];
  if (path.length > 0 && chosen !== undefined && typeof chosen[1] === 'object') {
    entries[at] = [chosen[0], mutate(chosen[1], path, kind, key, value)];
  } else if (kind === 'remove') {
    entries.splice(at, 1);
  } else if (kind === 'add' || chosen === undefined) {
    entries.push([key, value]);
  } else {
    entries[at] = [chosen[0], value];
  }
  return Array.isArray(body) ? entries.map(([, member]) => member) : Object.fromEntries(entries);
}
