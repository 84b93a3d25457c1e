import { languageOf, type Sentence } from '../tools/language.ts';
import { print } from '../tools/terminal.ts';

/** Prints a command's help in the operator's language, where the arguments ask for it. @returns whether they do */
export function helps(args: readonly string[], help: Sentence): boolean {
  const isAsked = args.includes('--help') || args.includes('-h');
  if (isAsked) print(help[languageOf(process.env)].split('\n'));
  return isAsked;
}

/** The text of `kakao-gateway dev --help`. */
export const DEV_HELP: Sentence = {
  en: `Usage: kakao-gateway dev [scenario] [--fresh]
       kakao-gateway dev --skill <url> [--header <header>] [--validation <url>] [--smart-chat <url>]

Runs a bot on this machine, and again at each save, with a KakaoTalk room to talk to it in.

  [scenario]             the file that exports the bot; default: the first that is there of scenario.ts,
                         src/scenario.ts, lambda/scenario.ts and bot/scenario.ts
  --fresh                forgets all sessions first
  --skill <url>          opens the room alone, for the skill of any bot's server
  --header <header>      a header that the skill gets: 'x-key: $MY_KEY' takes the value from the environment or
                         .env.local; repeats
  --validation <url>     its parameter validation API
  --smart-chat <url>     the app URL of any bot of smart-chat's

Settings are environment variables, or stand in .env.local: PORT (3000), GATEWAY_SECRET (local-secret),
ALLOWED_HOSTS (the hosts of a tunnel).`,
  ko: `사용법: kakao-gateway dev [시나리오] [--fresh]
       kakao-gateway dev --skill <url> [--header <헤더>] [--validation <url>] [--smart-chat <url>]

이 컴퓨터에서 봇을 실행하고, 저장할 때마다 다시 시작합니다. 봇과 이야기할 카카오톡 채팅방도 열립니다.

  [시나리오]             봇을 내보내는 파일. 기본값: scenario.ts, src/scenario.ts, lambda/scenario.ts,
                         bot/scenario.ts 가운데 처음 있는 것
  --fresh                먼저 모든 세션을 지움
  --skill <url>          다른 봇 서버의 스킬. 채팅방만 엶
  --header <헤더>        스킬에 보낼 헤더. 'x-key: $MY_KEY'처럼 쓰면 값을 환경 변수나 .env.local에서 가져옴. 여러 번
                         쓸 수 있음
  --validation <url>     그 봇의 파라미터 검증 API
  --smart-chat <url>     스마트채팅 봇의 앱 URL

설정은 환경 변수나 .env.local에 둡니다: PORT(3000), GATEWAY_SECRET(local-secret), ALLOWED_HOSTS(터널의 호스트).`,
};

/** The text of `kakao-gateway check --help`. */
export const CHECK_HELP: Sentence = {
  en: `Usage: kakao-gateway check [scenario]

Says what is wrong with a bot, and what the project's own TypeScript finds; starts nothing.

  [scenario]  the file that exports the bot; default: the first that is there of scenario.ts, src/scenario.ts,
              lambda/scenario.ts and bot/scenario.ts

Exit code: 0 when all is well, 1 when something is wrong, 2 when there is no bot to check.`,
  ko: `사용법: kakao-gateway check [시나리오]

봇에서 잘못된 것과 프로젝트의 TypeScript가 찾은 것을 알려 줍니다. 아무것도 시작하지 않습니다.

  [시나리오]  봇을 내보내는 파일. 기본값: scenario.ts, src/scenario.ts, lambda/scenario.ts, bot/scenario.ts
              가운데 처음 있는 것

종료 코드: 모두 괜찮으면 0, 잘못된 것이 있으면 1, 검사할 봇이 없으면 2.`,
};
