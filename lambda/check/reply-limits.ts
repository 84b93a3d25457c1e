import { isBlank } from '../blank.ts';
import type { KeysOf } from '../bot/by-component.ts';
import type { Mention } from '../bot/group-components.ts';
import type { ContextChange, SettledReply } from '../bot/reply.ts';
import { ACTIONS, COMPONENTS, CROSS_LIMITS, EFFECTS } from './components.ts';
import { componentChecks } from './cross-checks.ts';
import {
  type CrossCheck,
  INTEGER,
  type LazyShape,
  lazyShape,
  list,
  type Member,
  needed,
  OBJECT,
  type Shapes,
  string,
  type Table,
  word,
} from './shape.ts';
import { kindOf, note } from './violation.ts';

type MembersOf<T> = Readonly<Record<KeysOf<T>, Member>>;

/** Kakao's limits of a reply, in the bot's own words: its components, and what stands beside them. */
const SHAPES = {
  ...COMPONENTS,
  // Only group rooms know the other actions, and no carousel.
  'carousel.button': { action: needed(word(ACTIONS)) },
  reply: {
    outputs: list('output'),
    quickReplies: list('quickReply'),
    mentions: list('mention', 15),
    data: OBJECT,
    contexts: list('contextValue'),
  } satisfies MembersOf<SettledReply>,
  mention: {
    name: needed(string()),
    botUserKey: string(),
    appUserId: string(),
  } satisfies MembersOf<Mention>,
  contextValue: {
    name: needed(string()),
    turns: needed(INTEGER),
    ttlSeconds: INTEGER,
    params: OBJECT,
  } satisfies MembersOf<ContextChange>,
} satisfies Shapes;

/** The most that the gateway adds to a bubble: a price in words, a layout, the size of a picture. */
const OWN_BYTES = 1_024;

/** The most bytes of JSON that a bubble may have, whatever a renderer makes of it. */
export const MOST_BYTES = CROSS_LIMITS['output.bytes'].limit - OWN_BYTES;

const OWN_CHECKS: Readonly<Record<string, CrossCheck>> = {
  contextValue({ turns, params }, found) {
    if (typeof turns === 'number' && turns < 0)
      note(found, 'contextValue.turns.min', 0, EFFECTS.drops, 'FMT', turns, ['turns']);
    for (const [name, value] of Object.entries(params ?? {}))
      if (typeof value !== 'string')
        note(found, 'contextValue.params', 'text', EFFECTS.drops, 'FMT', kindOf(value), [
          'params',
          { madeUp: name },
        ]);
  },
  mention({ botUserKey, appUserId }, found) {
    if (isBlank(botUserKey) && isBlank(appUserId))
      note(found, 'mention.id.required', 'present', EFFECTS.drops, 'GRP', 'missing');
  },
};

const TABLE: Table = {
  shapes: SHAPES,
  crossChecksOf: prefix => {
    const isAlone = prefix !== 'carousel.';
    // A carousel is taken apart where its cards don't go together, and checked by who does that.
    const { carousel: _, ...checks } = componentChecks({
      isAlone,
      vertical: isAlone ? undefined : 'buttons.vertical',
    });
    return { ...checks, ...OWN_CHECKS };
  },
  effects: EFFECTS,
  source: 'FMT',
};

/** The shape of a reply, but for its outputs. */
export const REPLY: LazyShape = lazyShape(TABLE, 'reply');

/** The shape of each component. */
export const COMPONENT_SHAPES: ReadonlyMap<string, LazyShape> = new Map(
  Object.keys(COMPONENTS.output).map(name => [name, lazyShape(TABLE, name)]),
);
