import { InvalidRequestError } from '../errors.ts';
import { isNestedDeeper, MAX_NESTING, setMember } from '../json-reader.ts';

/**
 * The value of a body that is JSON, as API Gateway hands it on.
 * @throws InvalidRequestError where it is no JSON in UTF-8, or nested too deep
 */
export function readJson(coded: string | Buffer): unknown {
  const json = parseJson(coded);
  // What walks or writes it later recurses, and would overflow the stack.
  if (isNestedDeeper(json, MAX_NESTING)) {
    throw new InvalidRequestError('body', `JSON nested ${MAX_NESTING} levels deep at most`);
  }
  return json;
}

/**
 * The fields of a form by their names; of one that comes twice the first counts.
 * @throws InvalidRequestError where it is no UTF-8
 */
export function readForm(coded: string | Buffer): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(typeof coded === 'string' ? coded : textOf(coded))) {
    if (!Object.hasOwn(fields, name)) setMember(fields, name, value);
  }
  return fields;
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

function textOf(bytes: Buffer): string {
  try {
    return UTF_8.decode(bytes);
  } catch {
    throw new InvalidRequestError('body', 'a form in UTF-8');
  }
}

/** The value of JSON as API Gateway hands it on: what it read as a text is not coded and decoded once more. */
function parseJson(coded: string | Buffer): unknown {
  try {
    return JSON.parse(typeof coded === 'string' ? withoutMark(coded.toWellFormed()) : UTF_8.decode(coded));
  } catch {
    // The parser's own message quotes the body, which may hold what the user said.
    throw new InvalidRequestError('body', 'JSON in UTF-8');
  }
}

/** The text without a byte order mark, which a decoder leaves out, too. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
