import type { Language } from '../language.ts';
import type { Protocol } from './checks.ts';
import { SECRET_PLACE } from './hide-secret.ts';
import type { Target } from './target.ts';

/** The steps left to do by hand in Kakao's consoles, in their own words, with this gateway's URLs. */
export function nextSteps(
  { base, isLoopback }: Target,
  protocols: readonly Protocol[],
  language: Language,
): string {
  const steps = STEPS[language];
  const parts = [
    ...(isLoopback ? [steps.loopback] : []),
    ...protocols.map(protocol => steps[protocol](`${base}${PATHS[protocol]}`)),
  ];
  return parts.join('\n\n');
}

const PATHS = {
  'open-builder': '/open-builder/skill',
  'smart-chat': `/smart-chat/${SECRET_PLACE}`,
} as const satisfies Record<Protocol, string>;

type Steps = Readonly<Record<Protocol, (url: string) => string>> & { readonly loopback: string };

const STEPS: Readonly<Record<Language, Steps>> = {
  en: {
    loopback:
      'Kakao can\'t reach this address ("올바르지 않은 URL"): deploy first (npm run deploy), and examine that gateway.',
    'open-builder': url => `Next, in the 챗봇 관리자센터 (Open Builder)
  1. 스킬 > 생성. 스킬 URL: ${url}
     헤더값 입력: x-gateway-secret = ${SECRET_PLACE}
  2. 시나리오 > 폴백 블록 and 웰컴 블록: 스킬 선택, and 봇 응답 = 스킬데이터 사용.
  3. Blocks with a slow rule: Callback 설정, once the bot is approved as an AI 챗봇 (설정 > AI 챗봇 관리).
  4. 배포: without it the 운영채널 goes on as before.
  Never disconnect the 개발채널: the sign-up, profile and location plugins would stop.`,
    'smart-chat': url => `Next, for smart-chat (플러스친구 관리자센터)
  1. 앱 URL: ${url}
  2. 알림받을 전화번호: who is told when the gateway fails.
  3. API 테스트, 저장하기, 시작하기.
  Kakao closed smart-chat on 2019-12-31, to new bots on 2018-12-03: this is for the servers and tools
  that still speak it.`,
  },
  ko: {
    loopback:
      '카카오는 이 주소에 닿을 수 없습니다("올바르지 않은 URL"). 먼저 배포하고(npm run deploy) 그 게이트웨이를 점검하세요.',
    'open-builder': url => `다음 할 일: 챗봇 관리자센터(오픈빌더)
  1. 스킬 > 생성. 스킬 URL: ${url}
     헤더값 입력: x-gateway-secret = ${SECRET_PLACE}
  2. 시나리오 > 폴백 블록과 웰컴 블록: 스킬 선택, 봇 응답 = 스킬데이터 사용.
  3. 느린 규칙이 있는 블록: AI 챗봇 승인(설정 > AI 챗봇 관리)을 받은 뒤 Callback 설정.
  4. 배포: 배포하기 전에는 운영채널이 예전 그대로 답합니다.
  개발채널 연결을 끊지 마세요. 가입, 프로필, 위치 플러그인이 멈춥니다.`,
    'smart-chat': url => `다음 할 일: 스마트채팅(플러스친구 관리자센터)
  1. 앱 URL: ${url}
  2. 알림받을 전화번호: 게이트웨이에 오류가 나면 알림을 받을 사람.
  3. API 테스트, 저장하기, 시작하기.
  카카오는 2018-12-03에 신규 등록을, 2019-12-31에 스마트채팅을 끝냈습니다. 아직 이 프로토콜을 쓰는
  서버와 도구를 위한 것입니다.`,
  },
};
