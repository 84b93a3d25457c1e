import type { WhereAsked } from '../asked-region.ts';
import type { Language, Sentence } from '../language.ts';
import { parsedArguments } from '../parsed-arguments.ts';
import { type NamedTable, namedTable } from '../sessions-table/find-table.ts';
import { visible } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** The command line, read. */
export type Options = { readonly language: Language } & (
  | { readonly action: 'help' }
  | {
      readonly action: 'show' | 'erase';
      /** One of Kakao's ids of the user, or their key; undefined where it comes by standard input. */
      readonly id: string | undefined;
      readonly where: WhereAsked;
      readonly table: NamedTable;
      readonly botId: string | undefined;
      readonly secretId: string | undefined;
      readonly looksEverywhere: boolean;
      readonly erasesRooms: boolean;
      readonly isSure: boolean;
    }
);

/** The words by which the texts call the command. */
export const SCRIPT = 'npx kakao-gateway user';

/** The text of `--help`. */
export const HELP: Sentence = {
  en: `Usage: npx kakao-gateway user show  <id> --stack <name> | --table <name> [--everywhere]
       npx kakao-gateway user erase <id> --stack <name> | --table <name> [--everywhere [--rooms]] [--yes]

Shows all that the gateway keeps of one user, as JSON, or erases it and says what remains elsewhere.

<id> is one of Kakao's ids of the user: plusfriendUserKey (smart-chat's user_key), appUserId where the gateway has
webhooks, botUserKey with --bot-id; or the key that rules see as turn.user.key. As - it is read from standard input,
so that no shell keeps it.

  --stack <name>      the gateway's stack, such as kakao-gateway-prod, or the one of its sessions
  --table <name>      the table of sessions itself
  --region <name>     where it is; default: where npm run deploy puts that stage, by cdk.json and the AWS CLI's settings
  --bot-id <id>       the bot's id in the 챗봇 관리자센터: for a botUserKey (testers, group rooms)
  --secret-id <id>    the gateway's secret, which makes the pseudonyms of the log; --stack of a gateway finds it
  --everywhere        look through the whole table, too, for others' items that name the user
  --rooms             with erase --everywhere: delete what group rooms share, too, where it names the user
  --yes               erase without asking
  --lang <en|ko>      default: ko where LC_ALL, or else LANG, begins with ko; else en

AWS is asked by the credentials of the AWS CLI.
Exit code: 0 when it is shown or erased, 1 when nothing is kept of that user or the erasing was not confirmed, 2 when
something is wrong.`,
  ko: `사용법: npx kakao-gateway user show  <id> --stack <이름> | --table <이름> [--everywhere]
        npx kakao-gateway user erase <id> --stack <이름> | --table <이름> [--everywhere [--rooms]] [--yes]

게이트웨이가 한 사용자에 대해 보관하는 모든 것을 JSON으로 보여 주거나, 지우고 다른 곳에 남은 것을 알려 줍니다.

<id>는 카카오가 주는 사용자 식별값입니다: plusfriendUserKey(스마트채팅의 user_key), 웹훅을 쓰는 게이트웨이라면
appUserId, --bot-id와 함께 botUserKey, 또는 규칙이 turn.user.key로 보는 키. -로 쓰면 표준 입력에서 읽어 셸에
기록이 남지 않습니다.

  --stack <이름>      게이트웨이의 스택(예: kakao-gateway-prod) 또는 그 세션의 스택
  --table <이름>      세션 테이블을 직접 지정
  --region <이름>     있는 리전. 기본값: cdk.json과 AWS CLI의 설정으로 npm run deploy가 그 스테이지를 두는 곳
  --bot-id <id>       챗봇 관리자센터의 봇 아이디: botUserKey(테스터, 단톡방)일 때
  --secret-id <id>    로그의 가명을 만드는 게이트웨이 시크릿. 게이트웨이의 --stack이면 저절로 찾음
  --everywhere        테이블 전체에서 이 사용자를 언급하는 다른 항목도 찾음
  --rooms             erase --everywhere와 함께: 이 사용자를 언급하는 단톡방의 공유 내용도 지움
  --yes               묻지 않고 지움
  --lang <en|ko>      기본값: LC_ALL(없으면 LANG)이 ko로 시작하면 ko, 아니면 en

AWS에는 AWS CLI의 자격 증명으로 묻습니다.
종료 코드: 보여 주거나 지웠으면 0, 그 사용자에 대해 보관하는 것이 없거나 지우기를 확인받지 못했으면 1, 잘못된 것이 있으면 2.`,
};

/**
 * Reads the command line.
 * @param fallback the language unless `--lang` names one
 * @throws UsageError with one sentence that never holds the user's id
 */
export function readOptions(args: readonly string[], fallback: Language): Options {
  const { values, positionals } = parsedArguments({
    args: [...args],
    allowPositionals: true,
    options: {
      stack: { type: 'string' },
      table: { type: 'string' },
      region: { type: 'string' },
      'bot-id': { type: 'string' },
      'secret-id': { type: 'string' },
      everywhere: { type: 'boolean', default: false },
      rooms: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      lang: { type: 'string', default: fallback },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { lang: language, everywhere, rooms, yes } = values;
  if (language !== 'en' && language !== 'ko')
    throw new UsageError(`--lang is en or ko, not ${visible(language)}`);
  if (values.help) return { language, action: 'help' };
  const [action, id, ...others] = positionals;
  if (action !== 'show' && action !== 'erase')
    throw new UsageError('say what to do: user show <id>, or user erase <id>');
  if (id === undefined || others.length > 0)
    throw new UsageError(`give one id: user ${action} <id>, or - to have it read from standard input`);
  if (action === 'show' && (yes || rooms)) throw new UsageError('--yes and --rooms are for user erase');
  if (rooms && !everywhere) throw new UsageError('--rooms needs --everywhere, which finds the rooms');
  return {
    language,
    action,
    id: id === '-' ? undefined : checkedId(id),
    where: { region: values.region, stack: values.stack },
    table: namedTable(values.table, values.stack),
    botId: values['bot-id'],
    secretId: values['secret-id'],
    looksEverywhere: everywhere,
    erasesRooms: rooms,
    isSure: yes,
  };
}

/** No id of Kakao's is longer; a key of a bot has its id in front. */
const LONGEST_ID = 300;

/** An id as it was given, without blanks around it. @throws UsageError where it can be none */
export function checkedId(given: string): string {
  const id = given.trim();
  if (id !== '' && id.length <= LONGEST_ID) return id;
  throw new UsageError(`the id must have 1 to ${LONGEST_ID} characters`);
}
