import { type Language, languageOf, type Sentence } from '../language.ts';
import { parsedArguments } from '../parsed-arguments.ts';
import { visible } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** The command line, read. */
export type Options = { readonly language: Language } & (
  | { readonly action: 'help' }
  | {
      readonly action: 'make';
      readonly folder: string;
      /** The version or file of kakao-gateway to install; absent where it is the one that runs. */
      readonly from?: string;
    }
);

/** The text of `--help`. */
export const HELP: Sentence = {
  en: `Usage: kakao-gateway new <folder> [--from <version or file>]

Makes a repository for a bot of your own: its rules, its test, its AWS stacks. Needs no network.

  <folder>                  its name is the bot's: small letters, digits and hyphens, such as my-bot
  --from <version or file>  the kakao-gateway that the bot is made with: default, the version that runs
  --lang <en|ko>            default: ko where LC_ALL, or else LANG, begins with ko; else en

Exit code: 0 when it is there, 2 when it can't be made.`,
  ko: `사용법: kakao-gateway new <폴더> [--from <버전 또는 파일>]

여러분의 봇을 위한 저장소를 만듭니다. 규칙, 테스트, AWS 스택이 들어 있습니다. 네트워크가 필요 없습니다.

  <폴더>                    이름이 곧 봇의 이름: 영어 소문자, 숫자, 하이픈. 예: my-bot
  --from <버전 또는 파일>   봇이 쓸 kakao-gateway. 기본값: 지금 실행한 버전
  --lang <en|ko>            기본값: LC_ALL(없으면 LANG)이 ko로 시작하면 ko, 아니면 en

종료 코드: 만들었으면 0, 만들 수 없으면 2.`,
};

/** Reads the command line. @throws UsageError when it can't be used */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Options {
  const { values, positionals } = parsed(args);
  const { from, lang: language = languageOf(environment) } = values;
  if (language !== 'en' && language !== 'ko')
    throw new UsageError(`--lang is en or ko, not ${visible(language)}`);
  if (values.help) return { language, action: 'help' };
  const [folder, ...others] = positionals;
  if (!folder || others.length > 0)
    throw new UsageError("name one folder, whose name is the bot's: kakao-gateway new my-bot");
  if (from === '') throw new UsageError('--from needs a version or a file');
  return { language, action: 'make', folder, ...(from !== undefined && { from }) };
}

function parsed(args: readonly string[]) {
  return parsedArguments({
    args: [...args],
    allowPositionals: true,
    options: {
      from: { type: 'string' },
      lang: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}
