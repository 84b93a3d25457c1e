import { closeSync, openSync, readSync } from 'node:fs';

/** The bytes of a stream; undefined, and the stream closed, where it has more than `max`, or no end at all. */
export async function streamAtMost(
  stream: AsyncIterable<Uint8Array>,
  max: number,
): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > max) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The bytes of a file, a device or a pipe; undefined where it has more than `max`. @throws the file system's error */
export function fileAtMost(path: string, max: number): Buffer | undefined {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(max + 1);
    let size = 0;
    // Its size would tell nothing of a device.
    for (let read = -1; read !== 0 && size <= max; size += read)
      read = readSync(file, bytes, size, bytes.length - size, null);
    return size > max ? undefined : bytes.subarray(0, size);
  } finally {
    closeSync(file);
  }
}
