import { type Diagnostic, type DiagnosticCode, diagnostic } from './diagnostics.ts';

/** How a check ended: `warning` is for what Kakao takes today but should not have to. */
export type Mark = 'ok' | 'warning' | 'failed' | 'skipped';

/** A check's result and its reason. */
export interface Verdict {
  readonly mark: Mark;
  /** Present unless all is as it should be; a remark where the mark is `ok`. */
  readonly diagnostic?: Diagnostic;
}

/** Nothing to complain about. */
export const OK: Verdict = { mark: 'ok' };

/** A check that passed, with a remark. */
export const okBut = (code: DiagnosticCode, values?: Diagnostic['values']): Verdict =>
  verdict('ok', code, values);

/** A check that passed, though something is to be mended. */
export const warning = (code: DiagnosticCode, values?: Diagnostic['values']): Verdict =>
  verdict('warning', code, values);

/** A check that failed for this reason. */
export const failed = (code: DiagnosticCode, values?: Diagnostic['values']): Verdict =>
  verdict('failed', code, values);

/** A check that was left out for this reason. */
export const skipped = (code: DiagnosticCode, values?: Diagnostic['values']): Verdict =>
  verdict('skipped', code, values);

function verdict(mark: Mark, code: DiagnosticCode, values?: Diagnostic['values']): Verdict {
  return { mark, diagnostic: diagnostic(code, values) };
}
