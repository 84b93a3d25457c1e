import type { IncomingMessage, ServerResponse } from 'node:http';
import { streamAtMost } from '../../tools/read-at-most.ts';
import { encodingFor, type PageFile } from './page-files.ts';
import { RefusalError } from './refusal.ts';

/** The headers of everything of the desk's: a browser guesses nothing, keeps nothing, and shows it nowhere else. */
const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** The policy of whatever is no page. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** The page's policy. @param showsImages whether pictures are loaded from where a bot says */
const pagePolicy = (showsImages: boolean): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    `img-src 'self' data:${showsImages ? ' https:' : ''}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

/** Has every answer of a request begin with the headers that are sent always. */
export function beginSafely(response: ServerResponse): void {
  for (const [name, value] of Object.entries(ALWAYS)) response.setHeader(name, value);
  response.setHeader('content-security-policy', NO_PAGE);
}

/** Sends a file of the page, as short as the browser takes it. */
export function sendPageFile(
  request: IncomingMessage,
  response: ServerResponse,
  { type, encoded }: PageFile,
  showsImages = false,
): void {
  if (type.startsWith('text/html')) response.setHeader('content-security-policy', pagePolicy(showsImages));
  const encoding = encodingFor(request.headers['accept-encoding']?.toString());
  if (encoding !== 'identity') response.setHeader('content-encoding', encoding);
  response.setHeader('vary', 'accept-encoding');
  sendBytes(response, 200, type, encoded[encoding]);
}

/** Sends a value as JSON. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendBytes(response, status, 'application/json; charset=utf-8', Buffer.from(JSON.stringify(value)));
}

/** Sends a text. @param file its name, where a browser is to save it */
export function sendText(response: ServerResponse, text: string, file?: string): void {
  if (file !== undefined) response.setHeader('content-disposition', `attachment; filename="${file}"`);
  sendBytes(response, 200, 'text/plain; charset=utf-8', Buffer.from(text));
}

/** Sends bytes. */
export function sendBytes(response: ServerResponse, status: number, type: string, bytes: Buffer): void {
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length });
  response.end(bytes);
}

/** The body of a request. @throws RefusalError when it is longer than it may be */
export async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLong = new RefusalError(
    { en: `the body must have at most ${maxBytes} bytes`, ko: `본문은 ${maxBytes}바이트를 넘을 수 없습니다` },
    413,
  );
  if (Number(request.headers['content-length']) > maxBytes) throw tooLong;
  const bytes = await streamAtMost(request, maxBytes);
  if (bytes === undefined) throw tooLong;
  return bytes;
}

/** The body of a request as JSON. @throws RefusalError when it is none, or longer than it may be */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const bytes = await readBytes(request, maxBytes);
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw new RefusalError({ en: 'the body must be JSON', ko: '본문은 JSON이어야 합니다' });
  }
}
