import type { Exchange } from '../../tools/kakao-simulator/exchange.ts';
import { visible } from '../../tools/terminal.ts';

/** Where a secret stands in a request that is shown. */
const SECRET = '<secret>';

/**
 * A request as a line for a shell, which sends it again: whatever is in it, the shell only passes it on.
 * @param secret the words of the shell that stand for the secret, such as `"$GATEWAY_SECRET"`; unless given, its place is shown
 */
export function curlOf({ request }: Pick<Exchange, 'request'>, secret?: string): string {
  const { method, url, headers, body } = request;
  const word = (text: string): string => quoted(text, secret);
  return [
    // In URLs it would read brackets as patterns.
    'curl -sS -g',
    `-X ${method}`,
    word(url),
    ...Object.entries(headers).map(
      ([name, value]) => `-H ${word(value === '' ? `${name};` : `${name}: ${value}`)}`,
    ),
    // Not --data, which reads a file where a text begins with @.
    ...(body === undefined ? [] : [`--data-raw ${quoted(visible(JSON.stringify(body)))}`]),
  ].join(' ');
}

/** A text as one word of a shell. */
function quoted(text: string, secret?: string): string {
  const inQuotes = (part: string): string => `'${part.replaceAll("'", String.raw`'\''`)}'`;
  if (secret === undefined) return inQuotes(text);
  const words = text.split(SECRET).map(part => (part === '' ? '' : inQuotes(part)));
  return words.join(secret);
}
