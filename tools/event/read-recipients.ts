import { isObject } from '../../lambda/json-reader.ts';
import { UsageError } from '../usage-error.ts';

/** The names of the ids that a list may have. */
const IDS = ['appUserId', 'plusfriendUserKey', 'botUserKey', 'botGroupKey'];

/** Those whom a list names, and where it says so. */
export interface Listed {
  readonly list: readonly unknown[];
  /** The line at which each stands in a file of CSV, from 1; absent of JSON. */
  readonly lines?: readonly number[];
}

/**
 * Those whom a list names, not judged yet: CSV, whose first line names its columns, or JSON, a list of objects.
 * @throws UsageError where it is neither
 */
export function recipientsIn(text: string): Listed {
  const list = text.replace(/^\ufeff/, '').trim();
  if (/^[[{]/.test(list)) return { list: inJson(list) };
  const [columns, ...rows] = recordsIn(list, 1 + linesIn(text.slice(0, text.indexOf(list))));
  const names = (columns?.fields ?? []).map(column => column.trim());
  const [id, ...others] = names.filter(name => IDS.includes(name));
  if (id === undefined || others.length > 0) {
    throw new UsageError(`the first line must name the columns, and exactly one of them ${IDS.join(', ')}`);
  }
  const read = rows.map(({ fields: row, line }) => {
    if (row.length !== names.length) {
      throw new UsageError(
        `line ${line} has ${row.length} columns and the first has ${names.length}: put quotes around a value with a comma`,
      );
    }
    const members = names.map((name, column): [string, string] => [name, row[column] ?? '']);
    const properties = Object.fromEntries(members.filter(([name]) => name !== id));
    const value = (row[names.indexOf(id)] ?? '').trim();
    return { [id]: value, ...(names.length > 1 && { properties }) };
  });
  return { list: read, lines: rows.map(({ line }) => line) };
}

const linesIn = (text: string): number => text.split('\n').length - 1;

function inJson(text: string): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list;
  } catch {
    // Not repeated: the error would quote who is in it.
  }
  throw new UsageError('the list must be JSON of the form [{"appUserId": "1"}], or CSV');
}

/** The keys of group rooms in a list, each alone or as an object's `botGroupKey`. */
export const groupKeysOf = (list: readonly unknown[]): readonly unknown[] =>
  list.map(one => (isObject(one) ? one.botGroupKey : one));

interface CsvRecord {
  readonly fields: readonly string[];
  /** Where it begins. */
  readonly line: number;
}

/** The records of CSV: commas, quotes around what has a comma, a quote (doubled) or a line's end. Empty lines are none. */
function recordsIn(text: string, firstLine: number): readonly CsvRecord[] {
  const records: CsvRecord[] = [];
  let line = firstLine;
  let begin = line;
  let record: string[] = [];
  let field = '';
  let isQuoted = false;
  const endRecord = (): void => {
    record.push(field);
    if (record.length > 1 || field.trim() !== '') records.push({ fields: record, line: begin });
    [record, field, begin] = [[], '', line];
  };
  for (let at = 0; at < text.length; at++) {
    const { [at]: one = '' } = text;
    if (one === '\n') line++;
    if (isQuoted) {
      if (one !== '"') field += one;
      else if (text[at + 1] === '"') field += text[++at];
      else isQuoted = false;
    } else if (one === '"' && field === '') isQuoted = true;
    else if (one === ',') {
      record.push(field);
      field = '';
    } else if (one === '\n') endRecord();
    else if (one !== '\r') field += one;
  }
  if (isQuoted) throw new UsageError('a quote is opened in the list, and not closed');
  endRecord();
  return records;
}
