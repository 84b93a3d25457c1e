import type { Sentence } from '../language.ts';

/** The text of `--help`. */
export const HELP: Sentence = {
  en: `Usage: npx kakao-gateway trace --stack <name> --at <time> --said '<words of a bubble>'
       npx kakao-gateway trace '<line of the log>'
       aws logs tail … | npx kakao-gateway trace
In the gateway's own repository: npm run -s trace -- …

Finds the turn that a complaint is about in CloudWatch Logs, and tells where an error of a deployed function was
made: files, lines and functions as they were written. Of errors it takes lines of the log, and JSON with such lines in
it, as CloudWatch's console and the AWS CLI give it.

Find a turn, by all that is told of it:
  --at <time>          when the bubble came: "오후 6:45", 18:45, 2026-11-22T18:45; without a zone it is Korea's time
  --within <length>    so long before and after; default: 5m; without --at the last so long; default: 1d; at most 7d
  --said <words>       words of one bubble of the bot's, from its beginning: 12 letters or digits, or all of them
  --user <id>          plusfriendUserKey, smart-chat's user_key, a userKey as user show tells it or, with --bot-id,
                       botUserKey; - reads standard input, so that it does not stay in the shell's history
  --bot-id <id>        the bot of a botUserKey
  --footprint <id>     Kakao's X-Chappie-Footprint or X-Request-Id
  --request <id>       API Gateway's id of the call

Where it looks:
  --stack <name>       the gateway's stack, such as kakao-gateway-prod
  --log-group <name>   a log group, beside those of the stack or instead; may be repeated
  --secret-id <id>     the gateway's secret, where its stack can't tell which
  --region <name>      where all of it is; default: where npm run deploy puts that stage, by cdk.json and the AWS CLI's settings

  --json               what was found, as JSON
  --assembly <folder>  where cdk synth wrote the source maps; default: cdk.out
  --bucket <name>      where cdk deploy put them, unless in the bucket that cdk bootstrap made by default
  --lang <en|ko>       default: ko where LC_ALL, or else LANG, begins with ko; else en

AWS is asked by the credentials of the AWS CLI; for an error's places only where the folder has no map.
Exit code: 0 when turns were found, or every error of the lines was traced; 1 when no turn was found, or a line's
source map is missing; 2 when something is wrong.`,
  ko: `사용법: npx kakao-gateway trace --stack <이름> --at <시각> --said '<말풍선의 말>'
       npx kakao-gateway trace '<로그 한 줄>'
       aws logs tail … | npx kakao-gateway trace
게이트웨이 저장소 안에서: npm run -s trace -- …

사용자의 불만이 어느 턴인지 CloudWatch Logs에서 찾고, 배포한 함수의 오류가 어디에서 났는지 원래 소스의 파일과
줄과 함수로 알려 줍니다. 오류는 로그 줄을 그대로 받고, CloudWatch 콘솔과 AWS CLI가 주는 JSON 안에 든 줄도 받습니다.

턴 찾기. 준 것이 모두 맞는 턴을 찾습니다:
  --at <시각>          말풍선이 온 때: "오후 6:45", 18:45, 2026-11-22T18:45. 시간대가 없으면 한국 시각
  --within <길이>      그 앞뒤로 이만큼. 기본값: 5m. --at이 없으면 지난 이만큼. 기본값: 1d. 최대 7d
  --said <말>          봇의 말풍선 하나의 말. 처음부터 글자와 숫자 12개 이상, 더 짧으면 전부
  --user <id>          plusfriendUserKey, 스마트채팅의 user_key, user show가 알려 주는 userKey, --bot-id와 함께
                       botUserKey. -이면 표준 입력에서 읽어 셸 기록에 남지 않음
  --bot-id <id>        botUserKey의 봇
  --footprint <id>     카카오의 X-Chappie-Footprint 또는 X-Request-Id
  --request <id>       API Gateway의 호출 id

찾을 곳:
  --stack <이름>       게이트웨이의 스택. 예: kakao-gateway-prod
  --log-group <이름>   스택의 로그 그룹에 더하거나 대신할 로그 그룹. 여러 번 쓸 수 있음
  --secret-id <id>     스택으로 알 수 없을 때 게이트웨이의 시크릿
  --region <이름>      모두가 있는 리전. 기본값: cdk.json과 AWS CLI의 설정으로 npm run deploy가 그 스테이지를 두는 곳

  --json               찾은 것을 JSON으로
  --assembly <폴더>    cdk synth가 소스 맵을 둔 곳. 기본값: cdk.out
  --bucket <이름>      cdk deploy가 소스 맵을 올린 곳. cdk bootstrap의 기본 버킷이 아닐 때
  --lang <en|ko>       기본값: LC_ALL(없으면 LANG)이 ko로 시작하면 ko, 아니면 en

AWS는 AWS CLI의 자격 증명으로 부르고, 오류의 위치는 폴더에 맵이 없을 때만 AWS에서 찾습니다.
종료 코드: 턴을 찾았거나 준 줄의 오류 위치를 모두 알았으면 0, 턴이 없거나 줄의 소스 맵이 없으면 1, 잘못된 것이 있으면 2.`,
};
