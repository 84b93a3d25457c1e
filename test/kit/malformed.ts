import fc from 'fast-check';

/** Makes something: what is hostile to whoever looks at it would be so to the generator, too. */
export type Make = () => unknown;

// Made once: 8 MB each time would be most of what a thousand replies cost.
const LONG = Array(1_000_000);

/** Something that no rule should answer with: no JSON, of another type, or hostile to whoever looks at it. */
export const anyJunk: fc.Arbitrary<Make> = fc.constantFrom<Make>(
  () => 3,
  () => Number.NaN,
  () => null,
  () => true,
  () => 'text',
  () => '',
  () => ' \n',
  () => '\u3164',
  () => 'https://img.example.com/a.jpg',
  () => '말'.repeat(12_000),
  () => -1,
  () => 1.5,
  () => 1e308,
  () => ({ title: ' ', description: '\u3164', action: 'message' }),
  () => [],
  () => ({}),
  () => [[null]],
  () => ({ length: 3 }),
  () => 10n,
  () => Symbol('s'),
  () => () => 1,
  () => new Date(0),
  () => new Map([[1, 2]]),
  () => new (class Card {})(),
  () => LONG,
  cyclic,
  () => throwing({}),
  () => throwing([]),
  revoked,
  () => nested(5_000),
  () => ({
    get title() {
      throw new Error('a getter');
    },
  }),
);

/** A whole output that is none, or has a component that is none. */
export const anyBrokenOutput: fc.Arbitrary<Make> = fc
  .tuple(
    anyJunk,
    fc.constantFrom<(junk: unknown) => unknown>(
      junk => junk,
      junk => ({ videoCard: junk }),
      junk => ({ simpleText: junk }),
      junk => ({ simpleText: { text: typeof junk === 'string' ? 3 : junk } }),
      junk => ({ basicCard: { thumbnail: junk } }),
      junk => ({ listCard: { header: { title: '.' }, items: junk } }),
      junk => ({ carousel: { type: 'basicCard', items: junk } }),
      junk => ({ carousel: { type: junk, items: [{ title: '.' }] } }),
      junk => ({ itemCard: { itemList: [junk] } }),
    ),
  )
  .map(
    ([make, put]) =>
      () =>
        put(make()),
  );

/** A way to spoil a right value. */
export type Spoil = (right: unknown) => unknown;

/** Puts junk into the lists and objects of a right reply, and none in the place of what is right. */
export const anySpoil: fc.Arbitrary<Spoil> = fc
  .array(
    fc.tuple(
      fc.nat(),
      fc.boolean(),
      anyJunk,
      anyBrokenOutput,
      fc.constantFrom('unknown', '__proto__', 'toString'),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map(breaks => right => {
    // What is put in is no place to put more.
    const places = placesIn(right, []);
    const chosen = new Map(breaks.map(one => [places[one[0] % places.length] ?? [], one]));
    const deepestFirst = [...chosen].sort(([one], [other]) => other.length - one.length);
    return deepestFirst.reduce<unknown>(
      (reply, [path, [, isFirst, junk, output, name]]) =>
        changed(reply, path, found => {
          if (!Array.isArray(found)) return withMember(found as object, name, junk());
          const broken = path.join() === 'outputs' ? output() : junk();
          return isFirst ? [broken, ...found] : [...found, broken];
        }),
      right,
    );
  });

/** Replaces values anywhere inside by junk. */
export const anyReplacement: fc.Arbitrary<Spoil> = fc
  .array(fc.tuple(fc.nat(), anyJunk), { minLength: 1, maxLength: 4 })
  .map(breaks => right => {
    const places = valuesIn(right, []);
    const chosen = breaks.map(([place, junk]) => ({ path: places[place % places.length] ?? [], junk }));
    return chosen
      .sort((one, other) => other.path.length - one.path.length)
      .reduce<unknown>((reply, { path, junk }) => changed(reply, path, junk), right);
  });

type Path = readonly (string | number)[];

/** Where lists and objects of the protocol stand: not those of the bot's own, in which anything is right. */
function placesIn(value: unknown, path: Path): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).flatMap(([key, member]) =>
    FREE.has(key) ? [] : placesIn(member, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  // An output has one component: another beside it may be the right one.
  return isOutput(value) ? inside : [path, ...inside];
}

const FREE = new Set(['extra', 'data', 'params']);
const isOutput = (value: object): boolean =>
  ['simpleText', 'simpleImage', 'carousel'].some(name => name in value) ||
  Object.keys(value).some(key => /^[a-z]+Card$/.test(key));

function valuesIn(value: unknown, path: Path): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, member]) =>
      valuesIn(member, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

/** A copy in which the value at a place is another. */
function changed(value: unknown, [step, ...path]: Path, change: (found: unknown) => unknown): unknown {
  if (step === undefined) return change(value);
  if (Array.isArray(value)) return value.with(Number(step), changed(value[Number(step)], path, change));
  const object = value as Readonly<Record<string, unknown>>;
  return withMember(object, String(step), changed(object[step], path, change));
}

function withMember(object: object, name: string, value: unknown): object {
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(object));
  return Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true });
}

/** An object that holds itself, among much else. */
export function cyclic(): object {
  const one: { [name: string]: unknown } = { extra: {} };
  for (const name of ['self', 'items', 'buttons', 'header', 'outputs']) one[name] = one;
  return one;
}

/** A proxy that throws whatever one does with it. */
export function throwing(target: object): object {
  const fail = () => {
    throw new Error('a trap');
  };
  return new Proxy(target, {
    get: fail,
    has: fail,
    ownKeys: fail,
    getOwnPropertyDescriptor: fail,
    getPrototypeOf: fail,
    set: fail,
    deleteProperty: fail,
    defineProperty: fail,
  });
}

/** A proxy that was revoked: not even what it is can be asked. */
export function revoked(): object {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
}

/** An object in an object, so many times. */
export function nested(levels: number): object {
  let one: object = {};
  for (let level = 0; level < levels; level++) one = { extra: one, items: [one] };
  return one;
}
