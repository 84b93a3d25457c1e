import type { Language } from '../language.ts';
import { type AnswerKind, problemsOf } from './problems-of.ts';
import { failed, OK, type Verdict, warning } from './verdict.ts';
import type { HttpAnswer } from './visit.ts';

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
export function refused({ status }: HttpAnswer): Verdict {
  if (status === 401) return OK;
  if (status >= 300 && status < 500) return warning('refused-oddly', { status });
  return status >= 500 ? failed('server-error', { status }) : failed('open');
}

/** A body that is no JSON: the caller's fault, and not the server's. */
export function refusedAsBroken(answer: HttpAnswer): Verdict {
  if (answer.status === 401 || answer.status === 403) return failed('secret-refused');
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

/** The gateway's own sign of life. */
export function alive(base: string): Expectation {
  return answer =>
    answer.status === 404
      ? warning('health-missing', { base })
      : (wrongStatus(answer, `${base}/health`) ?? OK);
}

/** A call of the API TEST whose answer Kakao does not look at. */
export function optional({ status }: HttpAnswer): Verdict {
  if (status === 200) return OK;
  if (status === 401 || status === 403) return failed('app-secret-refused');
  return warning('optional-status', { status });
}

/** The status, body or version for which Kakao does not come to read the answer. */
function wrongEnvelope(answer: HttpAnswer, kind: AnswerKind, register: string): Verdict | undefined {
  const wrong = wrongStatus(answer, register) ?? wrongJson(answer);
  return wrong ?? (kind === 'skill' && !hasVersion(answer.json) ? failed('v1') : undefined);
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
  if (status === 401 || status === 403)
    return failed(register.includes('/smart-chat/') ? 'app-secret-refused' : 'secret-refused');
  if (status === 404 || status === 405) return failed('not-found', { register });
  if (status >= 300 && status < 400) return failed('redirect', { status, register });
  if (status >= 500) return failed('server-error', { status });
  return failed('wrong-status', { status, excerpt });
}

function wrongJson({ json, contentType }: HttpAnswer): Verdict | undefined {
  if (json !== undefined) return undefined;
  return failed(contentType.includes('html') ? 'html' : 'not-json');
}

// smart-chat took other types for a "wrong keyboard initialization", and a missing charset garbled Korean.
function wrongContentType({ contentType }: HttpAnswer, kind: AnswerKind): Verdict | undefined {
  const [media, ...parameters] = contentType.split(';').map(part => part.trim());
  if (kind === 'skill') return media === 'application/json' ? undefined : warning('content-type');
  const isUtf8 = parameters.some(parameter => /^charset="?utf-8"?$/.test(parameter));
  return media === 'application/json' && isUtf8 ? undefined : failed('content-type-smart-chat');
}

function hasVersion(json: unknown): boolean {
  return isObject(json) && json.version === '2.0';
}

function isDeferral(json: unknown): boolean {
  return isObject(json) && json.useCallback === true;
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
