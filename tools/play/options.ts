import { type Language, languageOf, type Sentence } from '../language.ts';
import { parsedArguments } from '../parsed-arguments.ts';
import { visible } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { botOf, type PlayedBot } from './target.ts';

/** The command line, read. */
export type Options = { readonly language: Language } & (
  | { readonly action: 'help' }
  | {
      readonly action: 'play';
      readonly files: readonly string[];
      readonly bot: PlayedBot;
      /** The file of the JUnit report. */
      readonly junit?: string;
      /** A part of the names of the talks that are played. */
      readonly only?: string;
      /** Whether the first talk that fails is the last. */
      readonly isBail: boolean;
      readonly callbackPort?: number;
    }
);

/** The text of `--help`. */
export const HELP: Sentence = {
  en: `Usage: kakao-gateway play <talk.yaml ...> --url <url> [options]
       kakao-gateway play <talk.yaml ...> --skill <url> --smart-chat <url> [options]

Plays scripted conversations with a bot as Kakao would, and tells what is otherwise than expected.
docs/play.md tells how to write one.

  --url <url>            a gateway of this project, such as http://127.0.0.1:3000; its secret is GATEWAY_SECRET, and
                         local-secret where it runs on this machine
  --skill <url>          the skill of any bot, in any language; <block> in the URL is the name of the called block
  --smart-chat <url>     the app URL of any bot of smart-chat's
  --validation <url>     its parameter validation API; <parameter> in the URL is the parameter's name
  --header <header>      a header that the skill gets: 'x-key: $MY_KEY' takes the value from the environment; repeats
  --callback-port <n>    the port of this machine that late answers are posted to; default: 3199 with --url, which npm start
                         allows, else any free one
  --only <words>         plays the talks alone whose names have these words
  --bail                 ends at the first talk that fails
  --junit <file>         writes the results as JUnit XML, too
  --lang <en|ko>         default: ko where LC_ALL, or else LANG, begins with ko; else en

Exit code: 0 when every talk went as expected, 1 when one did not, 2 when nothing could be played.`,
  ko: `사용법: kakao-gateway play <talk.yaml ...> --url <url> [옵션]
       kakao-gateway play <talk.yaml ...> --skill <url> --smart-chat <url> [옵션]

적어 둔 대화를 카카오처럼 봇과 나누고, 기대와 다른 것을 알려 줍니다. 쓰는 법은 docs/play.ko.md에 있습니다.

  --url <url>            이 프로젝트의 게이트웨이. 예: http://127.0.0.1:3000. 시크릿은 GATEWAY_SECRET이고,
                         이 컴퓨터에서 실행 중이면 local-secret
  --skill <url>          어떤 언어로 만든 봇이든 그 스킬의 URL
  --smart-chat <url>     스마트채팅 봇의 앱 URL
  --validation <url>     그 봇의 파라미터 검증 API. URL의 <parameter>는 파라미터 이름으로 바뀜
  --header <헤더>        스킬에 보낼 헤더. 'x-key: $MY_KEY'처럼 쓰면 값을 환경 변수에서 가져옴. 여러 번 쓸 수 있음
  --callback-port <n>    늦은 답변을 받을 이 컴퓨터의 포트. 기본값: --url이면 npm start가 허용하는 3199, 아니면
                         비어 있는 아무 포트
  --only <글>            이름에 이 글이 있는 대화만
  --bail                 실패한 첫 대화에서 멈춤
  --junit <파일>         결과를 JUnit XML로도 저장
  --lang <en|ko>         기본값: LC_ALL(없으면 LANG)이 ko로 시작하면 ko, 아니면 en

종료 코드: 모두 기대대로이면 0, 아닌 것이 있으면 1, 아무것도 하지 못했으면 2.`,
};

/** Reads the command line. @throws UsageError when it can't be used */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Options {
  const { values, positionals: files } = parsed(args);
  const { lang: language = languageOf(environment), junit, only } = values;
  if (language !== 'en' && language !== 'ko')
    throw new UsageError(`--lang is en or ko, not ${visible(language)}`);
  if (values.help) return { language, action: 'help' };
  if (files.length === 0) throw new UsageError('name a script, such as talk.yaml');
  for (const [name, value] of Object.entries({ junit, only }))
    if (value === '') throw new UsageError(`--${name} needs a value`);
  const callbackPort = portIn(values['callback-port']);
  return {
    language,
    action: 'play',
    files,
    bot: botOf(values, environment),
    isBail: values.bail ?? false,
    ...(junit !== undefined && { junit }),
    ...(only !== undefined && { only }),
    ...(callbackPort !== undefined && { callbackPort }),
  };
}

function portIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new UsageError('--callback-port is a number from 1 to 65535');
  return port;
}

function parsed(args: readonly string[]) {
  return parsedArguments({
    args: [...args],
    allowPositionals: true,
    options: {
      url: { type: 'string' },
      skill: { type: 'string' },
      'smart-chat': { type: 'string' },
      validation: { type: 'string' },
      header: { type: 'string', multiple: true },
      'callback-port': { type: 'string' },
      only: { type: 'string' },
      bail: { type: 'boolean' },
      junit: { type: 'string' },
      lang: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}
