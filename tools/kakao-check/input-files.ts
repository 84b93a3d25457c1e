import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Sentence } from '../language.ts';
import { fileAtMost, streamAtMost } from '../read-at-most.ts';

/** A file that is to be checked, or the standard input: its bytes, or why there are none. */
export type InputFile = { readonly file: string } & (
  | { readonly bytes: Uint8Array }
  | { readonly unreadable: Sentence }
);

/** Kakao shows no bubble of more than 30 KB: what is larger is something else, or would take long. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** The standard input, whole. */
export async function standardInput(stdin: AsyncIterable<Uint8Array>): Promise<InputFile> {
  return withinLimit('stdin', await streamAtMost(stdin, MAX_FILE_BYTES));
}

/** A file, or the .json files of a folder, each read when its turn comes. */
export function* inputFilesAt(name: string): Generator<InputFile> {
  if (!statsOf(name)?.isDirectory()) {
    yield inputFile(name);
    return;
  }
  let files: string[];
  try {
    files = jsonFilesIn(name);
  } catch (error) {
    yield failedToRead(name, error);
    return;
  }
  if (files.length === 0) yield { file: name, unreadable: NO_JSON_FILE };
  for (const file of files.sort()) yield inputFile(file);
}

/** By their names alone: a linked folder may lead back to where it is, and is left out. */
function jsonFilesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const file = join(folder, entry.name);
    if (entry.isDirectory()) return jsonFilesIn(file);
    return entry.name.endsWith('.json') && mayBeRead(entry, file) ? [file] : [];
  });
}

// A link that leads nowhere is read, too: so it is told of.
const mayBeRead = (entry: Dirent, file: string): boolean =>
  entry.isFile() || (entry.isSymbolicLink() && (statsOf(file)?.isFile() ?? true));

function statsOf(name: string): Stats | undefined {
  try {
    return statSync(name);
  } catch {
    return undefined;
  }
}

function inputFile(file: string): InputFile {
  try {
    return withinLimit(file, fileAtMost(file, MAX_FILE_BYTES));
  } catch (error) {
    return failedToRead(file, error);
  }
}

const withinLimit = (file: string, bytes: Uint8Array | undefined): InputFile =>
  bytes === undefined ? { file, unreadable: TOO_LARGE } : { file, bytes };

function failedToRead(file: string, error: unknown): InputFile {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
  return { file, unreadable: { en: `cannot be read (${code})`, ko: `읽을 수 없습니다(${code})` } };
}

const NO_JSON_FILE: Sentence = { en: 'has no .json file', ko: '.json 파일이 없습니다' };

const TOO_LARGE: Sentence = {
  en: 'is larger than 4 MB, and no answer that Kakao shows comes near: give the answer alone',
  ko: '4 MB보다 큽니다. 카카오가 보여 주는 답변은 이보다 훨씬 작으니 답변만 넣으세요',
};
