import type { Renderer } from '../turn/protocol.ts';
import { renderSkill } from './render.ts';
import type { CallbackResponse, SkillResponse } from './wire.ts';

/** The answers to a turn. */
export type SkillAnswer = SkillResponse | CallbackResponse;

/** The name of this protocol. */
export const OPEN_BUILDER = 'open-builder';

/** A reply as the room shows it in which the user spoke: a group's shows less. */
export const renderAnswer: Renderer<SkillAnswer>['render'] = (reply, texts, { group }) =>
  renderSkill(reply, texts, group ? 'group' : 'private');
