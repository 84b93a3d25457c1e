import { UnavailableError } from '../../lambda/errors.ts';
import { isObject } from '../../lambda/json-reader.ts';
import type { Language, Sentence } from '../language.ts';
import { UsageError } from '../usage-error.ts';

/** Stands in the way of a command, and says so in one sentence a language; nothing was changed by the step that found it. */
export class Obstacle extends Error {
  override readonly name = 'Obstacle';
  readonly sentence: Sentence;

  constructor(sentence: Sentence) {
    super(sentence.en);
    this.sentence = sentence;
  }
}

/** One line that says what went wrong, of whatever was thrown: no stack, and no value that a user gave. */
export function toldError(thrown: unknown, language: Language): string {
  const error = thrown instanceof UnavailableError && thrown.cause !== undefined ? thrown.cause : thrown;
  if (error instanceof Obstacle) return error.sentence[language];
  if (error instanceof UsageError) return error.message;
  const { name, message } = factsOf(error);
  return refusalOfAws(error, language) ?? `${name}: ${firstLine(message)}`;
}

/** One line on credentials that are missing or refused, a region or a way to AWS that is none; undefined of any other error. */
export function refusalOfAws(error: unknown, language: Language): string | undefined {
  const { name, code, message, hostname } = factsOf(error);
  if (isOfClock(message)) return CLOCK[language];
  if (areNoCredentials(error)) return NO_CREDENTIALS[language];
  if (message.startsWith('Region is missing') || message.startsWith('Region not accepted'))
    return NO_REGION[language];
  if (UNREACHABLE.has(code) || name === 'TimeoutError')
    return unreachable([code || name, hostname].filter(Boolean).join(' '))[language];
  if (name.startsWith('AccessDenied')) return refused(firstLine(message))[language];
  return undefined;
}

/** Whether AWS has refused somebody without credentials, or with some that are wrong or have expired: it will refuse all. */
export const areNoCredentials = (error: unknown): boolean => CREDENTIALS.has(factsOf(error).name);

interface Facts {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  /** Of a name that nobody knows; it has the region in it. */
  readonly hostname: string;
}

function factsOf(error: unknown): Facts {
  const {
    name = 'Error',
    code = '',
    message = '',
    hostname = '',
  }: { name?: unknown; code?: unknown; message?: unknown; hostname?: unknown } = isObject(error) ||
  error instanceof Error
    ? error
    : {};
  return { name: String(name), code: String(code), message: String(message), hostname: String(hostname) };
}

// Of a message of several lines the first says what is wrong.
const firstLine = (message: string): string => message.split('\n')[0] ?? '';

const CREDENTIALS = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'TokenRefreshRequired',
  'UnrecognizedClientException',
]);

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
]);

const NO_CREDENTIALS: Sentence = {
  en: 'AWS takes no credentials from here: log in (aws sso login, aws configure), or set AWS_PROFILE to a profile that may',
  ko: '여기에는 AWS가 받아 주는 자격 증명이 없습니다. 로그인하거나(aws sso login, aws configure) AWS_PROFILE을 정해 주세요.',
};

/** Whether AWS says that a call was signed at another time than it is: the clock here is wrong, and no credentials are. */
export const isOfClock = (message: string): boolean =>
  message.startsWith('Signature expired') || message.startsWith('Signature not yet current');

/** Said where the clock is wrong. */
export const CLOCK: Sentence = {
  en: "AWS refuses what was signed at another time than it is: set this machine's clock right, and try again",
  ko: '이 컴퓨터의 시계가 맞지 않아 AWS가 서명을 거절했습니다. 시계를 맞추고 다시 하세요',
};

const NO_REGION: Sentence = {
  en: 'no region is known: give the one that the gateway was deployed to by --region or AWS_REGION, such as ap-northeast-2',
  ko: '리전을 알 수 없습니다. --region이나 AWS_REGION으로 게이트웨이를 배포한 리전(예: ap-northeast-2)을 알려 주세요.',
};

const unreachable = (code: string): Sentence => ({
  en: `AWS can't be reached (${code}): see whether this machine has a network, and whether --region, the setting region or AWS_REGION is a region`,
  ko: `AWS에 연결할 수 없습니다(${code}). 네트워크와 --region, 설정 region, AWS_REGION을 확인해 주세요.`,
});

const refused = (message: string): Sentence => ({
  en: `AWS refuses these credentials: ${message}`,
  ko: `AWS가 이 자격 증명을 거절했습니다: ${message}`,
});
