import type { Sentence } from '../language.ts';
import { visible } from '../terminal.ts';
import { type AppKey, ROTATION_HOURS, SETTINGS } from './options.ts';

/** The answer where nothing else is asked: the secret's place, and how long its value has been in use. */
export function located(
  id: string,
  since: Date | undefined,
  previous: 'valid' | 'none' | 'not told',
): Sentence {
  const from = since?.toISOString() ?? '?';
  const { en, ko } = PREVIOUS[previous];
  return { en: `${visible(id)}\nin use since ${from}${en}`, ko: `${visible(id)}\n${from}부터 사용${ko}` };
}

const PREVIOUS: Readonly<Record<'valid' | 'none' | 'not told', Sentence>> = {
  valid: { en: '; the value before it is still valid', ko: '. 앞의 값도 아직 통함' },
  none: { en: '; there is none before it', ko: '. 앞의 값은 없음' },
  'not told': { en: '', ko: '' },
};

/** The refusal of a rotation that would end a value which Kakao still sends. */
export function notRotated(lastAt: Date): Sentence {
  return {
    en: `Not rotated: the last rotation was at ${lastAt.toISOString()}, less than ${ROTATION_HOURS} hours ago. Another one would end the value before it, which Kakao still sends until every skill has the new one and is deployed: users would get no answer. If all of them have it: --rotate --force`,
    ko: `교체하지 않았습니다. 마지막 교체(${lastAt.toISOString()})에서 ${ROTATION_HOURS}시간이 지나지 않았습니다. 지금 또 교체하면 그 앞의 값이 끝나는데, 모든 스킬에 새 값을 넣고 배포하기 전까지 카카오는 그 값을 보내므로 사용자가 답을 받지 못합니다. 모두 넣었다면: --rotate --force`,
  };
}

/** The end of a value that a forced rotation took away; for how long, the gateway's own numbers say. */
export const FORCED: Sentence = {
  en: 'secret: forced: what was valid before the last rotation has ended. Functions refuse it within 10 seconds where the value of the last rotation was used, and within 3 minutes everywhere',
  ko: 'secret: 강제 교체: 지난 교체 전에 통하던 값이 끝났습니다. 지난 교체의 값이 쓰인 함수는 10초 안에, 모든 함수는 3분 안에 그 값을 거절합니다',
};

/** The steps that are left after a rotation. @param which the options that name the secret */
export function rotated(secretId: string, which: string): Sentence {
  const id = visible(secretId);
  return {
    en: `A new value is in ${id}. Kakao does not know it yet, and the one before stays valid until the next rotation.
1. See it: npm run secret -- ${which} --show
2. 챗봇 관리자센터 > 스킬: in every skill, enter it as the 헤더값 of x-gateway-secret, and save.
3. Where a URL holds the secret (smart-chat's app URL, validation APIs without the header), change it there.
4. Press 배포. The functions take the new value within ten seconds.
From now on every user has another pseudonym in the log. Do not rotate again before all of that is done.`,
    ko: `${id}에 새 값이 있습니다. 카카오는 아직 모르며, 앞의 값은 다음 교체까지 통합니다.
1. 새 값 보기: npm run secret -- ${which} --show
2. 챗봇 관리자센터 > 스킬: 스킬마다 x-gateway-secret의 헤더값을 새 값으로 바꾸고 저장합니다.
3. URL에 시크릿이 든 곳(스마트채팅의 앱 URL, 헤더가 없는 검증 API)도 바꿉니다.
4. 배포를 누릅니다. 함수는 10초 안에 새 값을 받아들입니다.
이제부터 로그에서 사용자의 가명이 달라집니다. 이 일을 모두 마치기 전에는 다시 교체하지 마세요.`,
  };
}

/** The keys of the app in English. */
export const IN_ENGLISH: Readonly<Record<AppKey, string>> = {
  'rest-api-key': 'the REST API key',
  'admin-key': 'the admin key',
};

/** The same in Korean, with the particle that follows. */
const IN_KOREAN: Readonly<Record<AppKey, string>> = {
  'rest-api-key': 'REST API 키가',
  'admin-key': '어드민 키가',
};

/** The steps that are left after a key of the app was put. */
export function keyPut(secretId: string, key: AppKey): Sentence {
  const id = visible(secretId);
  const [first = '', ...others] = IN_ENGLISH[key];
  const deploys = `-c ${SETTINGS[key]}=${id}`;
  return {
    en: `${first.toUpperCase()}${others.join('')} is in ${id}. Functions that run already take it within five minutes; a gateway that does not know the secret yet is deployed with ${deploys}`,
    ko: `${IN_KOREAN[key]} ${id}에 있습니다. 실행 중인 함수는 5분 안에 받아들입니다. 이 시크릿을 아직 모르는 게이트웨이는 ${deploys}로 배포합니다.`,
  };
}
