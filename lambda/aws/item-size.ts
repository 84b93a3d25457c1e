import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** The bytes that DynamoDB counts of an item, or a few more: names and texts in UTF-8, what numbers and maps cost at most. */
export function itemSize(item: Readonly<Record<string, AttributeValue>>): number {
  let bytes = 0;
  // In a map each member costs one more than its name and its value.
  for (const [name, value] of Object.entries(item)) bytes += Buffer.byteLength(name) + valueSize(value) + 1;
  return bytes;
}

function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  // A byte for two digits, one for all, one for a sign.
  if (value.N !== undefined) return value.N.length + 1;
  if (value.M !== undefined) return 3 + itemSize(value.M);
  return Buffer.byteLength(JSON.stringify(value));
}
