import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Violation } from '../../lambda/check/violation.ts';
import manifest from '../../package.json' with { type: 'json' };
import type { Sentence } from '../explain/explain.ts';
import { explain as explainSkill } from '../explain/open-builder.ts';
import { explain as explainSmartChat } from '../explain/smart-chat.ts';
import { fileAtMost, streamAtMost } from '../read-at-most.ts';
import { complain, print, printJson } from '../terminal.ts';
import { judgeSkill, judgeSmartChat } from './judge.ts';
import { explainExchange as explainSkillExchange } from './open-builder.ts';
import { readJson } from './read-json.ts';
import { findingsOf, forPrograms, linesOf, type Report } from './report.ts';
import { explainExchange } from './smart-chat.ts';

type Language = keyof Sentence;

interface Options {
  readonly protocol: 'open-builder' | 'smart-chat';
  readonly room: 'private' | 'group';
  readonly language: Language;
  readonly isJson: boolean;
}

/** Kakao shows no bubble of more than 30 KB: what is larger is something else, or would take long. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

const HELP: Sentence = {
  en: `Usage: kakao-check [options] [file or folder ...]

Tells which of KakaoTalk's rules a bot's answers break, what Kakao does then, and how to mend it.
Reads JSON files, the .json files of folders, or standard input (- or nothing).

  --protocol <name>  open-builder (a skill's answers, the default) or smart-chat
  --group            the answers go to group rooms, which show less
  --json             print the report as JSON
  --lang <en|ko>     the report's language (default: ko where LANG begins with ko, else en)
  --help             print this
  --version          print the version

Exit code: 0 when Kakao shows every answer, 1 when it drops one, 2 when something could not be read or nothing was
an answer.`,
  ko: `사용법: kakao-check [옵션] [파일 또는 폴더 ...]

봇의 답변이 카카오톡의 어떤 규칙을 어기는지, 그러면 어떻게 되는지, 어떻게 고칠지 알려 줍니다.
JSON 파일, 폴더 안의 .json 파일, 표준 입력(- 또는 생략)을 읽습니다.

  --protocol <이름>  open-builder(스킬 응답, 기본값) 또는 smart-chat
  --group            그룹 채팅방에 보내는 답변(쓸 수 있는 것이 더 적음)
  --json             결과를 JSON으로 출력
  --lang <en|ko>     결과의 언어(기본값: LANG이 ko로 시작하면 ko, 아니면 en)
  --help             이 도움말
  --version          버전

종료 코드: 모든 답변이 보이면 0, 버려지는 답변이 있으면 1, 읽지 못한 것이 있거나 검사할 답변이 없으면 2.`,
};

/** Runs the command. @returns the exit code */
export async function runKakaoCheck(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean },
): Promise<number> {
  const fallback: Language = /^ko/i.test(environment.LC_ALL || environment.LANG || '') ? 'ko' : 'en';
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return usageError(error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error));
  }
  const { values, positionals } = parsed;
  const { protocol = 'open-builder', lang = fallback } = values;
  if (lang !== 'en' && lang !== 'ko') return usageError(`--lang is en or ko, not ${lang}`);
  if (protocol !== 'open-builder' && protocol !== 'smart-chat')
    return usageError(`--protocol is open-builder or smart-chat, not ${protocol}`);
  if (values.help || values.version) {
    print(values.help ? HELP[lang].split('\n') : [manifest.version]);
    return 0;
  }
  if (positionals.length === 0 && stdin.isTTY) {
    for (const line of HELP[lang].split('\n')) complain(line);
    return 2;
  }
  const options: Options = {
    protocol,
    room: values.group ? 'group' : 'private',
    language: lang,
    isJson: values.json ?? false,
  };
  const names = positionals.length === 0 ? ['-'] : positionals;
  // Not by its descriptor: a pipe that has nothing yet would be an error.
  const bytes = names.includes('-') ? await streamAtMost(stdin, MAX_FILE_BYTES) : undefined;
  const reports = names.flatMap(name =>
    name === '-' ? [judge('stdin', bytes, options)] : reportsOn(name, options),
  );
  if (options.isJson) printJson(forPrograms(reports));
  else print(linesOf(reports, options.language));
  if (reports.some(({ status }) => status === 'unreadable')) return 2;
  if (reports.every(({ status }) => status === 'skipped')) {
    complain(`kakao-check: ${NOTHING[lang]}`);
    return 2;
  }
  return reports.some(({ status }) => status === 'rejected') ? 1 : 0;
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      protocol: { type: 'string' },
      group: { type: 'boolean' },
      json: { type: 'boolean' },
      lang: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean' },
    },
  });
}

function usageError(message: string): 2 {
  complain(`kakao-check: ${message} (see kakao-check --help)`);
  return 2;
}

const NOTHING: Sentence = {
  en: 'nothing to check: no file was an answer',
  ko: '검사할 것이 없습니다: 답변인 파일이 없습니다',
};

/** The reports on a file, or on the .json files of a folder. */
function reportsOn(name: string, options: Options): readonly Report[] {
  if (!statsOf(name)?.isDirectory()) return [reportOn(name, options)];
  let files: string[];
  try {
    files = jsonFilesIn(name);
  } catch (error) {
    return [unread(name, error)];
  }
  if (files.length === 0) return [unreadable(name, 'has no .json file', '.json 파일이 없습니다')];
  return files.sort().map(file => reportOn(file, options));
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

function reportOn(file: string, options: Options): Report {
  let bytes: Uint8Array | undefined;
  try {
    bytes = fileAtMost(file, MAX_FILE_BYTES);
  } catch (error) {
    return unread(file, error);
  }
  return judge(file, bytes, options);
}

function unread(file: string, error: unknown): Report {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
  return unreadable(file, `cannot be read (${code})`, `읽을 수 없습니다(${code})`);
}

function judge(file: string, bytes: Uint8Array | undefined, { protocol, room }: Options): Report {
  if (bytes === undefined) return { file, status: 'unreadable', reason: TOO_LARGE, violations: [] };
  const read = readJson(bytes);
  if ('reason' in read) return unreadable(file, read.reason.en, read.reason.ko);
  const isSmartChat = protocol === 'smart-chat';
  const judged = isSmartChat ? judgeSmartChat(read.json) : judgeSkill(read.json, room);
  if ('skipped' in judged) return { file, status: 'skipped', reason: judged.skipped, violations: [] };
  const explain = (violation: Violation): Sentence =>
    isSmartChat
      ? (explainExchange(violation) ?? explainSmartChat(violation))
      : (explainSkillExchange(violation) ?? explainSkill(violation));
  return { file, ...(judged.note && { note: judged.note }), ...findingsOf(judged.violations, explain) };
}

const unreadable = (file: string, en: string, ko: string): Report => ({
  file,
  status: 'unreadable',
  reason: { en, ko },
  violations: [],
});

const TOO_LARGE: Sentence = {
  en: 'is larger than 4 MB, and no answer that Kakao shows comes near: give the answer alone',
  ko: '4 MB보다 큽니다. 카카오가 보여 주는 답변은 이보다 훨씬 작으니 답변만 넣으세요',
};
