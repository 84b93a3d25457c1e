import { type Language, languageOf, type Sentence } from '../language.ts';
import { parsedArguments } from '../parsed-arguments.ts';
import { UsageError } from '../usage-error.ts';

/** The command line, read. */
export interface Options {
  readonly protocol: 'open-builder' | 'smart-chat';
  readonly room: 'private' | 'group';
  readonly language: Language;
  readonly isJson: boolean;
  /** Files and folders, `-` for the standard input; none where nothing is named. */
  readonly names: readonly string[];
  /** The text that is asked for, where no file is to be checked. */
  readonly asksFor?: 'help' | 'version';
}

/** The text of `--help`. */
export const HELP: Sentence = {
  en: `Usage: kakao-check [options] [file or folder ...]

Tells which of KakaoTalk's rules a bot's answers break, what Kakao does then, and how to mend it.
Reads JSON files, the .json files of folders, or standard input (- or nothing).

  --protocol <name>  open-builder (a skill's answers, the default) or smart-chat
  --group            the answers go to group rooms, which show less
  --json             print the report as JSON
  --lang <en|ko>     the report's language (default: ko where LC_ALL, or else LANG, begins with ko; else en)
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
  --lang <en|ko>     결과의 언어(기본값: LC_ALL(없으면 LANG)이 ko로 시작하면 ko, 아니면 en)
  --help             이 도움말
  --version          버전

종료 코드: 모든 답변이 보이면 0, 버려지는 답변이 있으면 1, 읽지 못한 것이 있거나 검사할 답변이 없으면 2.`,
};

/** Reads the command line. @throws UsageError when an option is unknown or wrong */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Options {
  const { values, positionals } = parsed(args);
  const { protocol = 'open-builder', lang = languageOf(environment) } = values;
  if (lang !== 'en' && lang !== 'ko') throw new UsageError(`--lang is en or ko, not ${lang}`);
  if (protocol !== 'open-builder' && protocol !== 'smart-chat')
    throw new UsageError(`--protocol is open-builder or smart-chat, not ${protocol}`);
  const asksFor = values.help ? 'help' : values.version ? 'version' : undefined;
  return {
    protocol,
    room: values.group ? 'group' : 'private',
    language: lang,
    isJson: values.json ?? false,
    names: positionals,
    ...(asksFor && { asksFor }),
  };
}

function parsed(args: readonly string[]) {
  return parsedArguments({
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
