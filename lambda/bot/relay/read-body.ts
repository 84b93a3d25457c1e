/** A server's answer as JSON, or why it is none. */
export type ReadBody =
  | { readonly json: unknown }
  | { readonly unreadable: 'an empty body' | 'HTML' | 'no JSON' };

/** Told of each thing that Kakao would not have taken, in constant words. */
export type Oddly = (oddity: string) => void;

/** Reads JSON whatever its content type, in UTF-8 or EUC-KR, with a byte order mark or not, be it written as a text in JSON. */
export function readBody(body: Buffer, contentType: string | undefined, oddly: Oddly): ReadBody {
  // Byte order marks are white space: the decoder takes one away, and files that are put together have more.
  const text = textOf(body, contentType, oddly).trim();
  if (text === '') return { unreadable: 'an empty body' };
  const json = parsed(text);
  // A server that stringified its JSON twice.
  const inside = typeof json === 'string' && /^\s*[{[]/.test(json) ? parsed(json) : undefined;
  if (inside !== undefined) oddly('JSON in a text of JSON');
  if (json === undefined) return { unreadable: text.startsWith('<') ? 'HTML' : 'no JSON' };
  if (contentType !== undefined && !/json/i.test(contentType)) oddly('a content type other than JSON');
  return { json: inside ?? json };
}

/** The names of Korean encodings, which all are read as the largest of them. */
const KOREAN = /euc-?kr|ks_?c_?5601|cp949|ms949|windows-949|uhc|korean/i;

function textOf(body: Buffer, contentType: string | undefined, oddly: Oddly): string {
  if (body[0] === 0xff && body[1] === 0xfe) {
    oddly('UTF-16');
    return decoded(body, 'utf-16le') ?? '';
  }
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(contentType ?? '')?.[1] ?? '';
  const isKorean = KOREAN.test(charset);
  for (const encoding of isKorean ? ['euc-kr', 'utf-8'] : ['utf-8', 'euc-kr']) {
    const text = decoded(body, encoding);
    if (text === undefined) continue;
    if (encoding === 'euc-kr' && body.some(byte => byte > 0x7f)) oddly('EUC-KR in place of UTF-8');
    if (body[0] === 0xef && body[1] === 0xbb) oddly('a byte order mark');
    return text;
  }
  oddly('bytes of no encoding');
  return new TextDecoder().decode(body);
}

function decoded(body: Buffer, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
