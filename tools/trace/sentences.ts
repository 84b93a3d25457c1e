import type { Sentence } from '../language.ts';

/** Stands before an error that is behind another. */
export const CAUSED_BY: Sentence = { en: 'caused by ', ko: '원인: ' };

/** Said where nothing that was given tells of an error. */
export const NO_ERROR: Sentence = {
  en: 'No line with an "error" is in what was given: give whole lines of the log, as {"time":…,"error":{…}}',
  ko: '"error"가 있는 로그 줄이 없습니다. {"time":…,"error":{…}}처럼 줄 전체를 주세요.',
};

/** Said of a line that an older release wrote, or no deployed function. */
export const NO_BUILD: Sentence = {
  en: 'The line names no "build": its places are as they ran. Deployed functions of this release name theirs; npm start tells the sources by itself.',
  ko: '이 줄에는 "build"가 없어 실행된 위치 그대로입니다. 이 릴리스로 배포한 함수는 build를 남기고, npm start는 소스의 위치를 바로 알려 줍니다.',
};

/** Said of a source that is another by now. */
export function otherSource(file: string): Sentence {
  return {
    en: `${file} here is not the one that was deployed: check that commit out to see the line`,
    ko: `여기의 ${file}은 배포한 것과 다릅니다. 그 줄을 보려면 배포한 커밋을 체크아웃하세요.`,
  };
}

/** Said of a build whose source map is nowhere. @param reason why the bucket could not be asked */
export function noMap(
  build: string,
  assembly: string,
  { bucket, reason }: { readonly bucket: string | undefined; readonly reason: string | undefined },
): Sentence {
  const asked = bucket === undefined ? undefined : `s3://${bucket}`;
  const en =
    reason === undefined
      ? `, nor in ${asked}`
      : `, and ${asked ?? 'its bucket'} could not be asked (${reason})`;
  const ko = reason === undefined ? `와 ${asked}에` : `에 없고, ${asked ?? '버킷'}은 볼 수 없어서(${reason})`;
  return {
    en: `No source map of the build ${build} is in ${assembly}${en}: check out the commit that was deployed, run npx cdk synth there, and then this again; the map is found by the build's hash.`,
    ko: `빌드 ${build}의 소스 맵이 ${assembly}${ko} 찾지 못했습니다. 배포한 커밋을 체크아웃하고 npx cdk synth를 실행한 뒤 다시 해 보세요. 맵은 빌드의 해시로 찾습니다.`,
  };
}

/** Said to a person at a terminal who has given nothing. */
export const PASTE: Sentence = {
  en: 'Paste lines of the log, then Enter and Ctrl-D.',
  ko: '로그 줄을 붙여 넣고 Enter와 Ctrl-D를 누르세요.',
};

/** Said of an input without an end. */
export const TOO_LONG: Sentence = {
  en: 'The standard input is longer than 64 MB: give fewer lines',
  ko: '표준 입력이 64MB를 넘습니다. 줄을 줄여 주세요.',
};
