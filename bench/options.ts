import { parseArgs } from 'node:util';

/** The parts of the bench that can be asked for alone. */
export const PARTS = ['turns', 'bundles', 'bytes', 'cold'] as const;

/** A part of the bench. */
export type Part = (typeof PARTS)[number];

/** The arguments of `npm run bench`. */
export interface Options {
  /** Folders of other checkouts, to be measured beside this one. */
  readonly of: readonly string[];
  readonly parts: readonly Part[];
  /** Whether the ratios alone are measured, and compared with the baseline. */
  readonly isShort: boolean;
  /** Whether the baseline is written anew. */
  readonly renews: boolean;
  /** Whether other projects are measured, too. */
  readonly hasPeers: boolean;
  /** Whether docs/performance.md and its Korean take the figures, beside those of one other checkout. */
  readonly writesDocs: boolean;
  /** The file that takes the figures. */
  readonly json: string | undefined;
}

/** Reads the arguments. @throws Error with a sentence about the one that is wrong */
export function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      of: { type: 'string', multiple: true, default: [] },
      only: { type: 'string', multiple: true, default: [] },
      short: { type: 'boolean', default: false },
      renew: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      docs: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const unknown = values.only.find(part => !isPart(part));
  if (unknown !== undefined) throw new Error(`--only takes ${PARTS.join(', ')}, not "${unknown}"`);
  if (values.docs && values.of.length > 1)
    throw new Error('--docs has one column for another checkout: name one folder by --of');
  const only = values.only.filter(isPart);
  return {
    of: values.of,
    parts: only.length > 0 ? only : PARTS,
    isShort: values.short || values.renew,
    renews: values.renew,
    hasPeers: values.peers,
    writesDocs: values.docs,
    json: values.json,
  };
}

function isPart(part: string): part is Part {
  return PARTS.some(known => known === part);
}
