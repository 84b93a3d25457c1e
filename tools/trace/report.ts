import { codeFrame } from '../code-frame.ts';
import type { Language } from '../language.ts';
import type { LoggedError, LoggedLine } from './logged-errors.ts';
import { type Place, type PlacesOf, sourceOf } from './places.ts';
import { CAUSED_BY, otherSource } from './sentences.ts';

/** The lines that tell an error with its places as they were written, or as they ran where nobody knows better. */
export function reportOf(
  { time, what, rule, error }: LoggedLine,
  placesOf: PlacesOf | undefined,
  language: Language,
): string[] {
  const head = [time, rule && `${rule}:`, what].filter(Boolean).join(' ');
  return [head, ...errorReport(error, placesOf, language)];
}

/** The lines that tell an error alone. */
export function errorReport(
  error: LoggedError,
  placesOf: PlacesOf | undefined,
  language: Language,
): string[] {
  return errorLines(error, placesOf ?? (() => []), language, '');
}

function errorLines(
  { name, code, message, frames, inside }: LoggedError,
  placesOf: PlacesOf,
  language: Language,
  before: string,
): string[] {
  const kind = [name, code].filter(Boolean).join(' ');
  const places = placesOf(frames);
  // A package's code is somebody else's.
  const own = places.find(place => place && place.sourceHash !== '');
  return [
    `${before}${kind}${message && `: ${message}`}`,
    ...frames.flatMap(({ file, line, column }, at) => {
      const { [at]: place } = places;
      if (place === undefined) return [`    at ${file}:${line}:${column}`];
      const where = `${place.file}:${place.line}:${place.column}`;
      const told = `    at ${place.functionName ? `${place.functionName} (${where})` : where}`;
      return place === own ? [told, ...sourceLines(place, language)] : [told];
    }),
    ...inside.flatMap(one => errorLines(one, placesOf, language, CAUSED_BY[language])),
  ];
}

function sourceLines(place: Place, language: Language): string[] {
  const source = sourceOf(place);
  if (source === undefined) return [`      (${otherSource(place.file)[language]})`];
  return codeFrame(source, place.line, place.column).map(line => `      ${line}`);
}
