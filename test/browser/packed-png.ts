import { crc32, deflateSync, inflateSync } from 'node:zlib';

/**
 * A screenshot as a PNG of 256 colours, whose bytes are a third: bubbles have few, and the edges of letters.
 * @param note is kept in it as its comment, in ASCII
 */
export function packed(png: Buffer, note: string): Buffer {
  const { width, height, rows, channels } = pixelsOf(png);
  const counts = new Map<number, number>();
  for (let at = 0; at < rows.length; at += channels) {
    const colour = rows.readUIntBE(at, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = [...counts].sort(([, one], [, other]) => other - one).slice(0, MOST_COLOURS);
  const indexed = Buffer.alloc((width + 1) * height);
  const known = new Map<number, number>(palette.map(([colour], at) => [colour, at]));
  for (let pixel = 0; pixel < width * height; pixel++) {
    const colour = rows.readUIntBE(pixel * channels, 3);
    const index = known.get(colour) ?? nearest(colour, palette);
    known.set(colour, index);
    indexed[pixel + Math.floor(pixel / width) + 1] = index;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, INDEXED], 8);
  const colours = Buffer.alloc(palette.length * 3);
  for (const [at, [colour]] of palette.entries()) colours.writeUIntBE(colour, at * 3, 3);
  return Buffer.concat([
    png.subarray(0, SIGNATURE_BYTES),
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from(`Comment\0${note}`, 'latin1')),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(indexed, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const MOST_COLOURS = 256;
const SIGNATURE_BYTES = 8;
const INDEXED = 3;
const WITH_ALPHA = 6;

type Colours = readonly (readonly [colour: number, count: number])[];

function nearest(colour: number, palette: Colours): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [at, [other]] of palette.entries()) {
    const far = [16, 8, 0].reduce((sum, bits) => {
      const apart = ((colour >> bits) & 255) - ((other >> bits) & 255);
      return sum + apart * apart;
    }, 0);
    if (far >= least) continue;
    least = far;
    best = at;
  }
  return best;
}

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 3 or 4 bytes a pixel, row after row. */
  readonly rows: Buffer;
  readonly channels: number;
}

/** The pixels of a PNG as a browser takes it: 8 bits a channel, not interlaced. */
function pixelsOf(png: Buffer): Pixels {
  const data: Buffer[] = [];
  for (let at = SIGNATURE_BYTES; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) !== 'IDAT') continue;
    data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const channels = png[25] === WITH_ALPHA ? 4 : 3;
  return {
    width,
    height,
    rows: unfiltered(inflateSync(Buffer.concat(data)), width * channels, channels),
    channels,
  };
}

/** The bytes of rows that each say how they are told from their neighbours. */
function unfiltered(filtered: Buffer, rowBytes: number, channels: number): Buffer {
  const rows = Buffer.alloc((filtered.length / (rowBytes + 1)) * rowBytes);
  for (let to = 0; to < rows.length; to++) {
    const [row, column] = [Math.floor(to / rowBytes), to % rowBytes];
    const left = column < channels ? 0 : (rows[to - channels] ?? 0);
    const above = row === 0 ? 0 : (rows[to - rowBytes] ?? 0);
    const corner = row === 0 || column < channels ? 0 : (rows[to - rowBytes - channels] ?? 0);
    const guesses = [0, left, above, (left + above) >> 1, paeth(left, above, corner)];
    const filter = filtered[row * (rowBytes + 1)] ?? 0;
    rows[to] = (filtered[row * (rowBytes + 1) + 1 + column] ?? 0) + (guesses[filter] ?? 0);
  }
  return rows;
}

function paeth(left: number, above: number, corner: number): number {
  const [toLeft, toAbove, toCorner] = [above - corner, left - corner, left + above - 2 * corner].map(
    Math.abs,
  );
  if ((toLeft ?? 0) <= (toAbove ?? 0) && (toLeft ?? 0) <= (toCorner ?? 0)) return left;
  return (toAbove ?? 0) <= (toCorner ?? 0) ? above : corner;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
