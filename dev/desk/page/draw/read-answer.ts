import type {
  DrawnButton,
  DrawnCarousel,
  DrawnCarouselHeader,
  DrawnImage,
  DrawnMessage,
  DrawnOutput,
  DrawnSkillAnswer,
  DrawnText,
} from './model.ts';
import { Place } from './place.ts';
import { CARDS } from './read-card.ts';
import { readButton, readImage, readSmallPicture, readWords } from './read-parts.ts';
import { webLink } from './web-link.ts';

// More than Kakao takes, so that a surplus one is seen.
const MOST_OUTPUTS = 10;
const MOST_CARDS = 20;
const MOST_QUICK_REPLIES = 30;
const MOST_MENTIONS = 30;

/** A skill's answer as it is drawn, whatever the bot sent: never throws, and is of bounded size. */
export function readSkillAnswer(answer: unknown): DrawnSkillAnswer {
  const place = Place.of(answer);
  const template = place.member('template');
  const mentions = place.member('extra').member('mentions');
  return {
    outputs: template.member('outputs').items(MOST_OUTPUTS).map(readOutput),
    quickReplies: template.member('quickReplies').items(MOST_QUICK_REPLIES).map(readButton),
    mentions: Object.fromEntries(
      mentions.names(MOST_MENTIONS).map(name => [name, mentions.member(name).member('id').text()]),
    ),
  };
}

function readOutput(output: Place): DrawnOutput {
  for (const name of output.names(MOST_OUTPUTS)) {
    const component = output.member(name);
    if (name === 'simpleText') return readText(component);
    if (name === 'simpleImage') return readSimpleImage(component);
    if (name === 'carousel') return readCarousel(component);
    const readCard = Object.hasOwn(CARDS, name) ? CARDS[name] : undefined;
    if (readCard) return readCard(component, false);
  }
  return { kind: 'unknown', path: output.path, name: output.names(1).join() };
}

function readText(component: Place): DrawnText {
  return {
    kind: 'text',
    path: component.path,
    text: component.member('text').text(),
    isMarkdown: component.member('extra').member('markdown').is(true),
    isForwardable: component.member('forwardable').is(true),
  };
}

function readSimpleImage(component: Place): DrawnImage {
  return {
    kind: 'picture',
    path: component.path,
    picture: readImage(component),
    isForwardable: component.member('forwardable').is(true),
  };
}

function readCarousel(carousel: Place): DrawnCarousel {
  const type = carousel.member('type').text();
  const readCard = Object.hasOwn(CARDS, type) ? CARDS[type] : CARDS.basicCard;
  const header = readHeader(carousel.member('header'));
  const cards = carousel.member('items').items(MOST_CARDS);
  return {
    kind: 'carousel',
    path: carousel.path,
    ...(header ? { header } : {}),
    cards: readCard ? cards.map(card => readCard(card, true)) : [],
  };
}

function readHeader(header: Place): DrawnCarouselHeader | undefined {
  if (!header.isObject) return undefined;
  const picture = readSmallPicture(header.member('thumbnail'));
  return {
    path: header.path,
    title: header.member('title').text(),
    description: header.member('description').text(),
    ...(picture ? { picture } : {}),
  };
}

/** smart-chat's answer as it is drawn, by the same promise; its keyboard is no part of the bubble. */
export function readMessageAnswer(answer: unknown): DrawnMessage {
  const message = Place.of(answer).member('message');
  const photo = message.member('photo');
  const button = readMessageButton(message.member('message_button'));
  return {
    path: message.path,
    text: readWords(message.member('text')),
    ...(photo.isObject
      ? {
          picture: {
            path: photo.path,
            url: photo.member('url').text(),
            description: '',
            isSquare: false,
            isWhole: false,
          },
        }
      : {}),
    ...(button ? { button } : {}),
  };
}

function readMessageButton(button: Place): DrawnButton | undefined {
  if (!button.isObject) return undefined;
  const url = webLink(button.member('url').text());
  return {
    path: button.path,
    label: button.member('label').text(),
    action: 'webLink',
    ...(url === undefined ? {} : { url }),
  };
}
