import { isBlank } from '../blank.ts';
import { compact, oneTo } from '../bot/at-most.ts';
import type { Carousel, Output } from '../bot/components.ts';
import type { Loss } from '../bot/loss.ts';
import { ownButton } from '../bot/own-button.ts';
import { forPrivateRoom, type PrivateReply } from '../bot/private-reply.ts';
import { laterPart, type SettledReply, text } from '../bot/reply.ts';
import { cutText } from '../bot/split-text.ts';
import type { Texts } from '../bot/texts.ts';
import type { AnsweredRequest, Rendered } from '../turn/protocol.ts';
import { type Action, actionOf, type CardText, cardTextsOf, type LinkOut } from './card-text.ts';
import { keyboardOf } from './keyboard.ts';
import type { Keyboard, MessageResponse, Photo } from './wire.ts';

const MAX_TEXT_LENGTH = 1000;

/** The size Kakao recommends; it must be given and be integers, and we can't look at the picture. */
const PHOTO_SIZE = { width: 720, height: 630 };

/**
 * A settled reply as the one bubble that smart-chat has: text, the first picture, the first link, a keyboard.
 * Text past 1,000 characters waits behind `texts.more`; further pictures are lost, further links become text.
 */
export function renderMessage(
  reply: SettledReply,
  texts: Texts,
  { more: brought }: AnsweredRequest = {},
): Rendered<MessageResponse> {
  const lost: Loss[] = [];
  if (reply.data) lost.push({ what: 'data' });
  if (reply.contexts) lost.push({ what: 'contexts' });
  const own = forPrivateRoom(reply, lost);
  const { shown, rest } = firstBubble(own, texts, lost);
  const links = shown.flatMap(cardText => cardText.links);
  const button = links.find(link => link.isButton) ?? links[0];
  const words = textOf(shown, button);
  const photo = photoOf(shown);
  const alone = photo === undefined && button === undefined ? texts.nothingToShow : undefined;
  const shownText = isBlank(words) ? alone : words;

  const more: Action[] = rest ? [actionOf(ownButton('more', texts.more, brought))] : [];
  const quickReplies = (own.quickReplies ?? []).map(actionOf);
  const { keyboard, labels, isFull } = keyboardOf(
    [...more, ...quickReplies, ...shown.flatMap(cardText => cardText.actions)],
    texts,
  );
  if (isFull) lost.push({ what: 'button' });
  const message = {
    ...(shownText !== undefined && { text: shownText }),
    ...(photo && { photo }),
    ...(button && { message_button: { label: button.label, url: button.url } }),
  };
  return {
    answer: { message, keyboard },
    ...(labels.length > 0 && { memory: labels }),
    lost,
    ...(rest && { rest }),
  };
}

/** The keyboard of a room in which nobody spoke yet. */
export function renderHome(labels: readonly string[], texts: Texts): Keyboard {
  return keyboardOf(
    labels.map(label => ({ label, text: label })),
    texts,
  ).keyboard;
}

/**
 * The card texts that fit into one bubble, cut between them where that is possible.
 * Every link is counted as a line of text, though the first will be the button.
 */
function firstBubble(
  reply: PrivateReply,
  texts: Texts,
  lost: Loss[],
): { shown: CardText[]; rest?: SettledReply } {
  const { outputs } = reply;
  const shown: CardText[] = [];
  let left = MAX_TEXT_LENGTH;
  let hasPhoto = false;
  const show = (cardText: CardText, output: number, card: number): void => {
    shown.push(cardText);
    const at = 'carousel' in (outputs[output] ?? {}) ? { output, card } : { output };
    for (const what of cardText.lost) lost.push({ what, ...at });
    if (cardText.photo !== undefined && hasPhoto) lost.push({ what: 'picture', ...at });
    hasPhoto ||= cardText.photo !== undefined;
  };
  for (const [at, output] of outputs.entries()) {
    for (const [index, cardText] of cardTextsOf(output, texts).entries()) {
      const length = textOf([cardText]).length + (shown.length > 0 ? SEPARATOR.length : 0);
      if (length <= left) {
        show(cardText, at, index);
        left -= length;
        continue;
      }
      const later = outputs.slice(at + 1);
      const restOf = (outputs: readonly Output[]) =>
        outputs.length > 0 ? { rest: laterPart(reply, outputs) } : {};
      if (shown.length > 0) return { shown, ...restOf([...remainder(output, index), ...later]) };
      const { cut, tail } = cutCardText(cardText);
      show(cut, at, index);
      return { shown, ...restOf([...tail, ...remainder(output, index + 1), ...later]) };
    }
  }
  return { shown };
}

/** A card text too long for any bubble: one link stays with its head, to be the button. */
function cutCardText(cardText: CardText): { cut: CardText; tail: readonly Output[] } {
  const link = cardText.links.find(link => link.isButton) ?? cardText.links[0];
  const { head, tail } = cutText(textOf([cardText], link), MAX_TEXT_LENGTH);
  return {
    cut: { ...cardText, text: head, links: link === undefined ? [] : [link] },
    tail: tail === '' ? [] : [text(tail)],
  };
}

/** The part of an output from its card text `index` on: only a carousel has more than one. */
function remainder(output: Output, index: number): Output[] {
  if (index === 0) return [output];
  if (!('carousel' in output)) return [];
  const { items, cardsShown = 0, ...carousel } = output.carousel;
  const left = oneTo(10, compact<object>(items).slice(index));
  // The cards that are left are of the carousel's kind, and no more than there were.
  return left
    ? [{ carousel: { ...carousel, items: left, cardsShown: cardsShown + index } as unknown as Carousel }]
    : [];
}

const SEPARATOR = '\n\n';

function textOf(cardTexts: readonly CardText[], button?: LinkOut): string {
  return cardTexts
    .map(({ text, links }) =>
      [text, ...links.filter(link => link !== button).map(link => `${link.label}: ${link.url}`)]
        .filter(Boolean)
        .join('\n'),
    )
    .filter(Boolean)
    .join(SEPARATOR);
}

function photoOf(cardTexts: readonly CardText[]): Photo | undefined {
  const url = cardTexts.find(cardText => cardText.photo !== undefined)?.photo;
  return url === undefined ? undefined : { url, ...PHOTO_SIZE };
}
