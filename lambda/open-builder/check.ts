import { bytesOf, inspect, isBlank, type Look, lazyShape, lengthOf, linesOf } from '../check/shape.ts';
import { type Finding, kindOf, note, type Step, type Violation, violationsOf } from '../check/violation.ts';
import { isObject, type JsonObject } from '../json-reader.ts';
import { EFFECTS, LIMITS, RULES } from './limits.ts';

/** Where an answer will be read. */
export type Room = 'private' | 'group';

/**
 * Every rule that a skill's answer breaks; none when Kakao shows all of it. Takes any JSON value and never throws.
 * Null for an optional member is as good as absent; a component that is null is one too many, or none.
 * @param room where the answer will be read: a group room shows less, and may be sent nothing
 */
export function checkSkillResponse(answer: unknown, room: Room = 'private'): Violation[] {
  const found = inspectSkill(answer, room);
  return found.length === 0 ? [] : violationsOf(found);
}

/** Every rule that an answer of the parameter validation API breaks. Takes any JSON value and never throws. */
export function checkValidation(answer: unknown): Violation[] {
  return violationsOf(inspect(answer, VALIDATION));
}

/** What {@link checkSkillResponse} tells, in a form that can be mended. */
export function inspectSkill(answer: unknown, room: Room): Finding[] {
  const found = inspect(answer, room === 'group' ? GROUP_ANSWER : ANSWER);
  // Beside it the template is not read.
  return found.length > 0 && isObject(answer) && answer.useCallback === true
    ? found.filter(({ at, rule }) => at.at(-1) !== 'template' || rule === 'answer.useCallback')
    : found;
}

type Id = keyof typeof RULES;
type NumberId = { [I in Id]: (typeof RULES)[I]['limit'] extends number ? I : never }[Id];
type Path = readonly Step[];

function add(found: Finding[], id: Id, value: number | string, path?: Path, keep?: number): void {
  const { limit, effect, source } = RULES[id];
  note(found, id, limit, effect, source, value, path, keep);
}

/** Tells of a number past its rule's. */
function most(found: Finding[], id: NumberId, value: number, path?: Path): void {
  if (value > RULES[id].limit) add(found, id, value, path);
}

const firstOf = (list: unknown): unknown => (Array.isArray(list) ? list[0] : undefined);

const ratioOf = ({ width, height, fixedRatio }: JsonObject): string | undefined => {
  if (typeof width !== 'number' || typeof height !== 'number') return fixedRatio === true ? '1:1' : undefined;
  return width === height ? '1:1' : width === 2 * height ? '2:1' : `${width}:${height}`;
};

function ratio(
  found: Finding[],
  id: 'itemCard.ratio' | 'carousel.itemCard.ratio' | 'itemProfile.ratio',
  picture: unknown,
  key: string,
): void {
  const ratio = isObject(picture) && ratioOf(picture);
  if (ratio && !RULES[id].limit.includes(ratio)) add(found, id, ratio, [key]);
}

/** What the members of an object tell together, by its shape. */
function looksOf(prefix: string): Record<string, Look> {
  const isAlone = prefix !== 'carousel.';
  const isGroup = prefix === 'group.';
  const vertical = isGroup ? 'group.buttons' : 'buttons.vertical';
  const card = (card: JsonObject, found: Finding[], picture: unknown = card.thumbnail): void => {
    const { buttons, buttonLayout, forwardable } = card;
    const { length } = Array.isArray(buttons) ? buttons : '';
    if (forwardable === true && (!isAlone || length > 0)) add(found, 'forwardable', 'true', ['forwardable']);
    const isRow = buttonLayout
      ? buttonLayout === 'horizontal'
      : isObject(picture) && picture.fixedRatio === true;
    const id = isRow ? 'buttons.horizontal' : vertical;
    if (length > RULES[id].limit) add(found, id, length, ['buttons'], RULES[id].limit);
    if (isRow && length === 2 && Array.isArray(buttons))
      buttons.forEach((button: unknown, at) => {
        if (isObject(button))
          most(found, 'button.label.pair', lengthOf(button.label), ['buttons', at, 'label']);
      });
  };
  return {
    answer({ template, context, data, useCallback }, found) {
      if (useCallback === true) {
        if (template) add(found, 'answer.useCallback', 'present', ['template']);
      } else if (!(template ?? context ?? data)) add(found, 'answer.content', 'missing');
    },
    template({ outputs }, found) {
      if (!isGroup && Array.isArray(outputs) && outputs.length === 0)
        add(found, 'template.outputs.min', 0, ['outputs']);
    },
    output(output, found, weight) {
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
      if (weight > RULES['output.bytes'].limit) most(found, 'output.bytes', bytesOf(output));
    },
    contextValue({ lifeSpan, params }, found) {
      if (typeof lifeSpan === 'number' && lifeSpan < 0)
        add(found, 'contextValue.lifeSpan.min', lifeSpan, ['lifeSpan']);
      if (isObject(params))
        for (const name in params)
          if (typeof params[name] !== 'string')
            add(found, 'contextValue.params', kindOf(params[name]), ['params', { madeUp: name }]);
    },
    roomExtra({ mentions }, found) {
      if (!isObject(mentions)) return;
      const { length } = Object.keys(mentions);
      if (length > RULES['group.mentions'].limit)
        add(found, 'group.mentions', length, ['mentions'], RULES['group.mentions'].limit);
      for (const name in mentions)
        for (const finding of inspect(mentions[name], MENTION)) {
          finding.at.push({ madeUp: name }, 'mentions');
          found.push(finding);
        }
    },
    simpleText({ text }, found) {
      most(found, 'simpleText.fold', lengthOf(text), ['text']);
    },
    textCard(it, found) {
      const { title, description } = it;
      if (isBlank(title) && isBlank(description)) add(found, 'textCard.words', 'missing');
      if (isAlone) most(found, 'textCard.length', lengthOf(title) + lengthOf(description));
      card(it, found);
    },
    basicCard(it, found) {
      card(it, found);
    },
    commerceCard(it, found) {
      const { discountRate, discountedPrice, thumbnails } = it;
      if (discountRate && !discountedPrice)
        add(found, 'commerceCard.discountRate', 'alone', ['discountRate']);
      card(it, found, firstOf(thumbnails));
    },
    listCard(it, found) {
      const { items, forwardable } = it;
      if (forwardable === true && Array.isArray(items) && items.some(item => item?.link ?? item?.action))
        add(found, 'forwardable', 'true', ['forwardable']);
      card(it, found);
    },
    itemCard(it, found) {
      const { title, description, head, profile, thumbnail } = it;
      if (head && profile) add(found, 'itemCard.headOrProfile', 2, ['profile']);
      if (isBlank(title) && !isBlank(description))
        add(found, 'itemCard.description', 'missing', ['description']);
      most(
        found,
        isAlone ? 'itemCard.length' : 'carousel.itemCard.length',
        lengthOf(title) + lengthOf(description),
      );
      most(found, 'itemCard.lines', linesOf(title) + linesOf(description));
      ratio(found, isAlone ? 'itemCard.ratio' : 'carousel.itemCard.ratio', thumbnail, 'thumbnail');
      ratio(found, 'itemProfile.ratio', profile, 'profile');
      card(it, found);
    },
    itemListSummary({ description }, found) {
      // A longer one is told of, and the pattern would take its time with it.
      if (
        lengthOf(description) <= 14 &&
        !/^[\p{Sc}\p{L} ]*(?:(?:[\d,]+(?:\.\d\d?)?|\.\d\d?)[\p{Sc}\p{L} ]*)?$/u.test(`${description}`)
      )
        add(found, 'itemListSummary.letters', 'others', ['description']);
    },
    button({ action }, found) {
      if (action === 'osLink') add(found, 'button.action.osLink', action, ['action']);
    },
    carousel({ type, items, header, forwardable }, found) {
      if (forwardable === true) add(found, 'forwardable', 'true', ['forwardable']);
      const isItem = type === 'itemCard';
      const isList = type === 'listCard';
      if (header && (isList || type === 'textCard')) add(found, 'carousel.header', 'present', ['header']);
      if (!Array.isArray(items)) return;
      if (isList && items.length > RULES['carousel.listCards'].limit)
        add(found, 'carousel.listCards', items.length, ['items'], RULES['carousel.listCards'].limit);
      let first: string | undefined;
      items.forEach((it: unknown, at) => {
        if (!isObject(it)) return;
        const picture = it.thumbnail ?? firstOf(it.thumbnails);
        if (!isObject(picture)) return;
        const ratio = ratioOf(picture) ?? (isItem ? '1:1' : '2:1');
        first ??= ratio;
        if (first !== ratio) add(found, 'carousel.imageRatio', ratio, ['items', at]);
      });
      if (!isItem) return;
      for (const part of ['thumbnail', 'head', 'profile', 'imageTitle']) {
        const have = items.map(it => Boolean(it?.[part]));
        const count = have.filter(Boolean).length;
        // The fewer cards are told of: so the least is lost.
        const told = count * 2 < have.length;
        if (count > 0)
          have.forEach((has, at) => {
            if (has === told && count < have.length)
              add(found, 'carousel.uniform', has ? 'present' : 'missing', ['items', at, part]);
          });
      }
    },
  };
}

const TABLE = { shapes: LIMITS, looksOf, effects: EFFECTS, source: 'FMT', closed: 'output' };
const MENTION = lazyShape(TABLE, 'mention');
const VALIDATION = lazyShape(TABLE, 'validation');
const ANSWER = lazyShape(TABLE, 'answer');
const GROUP_ANSWER = lazyShape(TABLE, 'answer', 'group.');
