import type { IncomingMessage } from 'node:http';

/** The JSON of a request's body, for services that only the SDK calls. @throws when it is none */
export async function readJson<T>(request: IncomingMessage): Promise<T> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return JSON.parse(text);
}
