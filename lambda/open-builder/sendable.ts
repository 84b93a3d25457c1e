import { isRejected, validPart } from '../check/valid-part.ts';
import { type Violation, violationsOf } from '../check/violation.ts';
import { isObject, objectOrEmpty } from '../json-reader.ts';
import { inspectSkill, type Room } from './check.ts';

/**
 * What may leave as a skill's answer: the answer itself when Kakao shows it, else its valid part, and `safe` where
 * no output is left. Never throws and never changes the answer.
 * @param safe what to say when nothing else can be said: 1 to 1,000 characters, not blank
 */
export function sendableSkill(
  answer: unknown,
  room: Room,
  safe: string,
): { readonly answer: unknown; readonly violations: readonly Violation[] } {
  const found = inspectSkill(answer, room);
  const violations = violationsOf(found);
  if (!found.some(isRejected)) return { answer, violations };
  const given = { ...objectOrEmpty(answer), version: '2.0' };
  const part = objectOrEmpty(validPart(given, one => inspectSkill(one, room)));
  const { template, ...rest } = part;
  const had = 'template' in given ? given.template : undefined;
  // A bot that says nothing in a group room means it.
  if ((outputsOf(template) ?? 0) > 0 || (outputsOf(template) === 0 && outputsOf(had) === 0))
    return { answer: part, violations };
  if (rest.useCallback === true || (!isObject(had) && 'version' in rest)) return { answer: rest, violations };
  const safely = { ...objectOrEmpty(had), outputs: [{ simpleText: { text: safe } }] };
  const shown = validPart({ ...rest, version: '2.0', template: safely }, one => inspectSkill(one, room));
  return { answer: shown, violations };
}

function outputsOf(template: unknown): number | undefined {
  return isObject(template) && Array.isArray(template.outputs) ? template.outputs.length : undefined;
}
