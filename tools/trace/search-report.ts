import type { Language } from '../language.ts';
import { loggedIn } from './logged-errors.ts';
import type { SearchOptions } from './options.ts';
import type { PlacesOf } from './places.ts';
import { errorReport } from './report.ts';
import type { FoundLine } from './search-logs.ts';
import type { FoundTurn, SearchResult } from './search-result.ts';
import { LIKENESS, nothingFound, notShown, ownWords, refusals, searched } from './search-sentences.ts';
import { inKorea } from './time-range.ts';
import { textIn } from './ways.ts';

/** Finds the places of a build in the sources; undefined where nobody knows them. */
export type FindPlaces = (build: string | undefined) => Promise<PlacesOf | undefined>;

/** The report of a search: where was looked, the turns, and what else happened; where there is none, what else to try. */
export async function searchReport(
  result: SearchResult,
  options: SearchOptions,
  find: FindPlaces,
  language: Language,
): Promise<string[]> {
  const { turns, ownText } = result;
  const told = [searched(result)[language]];
  if (ownText !== undefined) told.push(ownWords(ownText)[language]);
  told.push('');
  for (const turn of turns) told.push(...(await turnReport(turn, find, language)), '');
  const sentences = turns.length > 0 ? notShown(result) : nothingFound(result, options);
  return [...told, ...[...sentences, ...refusals(result)].map(sentence => sentence[language])];
}

/** The report of a turn: when, what, by which rule, how long, what went wrong where, and what its worker did. */
async function turnReport(
  { lines, calls, likeness }: FoundTurn,
  find: FindPlaces,
  language: Language,
): Promise<string[]> {
  const [first, ...later] = lines.length > 0 ? lines : calls;
  if (first === undefined) return [];
  const told = [`${inKorea(first.at)} KST (${new Date(first.at).toISOString()})`];
  if (likeness) told.push(`  ${LIKENESS[likeness][language]}`);
  for (const line of lines.length > 0 ? [first, ...later] : []) {
    const after = line === first ? '' : `+${((line.at - first.at) / 1_000).toFixed(1)} s  `;
    told.push(`  ${after}${headOf(line)}`, ...(await errorsOf(line, find, language)));
  }
  told.push(...calls.map(callLine), `  ${idsOf([...lines, ...calls])}`);
  return told;
}

function headOf(line: FoundLine): string {
  const { ms } = line.members;
  const time = typeof ms === 'number' ? `${ms} ms` : '';
  const names = ['protocol', 'rule', 'outcome', 'part', 'version'].map(name => textIn(line, name));
  return [textIn(line, 'what'), ...names, time].filter(Boolean).join(' · ');
}

async function errorsOf({ members }: FoundLine, find: FindPlaces, language: Language): Promise<string[]> {
  const [logged] = loggedIn(JSON.stringify(members));
  if (logged === undefined) return [];
  const told = errorReport(logged.error, await find(logged.build), language);
  return told.map(line => `    ${line}`);
}

function callLine(call: FoundLine): string {
  const told = ['status', 'routeKey', 'responseLatency', 'integrationError'].map(name => textIn(call, name));
  const [status, route, latency, error] = told;
  const isTold = error && error !== '-';
  return `  API Gateway: ${status} · ${route}${latency ? ` · ${latency} ms` : ''}${isTold ? ` · ${error}` : ''}`;
}

const IDS = ['user', 'requestId', 'kakaoRequestId', 'footprint'];

function idsOf([first]: readonly FoundLine[]): string {
  if (first === undefined) return '';
  return IDS.flatMap(name => (textIn(first, name) ? `${name} ${textIn(first, name)}` : [])).join('  ');
}
