import { type Diagnostic, diagnostic } from './diagnostics.ts';

/** An answer's body, as far as it can be read. */
export interface ReadBody {
  /** Undefined where it is no JSON in UTF-8. */
  readonly json: unknown;
  /** To be shown; empty where the bytes are compressed. */
  readonly text: string;
  /** Why it is no JSON in UTF-8, where its bytes or headers tell. */
  readonly unread?: Diagnostic;
}

/** The encodings in which Korean servers and Windows write what should be UTF-8. */
const OTHER_ENCODINGS = { 'euc-kr': 'EUC-KR (CP949)', 'utf-16le': 'UTF-16' } as const;

/** Reads a body as Kakao's client does, which unpacks nothing and knows UTF-8 alone. @param contentEncoding the header, in lower case */
export function readBody(bytes: Buffer, contentEncoding: string): ReadBody {
  const encoding = compressionOf(bytes, contentEncoding);
  if (encoding !== undefined)
    return { json: undefined, text: '', unread: diagnostic('compressed', { encoding }) };
  const json = parsedAs('utf-8', bytes);
  if (json !== undefined) return { json, text: bytes.toString() };
  for (const [label, name] of Object.entries(OTHER_ENCODINGS)) {
    if (parsedAs(label, bytes) === undefined) continue;
    const text = new TextDecoder(label).decode(bytes);
    return { json, text, unread: diagnostic('not-utf-8', { encoding: name }) };
  }
  return { json, text: bytes.toString() };
}

// Some say "Content-Encoding: utf-8", which packs nothing.
function compressionOf(bytes: Buffer, contentEncoding: string): string | undefined {
  const named = /\b(gzip|deflate|br|zstd|compress)\b/.exec(contentEncoding)?.[1];
  return named ?? (bytes[0] === 0x1f && bytes[1] === 0x8b ? 'gzip' : undefined);
}

function parsedAs(encoding: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder(encoding, { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
