import { parseArgs } from 'node:util';
import type { Language, Sentence } from '../language.ts';
import { visible } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** The command line, read. */
export interface Options {
  readonly language: Language;
  readonly isHelp: boolean;
  /** Lines of the log; none where they stand on the standard input. */
  readonly lines: readonly string[];
  /** The folder of the cloud assembly, which `cdk synth` writes. */
  readonly assembly: string;
  /** The bucket of the functions' code, unless it is the one of `cdk bootstrap`. */
  readonly bucket: string | undefined;
}

/** The text of `--help`. */
export const HELP: Sentence = {
  en: `Usage: npx kakao-gateway trace '<line of the log>'
       aws logs tail … | npx kakao-gateway trace
In the gateway's own repository: npm run -s trace -- '<line of the log>'

Tells where an error of a deployed function was made: files, lines and functions as they were written. It takes
lines of the log, and JSON with such lines in it, as CloudWatch's console and the AWS CLI give it.

  --assembly <folder>  where cdk synth wrote the source maps; default: cdk.out
  --bucket <name>      where cdk deploy put them, unless in the bucket that cdk bootstrap made by default
  --lang <en|ko>       default: ko where LC_ALL, or else LANG, begins with ko; else en

AWS is asked only for a map that is not in the folder: by the credentials and the region of the AWS CLI.
Exit code: 0 when every error was traced, 1 when a source map is missing, 2 when something is wrong.`,
  ko: `사용법: npx kakao-gateway trace '<로그 한 줄>'
       aws logs tail … | npx kakao-gateway trace
게이트웨이 저장소 안에서: npm run -s trace -- '<로그 한 줄>'

배포한 함수의 오류가 어디에서 났는지, 원래 소스의 파일과 줄과 함수로 알려 줍니다. 로그 줄을 그대로 받고,
CloudWatch 콘솔과 AWS CLI가 주는 JSON 안에 든 줄도 받습니다.

  --assembly <폴더>    cdk synth가 소스 맵을 둔 곳. 기본값: cdk.out
  --bucket <이름>      cdk deploy가 소스 맵을 올린 곳. cdk bootstrap의 기본 버킷이 아닐 때
  --lang <en|ko>       기본값: LANG이 ko로 시작하면 ko, 아니면 en

폴더에 없는 맵만 AWS에서 찾습니다. 자격 증명과 리전은 AWS CLI의 것을 씁니다.
종료 코드: 모두 찾았으면 0, 소스 맵이 없으면 1, 잘못된 것이 있으면 2.`,
};

/**
 * Reads the command line.
 * @param fallback the language unless `--lang` names one
 * @throws UsageError when an option is wrong; parseArgs' own error when one is unknown
 */
export function readOptions(args: readonly string[], fallback: Language): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      assembly: { type: 'string', default: 'cdk.out' },
      bucket: { type: 'string' },
      lang: { type: 'string', default: fallback },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { lang: language, bucket, assembly, help: isHelp } = values;
  if (language !== 'en' && language !== 'ko')
    throw new UsageError(`--lang is en or ko, not ${visible(language)}`);
  if (bucket !== undefined && !/^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/.test(bucket))
    throw new UsageError('--bucket must be the name of a bucket, without s3:// or a path');
  return { language, isHelp, lines: positionals, assembly, bucket };
}
