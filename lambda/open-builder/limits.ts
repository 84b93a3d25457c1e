import type { KeysOf } from '../bot/by-component.ts';
import type { GroupOutput } from '../bot/group-components.ts';
import {
  ACTIONS,
  CROSS_LIMITS as COMPONENT_CROSS_LIMITS,
  COMPONENTS,
  EFFECTS,
  GROUP_ACTIONS,
} from '../check/components.ts';
import {
  ANY,
  BOOLEAN,
  from,
  IGNORED,
  INTEGER,
  list,
  type Member,
  needed,
  OBJECT,
  REFUSED,
  type Shapes,
  string,
  word,
} from '../check/shape.ts';
import type { Effect } from '../check/violation.ts';
import { CALLBACK_LIVES_MS, GROUP_CALLBACK_LIVES_MS, KAKAO_WAITS_MS } from '../turn/time-budget.ts';
import type { SkillOutput } from './wire.ts';

const { cardsShown: _, ...carousel } = COMPONENTS.carousel;

/**
 * Kakao's limits of each object of a skill's answer: its components, and what only the wire has. `group.…` tells
 * what is otherwise in a group room.
 * Sources: as of {@link COMPONENTS}, and CB the callback guide, PLG the plugin guide, OLD the former format page.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format
 */
export const LIMITS = {
  ...COMPONENTS,
  answer: {
    version: needed(word('2.0')),
    template: OBJECT,
    context: OBJECT,
    data: OBJECT,
    useCallback: BOOLEAN,
    extra: IGNORED,
  },
  'group.answer': { extra: { ...OBJECT, of: 'roomExtra' } },
  template: { outputs: needed(list('output', 3)), quickReplies: list('quickReply', 10) },
  'group.template': { quickReplies: from('GRP', list('quickReply', 0)) },
  output: COMPONENTS.output satisfies Readonly<Record<KeysOf<SkillOutput>, Member>>,
  'group.output': { commerceCard: REFUSED, carousel: REFUSED } satisfies Readonly<
    Record<Exclude<KeysOf<SkillOutput>, KeysOf<GroupOutput>>, Member>
  >,
  context: { values: needed(list('contextValue')) },
  contextValue: { name: needed(string()), lifeSpan: needed(INTEGER), ttl: INTEGER, params: OBJECT },
  roomExtra: { mentions: OBJECT },
  mention: { type: from('GRP', needed(string())), id: from('GRP', needed(string())) },
  validation: {
    status: from('PLG', needed(word('SUCCESS FAIL ERROR IGNORE'))),
    value: string(),
    data: ANY,
    message: string(),
    version: ANY,
  },

  simpleText: { ...COMPONENTS.simpleText, text: needed(string(1000)), extra: IGNORED },
  'group.simpleText': { extra: COMPONENTS.simpleText.extra },
  commerceCard: { ...COMPONENTS.commerceCard, currency: needed(COMPONENTS.commerceCard.currency) },
  listCard: { ...COMPONENTS.listCard, listLayout: IGNORED },
  'group.listCard': { listLayout: COMPONENTS.listCard.listLayout },
  listItem: { ...COMPONENTS.listItem, extra: ANY },
  carousel,
  button: { ...COMPONENTS.button, action: needed(word(`${ACTIONS} osLink`)), osLink: ANY },
  'group.button': { action: from('GRP', needed(word(`${ACTIONS} osLink ${GROUP_ACTIONS}`))) },
  quickReply: { ...COMPONENTS.quickReply, extra: ANY },
} satisfies Shapes;

const limit =
  (effect: Effect) =>
  <L extends number | string>(limit: L, source = 'FMT') => ({ limit, effect, source });
const drops = limit(EFFECTS.drops);
const ignores = limit(EFFECTS.ignores);

/** Limits that no single member of {@link LIMITS} tells, by their ids. */
export const CROSS_LIMITS = {
  ...COMPONENT_CROSS_LIMITS,
  'answer.content': drops('template, context, data or useCallback'),
  'answer.useCallback': ignores('absent', 'CB'),
  'template.outputs.min': drops(1),
  'contextValue.lifeSpan.min': drops(0),
  'contextValue.params': drops('text'),
  'group.mentions': drops(15, 'GRP'),
  'button.action.osLink': ignores('absent', 'OLD'),
};

/** Kakao's limits around an answer: milliseconds, times, users and rooms of a request. Sources: CB, GRP, EVT. */
export const CALL_LIMITS = {
  skillTimeoutMs: KAKAO_WAITS_MS,
  callbackValidMs: CALLBACK_LIVES_MS,
  callbackValidMsGroup: GROUP_CALLBACK_LIVES_MS,
  callbackUses: 1,
  eventUsers: 100,
  eventGroupRooms: 100,
} as const;
