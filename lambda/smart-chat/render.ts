import type { Texts } from '../bot/bot.ts';
import { oneTo, present } from '../bot/counted.ts';
import { spokenText } from '../bot/incoming.ts';
import { cutText } from '../bot/long-text.ts';
import { type BasicCard, type LongReply, type Output, text } from '../bot/reply.ts';
import type { Label } from '../bot/session.ts';
import type { Rendered } from '../bot/take-turn.ts';
import { type Action, actionOf, type Block, blocksOf, type LinkOut } from './blocks.ts';
import type { Keyboard, MessageResponse, Photo } from './wire.ts';

const MAX_TEXT_LENGTH = 1000;
const MAX_BUTTONS = 100;

/** The size Kakao recommends; it must be given and be integers, and we can't look at the picture. */
const PHOTO_SIZE = { width: 720, height: 630 };

/**
 * A reply as the one bubble that smart-chat has: text, the first picture, the first link, a keyboard.
 * Text past 1,000 characters waits behind `texts.more`; further pictures are lost, further links become text.
 */
export function renderMessage(reply: LongReply, texts: Texts): Rendered<MessageResponse> {
  const { shown, rest } = firstBubble(reply, texts);
  const links = shown.flatMap(block => block.links);
  const button = links.find(link => link.isButton) ?? links[0];
  const words = textOf(shown, button);
  const photo = photoOf(shown);
  const alone = photo === undefined && button === undefined ? texts.nothingToShow : undefined;
  const shownText = words.trim() === '' ? alone : words;

  const more: Action[] = rest ? [{ label: texts.more, text: texts.more }] : [];
  const quickReplies = present(reply.quickReplies).map(actionOf);
  const { keyboard, labels } = keyboardOf(
    [...more, ...quickReplies, ...shown.flatMap(block => block.actions)],
    texts,
  );
  const answer: MessageResponse = {
    message: {
      ...(shownText !== undefined && { text: shownText }),
      ...(photo && { photo }),
      ...(button && { message_button: { label: button.label, url: button.url } }),
    },
    keyboard,
  };
  return rest === undefined ? { answer, labels } : { answer, labels, rest };
}

/** The keyboard of a room in which nobody spoke yet. */
export function renderHome(labels: readonly string[], texts: Texts): Keyboard {
  return keyboardOf(
    labels.map(label => ({ label, text: label })),
    texts,
  ).keyboard;
}

/**
 * The blocks whose text fits into one bubble, cut between blocks where that is possible.
 * Every link is counted as a line of text, though the first will be the button.
 */
function firstBubble(reply: LongReply, texts: Texts): { shown: Block[]; rest?: LongReply } {
  const outputs = present(reply.outputs);
  const shown: Block[] = [];
  let left = MAX_TEXT_LENGTH;
  for (const [at, output] of outputs.entries()) {
    for (const [index, block] of blocksOf(output, texts).entries()) {
      const length = textOf([block]).length + (shown.length > 0 ? SEPARATOR.length : 0);
      if (length <= left) {
        shown.push(block);
        left -= length;
        continue;
      }
      const later = outputs.slice(at + 1);
      const restOf = (outputs: readonly Output[]) =>
        outputs.length > 0 ? { rest: { ...reply, outputs } } : {};
      if (shown.length > 0) return { shown, ...restOf([...remainder(output, index), ...later]) };
      const { cut, tail } = cutBlock(block);
      return { shown: [cut], ...restOf([...tail, ...remainder(output, index + 1), ...later]) };
    }
  }
  return { shown };
}

/** A block too long for any bubble: one link stays with its head, to be the button. */
function cutBlock(block: Block): { cut: Block; tail: readonly Output[] } {
  const link = block.links.find(link => link.isButton) ?? block.links[0];
  const { head, tail } = cutText(textOf([block], link), MAX_TEXT_LENGTH);
  return {
    cut: { ...block, text: head, links: link === undefined ? [] : [link] },
    tail: tail === '' ? [] : [text(tail)],
  };
}

/** The part of an output from its block `index` on: only a carousel has more than one. */
function remainder(output: Output, index: number): Output[] {
  if (index === 0) return [output];
  if (!('carousel' in output)) return [];
  const { items, cardsShown = 0, ...carousel } = output.carousel;
  const left = oneTo(10, present<BasicCard>(items).slice(index));
  return left ? [{ carousel: { ...carousel, items: left, cardsShown: cardsShown + index } }] : [];
}

const SEPARATOR = '\n\n';

function textOf(blocks: readonly Block[], button?: LinkOut): string {
  return blocks
    .map(({ text, links }) =>
      [text, ...links.filter(link => link !== button).map(link => `${link.label}: ${link.url}`)]
        .filter(Boolean)
        .join('\n'),
    )
    .filter(Boolean)
    .join(SEPARATOR);
}

function photoOf(blocks: readonly Block[]): Photo | undefined {
  const url = blocks.find(block => block.photo !== undefined)?.photo;
  return url === undefined ? undefined : { url, ...PHOTO_SIZE };
}

/** Labels are unique, since a label is all that comes back of a tap. */
function keyboardOf(actions: readonly Action[], texts: Texts): { keyboard: Keyboard; labels: Label[] } {
  const taken = new Map<string, string>();
  const labels: Label[] = [];
  const most = texts.type === '' ? MAX_BUTTONS : MAX_BUTTONS - 1;
  for (const action of actions) {
    if (taken.size === most) break;
    const { label: wanted, ...payload } = { ...action, label: spokenText(action.label) };
    const meaning = JSON.stringify(payload);
    if (wanted === '' || wanted === texts.type || taken.get(wanted) === meaning) continue;
    const label = unusedLabel(wanted, taken);
    taken.set(label, meaning);
    if (label !== action.text || action.blockId !== undefined || action.extra !== undefined) {
      labels.push({ ...payload, label });
    }
  }
  if (taken.size === 0) return { keyboard: { type: 'text' }, labels };
  // Buttons hide the input line and the gallery, and nothing else brings them back.
  const buttons = texts.type === '' ? [...taken.keys()] : [...taken.keys(), texts.type];
  return { keyboard: { type: 'buttons', buttons }, labels };
}

function unusedLabel(wanted: string, taken: ReadonlyMap<string, string>): string {
  let label = wanted;
  for (let ordinal = 2; taken.has(label); ordinal++) label = `${wanted} (${ordinal})`;
  return label;
}
