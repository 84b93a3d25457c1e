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
      readonly action: 'restore';
      readonly where: WhereAsked;
      readonly table: NamedTable;
      /** The state to bring back; undefined for a table that was deleted, which comes back as it was then. */
      readonly at: Date | 'latest' | undefined;
      /** The new table's name; undefined for one that is made of the old one's and the time. */
      readonly target: string | undefined;
      /** The fate of who is in the old state, and was erased since; undefined where the operator is asked. */
      readonly gone: 'erase' | 'keep' | undefined;
      readonly isSure: boolean;
    }
);

/** The words by which the texts call the command. */
export const SCRIPT = 'npx kakao-gateway restore';

/** The text of `--help`. */
export const HELP: Sentence = {
  en: `Usage: npx kakao-gateway restore --stack <name> | --table <name> --at <time>
         [--to <name>] [--gone erase|keep] [--yes]

Brings the sessions of a past time back, in a new table with all that the old one has (deletion of what has expired,
point-in-time recovery, deletion protection, tags), and says how the gateway is pointed at it. The old table stays as
it is. What was begun goes on when the same command is run again; in
place of latest it tells the time to give.

  --stack <name>      the gateway's stack, such as kakao-gateway-prod, or the one of its sessions
  --table <name>      the table of sessions itself
  --region <name>     where it is; default: where npm run deploy puts that stage, by cdk.json and the AWS CLI's settings
  --at <time>         the state to bring back, with its zone: 2026-11-22T09:30:00+09:00, or latest; left out where the
                      table was deleted: it comes back as it was then
  --to <name>         the new table's name; default: the old one's, with the time
  --gone <what>       of who blocked the channel, left or was erased since that time: erase them in the new table, too,
                      or keep them; default: ask
  --yes               begin without asking; needs --gone
  --lang <en|ko>      default: ko where LC_ALL, or else LANG, begins with ko; else en

AWS is asked by the credentials of the AWS CLI.
Exit code: 0 when the new table is ready, 1 when it was not confirmed, 2 when something is wrong.`,
  ko: `사용법: npx kakao-gateway restore --stack <이름> | --table <이름> --at <시각>
          [--to <이름>] [--gone erase|keep] [--yes]

지난 시각의 세션을 새 테이블로 되살립니다. 새 테이블은 옛 테이블이 가진 것(만료 삭제, 특정 시점 복구, 삭제 방지,
태그)을 모두 갖추며, 게이트웨이가 새 테이블을 쓰게 하는 방법도 알려 줍니다. 옛 테이블은 그대로 둡니다. 중간에
멈췄다면 같은 명령을 다시 실행하면 이어서 합니다. latest 대신 줄 시각은 명령이 알려 줍니다.

  --stack <이름>      게이트웨이의 스택(예: kakao-gateway-prod) 또는 그 세션의 스택
  --table <이름>      세션 테이블을 직접 지정
  --region <이름>     있는 리전. 기본값: cdk.json과 AWS CLI의 설정으로 npm run deploy가 그 스테이지를 두는 곳
  --at <시각>         되살릴 시각. 시간대까지: 2026-11-22T09:30:00+09:00, 또는 latest. 테이블이 삭제됐다면 쓰지
                      않음: 삭제될 때의 상태로 되살림
  --to <이름>         새 테이블의 이름. 기본값: 옛 이름에 시각을 붙임
  --gone <무엇>       그 시각 뒤에 채널을 차단했거나 떠났거나 지워진 사람을 새 테이블에서도 지울지(erase), 둘지(keep).
                      기본값: 물음
  --yes               묻지 않고 시작. --gone이 필요함
  --lang <en|ko>      기본값: LC_ALL(없으면 LANG)이 ko로 시작하면 ko, 아니면 en

AWS에는 AWS CLI의 자격 증명으로 묻습니다.
종료 코드: 새 테이블이 준비됐으면 0, 확인받지 못했으면 1, 잘못된 것이 있으면 2.`,
};

/**
 * Reads the command line.
 * @param fallback the language unless `--lang` names one
 * @throws UsageError with one sentence
 */
export function readOptions(args: readonly string[], fallback: Language): Options {
  const { values } = parsedArguments({
    args: [...args],
    options: {
      stack: { type: 'string' },
      table: { type: 'string' },
      region: { type: 'string' },
      at: { type: 'string' },
      to: { type: 'string' },
      gone: { type: 'string' },
      yes: { type: 'boolean', default: false },
      lang: { type: 'string', default: fallback },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { lang: language, at, to: target, gone, yes } = values;
  if (language !== 'en' && language !== 'ko')
    throw new UsageError(`--lang is en or ko, not ${visible(language)}`);
  if (values.help) return { language, action: 'help' };
  if (gone !== undefined && gone !== 'erase' && gone !== 'keep')
    throw new UsageError(`--gone is erase or keep, not ${visible(gone)}`);
  if (yes && at !== undefined && gone === undefined)
    throw new UsageError(
      '--yes needs --gone: erase, or keep, who blocked the channel, left or was erased since',
    );
  if (target !== undefined && !/^[\w.-]{3,255}$/.test(target))
    throw new UsageError('--to must be a name of a table: 3 to 255 letters, digits, and _ . -');
  return {
    language,
    action: 'restore',
    where: { region: values.region, stack: values.stack },
    table: namedTable(values.table, values.stack),
    at: at === undefined || at === 'latest' ? at : timeOf(at),
    target,
    gone,
    isSure: yes,
  };
}

/** A time with its zone: without one nobody knows which of two is meant. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d)$/;

function timeOf(text: string): Date {
  const time = new Date(text);
  const day = new Date(text.slice(0, 10));
  // Another day than that is one that no month has.
  const isDay = !Number.isNaN(day.getTime()) && text.startsWith(day.toISOString().slice(0, 10));
  if (TIME.test(text) && isDay && !Number.isNaN(time.getTime()))
    return new Date(Math.floor(time.getTime() / 1_000) * 1_000);
  throw new UsageError(
    `--at must be a time with its zone, such as 2026-11-22T09:30:00+09:00, or latest, not ${visible(text.slice(0, 40))}`,
  );
}
