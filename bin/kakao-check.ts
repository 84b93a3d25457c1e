#!/usr/bin/env node
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { isObject } from '../lambda/bot/json-reader.ts';
import type { Violation } from '../lambda/bot/violation.ts';
import { checkSkillResponse, checkValidation } from '../lambda/open-builder/check.ts';
import { explain as explainSkill } from '../lambda/open-builder/explain.ts';
import { checkKeyboard, checkSmartChat } from '../lambda/smart-chat/check.ts';
import { checkExchange, type Exchange, explainExchange } from '../lambda/smart-chat/exchange.ts';
import { explain as explainSmartChat } from '../lambda/smart-chat/explain.ts';
import manifest from '../package.json' with { type: 'json' };
import { type Expected, jsonErrorOf } from './json-error.ts';

type Language = 'en' | 'ko';
type Sentence = Readonly<Record<Language, string>>;

interface Options {
  readonly protocol: 'open-builder' | 'smart-chat';
  readonly room: 'private' | 'group';
  readonly language: Language;
  readonly isJson: boolean;
}

/** What became of one file. */
interface Report {
  readonly file: string;
  readonly status: 'ok' | 'rejected' | 'skipped' | 'unreadable';
  /** Why it was skipped or could not be read. */
  readonly reason?: Sentence;
  readonly violations: readonly (Violation & { readonly explanation: Sentence })[];
}

type Judgement = { readonly skipped: Sentence } | { readonly violations: readonly Violation[] };

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

Exit code: 0 when Kakao shows every answer, 1 when it drops one, 2 when something could not be read.`,
  ko: `사용법: kakao-check [옵션] [파일 또는 폴더 ...]

봇의 답변이 카카오톡의 어떤 규칙을 어기는지, 그러면 어떻게 되는지, 어떻게 고칠지 알려 줍니다.
JSON 파일, 폴더 안의 .json 파일, 표준 입력(- 또는 생략)을 읽습니다.

  --protocol <이름>  open-builder(스킬 응답, 기본값) 또는 smart-chat
  --group            그룹 채팅방에 보내는 답변(쓸 수 있는 것이 더 적음)
  --json             결과를 JSON으로 출력
  --lang <en|ko>     결과의 언어(기본값: LANG이 ko로 시작하면 ko, 아니면 en)
  --help             이 도움말
  --version          버전

종료 코드: 모든 답변이 보이면 0, 버려지는 답변이 있으면 1, 읽지 못한 것이 있으면 2.`,
};

/** What the short names of sources stand for. */
const SOURCES: Readonly<Record<string, string>> = {
  FMT: 'https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format',
  CB: 'https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/ai_chatbot_callback_guide',
  PLG: 'https://kakaobusiness.gitbook.io/main/tool/chatbot/main_notions/plugin',
  FAQ: 'https://cs.kakao.com (serviceId=169)',
  GRP: '그룹 챗봇 스킬 서버 개발 Quick Start',
  SDK: 'kakao-chatbot (PyPI)',
  OLD: 'https://i.kakao.com/docs/skill-response-format',
  SPEC: 'https://github.com/plusfriend/auto_reply',
};

async function main(args: readonly string[]): Promise<number> {
  const fallback: Language = /^ko/i.test(process.env.LC_ALL || process.env.LANG || '') ? 'ko' : 'en';
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
  if (values.help) return print(HELP[lang]);
  if (values.version) return print(manifest.version);
  if (positionals.length === 0 && process.stdin.isTTY) {
    process.stderr.write(`${HELP[lang]}\n`);
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
  const stdin = names.includes('-') ? await text(process.stdin) : '';
  const reports = names.flatMap(name =>
    name === '-' ? [judge('stdin', stdin, options)] : reportsOn(name, options),
  );
  print(options.isJson ? asJson(reports) : asText(reports, options.language));
  if (reports.some(({ status }) => status === 'unreadable')) return 2;
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

function print(text: string): 0 {
  process.stdout.write(`${text}\n`);
  return 0;
}

function usageError(message: string): 2 {
  process.stderr.write(`kakao-check: ${message} (see kakao-check --help)\n`);
  return 2;
}

/** The reports on a file, or on the .json files of a folder. */
function reportsOn(name: string, options: Options): readonly Report[] {
  if (!statSync(name, { throwIfNoEntry: false })?.isDirectory()) return [reportOn(name, options)];
  const files = readdirSync(name, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.json'),
  );
  if (files.length === 0) return [unreadable(name, 'has no .json file', '.json 파일이 없습니다')];
  return files.sort().map(file => reportOn(join(name, file), options));
}

function reportOn(file: string, options: Options): Report {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
    return unreadable(file, `cannot be read (${code})`, `읽을 수 없습니다(${code})`);
  }
  return judge(file, content, options);
}

function judge(file: string, content: string, options: Options): Report {
  const bare = content.replace(/^\uFEFF/, '');
  let json: unknown;
  try {
    json = JSON.parse(bare);
  } catch {
    return notJson(file, bare);
  }
  const judged = options.protocol === 'smart-chat' ? judgeSmartChat(json) : judgeSkill(json, options.room);
  if ('skipped' in judged) return { file, status: 'skipped', reason: judged.skipped, violations: [] };
  const explain = (violation: Violation): Sentence =>
    options.protocol === 'smart-chat'
      ? (explainExchange(violation) ?? explainSmartChat(violation))
      : explainSkill(violation);
  const violations = judged.violations.map(violation => ({ ...violation, explanation: explain(violation) }));
  return { file, status: violations.some(isRejected) ? 'rejected' : 'ok', violations };
}

function notJson(file: string, text: string): Report {
  const { line, column, found, expected } = jsonErrorOf(text) ?? {
    line: 1,
    column: 1,
    found: '',
    expected: 'value',
  };
  const what = found === '' ? undefined : JSON.stringify(found);
  return unreadable(
    file,
    `is no JSON: line ${line}, column ${column} has ${what ?? 'the end of the text'} where ${EXPECTED[expected].en} must stand`,
    `JSON이 아닙니다: ${line}번째 줄 ${column}번째 칸에 ${EXPECTED[expected].ko} 와야 하는데 ${what === undefined ? '글이 끝났습니다' : `${what} 문자가 있습니다`}`,
  );
}

const EXPECTED: Readonly<Record<Expected, Sentence>> = {
  value: { en: 'a value (texts and names in "...")', ko: '값(글과 이름은 "..." 안에)이' },
  'value or ]': { en: 'a value or ]', ko: '값이나 ]가' },
  name: {
    en: 'a name in "..." (no comma after the last member)',
    ko: '"..." 안의 이름(마지막 항목 뒤에는 쉼표 없음)이',
  },
  'name or }': { en: 'a name in "..." or }', ko: '"..." 안의 이름이나 }가' },
  ':': { en: 'a colon', ko: '콜론(:)이' },
  next: { en: 'a comma or the closing bracket', ko: '쉼표나 닫는 괄호가' },
  end: { en: 'nothing more', ko: '글의 끝이' },
};

const unreadable = (file: string, en: string, ko: string): Report => ({
  file,
  status: 'unreadable',
  reason: { en, ko },
  violations: [],
});

const isRejected = ({ severity }: Violation): boolean => severity === 'rejected';

function judgeSkill(json: unknown, room: Options['room']): Judgement {
  if (isObject(json) && !('template' in json || 'useCallback' in json || 'context' in json)) {
    const { status } = json;
    if ('userRequest' in json || 'isInSlotFilling' in json)
      return notAnAnswer('a request of Kakao', '카카오의 요청');
    if ('inReplyTo' in json || isObject(json.response) || isObject(json.request))
      return notAnAnswer(
        'an exchange of another protocol; for smart-chat use --protocol smart-chat',
        '다른 프로토콜의 기록(스마트채팅이면 --protocol smart-chat)',
      );
    if ('taskId' in json)
      return notAnAnswer("Kakao's answer to a callback or an event", '콜백 또는 이벤트에 대한 카카오의 응답');
    if (isObject(json.event)) return notAnAnswer('a request to the Event API', '이벤트 API 요청');
    if ('groupChatRooms' in json || Array.isArray(json.users))
      return notAnAnswer("an answer of Kakao's group API", '카카오 그룹 API의 응답');
    if (typeof status === 'string' && /^(SUCCESS|FAIL|ERROR|IGNORE)$/.test(status)) {
      const violations = checkValidation(json);
      if (violations.length > 0) return { violations };
      return notAnAnswer(
        'an answer of the parameter validation API, and a valid one',
        '파라미터 검증 API의 응답(올바름)',
      );
    }
  }
  return { violations: checkSkillResponse(json, room) };
}

function judgeSmartChat(json: unknown): Judgement {
  if (!isObject(json)) return { violations: checkSmartChat(json) };
  if (isObject(json.request) || 'user_key' in json)
    return notAnAnswer('a request of Kakao', '카카오의 요청', 'smart-chat');
  if (typeof json.protocol === 'string' && !isObject(json.response))
    return notAnAnswer('a record of something else', '다른 기록', 'smart-chat');
  const envelope = isObject(json.response)
    ? json.response
    : 'path' in json && 'body' in json
      ? json
      : undefined;
  if (envelope === undefined)
    return {
      violations: 'type' in json && !('message' in json) ? checkKeyboard(json) : checkSmartChat(json),
    };
  return { violations: checkExchange(exchangeOf(String(json.inReplyTo ?? json.path), envelope)) };
}

function exchangeOf(route: string, { status, headers, body }: Readonly<Record<string, unknown>>): Exchange {
  const [, contentType] = isObject(headers)
    ? (Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type') ?? [])
    : [];
  return {
    route,
    ...(typeof status === 'number' && { status }),
    ...(typeof contentType === 'string' && { contentType }),
    ...(body !== undefined && { body }),
  };
}

function notAnAnswer(en: string, ko: string, protocol = 'skill'): Judgement {
  const what = protocol === 'skill' ? '스킬 응답' : '스마트채팅 응답';
  return { skipped: { en: `not a ${protocol} answer: ${en}`, ko: `${what}이 아닙니다: ${ko}` } };
}

function asJson(reports: readonly Report[]): string {
  const violations = reports.flatMap(report => report.violations);
  const rejected = violations.filter(isRejected).length;
  return JSON.stringify({ files: reports, rejected, shortened: violations.length - rejected }, null, 2);
}

const ended = (sentence: string): string => (sentence.endsWith('?') ? sentence : `${sentence}.`);

function asText(reports: readonly Report[], language: Language): string {
  const isKorean = language === 'ko';
  const marks = { ok: '✓', rejected: '✗', skipped: '–', unreadable: '✗' };
  const lines = reports.flatMap(({ file, status, reason, violations }) => [
    `${marks[status]} ${file}${reason ? `: ${reason[language]}` : ''}`,
    ...violations.flatMap(violation => [
      `  ${isRejected(violation) ? '✗' : '!'} ${ended(violation.explanation[language])}`,
      `    ${violation.effect[language]}. [${violation.rule}, ${violation.source}]`,
    ]),
  ]);
  const all = reports.flatMap(({ violations }) => violations);
  const named = [...new Set(all.map(({ source }) => source))].map(
    source => `${source}: ${SOURCES[source] ?? source}`,
  );
  const count = (status: Report['status']): number =>
    reports.filter(report => report.status === status).length;
  const [shown, dropped, skipped, unread] = [
    count('ok'),
    count('rejected'),
    count('skipped'),
    count('unreadable'),
  ];
  const remarks = all.filter(violation => !isRejected(violation)).length;
  const summary = isKorean
    ? `파일 ${reports.length}개: 보임 ${shown}, 버려짐 ${dropped}, 건너뜀 ${skipped}, 읽지 못함 ${unread}. 고칠 곳 ${all.length - remarks}, 줄거나 무시되는 곳 ${remarks}.`
    : `${reports.length} ${reports.length === 1 ? 'file' : 'files'}: ${shown} shown, ${dropped} dropped, ${skipped} skipped, ${unread} not read. ${all.length - remarks} to mend (✗), ${remarks} shortened or ignored (!).`;
  return [...lines, '', ...(named.length > 0 ? [...named, ''] : []), summary].join('\n');
}

// Whoever reads only the head of a report has closed the pipe.
process.stdout.on('error', () => {});
process.exitCode = await main(process.argv.slice(2));
