import { InvalidRequestError } from '../errors.ts';
import { isNestedDeeper, type JsonObject, MAX_NESTING, requireObject } from '../json-reader.ts';

/** An object that JSON can carry, of at most so many bytes. @throws InvalidRequestError naming `field` */
export function requireBounded(value: unknown, field: string, maxBytes: number): JsonObject {
  const object = requireObject(value, field);
  if (isNestedDeeper(object, MAX_NESTING)) {
    throw new InvalidRequestError(field, `JSON of at most ${MAX_NESTING} levels`);
  }
  if (bytesOf(object) > maxBytes) {
    throw new InvalidRequestError(field, `JSON of at most ${maxBytes / 1_024} KB`);
  }
  return object;
}

function bytesOf(object: JsonObject): number {
  try {
    return Buffer.byteLength(JSON.stringify(object));
  } catch {
    // A bigint, or a toJSON that throws.
    return Number.POSITIVE_INFINITY;
  }
}
