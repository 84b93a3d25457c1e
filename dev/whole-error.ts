import { existsSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ErrorFacts, errorFacts } from '../lambda/aws/error-facts.ts';
import { codeFrame } from '../tools/code-frame.ts';
import { fileAtMost } from '../tools/read-at-most.ts';

/** An error with all it says, for the machine of whoever wrote it: as a log tells it where that tells the whole. */
export type WholeError = Pick<ErrorFacts, 'name' | 'code' | 'message' | 'frames'> & {
  readonly inside: readonly WholeError[];
};

/** A file of the gateway's own, which called what is at fault: not the bots that stand beside it. */
const GATEWAY = /^(.*[\\/]lambda)[\\/](?:aws|bot|check|gateway|handlers|open-builder|smart-chat|turn)[\\/]/;

function isOwn(frame: string): boolean {
  const { file } = placeIn(frame);
  const [, lambda] = GATEWAY.exec(file) ?? [];
  // Another project may have a folder of that name.
  const isGateway = lambda !== undefined && existsSync(join(lambda, 'turn', 'time-budget.ts'));
  return !isGateway && !file.split(sep).includes('node_modules');
}

/** No source of a program is longer. */
const MAX_SOURCE_BYTES = 4 * 1024 * 1024;

/** Its words, its places with the line of the source at the first, and the same of the errors behind it. */
export function wholeErrorLines({ name, code, message, frames = [], inside }: WholeError): string[] {
  const [first = '', ...others] = (message ?? '').split('\n');
  const own = frames.filter(isOwn);
  const shown = own.length > 0 ? own : frames.slice(0, 1);
  return [
    `${[name, code].filter(Boolean).join(' ')}${first && `: ${first}`}`,
    // Behind a bar, no word of others begins a line.
    ...others.map(line => `| ${line}`),
    ...shown.flatMap((frame, at) => [`  ${frame}`, ...(at === 0 ? sourceLines(frame) : [])]),
    ...inside.flatMap(one => {
      const [head, ...rest] = wholeErrorLines(one);
      return [`caused by ${head}`, ...rest];
    }),
  ];
}

/** A frame, `at <file>:<line>:<column>`, taken apart. */
function placeIn(frame: string): { file: string; line: number; column: number } {
  const [, file = '', line, column] = /^at (.+):(\d+):(\d+)$/.exec(frame) ?? [];
  return { file: resolve(file), line: Number(line), column: Number(column) };
}

/** The source of a frame, as far as it is there. */
function sourceLines(frame: string): string[] {
  const { file, line, column } = placeIn(frame);
  try {
    const source = fileAtMost(file, MAX_SOURCE_BYTES)?.toString() ?? '';
    return codeFrame(source, line, column).map(row => `    ${row}`);
  } catch {
    return [];
  }
}

/** Whatever was thrown, with its places by the text of its stack: whoever runs tests has put the sources' into that. */
export function wholeErrorOf(thrown: unknown): WholeError {
  const stacks = stacksOf(thrown);
  return withFrames(errorFacts(thrown, 'whole'), stacks);
}

type Stacks = { readonly frames: readonly string[]; readonly cause?: Stacks };

/** How deep causes are looked at; a log tells no more of them. */
const MAX_CAUSES = 8;

function stacksOf(thrown: unknown, depth = 0): Stacks {
  if (!(thrown instanceof Error) || depth > MAX_CAUSES) return { frames: [] };
  const frames = `${thrown.stack}`.split('\n').flatMap(frameOf);
  return { frames, ...(thrown.cause !== undefined && { cause: stacksOf(thrown.cause, depth + 1) }) };
}

function frameOf(line: string): string[] {
  const [, place, at] = /^\s+at (?:.* \()?([^\s()]+?)(:\d+:\d+)\)?$/.exec(line) ?? [];
  if (place === undefined || place.startsWith('node:')) return [];
  const path = place.startsWith('file:') ? fileURLToPath(place) : place;
  return [`at ${relative('', path)}${at}`];
}

function withFrames({ cause, errors = [], ...facts }: ErrorFacts, stacks: Stacks | undefined): WholeError {
  const { name, code, message, frames } = facts;
  const inside = [
    ...errors.map(one => withFrames(one, undefined)),
    ...(cause ? [withFrames(cause, stacks?.cause)] : []),
  ];
  return { name, code, message, frames: stacks?.frames ?? frames, inside };
}
