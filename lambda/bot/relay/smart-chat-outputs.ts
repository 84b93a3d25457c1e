import { isBlank } from '../../blank.ts';
import { isWebUrl } from '../../web-url.ts';
import type { Button } from '../components.ts';
import type { Reply } from '../reply.ts';
import { basicCard, button, image, text, textCard } from '../reply.ts';
import { cutWhole, shortLabel } from './labels.ts';
import type { OldAnswer } from './smart-chat-wire.ts';

/** The most words that stand below a card's picture, and in a card without one. */
const MAX_DESCRIPTION_LENGTH = 230;
const MAX_TEXT_CARD_LENGTH = 400;

/** The most words of a title, and of a picture for those who can't see it. */
const MAX_TITLE_LENGTH = 50;

const PHOTO = '사진';

/** An old server's bubble as Open Builder shows it, in one or two; undefined where it has none. */
export function outputsOf({ text: words, photo, link }: OldAnswer): Reply['outputs'] | undefined {
  const tap = link && tapOf(link);
  // What can't be tapped or looked at can be read.
  const said = [words, link && !tap ? `${link.label}: ${link.url}` : undefined]
    .filter(part => part !== undefined)
    .join('\n\n');
  if (photo !== undefined) return withPhoto(said, webUrl(photo), tap);
  if (tap === undefined) return said === '' ? undefined : [text(said)];
  if (said === '') return [titled(tap)];
  return said.length <= MAX_TEXT_CARD_LENGTH
    ? [textCard({ description: said, buttons: [tap.button] })]
    : [text(said), titled(tap)];
}

interface Tap {
  /** Whole. */
  readonly label: string;
  readonly button: Button;
}

function withPhoto(said: string, imageUrl: string, tap: Tap | undefined): Reply['outputs'] {
  const isShort = said.length <= MAX_DESCRIPTION_LENGTH;
  const thumbnail = { imageUrl };
  const buttons = tap && ([tap.button] as const);
  const below = isShort && said !== '' ? { description: said } : {};
  if (buttons) {
    const card = basicCard({ ...below, thumbnail, buttons });
    return isShort ? [card] : [text(said), card];
  }
  if (said === '') return [image(imageUrl, PHOTO)];
  return isShort
    ? [basicCard({ ...below, thumbnail })]
    : [text(said), image(imageUrl, cutWhole(said, MAX_TITLE_LENGTH))];
}

function titled({ label, button: tap }: Tap): ReturnType<typeof textCard> {
  return textCard({ title: cutWhole(label.replace(/\s+/g, ' '), MAX_TITLE_LENGTH), buttons: [tap] });
}

/** A link as a button; undefined where a Kakao button can't open it. */
function tapOf({ label, url }: { readonly label: string; readonly url: string }): Tap | undefined {
  const short = shortLabel(label);
  if (isBlank(short)) return undefined;
  if (isWebUrl(url)) return { label, button: button.webLink(short, webUrl(url)) };
  const [, number = ''] = /^tel:(?:\/\/)?([+*#\d() .-]+)$/i.exec(url) ?? [];
  return /\d/.test(number) ? { label, button: button.phone(short, number.trim()) } : undefined;
}

/** A URL without the white space that browsers forgave. */
const webUrl = (url: string): string => url.replace(/\s/g, encodeURIComponent);
