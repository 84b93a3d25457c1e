import {
  ANY,
  BOOLEAN,
  type Effects,
  from,
  IGNORED,
  INTEGER,
  list,
  needed,
  OBJECT,
  REFUSED,
  type Shapes,
  text,
  URL_TEXT,
  word,
} from '../check/shape.ts';
import type { Effect } from '../check/violation.ts';
import { CALLBACK_LIVES_MS, KAKAO_WAITS_MS } from '../turn/time-budget.ts';

/** What Kakao does about what it does not take. */
export const EFFECTS = {
  drops: {
    severity: 'rejected',
    en: 'Kakao drops the whole answer, and the user sees nothing',
    ko: '카카오가 답변 전체를 버려 아무것도 보이지 않습니다',
  },
  cuts: {
    severity: 'shortened',
    en: 'KakaoTalk may not show all of it',
    ko: '카카오톡이 다 보여 주지 않습니다',
  },
  ignores: { severity: 'shortened', en: 'Kakao ignores it', ko: '카카오가 무시합니다' },
} as const satisfies Effects;

const ACTIONS =
  'webLink:webLinkUrl message:messageText phone:phoneNumber block:blockId share operator osLink';
const url = from('FAQ', URL_TEXT);
const words = { title: text(), description: text() };
const tap = { messageText: text(), blockId: text() };
const card = { buttons: list('button'), buttonLayout: word('vertical horizontal'), forwardable: BOOLEAN };

/**
 * What Kakao allows in each object of a skill's answer: the most characters and lines of a text, the most and the
 * fewest items of a list, the words, and what must be there. Too much text is shortened, all else is rejected.
 * Characters are UTF-16 code units, lines those before any is wrapped. `carousel.…` and `group.…` tell what is
 * otherwise in a carousel and in a group room.
 * Sources: FMT the response format (where none is named), GRP the guide for group rooms, FAQ the customer centre,
 * CB the callback guide, PLG the plugin guide, SDK what kakao-chatbot and others practise, OLD the former format page.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format
 */
export const LIMITS = {
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
  output: {
    simpleText: OBJECT,
    simpleImage: OBJECT,
    textCard: OBJECT,
    basicCard: OBJECT,
    commerceCard: OBJECT,
    listCard: OBJECT,
    itemCard: OBJECT,
    carousel: OBJECT,
  },
  'group.output': { commerceCard: REFUSED, carousel: REFUSED },
  context: { values: needed(list('contextValue')) },
  contextValue: { name: needed(text()), lifeSpan: needed(INTEGER), ttl: INTEGER, params: OBJECT },
  roomExtra: { mentions: OBJECT },
  mention: { type: from('GRP', needed(text())), id: from('GRP', needed(text())) },
  validation: {
    status: from('PLG', needed(word('SUCCESS FAIL ERROR IGNORE'))),
    value: text(),
    data: ANY,
    message: text(),
    version: ANY,
  },

  simpleText: { text: needed(text(1000)), extra: IGNORED, forwardable: BOOLEAN },
  'group.simpleText': { extra: { ...OBJECT, of: 'textExtra' } },
  textExtra: { markdown: BOOLEAN },
  simpleImage: { imageUrl: needed(url), altText: text(50), forwardable: BOOLEAN },
  textCard: { ...words, title: text(50), ...card },
  'carousel.textCard': { description: text(128) },
  basicCard: { title: text(50), description: text(230), thumbnail: needed(OBJECT), ...card },
  'carousel.basicCard': { title: text(50, 2), description: text(230, 2) },
  commerceCard: {
    title: text(30),
    description: text(40),
    price: needed(INTEGER),
    currency: needed(word('won')),
    discount: INTEGER,
    discountRate: INTEGER,
    discountedPrice: INTEGER,
    thumbnails: needed(list('thumbnail', 1, 1)),
    profile: OBJECT,
    ...card,
  },
  listCard: {
    header: needed({ ...OBJECT, of: 'listHeader' }),
    items: needed(list('listItem', 5, 1)),
    listLayout: IGNORED,
    ...card,
  },
  'carousel.listCard': { items: needed(list('listItem', 4, 1)) },
  'group.listCard': { listLayout: from('GRP', word('ranking')) },
  listHeader: { title: needed(text()) },
  listItem: {
    title: needed(text()),
    description: text(),
    imageUrl: url,
    link: OBJECT,
    action: word('block:blockId message:messageText'),
    ...tap,
    extra: ANY,
  },
  itemCard: {
    ...words,
    itemList: needed(list('item', 10, 1)),
    head: OBJECT,
    profile: { ...OBJECT, of: 'itemProfile' },
    imageTitle: OBJECT,
    thumbnail: OBJECT,
    itemListAlignment: word('left right'),
    itemListSummary: OBJECT,
    ...card,
  },
  'carousel.itemCard': { itemList: needed(list('item', 5, 1)) },
  item: { title: needed(text(6)), description: text(Infinity, 2) },
  head: { title: needed(text(Infinity, 1)) },
  itemProfile: { title: needed(text(15)), imageUrl: url, width: INTEGER, height: INTEGER },
  imageTitle: { title: needed(text(Infinity, 2)), description: text(Infinity, 1), imageUrl: url },
  itemListSummary: { title: needed(text(6)), description: needed(text(14)) },
  carousel: {
    type: needed(word('textCard basicCard commerceCard listCard itemCard')),
    items: needed(list('carousel.*', 10, 1)),
    header: OBJECT,
    forwardable: BOOLEAN,
  },
  header: {
    title: needed(text(Infinity, 2)),
    description: needed(text(Infinity, 3)),
    thumbnail: needed(OBJECT),
  },

  thumbnail: {
    imageUrl: needed(url),
    altText: text(50),
    link: OBJECT,
    fixedRatio: BOOLEAN,
    width: INTEGER,
    height: INTEGER,
  },
  link: { web: url, pc: url, mobile: url },
  profile: { nickname: needed(text()), imageUrl: url },
  button: {
    label: needed(text(14)),
    action: needed(word(ACTIONS)),
    webLinkUrl: url,
    ...tap,
    phoneNumber: text(),
    osLink: ANY,
    extra: OBJECT,
  },
  'group.button': {
    action: from('GRP', needed(word(`${ACTIONS} guide invite inviteMember mention settings`))),
  },
  quickReply: {
    label: from('SDK', needed(text(14))),
    action: needed(word('message block:blockId')),
    ...tap,
    extra: ANY,
  },
} satisfies Shapes;

const rule =
  (effect: Effect) =>
  <L extends number | string>(limit: L, source = 'FMT') => ({ limit, effect, source });
const drops = rule(EFFECTS.drops);
const cuts = rule(EFFECTS.cuts);
const ignores = rule(EFFECTS.ignores);

/** What no single member of {@link LIMITS} tells, by rule. */
export const RULES = {
  'answer.content': drops('template, context, data or useCallback'),
  'answer.useCallback': ignores('absent', 'CB'),
  'template.outputs.min': drops(1),
  'output.components': drops(1),
  'output.bytes': drops(30_720, 'FAQ'),
  'contextValue.lifeSpan.min': drops(0),
  'contextValue.params': drops('text'),
  'group.mentions': drops(15, 'GRP'),
  'simpleText.fold': cuts(500),
  'textCard.words': drops('title or description'),
  'textCard.length': cuts(400),
  'commerceCard.discountRate': ignores('discountedPrice'),
  'itemCard.headOrProfile': drops(1),
  'itemCard.description': drops('title'),
  'itemCard.length': cuts(200),
  'carousel.itemCard.length': cuts(100),
  'itemCard.lines': cuts(12),
  'itemCard.ratio': cuts('2:1 or 1:1'),
  'carousel.itemCard.ratio': cuts('2:1'),
  'itemProfile.ratio': cuts('1:1'),
  'itemListSummary.letters': cuts('currency, digits, commas, letters, two decimals'),
  'carousel.listCards': drops(5),
  'carousel.header': drops('absent'),
  'carousel.uniform': drops('all cards or none'),
  'carousel.imageRatio': cuts('one ratio'),
  forwardable: ignores('neither carousel, buttons nor taps'),
  'buttons.vertical': drops(3),
  'buttons.horizontal': drops(2),
  'group.buttons': drops(5, 'GRP'),
  'button.label.pair': cuts(8),
  'button.action.osLink': ignores('absent', 'OLD'),
};

/** What Kakao allows around an answer: milliseconds, times, users and rooms of a request. Sources: CB, GRP, EVT. */
export const CALL_LIMITS = {
  skillTimeoutMs: KAKAO_WAITS_MS,
  callbackValidMs: CALLBACK_LIVES_MS,
  callbackValidMsGroup: 300_000,
  callbackUses: 1,
  eventUsers: 100,
  eventGroupRooms: 100,
} as const;
