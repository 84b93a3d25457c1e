import { isObject } from '../../lambda/json-reader.ts';
import { visible } from '../terminal.ts';
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
  const first = (columns?.fields ?? []).map(column => column.trim());
  // Columns without a name at the end are a spreadsheet's, which was wider once.
  const names = first.slice(0, 1 + first.findLastIndex(name => name !== ''));
  const [id, ...others] = names.filter(name => IDS.includes(name));
  if (id === undefined || others.length > 0) {
    throw new UsageError(`the first line must name the columns, and exactly one of them ${IDS.join(', ')}`);
  }
  const twice = names.find((name, at) => name !== '' && names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new UsageError(`two columns are called ${visible(twice)}: give each its own name`);
  const filled = rows.filter(({ fields }) => !fields.every(isBlank));
  const isAlone = names.every(name => name === id || name === '');
  const read = filled.map(row => {
    requireColumns(row, names);
    const members = names.map((name, column): [string, string] => [name, row.fields[column] ?? '']);
    const properties = Object.fromEntries(members.filter(([name]) => name !== id && name !== ''));
    const value = (row.fields[names.indexOf(id)] ?? '').trim();
    return { [id]: value, ...(!isAlone && { properties }) };
  });
  return { list: read, lines: filled.map(({ line }) => line) };
}

/** Refuses a row that has other columns than the first; those that a spreadsheet leaves blank are none. @throws UsageError */
function requireColumns({ fields, line }: CsvRecord, names: readonly string[]): void {
  const surplus = fields.slice(names.length).findLastIndex(field => !isBlank(field));
  const count = surplus < 0 ? Math.min(fields.length, names.length) : names.length + surplus + 1;
  if (count !== names.length) {
    throw new UsageError(
      `line ${line} has ${count} columns and the first has ${names.length}: put quotes around a value with a comma`,
    );
  }
  const nameless = names.findIndex((name, column) => name === '' && !isBlank(fields[column] ?? ''));
  if (nameless >= 0)
    throw new UsageError(
      `line ${line} has a value in column ${nameless + 1}, which the first line gives no name: name it, or leave it out`,
    );
}

const isBlank = (field: string): boolean => field.trim() === '';

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
