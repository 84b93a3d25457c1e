import type { Language } from '../language.ts';
import { type AnswerKind, problemsOf } from './problems-of.ts';
import { failed, OK, type Verdict, warning } from './verdict.ts';
import type { HttpAnswer } from './visit.ts';

/** No value of a server's that is longer is shown. */
const LONGEST_VALUE = 20;

/** A check's demand on an answer that came in time, as the verdict on each. */
export type Expectation = (answer: HttpAnswer) => Verdict;

/** An answer that Kakao shows: 200, JSON, and accepted as `kind`. @param register what to register where nothing is served */
export function accepted(kind: AnswerKind, register: string): Expectation {
  return answer => {
    const wrong = wrongEnvelope(answer, kind, register);
    if (wrong) return wrong;
    if (kind === 'skill' && isDeferral(answer.json)) return failed('callback-unasked');
    return contentVerdict(answer, kind);
  };
}

/** An answer to a request with a callback URL: one to be shown now, or the promise of one, accepted by Kakao either way. */
export function acceptedOrDeferred(register: string): Expectation {
  return answer => wrongEnvelope(answer, 'skill', register) ?? contentVerdict(answer, 'skill');
}

/** A call without the secret: whoever finds the URL could make it, too. */
export function refused({ status, json }: HttpAnswer): Verdict {
  if (status === 401) return OK;
  // It may be a refusal that nobody has unwrapped.
  if (isWrapped(json)) return failed('wrapped');
  if (status >= 300 && status < 500) return warning('refused-oddly', { status });
  return status >= 500 ? failed('server-error', { status }) : failed('open');
}

/** A body that is no JSON: the caller's fault, and not the server's. */
export function refusedAsBroken(answer: HttpAnswer): Verdict {
  if (answer.status === 401) return failed('secret-refused');
  const before = refusedBefore(answer) ?? (isWrapped(answer.json) ? failed('wrapped') : undefined);
  if (before) return before;
  if (answer.status >= 400 && answer.status < 500) return OK;
  return answer.status >= 500
    ? failed('broken-json-fails', { status: answer.status })
    : warning('broken-json-taken', { status: answer.status });
}

/** An answer of the parameter validation API, which need not be deployed. */
export function validation(register: string): Expectation {
  return answer => {
    if (answer.status === 404 || answer.status === 405) return warning('validation-missing');
    const wrong = wrongStatus(answer, register) ?? wrongJson(answer);
    if (wrong) return wrong;
    const status = isObject(answer.json) ? answer.json.status : undefined;
    return typeof status === 'string' && /^(SUCCESS|FAIL|ERROR|IGNORE)$/.test(status)
      ? OK
      : failed('validation-status');
  };
}

/** The gateway's own sign of life, for which nobody needs the secret. */
export function alive(base: string): Expectation {
  return answer => {
    const { status } = answer;
    if (status === 404) return warning('health-missing', { base });
    if (status === 401 || status === 403) return warning('health-refused', { status });
    return wrongStatus(answer, `${base}/health`) ?? OK;
  };
}

/** A call of the API TEST whose answer Kakao does not look at. */
export function optional(answer: HttpAnswer): Verdict {
  const { status } = answer;
  if (status === 200) return OK;
  if (status === 401) return failed('app-secret-refused');
  return refusedBefore(answer) ?? warning('optional-status', { status });
}

/** The status, body or version for which Kakao does not come to read the answer. */
function wrongEnvelope(answer: HttpAnswer, kind: AnswerKind, register: string): Verdict | undefined {
  const wrong = wrongStatus(answer, register) ?? wrongJson(answer);
  return wrong ?? (kind === 'skill' ? wrongVersion(answer.json) : undefined);
}

/** How Kakao takes an answer that it reads. */
function contentVerdict(answer: HttpAnswer, kind: AnswerKind): Verdict {
  const problems = problemsOf(answer.json, kind);
  if (problems.length === 0) return wrongContentType(answer, kind) ?? OK;
  const problemsIn = (language: Language) => problems.map(problem => problem[language]).join('; ');
  return failed('not-accepted', { problems: { en: problemsIn('en'), ko: problemsIn('ko') } });
}

function wrongStatus({ status, excerpt }: HttpAnswer, register: string): Verdict | undefined {
  if (status === 200) return undefined;
  if (status === 401)
    return failed(register.includes('/smart-chat/') ? 'app-secret-refused' : 'secret-refused');
  const before = refusedBefore({ status });
  if (before) return before;
  if (status === 404 || status === 405) return failed('not-found', { register });
  if (status >= 300 && status < 400) return failed('redirect', { status, register });
  if (status >= 500) return failed('server-error', { status });
  return failed('wrong-status', { status, excerpt });
}

/** A refusal that is none of the gateway's functions'. */
function refusedBefore({ status }: Pick<HttpAnswer, 'status'>): Verdict | undefined {
  if (status === 403) return failed('forbidden');
  return status === 429 ? failed('throttled') : undefined;
}

function wrongJson({ json, contentType, unread }: HttpAnswer): Verdict | undefined {
  if (unread) return { mark: 'failed', diagnostic: unread };
  if (json === undefined) return failed(contentType.includes('html') ? 'html' : 'not-json');
  if (isWrapped(json)) return failed('wrapped');
  return typeof json === 'string' && holdsJson(json) ? failed('json-in-text') : undefined;
}

function isWrapped(json: unknown): boolean {
  return isObject(json) && typeof json.statusCode === 'number' && 'body' in json;
}

function holdsJson(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}

function wrongVersion(json: unknown): Verdict | undefined {
  if (!isObject(json) || json.version === undefined) return failed('v1');
  return json.version === '2.0' ? undefined : failed('version', { version: shortly(json.version) });
}

/** Whole or not at all: a part of a text could be a part of the secret. */
function shortly(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length <= LONGEST_VALUE ? json : '…';
}

// smart-chat took other types for a "wrong keyboard initialization", and a missing charset garbled Korean.
function wrongContentType({ contentType }: HttpAnswer, kind: AnswerKind): Verdict | undefined {
  const [media, ...parameters] = contentType.split(';').map(part => part.trim());
  const charset = parameters
    .find(parameter => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  if (charset !== undefined && !/^utf-?8$/.test(charset))
    return failed('charset', { charset: charset.length <= LONGEST_VALUE ? charset : '…' });
  if (kind === 'skill') return media === 'application/json' ? undefined : warning('content-type');
  return media === 'application/json' && charset === 'utf-8' ? undefined : failed('content-type-smart-chat');
}

function isDeferral(json: unknown): boolean {
  return isObject(json) && json.useCallback === true;
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
