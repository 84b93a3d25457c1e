/** A value in DynamoDB's JSON, `{ "S": "…" }`. */
export type Value = Readonly<Record<string, unknown>>;

/** An item in DynamoDB's JSON. */
export type Item = Readonly<Record<string, Value>>;

/** One write unit each begun kilobyte. */
const UNIT_BYTES = 1024;

/** The size of an item as DynamoDB reckons it: names and values. */
export function itemBytes(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value),
    0,
  );
}

/** The write units of an item. */
export const writeUnits = (bytes: number): number => Math.ceil(bytes / UNIT_BYTES);

function valueBytes(value: Value): number {
  const [[type, held] = ['NULL', true]] = Object.entries(value);
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(held));
    case 'N':
      return Math.ceil(String(held).replace(/[-.]/g, '').length / 2) + 1;
    case 'B':
      return Buffer.from(String(held), 'base64').length;
    case 'M':
      return 3 + Object.keys(held as Item).length + itemBytes(held as Item);
    case 'L':
      return 3 + (held as Value[]).reduce((sum, one) => sum + 1 + valueBytes(one), 0);
    default:
      return 1;
  }
}
