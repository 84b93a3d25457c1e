/** Whose answer it is: a skill's, smart-chat's to `POST /message`, or its keyboard. */
export type AnswerKind = 'skill' | 'message' | 'keyboard';

type Json = { readonly [key: string]: unknown };

/** What keeps Kakao from showing an answer, by path: counts and required members; lengths are for Kakao to cut. */
export function problemsOf(answer: unknown, kind: AnswerKind): string[] {
  if (!isObject(answer)) return ['the answer is no object'];
  if (kind === 'keyboard') return keyboardProblems(answer, 'keyboard');
  return kind === 'message' ? messageProblems(answer) : skillProblems(answer);
}

/** What Kakao does not send on as a bubble. */
const MAX_BUBBLE_BYTES = 30 * 1024;

/** Each component and the members of which it needs one, by alternatives. */
const COMPONENTS: Readonly<Record<string, readonly string[]>> = {
  simpleText: ['text'],
  simpleImage: ['imageUrl'],
  textCard: ['title', 'description'],
  basicCard: ['thumbnail'],
  commerceCard: ['thumbnails'],
  listCard: ['items'],
  itemCard: ['itemList'],
  carousel: ['items'],
};

function skillProblems({ template, data, context }: Json): string[] {
  if (template === undefined && (data !== undefined || context !== undefined)) return [];
  if (!isObject(template)) return ['template is missing'];
  const { outputs, quickReplies = [] } = template;
  if (!Array.isArray(outputs) || outputs.length < 1 || outputs.length > 3)
    return ['template.outputs is no list of 1 to 3'];
  return [
    ...outputs.flatMap((output, index) => outputProblems(output, `template.outputs[${index}]`)),
    ...(Array.isArray(quickReplies) && quickReplies.length <= 10
      ? []
      : ['template.quickReplies is no list of at most 10']),
  ];
}

function outputProblems(output: unknown, at: string): string[] {
  const [name = '', ...more] = isObject(output) ? Object.keys(output) : [];
  const needed = Object.hasOwn(COMPONENTS, name) ? COMPONENTS[name] : undefined;
  if (!isObject(output) || needed === undefined || more.length > 0)
    return [`${at} is not exactly one component`];
  const component = output[name];
  if (!isObject(component) || !needed.some(member => hasContent(component[member])))
    return [`${at}.${name} lacks ${needed.join(' or ')}`];
  const { buttons = [] } = component;
  return [
    ...(Array.isArray(buttons) && buttons.length <= 3
      ? []
      : [`${at}.${name}.buttons is no list of at most 3`]),
    ...(Buffer.byteLength(JSON.stringify(output)) > MAX_BUBBLE_BYTES ? [`${at} has more than 30 KB`] : []),
  ];
}

function messageProblems({ message, keyboard }: Json): string[] {
  if (!isObject(message)) return ['message is missing'];
  const { text, photo, message_button } = message;
  const isEmpty = ![text, photo, message_button].some(hasContent);
  const hasSizes = !isObject(photo) || [photo.width, photo.height].every(Number.isInteger);
  return [
    ...(isEmpty ? ['message has no text, photo or message_button'] : []),
    ...(hasSizes ? [] : ['message.photo has a width or height that is no integer']),
    ...(keyboard === undefined ? [] : keyboardProblems(keyboard, 'keyboard')),
  ];
}

function keyboardProblems(keyboard: unknown, at: string): string[] {
  if (!isObject(keyboard)) return [`${at} is no object`];
  if (keyboard.type === 'text') return [];
  if (keyboard.type !== 'buttons') return [`${at}.type is neither buttons nor text`];
  const { buttons } = keyboard;
  return Array.isArray(buttons) && buttons.length > 0 && buttons.every(label => typeof label === 'string')
    ? []
    : [`${at}.buttons is no list of labels`];
}

function hasContent(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() !== '';
  return Array.isArray(value) ? value.length > 0 : isObject(value);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
