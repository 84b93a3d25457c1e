import { isRejected, validPart } from '../check/valid-part.ts';
import { type Violation, violationsOf } from '../check/violation.ts';
import { isObject, objectOrEmpty } from '../json-reader.ts';
import { inspectMessage } from './check.ts';

/**
 * What may leave as the answer to `POST /message`: the answer itself when Kakao shows it, else its valid part, and
 * `safe` where no bubble is left. Never throws and never changes the answer.
 * @param safe what to say when nothing else can be said: 1 to 1,000 characters, not blank
 */
export function sendableMessage(
  answer: unknown,
  safe: string,
): { readonly answer: unknown; readonly violations: readonly Violation[] } {
  const found = inspectMessage(answer);
  const violations = violationsOf(found);
  if (!found.some(isRejected)) return { answer, violations };
  // Without its message a valid keyboard would go, too.
  const given = objectOrEmpty(answer);
  const part = objectOrEmpty(validPart(given, inspectMessage));
  if (isObject(part.message)) return { answer: part, violations };
  const message = { text: safe };
  const safely = objectOrEmpty(validPart({ ...given, message }, inspectMessage));
  return { answer: { ...safely, message }, violations };
}
