/**
 * Kakao's structural rules, written from `test/samples/limits.json` without a look at our renderers:
 * what breaks one is dropped whole. Each function returns what is wrong, in words; nothing when it is accepted.
 */

type Json = { readonly [key: string]: unknown };
type Complain = (path: string, problem: string) => void;

/** Everything wrong with an answer of a skill. */
export function skillProblems(answer: unknown, room: 'private' | 'group' = 'private'): string[] {
  const problems: string[] = [];
  const complain: Complain = (path, problem) => problems.push(`${path} ${problem}`);
  if (!isObject(answer)) return ['the answer is no object'];
  if (answer.version !== '2.0') complain('version', 'is not "2.0"');
  contexts(answer.context, complain);
  if (answer.template === undefined) {
    if (!answer.data && !answer.context && answer.useCallback !== true) complain('template', 'is missing');
    return problems;
  }
  if (!isObject(answer.template)) return [...problems, 'template is no object'];
  const { outputs, quickReplies } = answer.template;
  list(outputs, 'template.outputs', 1, 3, complain).forEach((output, index) => {
    checkOutput(output, `template.outputs[${index}]`, room, complain);
  });
  if (quickReplies !== undefined) {
    if (room === 'group') complain('template.quickReplies', 'are not for group rooms');
    list(quickReplies, 'template.quickReplies', 0, 10, complain).forEach((reply, index) => {
      checkButton(reply, `template.quickReplies[${index}]`, ['message', 'block'], complain);
    });
  }
  return problems;
}

/** Everything wrong with an answer to `POST /message`. */
export function messageProblems(answer: unknown): string[] {
  const problems: string[] = [];
  const complain: Complain = (path, problem) => problems.push(`${path} ${problem}`);
  if (!isObject(answer) || !isObject(answer.message)) return ['message is missing'];
  const unknown = Object.keys(answer).filter(key => key !== 'message' && key !== 'keyboard');
  if (unknown.length > 0) complain(unknown.join(), 'is ignored beside message and keyboard');
  const { text, photo, message_button, ...others } = answer.message;
  for (const key of Object.keys(others)) complain(`message.${key}`, 'is ignored');
  if (text === undefined && photo === undefined && message_button === undefined)
    complain('message', 'is empty');
  if (text !== undefined) words(text, 'message.text', 1000, complain);
  if (photo !== undefined) {
    if (!isObject(photo)) complain('message.photo', 'is no object');
    else {
      url(photo.url, 'message.photo.url', complain);
      for (const side of ['width', 'height']) {
        if (!Number.isInteger(photo[side])) complain(`message.photo.${side}`, 'is no integer');
      }
    }
  }
  if (message_button) {
    if (!isObject(message_button)) complain('message.message_button', 'is no object');
    else {
      words(message_button.label, 'message.message_button.label', Infinity, complain);
      url(message_button.url, 'message.message_button.url', complain);
    }
  }
  if (answer.keyboard !== undefined)
    problems.push(...keyboardProblems(answer.keyboard).map(p => `keyboard: ${p}`));
  return problems;
}

/** Everything wrong with an answer to `GET /keyboard`. */
export function keyboardProblems(keyboard: unknown): string[] {
  if (!isObject(keyboard)) return ['no object'];
  if (keyboard.type === 'text') return keyboard.buttons ? ['a text keyboard has no buttons'] : [];
  if (keyboard.type !== 'buttons') return ['type is neither text nor buttons'];
  const { buttons } = keyboard;
  if (!Array.isArray(buttons) || buttons.length === 0 || buttons.length > 100)
    return ['not 1 to 100 buttons'];
  if (!buttons.every(label => typeof label === 'string' && label.trim() !== ''))
    return ['a label is no text'];
  return new Set(buttons).size < buttons.length
    ? ['two buttons of one label: a tap tells only the label']
    : [];
}

function checkOutput(output: unknown, path: string, room: 'private' | 'group', complain: Complain): void {
  if (!isObject(output)) return complain(path, 'is no object');
  const names = Object.keys(output);
  const [name = ''] = names;
  if (names.length !== 1) return complain(path, 'has not exactly one component');
  const at = `${path}.${name}`;
  const component = output[name];
  if (!isObject(component)) return complain(at, 'is no object');
  if (room === 'group' && ['commerceCard', 'carousel'].includes(name)) complain(at, 'is not for group rooms');
  if (name === 'simpleText') return words(component.text, `${at}.text`, 1000, complain);
  if (name === 'simpleImage') return url(component.imageUrl, `${at}.imageUrl`, complain);
  if (name === 'carousel') return checkCarousel(component, at, complain);
  checkCard(name, component, at, complain, room);
}

function contexts(context: unknown, complain: Complain): void {
  if (context === undefined) return;
  if (!isObject(context)) return complain('context', 'is no object');
  list(context.values, 'context.values', 0, Infinity, complain).forEach((value, index) => {
    const at = `context.values[${index}]`;
    if (!isObject(value)) return complain(at, 'is no object');
    words(value.name, `${at}.name`, Infinity, complain);
    if (!Number.isInteger(value.lifeSpan) || Number(value.lifeSpan) < 0)
      complain(`${at}.lifeSpan`, 'is no count');
    if (!Object.values(value.params ?? {}).every(param => typeof param === 'string'))
      complain(`${at}.params`, 'are not all texts');
  });
}

function checkCarousel(carousel: Json, path: string, complain: Complain): void {
  const { type, items } = carousel;
  if (typeof type !== 'string' || !/^(text|basic|commerce|list|item)Card$/.test(type)) {
    return complain(`${path}.type`, 'is no card');
  }
  const { header } = carousel;
  if (header !== undefined) {
    if (type === 'textCard' || type === 'listCard') complain(`${path}.header`, 'is not for these cards');
    if (!isObject(header)) complain(`${path}.header`, 'is no object');
    else {
      words(header.title, `${path}.header.title`, Infinity, complain);
      words(header.description, `${path}.header.description`, Infinity, complain);
      thumbnail(header.thumbnail, `${path}.header.thumbnail`, complain);
    }
  }
  const cards = list(items, `${path}.items`, 1, type === 'listCard' ? 5 : 10, complain);
  if (type === 'itemCard') {
    for (const part of ['thumbnail', 'head', 'profile', 'imageTitle']) {
      const having = cards.filter(card => isObject(card) && card[part] !== undefined).length;
      if (having > 0 && having < cards.length) complain(path, `has ${part} on some cards only`);
    }
  }
  cards.forEach((card, index) => {
    const at = `${path}.items[${index}]`;
    if (!isObject(card)) return complain(at, 'is no object');
    checkCard(type, card, at, complain, 'private', 4);
  });
}

function checkCard(
  name: string,
  card: Json,
  at: string,
  complain: Complain,
  room: string,
  maxItems = 5,
): void {
  if (name === 'textCard') {
    if (!card.title && !card.description) complain(at, 'has neither title nor description');
  } else if (name === 'basicCard') {
    thumbnail(card.thumbnail, `${at}.thumbnail`, complain);
  } else if (name === 'commerceCard') {
    if (!Number.isInteger(card.price)) complain(`${at}.price`, 'is no integer');
    if (card.currency !== 'won') complain(`${at}.currency`, 'is not won');
    list(card.thumbnails, `${at}.thumbnails`, 1, 1, complain).forEach(one => {
      thumbnail(one, `${at}.thumbnails[0]`, complain);
    });
  } else if (name === 'listCard') {
    const { header } = card;
    words(isObject(header) ? header.title : undefined, `${at}.header.title`, Infinity, complain);
    list(card.items, `${at}.items`, 1, maxItems, complain).forEach((item, index) => {
      if (!isObject(item)) return complain(`${at}.items[${index}]`, 'is no object');
      words(item.title, `${at}.items[${index}].title`, Infinity, complain);
      if (item.action !== undefined) {
        checkButton({ label: item.title, ...item }, `${at}.items[${index}]`, ['message', 'block'], complain);
      }
    });
  } else if (name === 'itemCard') {
    list(card.itemList, `${at}.itemList`, 1, maxItems === 4 ? 5 : 10, complain).forEach((fact, index) => {
      if (!isObject(fact)) return complain(`${at}.itemList[${index}]`, 'is no object');
      words(fact.title, `${at}.itemList[${index}].title`, Infinity, complain);
    });
    if (card.head && card.profile) complain(at, 'has head and profile');
    if (card.description && !card.title) complain(at, 'has a description without a title');
  } else {
    return complain(at, 'is no component of a skill');
  }
  if (card.buttons === undefined) return;
  const isSquare = [card.thumbnail, ...(Array.isArray(card.thumbnails) ? card.thumbnails : [])].some(
    one => isObject(one) && one.fixedRatio === true,
  );
  const layout = card.buttonLayout ?? (isSquare ? 'horizontal' : 'vertical');
  const most = layout === 'horizontal' ? 2 : room === 'group' ? 5 : 3;
  list(card.buttons, `${at}.buttons`, 0, most, complain).forEach((button, index) => {
    const own = ['webLink', 'message', 'phone', 'block', 'share', 'operator', 'osLink'];
    const actions =
      room === 'group' ? [...own, 'guide', 'invite', 'inviteMember', 'mention', 'settings'] : own;
    checkButton(button, `${at}.buttons[${index}]`, actions, complain);
  });
}

function checkButton(button: unknown, at: string, actions: readonly string[], complain: Complain): void {
  if (!isObject(button)) return complain(at, 'is no object');
  const { action } = button;
  words(button.label, `${at}.label`, Infinity, complain);
  if (typeof action !== 'string' || !actions.includes(action))
    return complain(`${at}.action`, 'is unknown here');
  const needs: Record<string, string> = {
    webLink: 'webLinkUrl',
    message: 'messageText',
    phone: 'phoneNumber',
    block: 'blockId',
  };
  const needed = needs[action];
  if (needed !== undefined) words(button[needed], `${at}.${needed}`, Infinity, complain);
  if (action === 'webLink') url(button.webLinkUrl, `${at}.webLinkUrl`, complain);
  if (button.extra !== undefined && !isObject(button.extra)) complain(`${at}.extra`, 'is no object');
}

function thumbnail(value: unknown, at: string, complain: Complain): void {
  if (!isObject(value)) return complain(at, 'is missing');
  url(value.imageUrl, `${at}.imageUrl`, complain);
}

function words(value: unknown, at: string, max: number, complain: Complain): void {
  if (typeof value !== 'string' || value.trim() === '') return complain(at, 'is no text');
  if (value.length > max) complain(at, `is longer than ${max}`);
}

function url(value: unknown, at: string, complain: Complain): void {
  if (typeof value !== 'string' || !/^https?:\/\/./.test(value)) complain(at, 'is no http or https URL');
}

function list(value: unknown, at: string, min: number, max: number, complain: Complain): readonly unknown[] {
  if (!Array.isArray(value)) {
    complain(at, 'is no list');
    return [];
  }
  if (value.length < min || value.length > max)
    complain(at, `has ${value.length} items, not ${min} to ${max}`);
  return value;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
