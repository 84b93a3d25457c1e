import { type AnswerKind, problemsOf } from './problems-of.ts';
import type { Answer } from './visit.ts';
import { type Finding, type FindingCode, finding, type Language } from './words.ts';

/** How a check ended: `warning` is for what Kakao takes today but should not have to. */
export type Mark = 'ok' | 'warning' | 'failed' | 'skipped';

/** A check's result and its reason. */
export interface Verdict {
  readonly mark: Mark;
  /** Present unless all is as it should be; a remark where the mark is `ok`. */
  readonly finding?: Finding;
}

/** Judges an answer that came in time. */
export type Judge = (answer: Answer) => Verdict;

/** Nothing to complain about. */
export const OK: Verdict = { mark: 'ok' };

/** A check that failed for this reason. */
export function failed(code: FindingCode, values?: Finding['values']): Verdict {
  return { mark: 'failed', finding: finding(code, values) };
}

/** A check that passed, but. */
export function warning(code: FindingCode, values?: Finding['values']): Verdict {
  return { mark: 'warning', finding: finding(code, values) };
}

/** An answer that Kakao shows: 200, JSON, and accepted as `kind`. @param register what to register where nothing is served */
export function accepted(kind: AnswerKind, register: string): Judge {
  return answer => {
    const wrong = unread(answer, kind, register);
    if (wrong) return wrong;
    if (kind === 'skill' && isDeferral(answer.json)) return failed('callback-unasked');
    return read(answer, kind);
  };
}

/** An answer to a request with a callback URL: one to be shown now, or the promise of one, accepted by Kakao either way. */
export function acceptedOrDeferred(register: string): Judge {
  return answer => unread(answer, 'skill', register) ?? read(answer, 'skill');
}

/** A call without the secret: whoever finds the URL could make it, too. */
export function refused({ status }: Answer): Verdict {
  if (status === 401) return OK;
  if (status >= 300 && status < 500) return warning('refused-oddly', { status });
  return status >= 500 ? failed('server-error', { status }) : failed('open');
}

/** A body that is no JSON: the caller's fault, and not the server's. */
export function refusedAsBroken(answer: Answer): Verdict {
  if (answer.status === 401 || answer.status === 403) return failed('secret-refused');
  if (answer.status >= 400 && answer.status < 500) return OK;
  return answer.status >= 500
    ? failed('broken-json-fails', { status: answer.status })
    : warning('broken-json-taken', { status: answer.status });
}

/** An answer of the parameter validation API, which need not be deployed. */
export function validation(register: string): Judge {
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
export function alive(base: string): Judge {
  return answer =>
    answer.status === 404
      ? warning('health-missing', { base })
      : (wrongStatus(answer, `${base}/health`) ?? OK);
}

/** A call of the API TEST whose answer Kakao does not look at. */
export function optional({ status }: Answer): Verdict {
  if (status === 200) return OK;
  if (status === 401 || status === 403) return failed('app-secret-refused');
  return warning('optional-status', { status });
}

/** Why Kakao does not come to read the answer, if so. */
function unread(answer: Answer, kind: AnswerKind, register: string): Verdict | undefined {
  const wrong = wrongStatus(answer, register) ?? wrongJson(answer);
  return wrong ?? (kind === 'skill' && !hasVersion(answer.json) ? failed('v1') : undefined);
}

/** What Kakao makes of an answer that it reads. */
function read(answer: Answer, kind: AnswerKind): Verdict {
  const problems = problemsOf(answer.json, kind);
  if (problems.length === 0) return wrongContentType(answer, kind) ?? OK;
  const problemsIn = (language: Language) => problems.map(problem => problem[language]).join('; ');
  return failed('not-accepted', { problems: { en: problemsIn('en'), ko: problemsIn('ko') } });
}

function wrongStatus({ status, said }: Answer, register: string): Verdict | undefined {
  if (status === 200) return undefined;
  if (status === 401 || status === 403)
    return failed(register.includes('/smart-chat/') ? 'app-secret-refused' : 'secret-refused');
  if (status === 404 || status === 405) return failed('not-found', { register });
  if (status >= 300 && status < 400) return failed('redirect', { status, register });
  if (status >= 500) return failed('server-error', { status });
  return failed('wrong-status', { status, said });
}

function wrongJson({ json, contentType }: Answer): Verdict | undefined {
  if (json !== undefined) return undefined;
  return failed(contentType.includes('html') ? 'html' : 'not-json');
}

// smart-chat took other types for a "wrong keyboard initialization", and a missing charset garbled Korean.
function wrongContentType({ contentType }: Answer, kind: AnswerKind): Verdict | undefined {
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
