import type { Violation } from '../check/violation.ts';
import type { AnsweredRequest, Renderer } from '../turn/protocol.ts';
import { checkSkillResponse, type Room } from './check.ts';
import { renderSkill } from './render.ts';
import type { CallbackResponse, SkillResponse } from './wire.ts';

/** The answers to a turn. */
export type SkillAnswer = SkillResponse | CallbackResponse;

/** The name of this protocol. */
export const OPEN_BUILDER = 'open-builder';

/** A reply as the room shows it in which the user spoke: a group's shows less. */
export const renderAnswer: Renderer<SkillAnswer>['render'] = (reply, texts, request) =>
  renderSkill(reply, texts, roomOf(request), request.more);

/** The limits that an answer breaks in the room that it is for. */
export const checkAnswer = (answer: SkillAnswer, request: AnsweredRequest): readonly Violation[] =>
  checkSkillResponse(answer, roomOf(request));

const roomOf = ({ group }: AnsweredRequest): Room => (group ? 'group' : 'private');
