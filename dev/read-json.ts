import { streamAtMost } from '../tools/read-at-most.ts';

/** SQS takes 1 MB, and JSON may write each byte of it as six. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** The JSON of a request's body, for services that only the SDK calls. @throws when it is none, or larger than any of theirs */
export async function readJson<T>(request: AsyncIterable<Uint8Array>): Promise<T> {
  const body = await streamAtMost(request, MAX_BODY_BYTES);
  if (body === undefined) throw new Error('The body is larger than AWS takes: send less.');
  return JSON.parse(body.toString());
}
