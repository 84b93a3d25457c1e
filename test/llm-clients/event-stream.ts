import { crc32 } from 'node:zlib';

/** A frame of AWS's event stream encoding, with a JSON body. */
export function eventStreamFrame(headers: Readonly<Record<string, string>>, body: unknown): Buffer {
  const head = Buffer.concat(
    Object.entries({ ...headers, ':content-type': 'application/json' }).map(([name, value]) => {
      const bytes = Buffer.from(value);
      // A name, the type of a text, its length.
      return Buffer.concat([
        Buffer.of(name.length),
        Buffer.from(name),
        Buffer.of(7),
        int(bytes.length, 2),
        bytes,
      ]);
    }),
  );
  const json = Buffer.from(JSON.stringify(body));
  const lengths = Buffer.concat([int(head.length + json.length + 16, 4), int(head.length, 4)]);
  const frame = Buffer.concat([lengths, int(crc32(lengths), 4), head, json]);
  return Buffer.concat([frame, int(crc32(frame), 4)]);
}

function int(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}
