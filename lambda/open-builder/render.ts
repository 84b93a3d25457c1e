import { isBlank } from '../blank.ts';
import type { Output, QuickReply } from '../bot/components.ts';
import type { GroupOutput, GroupText } from '../bot/group-components.ts';
import type { Loss } from '../bot/loss.ts';
import { type BroughtAnswer, ownButton } from '../bot/own-button.ts';
import { forPrivateRoom } from '../bot/private-reply.ts';
import { type BlockData, type ContextChange, laterPart, type SettledReply, text } from '../bot/reply.ts';
import { cutText } from '../bot/split-text.ts';
import type { Texts } from '../bot/texts.ts';
import type { Rendered } from '../turn/protocol.ts';
import { choiceCard, choiceCards, forGroupRoom } from './group-room.ts';
import { renderOutput } from './render-output.ts';
import type { SkillContext, SkillResponse, SkillTemplate } from './wire.ts';

const MAX_OUTPUTS = 3;
const MAX_QUICK_REPLIES = 10;
const MAX_TEXT_LENGTH = 1000;

/**
 * A settled reply as a skill response that Kakao shows; what does not fit into three bubbles waits behind `texts.more`.
 * A group room gets what it may show: lists instead of carousels, cards of buttons instead of quick replies.
 */
export function renderSkill(
  reply: SettledReply,
  texts: Texts,
  room: 'private' | 'group',
  brought?: BroughtAnswer,
): Rendered<SkillResponse> {
  const block = blockDataOf(reply);
  if (reply.outputs.length === 0 && block !== undefined)
    return { answer: { version: '2.0', ...block }, lost: [] };
  const lost: Loss[] = [];
  // Most answers are shown whole, without it.
  const more = (): QuickReply => ownButton('more', texts.more, brought);
  const { rest, template, extra } =
    room === 'group' ? inGroup(reply, more, texts, lost) : inPrivate(reply, more, texts, lost);
  // Most answers are no more than their template.
  const answer: SkillResponse =
    block === undefined && extra === undefined
      ? { version: '2.0', template }
      : { version: '2.0', template, ...block, ...(extra && { extra }) };
  const shown = { answer, lost };
  return rest.length === 0 ? shown : { ...shown, rest: laterPart(reply, rest) };
}

interface Parts<O> {
  readonly template: SkillTemplate;
  readonly rest: readonly O[];
  readonly extra?: SkillResponse['extra'] | undefined;
}

function inPrivate(reply: SettledReply, more: () => QuickReply, texts: Texts, lost: Loss[]): Parts<Output> {
  const { outputs, quickReplies } = forPrivateRoom(reply, lost);
  const { shown, rest } = firstBubbles(bubblesOf(outputs, texts), MAX_OUTPUTS);
  const own = quickReplies ?? [];
  const offered = rest.length > 0 ? [more(), ...own.filter(({ label }) => label !== texts.more)] : own;
  if (offered.length > MAX_QUICK_REPLIES) lost.push({ what: 'button' });
  const kept = offered.slice(0, MAX_QUICK_REPLIES);
  return {
    template: { outputs: shown.map(renderOutput), ...(kept.length > 0 && { quickReplies: kept }) },
    rest,
  };
}

function inGroup(
  reply: SettledReply,
  more: () => QuickReply,
  texts: Texts,
  lost: Loss[],
): Parts<GroupOutput> {
  const { outputs, choices } = forGroupRoom(reply, lost);
  const allowed = bubblesOf(outputs, texts);
  const extra = renderMentions(reply);
  const whole = firstBubbles(allowed, MAX_OUTPUTS);
  if (whole.rest.length > 0) {
    const { shown, rest } = firstBubbles(allowed, MAX_OUTPUTS - 1);
    // They come again with the last part, but for the buttons that no card has room for.
    if (choices.length > (reply.quickReplies?.length ?? 0)) lost.push({ what: 'button' });
    const card = choiceCard(texts.moreFollows, [more()]);
    return { template: { outputs: [...shown.map(renderOutput), card] }, rest, extra };
  }
  const shown = whole.shown.map(renderOutput);
  const cards = choiceCards(texts.choose, choices, MAX_OUTPUTS - shown.length, lost);
  return { template: { outputs: [...shown, ...cards] }, rest: [], extra };
}

function blockDataOf({ data, contexts }: BlockData): Pick<SkillResponse, 'data' | 'context'> | undefined {
  if (data === undefined && contexts === undefined) return undefined;
  return { ...(data && { data }), ...(contexts && { context: { values: contexts.map(renderContext) } }) };
}

function renderContext({ name, turns, ttlSeconds, params }: ContextChange): SkillContext {
  return {
    name,
    lifeSpan: turns,
    ...(ttlSeconds !== undefined && { ttl: ttlSeconds }),
    ...(params && { params }),
  };
}

function renderMentions({ mentions }: SettledReply): SkillResponse['extra'] | undefined {
  if (mentions === undefined) return undefined;
  const told = mentions.map(({ name, ...id }) => [
    name,
    'botUserKey' in id ? { type: 'botUserKey', id: id.botUserKey } : { type: 'appUserId', id: id.appUserId },
  ]);
  return { mentions: Object.fromEntries(told) };
}

function bubblesOf<O extends Output | GroupOutput>(
  outputs: readonly O[],
  texts: Texts,
): readonly (O | ReturnType<typeof text>)[] {
  const bubbles = outputs.filter(showsSomething);
  return bubbles.length > 0 ? bubbles : [text(texts.nothingToShow)];
}

/** The first bubbles, long texts cut to bubbles; of the rest, no output is cut that need not be. */
function firstBubbles<O extends Output | GroupOutput>(
  outputs: readonly O[],
  max: number,
): { shown: readonly O[]; rest: readonly O[] } {
  if (outputs.length <= max && !outputs.some(isLong)) return { shown: outputs, rest: [] };
  const shown: O[] = [];
  const waiting = [...outputs];
  while (shown.length < max) {
    const output = waiting.shift();
    if (output === undefined) break;
    if (!isLong(output)) {
      shown.push(output);
      continue;
    }
    const { head, tail } = cutText(output.simpleText.text, MAX_TEXT_LENGTH);
    shown.push({ ...output, simpleText: { ...output.simpleText, text: head } });
    if (tail !== '') waiting.unshift({ ...output, simpleText: { ...output.simpleText, text: tail } });
  }
  return { shown, rest: waiting };
}

function isLong(output: Output | GroupOutput): output is { readonly simpleText: GroupText } {
  return 'simpleText' in output && output.simpleText.text.length > MAX_TEXT_LENGTH;
}

// Kakao drops a whole answer for one blank bubble.
function showsSomething(output: Output | GroupOutput): boolean {
  return !('simpleText' in output && isBlank(output.simpleText.text));
}
