import type { Texts } from '../bot/texts.ts';
import type { ValidationRequest, Verdict } from '../bot/validation.ts';
import type { ValidationResponse } from './wire.ts';

/** The answer whenever the gateway has no verdict: Kakao keeps the value as it is, and the user gets on. */
export const IGNORE: ValidationResponse = { status: 'IGNORE' };

/** A message is shown as a text bubble, which has no more. */
const MAX_MESSAGE_LENGTH = 1_000;

/** A verdict as the parameter validation API takes it; a refusal without words gets `texts.invalid`. */
export function renderVerdict(
  verdict: Verdict,
  { value }: ValidationRequest,
  { invalid }: Texts,
): ValidationResponse {
  switch (verdict.kind) {
    case 'valid': {
      // Whether SUCCESS without a value keeps it or empties it, no document says.
      const kept = verdict.value ?? value.value;
      return typeof kept === 'string' ? { status: 'SUCCESS', value: kept } : { status: 'SUCCESS' };
    }
    case 'invalid':
      return { status: 'FAIL', message: cut(verdict.message.trim().toWellFormed() || invalid) };
    case 'ignored':
      return IGNORE;
    default:
      return verdict satisfies never;
  }
}

function cut(message: string): string {
  if (message.length <= MAX_MESSAGE_LENGTH) return message;
  // Half a surrogate pair at the end would not be a character.
  return message.slice(0, MAX_MESSAGE_LENGTH).replace(/[\ud800-\udbff]$/, '');
}
