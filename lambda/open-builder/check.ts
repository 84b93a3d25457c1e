import { EFFECTS } from '../check/components.ts';
import { componentChecks } from '../check/cross-checks.ts';
import { inspect } from '../check/inspect.ts';
import { bytesOf } from '../check/measure.ts';
import { type CrossCheck, lazyShape, type Table } from '../check/shape.ts';
import { type Finding, kindOf, note, type Step, type Violation, violationsOf } from '../check/violation.ts';
import { isObject, type JsonObject } from '../json-reader.ts';
import { CROSS_LIMITS, LIMITS } from './limits.ts';

/** Where an answer will be read. */
export type Room = 'private' | 'group';

/**
 * Every limit that a skill's answer breaks; none when Kakao shows all of it. Takes any JSON value and never throws.
 * Null for an optional member is as good as absent; a component that is null is one too many, or none.
 * @param room where the answer will be read: a group room shows less, and may be sent nothing
 */
export function checkSkillResponse(answer: unknown, room: Room = 'private'): Violation[] {
  const found = inspect(answer, room === 'group' ? GROUP_ANSWER : ANSWER);
  if (found.length === 0) return [];
  // Beside it the template is not read.
  const isPromise = isObject(answer) && answer.useCallback === true;
  return violationsOf(
    isPromise
      ? found.filter(({ at, rule }) => at.at(-1) !== 'template' || rule === 'answer.useCallback')
      : found,
  );
}

/** Every limit that an answer of the parameter validation API breaks. Takes any JSON value and never throws. */
export function checkValidation(answer: unknown): Violation[] {
  return violationsOf(inspect(answer, VALIDATION));
}

function add(
  found: Finding[],
  id: keyof typeof CROSS_LIMITS,
  value: number | string,
  path?: readonly Step[],
  keep?: number,
): void {
  const { limit, effect, source } = CROSS_LIMITS[id];
  note(found, id, limit, effect, source, value, path, keep);
}

/** Checks of what an object's members tell together, by its shape. */
function crossChecksOf(prefix: string): Readonly<Record<string, CrossCheck>> {
  const isGroup = prefix === 'group.';
  return {
    ...componentChecks({
      isAlone: prefix !== 'carousel.',
      vertical: isGroup ? 'group.buttons' : 'buttons.vertical',
    }),
    answer: checkAnswer,
    template({ outputs }, found) {
      if (!isGroup && Array.isArray(outputs) && outputs.length === 0)
        add(found, 'template.outputs.min', 0, ['outputs']);
    },
    output: checkOutput,
    contextValue: checkContext,
    roomExtra: checkMentions,
    button({ action }, found) {
      if (action === 'osLink') add(found, 'button.action.osLink', action, ['action']);
    },
  };
}

function checkAnswer({ template, context, data, useCallback }: JsonObject, found: Finding[]): void {
  if (useCallback === true) {
    if (template) add(found, 'answer.useCallback', 'present', ['template']);
  } else if (!(template ?? context ?? data)) add(found, 'answer.content', 'missing');
}

function checkOutput(output: JsonObject, found: Finding[], weight: number): void {
  let shown: string | undefined;
  let count = 0;
  for (const name in output) {
    if (output[name] === undefined) continue;
    count++;
    if (shown === undefined || !isObject(output[shown])) shown = name;
  }
  if (shown === undefined) add(found, 'output.components', 0);
  if (count > 1)
    for (const name in output)
      if (name !== shown && output[name] !== undefined)
        add(found, 'output.components', count, [name in LIMITS.output ? name : { madeUp: name }]);
  const { limit } = CROSS_LIMITS['output.bytes'];
  if (weight <= limit) return;
  const bytes = bytesOf(output);
  if (bytes > limit) add(found, 'output.bytes', bytes);
}

function checkContext({ lifeSpan, params }: JsonObject, found: Finding[]): void {
  if (typeof lifeSpan === 'number' && lifeSpan < 0)
    add(found, 'contextValue.lifeSpan.min', lifeSpan, ['lifeSpan']);
  if (isObject(params))
    for (const name in params)
      if (typeof params[name] !== 'string')
        add(found, 'contextValue.params', kindOf(params[name]), ['params', { madeUp: name }]);
}

function checkMentions({ mentions }: JsonObject, found: Finding[]): void {
  if (!isObject(mentions)) return;
  const { length } = Object.keys(mentions);
  const { limit } = CROSS_LIMITS['group.mentions'];
  if (length > limit) add(found, 'group.mentions', length, ['mentions'], limit);
  for (const name in mentions)
    for (const finding of inspect(mentions[name], MENTION)) {
      finding.at.push({ madeUp: name }, 'mentions');
      found.push(finding);
    }
}

const TABLE: Table = { shapes: LIMITS, crossChecksOf, effects: EFFECTS, source: 'FMT', closed: 'output' };
const MENTION = lazyShape(TABLE, 'mention');
const VALIDATION = lazyShape(TABLE, 'validation');
const ANSWER = lazyShape(TABLE, 'answer');
const GROUP_ANSWER = lazyShape(TABLE, 'answer', 'group.');
