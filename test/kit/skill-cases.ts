import type { ComponentName } from '../../lambda/bot/by-component.ts';

/** One rule of Kakao's: an answer at its limit, and one past it. */
export interface RuleCase {
  readonly passes: unknown;
  readonly fails: unknown;
  readonly room?: 'private' | 'group';
  /** Where the failing answer is told of. */
  readonly path?: string;
}

type Json = { readonly [key: string]: unknown };
type Put = (part: Json) => unknown;

const url = 'https://img.example.com/a.jpg';
const thumbnail = { imageUrl: url };
const button = { label: '담기', action: 'message', messageText: '담기' };
const item = { title: '라떼', description: '4,500원' };
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const letters = (count: number): string => '가'.repeat(count);

const answer = (template: Json): Json => ({ version: '2.0', template });
const bubble = (output: Json): Json => answer({ outputs: [output] });
const carousel = (more: Json): Json =>
  bubble({ carousel: { type: 'basicCard', items: [{ thumbnail }], ...more } });
const carouselOf = (type: string, ...items: readonly Json[]): Json => carousel({ type, items });
const context = (value: Json): Json => ({ version: '2.0', context: { values: [value] } });
const group = (mentions: Json): Json => ({
  ...bubble({ simpleText: { text: '안녕하세요' } }),
  extra: { mentions },
});

interface Base {
  readonly valid: Json;
  readonly put: Put;
  readonly room?: 'group';
}

/** Something valid of each shape, and the answer it stands in. */
const BASES: Readonly<Record<ComponentName, Base> & Record<string, Base>> = {
  answer: { valid: answer({ outputs: [{ simpleText: { text: '안녕하세요' } }] }), put: part => part },
  template: { valid: { outputs: [{ simpleText: { text: '안녕하세요' } }] }, put: answer },
  context: { valid: { values: [] }, put: part => ({ version: '2.0', context: part }) },
  contextValue: { valid: { name: '주문', lifeSpan: 3 }, put: context },
  mention: { valid: { type: 'botUserKey', id: 'u' }, put: user => group({ user }), room: 'group' },
  simpleText: { valid: { text: '안녕하세요' }, put: simpleText => bubble({ simpleText }) },
  simpleImage: { valid: { imageUrl: url }, put: simpleImage => bubble({ simpleImage }) },
  textCard: { valid: { title: '제목' }, put: textCard => bubble({ textCard }) },
  basicCard: { valid: { thumbnail }, put: basicCard => bubble({ basicCard }) },
  commerceCard: {
    valid: { price: 4500, currency: 'won', thumbnails: [thumbnail] },
    put: commerceCard => bubble({ commerceCard }),
  },
  listCard: {
    valid: { header: { title: '메뉴' }, items: [{ title: '라떼' }] },
    put: listCard => bubble({ listCard }),
  },
  itemCard: { valid: { itemList: [item] }, put: itemCard => bubble({ itemCard }) },
  carousel: { valid: { type: 'basicCard', items: [{ thumbnail }] }, put: carousel },
  'carousel.textCard': { valid: { title: '제목' }, put: card => carouselOf('textCard', card) },
  'carousel.basicCard': { valid: { thumbnail }, put: card => carouselOf('basicCard', card) },
  'carousel.listCard': {
    valid: { header: { title: '메뉴' }, items: [{ title: '라떼' }] },
    put: card => carouselOf('listCard', card),
  },
  'carousel.itemCard': { valid: { itemList: [item] }, put: card => carouselOf('itemCard', card) },
  header: { valid: { title: '메뉴', description: '오늘', thumbnail }, put: header => carousel({ header }) },
  listHeader: {
    valid: { title: '메뉴' },
    put: header => bubble({ listCard: { header, items: [{ title: '라떼' }] } }),
  },
  listItem: {
    valid: { title: '라떼' },
    put: one => bubble({ listCard: { header: { title: '메뉴' }, items: [one] } }),
  },
  item: { valid: item, put: one => bubble({ itemCard: { itemList: [one] } }) },
  head: { valid: { title: '주문' }, put: head => bubble({ itemCard: { itemList: [item], head } }) },
  itemProfile: {
    valid: { title: '카페' },
    put: profile => bubble({ itemCard: { itemList: [item], profile } }),
  },
  imageTitle: {
    valid: { title: '주문' },
    put: imageTitle => bubble({ itemCard: { itemList: [item], imageTitle } }),
  },
  itemListSummary: {
    valid: { title: '합계', description: '4,500원' },
    put: itemListSummary => bubble({ itemCard: { itemList: [item], itemListSummary } }),
  },
  thumbnail: { valid: thumbnail, put: one => bubble({ basicCard: { thumbnail: one } }) },
  profile: {
    valid: { nickname: '카페' },
    put: profile => bubble({ commerceCard: { price: 1, currency: 'won', thumbnails: [thumbnail], profile } }),
  },
  button: { valid: button, put: one => bubble({ textCard: { title: '제목', buttons: [one] } }) },
  quickReply: {
    valid: button,
    put: one => answer({ outputs: [{ simpleText: { text: '안녕하세요' } }], quickReplies: [one] }),
  },
  'group.button': {
    valid: button,
    put: one => bubble({ textCard: { title: '제목', buttons: [one] } }),
    room: 'group',
  },
  'group.listCard': {
    valid: { header: { title: '메뉴' }, items: [{ title: '라떼' }] },
    put: listCard => bubble({ listCard }),
    room: 'group',
  },
  'group.template': {
    valid: { outputs: [{ simpleText: { text: '안녕하세요' } }] },
    put: answer,
    room: 'group',
  },
};

const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  answer: ['version'],
  template: ['outputs'],
  context: ['values'],
  contextValue: ['name', 'lifeSpan'],
  mention: ['type', 'id'],
  simpleText: ['text'],
  simpleImage: ['imageUrl'],
  basicCard: ['thumbnail'],
  commerceCard: ['price', 'currency', 'thumbnails'],
  listCard: ['header', 'items'],
  itemCard: ['itemList'],
  carousel: ['type', 'items'],
  'carousel.listCard': ['items'],
  'carousel.itemCard': ['itemList'],
  header: ['title', 'description', 'thumbnail'],
  listHeader: ['title'],
  listItem: ['title'],
  item: ['title'],
  head: ['title'],
  itemProfile: ['title'],
  imageTitle: ['title'],
  itemListSummary: ['title', 'description'],
  thumbnail: ['imageUrl'],
  profile: ['nickname'],
  button: ['label', 'action'],
  'group.button': ['action'],
  quickReply: ['label', 'action'],
};

const LENGTHS: readonly (readonly [shape: string, key: string, most: number])[] = [
  ['simpleText', 'text', 1000],
  ['simpleImage', 'altText', 50],
  ['textCard', 'title', 50],
  ['carousel.textCard', 'description', 128],
  ['basicCard', 'title', 50],
  ['basicCard', 'description', 230],
  ['carousel.basicCard', 'title', 50],
  ['carousel.basicCard', 'description', 230],
  ['commerceCard', 'title', 30],
  ['commerceCard', 'description', 40],
  ['item', 'title', 6],
  ['itemProfile', 'title', 15],
  ['itemListSummary', 'title', 6],
  ['itemListSummary', 'description', 14],
  ['thumbnail', 'altText', 50],
  ['button', 'label', 14],
  ['quickReply', 'label', 14],
];

const LINES: readonly (readonly [shape: string, key: string, most: number])[] = [
  ['carousel.basicCard', 'title', 2],
  ['carousel.basicCard', 'description', 2],
  ['item', 'description', 2],
  ['head', 'title', 1],
  ['imageTitle', 'title', 2],
  ['imageTitle', 'description', 1],
  ['header', 'title', 2],
  ['header', 'description', 3],
];

const COUNTS: readonly (readonly [shape: string, key: string, most: number, one: Json, fewest?: number])[] = [
  ['template', 'outputs', 3, { simpleText: { text: '안녕하세요' } }],
  ['template', 'quickReplies', 10, button],
  ['group.template', 'quickReplies', 0, button],
  ['commerceCard', 'thumbnails', 1, thumbnail, 1],
  ['listCard', 'items', 5, { title: '라떼' }, 1],
  ['carousel.listCard', 'items', 4, { title: '라떼' }, 1],
  ['itemCard', 'itemList', 10, item, 1],
  ['carousel.itemCard', 'itemList', 5, item, 1],
  ['carousel', 'items', 10, { thumbnail }, 1],
];

const NEEDS = {
  webLink: 'webLinkUrl',
  message: 'messageText',
  phone: 'phoneNumber',
  block: 'blockId',
} as const;
const BESIDE = { webLinkUrl: url, messageText: '담기', phoneNumber: '02-000-0000', blockId: 'b' };
const WORDS: readonly (readonly [shape: string, key: string, ...words: readonly string[]])[] = [
  ['answer', 'version', '2.0'],
  ...['textCard', 'basicCard', 'commerceCard', 'listCard', 'itemCard'].map(
    (card): [string, string, ...string[]] => [card, 'buttonLayout', 'vertical', 'horizontal'],
  ),
  ['commerceCard', 'currency', 'won'],
  ['itemCard', 'itemListAlignment', 'left', 'right'],
  ['group.listCard', 'listLayout', 'ranking'],
  ['carousel', 'type', 'basicCard'],
  ['button', 'action', 'webLink', 'message', 'phone', 'block', 'share', 'operator'],
  [
    'group.button',
    'action',
    'webLink',
    'message',
    'phone',
    'block',
    'guide',
    'invite',
    'inviteMember',
    'mention',
    'settings',
  ],
  ['quickReply', 'action', 'message', 'block'],
  ['listItem', 'action', 'message', 'block'],
];

/** Every rule that a skill's answer can break, with an answer on each side of it. */
export function skillCases(): ReadonlyMap<string, readonly RuleCase[]> {
  const cases = new Map<string, RuleCase[]>();
  const add = (id: string, one: RuleCase): void => {
    cases.set(id, [...(cases.get(id) ?? []), one]);
  };
  const put = (id: string, shape: string, passes: Json, fails: Json): void => {
    const base = BASES[shape];
    if (base === undefined) throw new Error(`no base for ${shape}`);
    add(id, {
      passes: base.put({ ...base.valid, ...passes }),
      fails: base.put({ ...base.valid, ...fails }),
      ...(base.room && { room: base.room }),
    });
  };
  for (const [shape, keys] of Object.entries(REQUIRED))
    for (const key of keys) {
      put(`${shape}.${key}.required`, shape, {}, { [key]: undefined });
      put(`${shape}.${key}.required`, shape, {}, { [key]: null });
    }
  for (const [shape, key, most] of LENGTHS)
    put(`${shape}.${key}`, shape, { [key]: letters(most) }, { [key]: letters(most + 1) });
  for (const [shape, key, most] of LINES)
    put(
      `${shape}.${key}.lines`,
      shape,
      { [key]: times(most, '줄').join('\n') },
      { [key]: times(most + 1, '줄').join('\n') },
    );
  for (const [shape, key, most, one, fewest = 0] of COUNTS) {
    put(`${shape}.${key}`, shape, { [key]: times(most, one) }, { [key]: times(most + 1, one) });
    if (fewest > 0) put(`${shape}.${key}.min`, shape, { [key]: times(fewest, one) }, { [key]: [] });
  }
  for (const [shape, key, ...words] of WORDS)
    for (const word of words) {
      put(`${shape}.${key}`, shape, { ...BESIDE_OF[shape], [key]: word }, { [key]: `${word}s` });
      for (const [action, needed] of Object.entries(NEEDS))
        if (key === 'action' && word === action && (shape !== 'quickReply' || action === 'block')) {
          put(
            `${shape}.action.${action}`,
            shape,
            { ...BESIDE_OF[shape], action },
            { ...BESIDE_OF[shape], action, [needed]: undefined },
          );
          put(
            `${shape}.action.${action}`,
            shape,
            { ...BESIDE_OF[shape], action },
            { ...BESIDE_OF[shape], action, [needed]: ' \n' },
          );
        }
    }
  for (const [id, one] of OTHERS) add(id, one);
  return cases;
}

const TAPS = { messageText: '담기', blockId: 'b' };
const BESIDE_OF: Readonly<Record<string, Json>> = {
  button: BESIDE,
  'group.button': BESIDE,
  quickReply: TAPS,
  listItem: TAPS,
};

const sized = (bytes: number): Json => {
  const empty = JSON.stringify({ simpleText: { text: '.', forwardable: true, note: '' } }).length;
  return bubble({ simpleText: { text: '.', forwardable: true, note: 'x'.repeat(bytes - empty) } });
};
const buttons = (count: number, more: Json = {}): Json =>
  bubble({ textCard: { title: '제목', buttons: times(count, button), ...more } });
const product = (more: Json): Json => bubble({ commerceCard: { ...BASES.commerceCard?.valid, ...more } });
const picture = (more: Json): Json => ({ thumbnail: { imageUrl: url, ...more } });
const itemCard = (more: Json): Json => ({ itemList: [item], ...more });
const single = (more: Json): Json => bubble({ itemCard: itemCard(more) });
const users = (count: number): Json =>
  Object.fromEntries(times(count, 0).map((_, at) => [`user${at}`, { type: 'botUserKey', id: 'u' }]));
const labelled = (length: number): Json => ({ ...button, label: letters(length) });

const OTHERS: readonly (readonly [id: string, one: RuleCase])[] = [
  ['type', { passes: bubble({ simpleText: { text: '3' } }), fails: bubble({ simpleText: { text: 3 } }) }],
  [
    'type',
    { passes: context({ name: '주문', lifeSpan: 1 }), fails: context({ name: '주문', lifeSpan: 1.5 }) },
  ],
  ['type', { passes: buttons(1), fails: bubble({ textCard: { title: '제목', buttons: button } }) }],
  ['type', { passes: buttons(1), fails: bubble({ textCard: { title: '제목', buttons: ['담기'] } }) }],
  [
    'type',
    {
      passes: bubble({ simpleText: { text: '.', forwardable: true } }),
      fails: bubble({ simpleText: { text: '.', forwardable: 'yes' } }),
    },
  ],
  ['type', { passes: { version: '2.0', data: {} }, fails: { version: '2.0', data: ['text'] } }],
  ['type', { passes: { version: '2.0', useCallback: true }, fails: [] }],
  [
    'url',
    {
      passes: bubble({ simpleImage: { imageUrl: 'http://img.example.com/a' } }),
      fails: bubble({ simpleImage: { imageUrl: 'img.example.com/a' } }),
    },
  ],
  [
    'url',
    {
      passes: buttons(1),
      fails: bubble({
        textCard: {
          title: '제목',
          buttons: [{ label: '앱', action: 'webLink', webLinkUrl: 'kakaotalk://open' }],
        },
      }),
    },
  ],
  [
    'url',
    {
      passes: carousel({}),
      fails: bubble({ basicCard: { thumbnail: { imageUrl: url, link: { web: 'javascript:alert(1)' } } } }),
    },
  ],
  [
    'unknown',
    { passes: buttons(1), fails: answer({ outputs: [{ simpleText: { text: '.' } }], quictReplies: [] }) },
  ],
  ['unknown', { passes: buttons(1), fails: { ...buttons(1), contents: [] } }],
  [
    'null',
    {
      passes: bubble({ textCard: { title: '제목' } }),
      fails: bubble({ textCard: { title: '제목', buttons: null } }),
    },
  ],
  ['component', { passes: buttons(1), fails: bubble({ videoCard: {} }) }],
  ['answer.content', { passes: { version: '2.0', data: {} }, fails: { version: '2.0' } }],
  [
    'answer.content',
    { passes: { version: '2.0', useCallback: true }, fails: { version: '2.0', useCallback: false } },
  ],
  [
    'answer.useCallback',
    {
      passes: { version: '2.0', useCallback: true, data: { text: '.' } },
      fails: { ...buttons(1), useCallback: true },
    },
  ],
  ['template.outputs.min', { passes: buttons(1), fails: answer({ outputs: [] }) }],
  [
    'output.components',
    { passes: buttons(1), fails: bubble({ simpleText: { text: '.' }, simpleImage: { imageUrl: url } }) },
  ],
  [
    'output.components',
    { passes: buttons(1), fails: bubble({ simpleText: { text: '.' }, basicCard: null }) },
  ],
  ['output.components', { passes: buttons(1), fails: bubble({}) }],
  ['output.bytes', { passes: sized(30_720), fails: sized(30_721) }],
  [
    'contextValue.lifeSpan.min',
    { passes: context({ name: '주문', lifeSpan: 0 }), fails: context({ name: '주문', lifeSpan: -1 }) },
  ],
  [
    'contextValue.params',
    {
      passes: context({ name: '주문', lifeSpan: 1, params: { cups: '2' } }),
      fails: context({ name: '주문', lifeSpan: 1, params: { cups: 2 } }),
    },
  ],
  ['group.mentions', { passes: group(users(15)), fails: group(users(16)), room: 'group' }],
  ['answer.extra', { passes: buttons(1), fails: group(users(1)) }],
  [
    'simpleText.extra',
    { passes: buttons(1), fails: bubble({ simpleText: { text: '.', extra: { markdown: true } } }) },
  ],
  [
    'listCard.listLayout',
    {
      passes: buttons(1),
      fails: bubble({ listCard: { header: { title: '.' }, items: [{ title: '.' }], listLayout: 'ranking' } }),
    },
  ],
  ['group.output.carousel', { passes: buttons(1), fails: carousel({}), room: 'group' }],
  [
    'group.output.commerceCard',
    { passes: buttons(1), fails: bubble({ commerceCard: BASES.commerceCard?.valid }), room: 'group' },
  ],
  [
    'simpleText.fold',
    {
      passes: bubble({ simpleText: { text: letters(500) } }),
      fails: bubble({ simpleText: { text: letters(501) } }),
    },
  ],
  [
    'textCard.words',
    {
      passes: bubble({ textCard: { description: '설명' } }),
      fails: bubble({ textCard: { title: '', description: ' ' } }),
    },
  ],
  [
    'textCard.length',
    {
      passes: bubble({ textCard: { title: letters(50), description: letters(350) } }),
      fails: bubble({ textCard: { title: letters(50), description: letters(351) } }),
    },
  ],
  [
    'commerceCard.discountRate',
    {
      passes: bubble({
        commerceCard: { ...BASES.commerceCard?.valid, discountRate: 10, discountedPrice: 4050 },
      }),
      fails: bubble({ commerceCard: { ...BASES.commerceCard?.valid, discountRate: 10 } }),
    },
  ],
  [
    'commerceCard.toPay',
    {
      passes: product({ price: 5000, discount: 5000 }),
      fails: product({ price: 5000, discount: 5001 }),
    },
  ],
  [
    'commerceCard.rate',
    {
      passes: product({ price: 3000, discountedPrice: 2000, discountRate: 33 }),
      fails: product({ price: 3000, discountedPrice: 2000, discountRate: 30 }),
    },
  ],
  [
    'forwardable',
    {
      passes: product({ forwardable: true }),
      fails: product({ forwardable: true, buttons: times(1, button) }),
    },
  ],
  [
    'buttons.vertical',
    { passes: product({ buttons: times(3, button) }), fails: product({ buttons: times(4, button) }) },
  ],
  [
    'buttons.horizontal',
    {
      passes: product({ buttons: times(2, button), buttonLayout: 'horizontal' }),
      fails: product({ buttons: times(3, button), buttonLayout: 'horizontal' }),
    },
  ],
  [
    'buttons.horizontal',
    {
      passes: product({ buttons: times(3, button), thumbnails: [thumbnail] }),
      fails: product({ buttons: times(3, button), thumbnails: [{ ...thumbnail, fixedRatio: true }] }),
    },
  ],
  [
    'button.label.pair',
    {
      passes: product({ buttons: [button, labelled(8)], buttonLayout: 'horizontal' }),
      fails: product({ buttons: [button, labelled(9)], buttonLayout: 'horizontal' }),
    },
  ],
  [
    'itemCard.headOrProfile',
    {
      passes: single({ head: { title: '.' } }),
      fails: single({ head: { title: '.' }, profile: { title: '.' } }),
    },
  ],
  [
    'itemCard.description',
    { passes: single({ title: '.', description: '.' }), fails: single({ title: '', description: '.' }) },
  ],
  [
    'itemCard.length',
    {
      passes: single({ title: letters(100), description: letters(100) }),
      fails: single({ title: letters(100), description: letters(101) }),
    },
  ],
  [
    'carousel.itemCard.length',
    {
      passes: carouselOf('itemCard', itemCard({ title: letters(50), description: letters(50) })),
      fails: carouselOf('itemCard', itemCard({ title: letters(50), description: letters(51) })),
    },
  ],
  [
    'itemCard.lines',
    {
      passes: single({ title: '.', description: times(11, '.').join('\n') }),
      fails: single({ title: '.', description: times(12, '.').join('\n') }),
    },
  ],
  [
    'itemCard.ratio',
    {
      passes: single(picture({ width: 800, height: 800 })),
      fails: single(picture({ width: 800, height: 600 })),
    },
  ],
  [
    'itemCard.ratio',
    {
      passes: single(picture({ width: 800, height: 400 })),
      fails: single(picture({ width: 400, height: 800 })),
    },
  ],
  [
    'carousel.itemCard.ratio',
    {
      passes: carouselOf('itemCard', itemCard(picture({ width: 800, height: 400 }))),
      fails: carouselOf('itemCard', itemCard(picture({ width: 800, height: 800 }))),
    },
  ],
  [
    'itemProfile.ratio',
    {
      passes: single({ profile: { title: '.', imageUrl: url, width: 180, height: 180 } }),
      fails: single({ profile: { title: '.', imageUrl: url, width: 180, height: 90 } }),
    },
  ],
  [
    'itemListSummary.letters',
    {
      passes: single({ itemListSummary: { title: '합계', description: '$4,032.54' } }),
      fails: single({ itemListSummary: { title: '합계', description: '4,500원!' } }),
    },
  ],
  [
    'itemListSummary.letters',
    {
      passes: single({ itemListSummary: { title: '합계', description: '4,500 원' } }),
      fails: single({ itemListSummary: { title: '합계', description: '$1.234' } }),
    },
  ],
  [
    'carousel.listCards',
    {
      passes: carouselOf('listCard', ...times(5, BASES.listCard?.valid ?? {})),
      fails: carouselOf('listCard', ...times(6, BASES.listCard?.valid ?? {})),
    },
  ],
  [
    'carousel.header',
    {
      passes: carousel({ header: BASES.header?.valid }),
      fails: carousel({ type: 'textCard', items: [{ title: '.' }], header: BASES.header?.valid }),
    },
  ],
  [
    'carousel.header',
    {
      passes: carousel({}),
      fails: carousel({ type: 'listCard', items: [BASES.listCard?.valid], header: BASES.header?.valid }),
    },
  ],
  [
    'carousel.type',
    { passes: carouselOf('textCard', { title: '.' }), fails: carouselOf('videoCard', { title: '.' }) },
  ],
  [
    'carousel.uniform',
    {
      passes: carouselOf('itemCard', itemCard({ head: { title: '.' } }), itemCard({ head: { title: '.' } })),
      fails: carouselOf('itemCard', itemCard({ head: { title: '.' } }), itemCard({})),
    },
  ],
  [
    'carousel.uniform',
    {
      passes: carouselOf('itemCard', itemCard({}), itemCard({})),
      fails: carouselOf('itemCard', itemCard(picture({})), itemCard({}), itemCard({})),
    },
  ],
  [
    'carousel.imageRatio',
    {
      passes: carouselOf('basicCard', picture({ fixedRatio: true }), picture({ fixedRatio: true })),
      fails: carouselOf('basicCard', picture({ fixedRatio: true }), picture({})),
    },
  ],
  [
    'forwardable',
    {
      passes: bubble({ textCard: { title: '.', forwardable: true } }),
      fails: buttons(1, { forwardable: true }),
    },
  ],
  ['forwardable', { passes: carousel({ forwardable: false }), fails: carousel({ forwardable: true }) }],
  ['forwardable', { passes: carousel({}), fails: carousel({ items: [{ thumbnail, forwardable: true }] }) }],
  [
    'forwardable',
    {
      passes: carousel({}),
      fails: bubble({
        listCard: { header: { title: '.' }, items: [{ title: '.', link: { web: url } }], forwardable: true },
      }),
    },
  ],
  ['buttons.vertical', { passes: buttons(3), fails: buttons(4) }],
  [
    'buttons.horizontal',
    { passes: buttons(2, { buttonLayout: 'horizontal' }), fails: buttons(3, { buttonLayout: 'horizontal' }) },
  ],
  [
    'buttons.horizontal',
    {
      passes: bubble({
        basicCard: { ...picture({ fixedRatio: true }), buttons: times(3, button), buttonLayout: 'vertical' },
      }),
      fails: bubble({ basicCard: { ...picture({ fixedRatio: true }), buttons: times(3, button) } }),
    },
  ],
  ['group.buttons', { passes: buttons(5), fails: buttons(6), room: 'group' }],
  [
    'button.label.pair',
    {
      passes: buttons(0, { buttonLayout: 'horizontal', buttons: [labelled(8), button] }),
      fails: buttons(0, { buttonLayout: 'horizontal', buttons: [labelled(9), button] }),
    },
  ],
  [
    'button.action.osLink',
    {
      passes: buttons(1),
      fails: bubble({
        textCard: {
          title: '.',
          buttons: [{ label: '앱', action: 'osLink', osLink: { ios: 'kakaotalk://' } }],
        },
      }),
    },
  ],
];
