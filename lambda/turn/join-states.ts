import type { Bot } from '../bot/bot.ts';
import type { StoredState } from '../bot/stored-state.ts';
import { isObject } from '../json-reader.ts';
import type { RuleState } from './draft-turn.ts';

/**
 * The state to save of a rule that was asked on another session than the one that is there now.
 * @throws SessionVersionError when a later release has stored that one
 */
export function joinResults<S>(
  bot: Bot<S>,
  before: StoredState,
  after: RuleState,
  saved: StoredState,
): { readonly state: RuleState; readonly isWhole: boolean } {
  const { state, version } = saved;
  if (!after.changed) return { state: { ...after, state, version }, isWhole: true };
  if (state === before.state && version === before.version) return { state: after, isWhole: true };
  bot.requireKnown(version);
  const own: unknown = JSON.parse(after.state ?? 'null');
  const [was, now] = [before, saved].map(one => JSON.parse(JSON.stringify(bot.stateOf(one)) ?? 'null'));
  const joined = joinStates(was, own, now);
  return { state: { ...after, state: JSON.stringify(joined.state) }, isWhole: joined.isWhole };
}

/** A state that two turns changed, and whether each change of the one that is joined is in it. */
export interface JoinedState {
  readonly state: unknown;
  readonly isWhole: boolean;
}

/**
 * Joins the change of a turn whose rule can't be run again to what other turns changed meanwhile: member by member; what
 * both added to a list is there in the order in which it was saved. What both changed in another way stays as it was
 * saved. All three are JSON values.
 * @param before the state from which the rule began
 * @param own the state that it made of it
 * @param saved the state as the others left it
 */
export function joinStates(before: unknown, own: unknown, saved: unknown): JoinedState {
  if (isEqual(own, before)) return { state: saved, isWhole: true };
  if (isEqual(saved, before)) return { state: own, isWhole: true };
  if (Array.isArray(own) && Array.isArray(saved))
    return joinLists(Array.isArray(before) ? before : [], own, saved);
  if (isObject(own) && isObject(saved)) return joinObjects(isObject(before) ? before : {}, own, saved);
  // Both say the same; but a number that both raised by one is one too small.
  return { state: saved, isWhole: own === saved && typeof own !== 'number' };
}

type Members = { readonly [name: string]: unknown };

function joinObjects(before: Members, own: Members, saved: Members): JoinedState {
  let isWhole = true;
  const members: [string, unknown][] = [];
  for (const name of new Set([...Object.keys(saved), ...Object.keys(own)])) {
    const [was, is, now] = [before, own, saved].map(of => (Object.hasOwn(of, name) ? of[name] : undefined));
    const joined = joinStates(was, is, now);
    isWhole &&= joined.isWhole;
    if (joined.state !== undefined) members.push([name, joined.state]);
  }
  return { state: Object.fromEntries(members), isWhole };
}

/** Lists that both only grew at their ends: chat histories, orders, notes. */
function joinLists(
  before: readonly unknown[],
  own: readonly unknown[],
  saved: readonly unknown[],
): JoinedState {
  const isGrown = [own, saved].every(list => before.every((item, index) => isEqual(item, list[index])));
  if (isGrown) return { state: [...saved, ...own.slice(before.length)], isWhole: true };
  return { state: saved, isWhole: false };
}

function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => isEqual(item, other[index]));
  if (!isObject(one) || !isObject(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every(name => Object.hasOwn(other, name) && isEqual(one[name], other[name]))
  );
}
