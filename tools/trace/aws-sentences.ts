import type { Language, Sentence } from '../language.ts';
import { CLOCK, isOfClock } from '../sessions-table/told-error.ts';

interface AwsError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
}

/**
 * One sentence on what AWS, or the way to it, refused: what it was and what to do; undefined of any other error.
 * @param region the one that was asked
 */
export function awsSentence(error: unknown, language: Language, region: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { name, message, code }: AwsError = error;
  const [words = ''] = String(message).split('\n');
  if (isOfClock(words)) return CLOCK[language];
  const told = `${String(name)} ${String(code)} ${words}`;
  return KNOWN.find(([pattern]) => pattern.test(told))?.[1](words.slice(0, 400), region)[language];
}

const KNOWN: readonly (readonly [pattern: RegExp, sentence: (words: string, region: string) => Sentence])[] =
  [
    [
      /CredentialsProviderError|Could not load credentials/,
      () => ({
        en: 'no credentials of AWS: sign in as for cdk deploy (aws sso login, AWS_PROFILE, or the two keys)',
        ko: 'AWS 자격 증명이 없습니다. cdk deploy할 때처럼 로그인하세요(aws sso login, AWS_PROFILE 또는 키 두 개)',
      }),
    ],
    [
      /ExpiredToken|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch/,
      words => ({
        en: `AWS does not take the credentials, which have expired or are wrong: ${words}`,
        ko: `AWS가 자격 증명을 받지 않습니다. 만료됐거나 틀렸습니다: ${words}`,
      }),
    ],
    [
      /Region is missing/,
      () => ({
        en: 'no region: give --region, such as ap-northeast-2',
        ko: '리전이 없습니다. --region을 ap-northeast-2처럼 주세요',
      }),
    ],
    [
      /AccessDenied|not authorized to perform/,
      words => ({
        en: `AWS does not allow it to these credentials: ${words}`,
        ko: `이 자격 증명으로는 할 수 없습니다: ${words}`,
      }),
    ],
    [
      /^ValidationError .*does not exist/,
      (words, region) => ({
        en: `${words} in ${region} of this account: see --stack, --region and AWS_PROFILE`,
        ko: `이 계정의 ${region}: ${words}. --stack과 --region, AWS_PROFILE을 확인하세요`,
      }),
    ],
    [
      /Throttling|TooManyRequests|LimitExceeded/,
      () => ({
        en: 'AWS was asked too often at once, by whomever: wait a minute, or make the range shorter (--within)',
        ko: 'AWS에 요청이 한꺼번에 너무 많았습니다. 1분 뒤에 다시 하거나 시간을 줄이세요(--within)',
      }),
    ],
    [
      /ResourceNotFoundException/,
      (words, region) => ({
        en: `not there, in ${region} of this account: ${words.replace(/\.$/, '')}. See --log-group, --secret-id, --region and AWS_PROFILE`,
        ko: `이 계정의 ${region}에 없습니다: ${words.replace(/\.$/, '')}. --log-group과 --secret-id, --region, AWS_PROFILE을 확인하세요`,
      }),
    ],
    [
      /ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|TimeoutError/,
      (words, region) => ({
        en: `AWS can't be reached in ${region} (${words}): see the network, and whether that is a region`,
        ko: `${region}의 AWS에 닿지 못했습니다(${words}). 네트워크와, 그것이 리전인지 확인하세요`,
      }),
    ],
  ];
