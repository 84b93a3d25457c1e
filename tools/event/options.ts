import type { Language, Sentence } from '../language.ts';
import { parsedArguments } from '../parsed-arguments.ts';
import { visible } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** The command line, read. */
export type Options = { readonly language: Language } & (
  | { readonly action: 'help' }
  | {
      readonly action: 'send';
      readonly name: string;
      /** The file that names who gets it: `-` for the standard input. */
      readonly list: string;
      readonly to: 'users' | 'groups';
      readonly botId: string;
      readonly channel: 'live' | 'dev';
      readonly data: Readonly<Record<string, string>> | undefined;
      readonly params: Readonly<Record<string, string>> | undefined;
      readonly isDryRun: boolean;
      /** Whether it was said that people are to be written to, and paid for. */
      readonly isMeant: boolean;
      readonly isJson: boolean;
      readonly report: string | undefined;
      readonly secretName: string | undefined;
      readonly region: string | undefined;
      readonly withinMs: number;
    }
);

/** The text of `--help`. */
export const HELP: Sentence = {
  en: `Usage: npm run -s event -- --name <event> --users <file> --bot <id> [options]

Has the bot write to users first, by an event of Kakao's Event API. Without --yes it sends nothing, and tells to how many
it would go and what that costs.

  --name <event>         the event's name, as a block of the 챗봇 관리자센터 has it
  --users <file>         who gets it: .csv with a column appUserId, plusfriendUserKey or botUserKey, whose other columns
                         are properties; or .json, a list of {"appUserId": "1"}; - for the standard input
  --groups <file>        group rooms instead: a column botGroupKey, or a list of {"botGroupKey": "…"}
  --bot <id>             the bot's id; default: KAKAO_BOT_ID
  --data <name>=<value>  comes to the block's texts as {{#current.event.data.<name>}}; as often as you like
  --param <name>=<value> comes to the block's skill in userRequest.params; as often as you like
  --dev                  to users of the development channel, which costs as much
  --yes                  sends: people get it, and it costs. Needs --report or --json
  --dry-run              sends nothing, as without --yes, and that is as it should be
  --report <file>        writes what became of each there, a new file: it can't be asked for again
  --json                 prints that report instead of its summary
  --secret-name <name>   the secret in Secrets Manager with the REST API key; default: KAKAO_REST_API_KEY is the key itself
  --region <name>        where that secret is; default: where npm run deploy goes, by cdk.json and the AWS CLI's settings
  --within <seconds>     how long to send and to ask what became of it; default: 300
  --lang <en|ko>         default: ko where LC_ALL, or else LANG, begins with ko; else en

Exit code: 0 when each got it or a dry run was asked for, 1 when somebody did not get it, --yes was missing or the
report could not be written (then it is printed), 2 when something is wrong and nothing was sent.`,
  ko: `사용법: npm run -s event -- --name <이벤트> --users <파일> --bot <ID> [옵션]

카카오 이벤트 API로 봇이 먼저 말을 겁니다. --yes가 없으면 아무것도 보내지 않고, 몇 명에게 가고 얼마가 드는지 알려 줍니다.

  --name <이벤트>         챗봇 관리자센터에서 블록에 붙인 이벤트 이름
  --users <파일>          받을 사람: appUserId, plusfriendUserKey, botUserKey 중 하나의 열이 있는 .csv(나머지 열은 properties)
                          또는 {"appUserId": "1"}의 목록인 .json. -는 표준 입력
  --groups <파일>         대신 그룹방으로: botGroupKey 열, 또는 {"botGroupKey": "…"}의 목록
  --bot <ID>              봇 ID. 기본값: KAKAO_BOT_ID
  --data <이름>=<값>      블록의 글에서 {{#current.event.data.<이름>}}. 여러 번 쓸 수 있음
  --param <이름>=<값>     블록의 스킬에서 userRequest.params. 여러 번 쓸 수 있음
  --dev                   개발채널의 사용자에게. 값은 같음
  --yes                   보냄: 사람들이 받고 비용이 듦. --report나 --json과 함께
  --dry-run               --yes가 없을 때처럼 보내지 않으며, 그것이 맞음
  --report <파일>         한 사람 한 사람의 결과를 새 파일에 남김. 다시 물어볼 수 없음
  --json                  요약 대신 그 결과를 출력
  --secret-name <이름>    REST API 키가 든 Secrets Manager의 시크릿. 기본값: KAKAO_REST_API_KEY에 든 키
  --region <이름>         그 시크릿이 있는 리전. 기본값: cdk.json과 AWS CLI의 설정으로 npm run deploy가 가는 곳
  --within <초>           보내고 결과를 물어보는 시간. 기본값: 300
  --lang <en|ko>          기본값: LC_ALL(없으면 LANG)이 ko로 시작하면 ko, 아니면 en

종료 코드: 모두 받았거나 --dry-run이면 0, 못 받은 사람이 있거나 --yes가 없거나 결과를 파일에 쓰지 못해 출력했으면 1,
잘못되어 보내지 않았으면 2.`,
};

/** As long as the client itself would wait. */
const WITHIN_SECONDS = 300;

/** No task of Kakao's takes a day. */
const MOST_SECONDS = 86_400;

/**
 * Reads the command line.
 * @param fallback the language unless `--lang` names one
 * @throws UsageError naming the option that is missing or wrong
 */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  fallback: Language,
): Options {
  const { values } = parsedArguments({
    args: [...args],
    options: {
      name: { type: 'string' },
      users: { type: 'string' },
      groups: { type: 'string' },
      bot: { type: 'string' },
      data: { type: 'string', multiple: true },
      param: { type: 'string', multiple: true },
      dev: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      report: { type: 'string' },
      json: { type: 'boolean', default: false },
      'secret-name': { type: 'string' },
      region: { type: 'string' },
      within: { type: 'string', default: String(WITHIN_SECONDS) },
      lang: { type: 'string', default: fallback },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { lang: language, name, users, groups, yes: isMeant, 'dry-run': isDryRun } = values;
  if (language !== 'en' && language !== 'ko')
    throw new UsageError(`--lang is en or ko, not ${visible(language)}`);
  if (values.help) return { language, action: 'help' };
  if (name === undefined)
    throw new UsageError('--name is missing: the name of the event, such as order_ready');
  const list = users ?? groups;
  if (list === undefined || (users !== undefined && groups !== undefined))
    throw new UsageError('tell who gets it: --users <file>, or --groups <file>');
  if (groups !== undefined && values.param)
    throw new UsageError('--param is for users: Kakao gives group rooms none');
  const botId = values.bot ?? environment.KAKAO_BOT_ID;
  if (!botId) throw new UsageError('--bot is missing: the id of the bot in the 챗봇 관리자센터');
  if (isMeant && isDryRun) throw new UsageError('--yes sends, and --dry-run sends nothing: give one of them');
  if (isMeant && values.report === undefined && !values.json)
    throw new UsageError('--yes needs --report <file> or --json: who got it can not be asked for again');
  return {
    ...{ language, action: 'send', name, list, to: users === undefined ? 'groups' : 'users', botId },
    channel: values.dev ? 'dev' : 'live',
    data: pairsOf('--data', values.data),
    params: pairsOf('--param', values.param),
    ...{ isDryRun, isMeant, isJson: values.json, report: values.report },
    ...{ secretName: values['secret-name'], region: values.region },
    withinMs: secondsOf(values.within) * 1_000,
  };
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (/^\d{1,5}$/.test(text) && seconds >= 1 && seconds <= MOST_SECONDS) return seconds;
  throw new UsageError(`--within must be seconds from 1 to ${MOST_SECONDS}`);
}

function pairsOf(option: string, pairs: readonly string[] | undefined): Record<string, string> | undefined {
  if (pairs === undefined) return undefined;
  return Object.fromEntries(
    pairs.map(pair => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`${option} must be <name>=<value>, such as ${option} orderId=A-1`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
