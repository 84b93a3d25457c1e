import fc from 'fast-check';
import type { KeysOf } from '../../lambda/bot/by-component.ts';
import type {
  BasicCard,
  Button,
  Buttons,
  Carousel,
  CommerceCard,
  ItemCard,
  ListItem,
  Output,
  QuickReply,
  SquareThumbnail,
  TextCard,
  Thumbnail,
} from '../../lambda/bot/components.ts';
import type { GroupButton, GroupOutput } from '../../lambda/bot/group-components.ts';
import type { BlockData, GroupReply, Reply } from '../../lambda/bot/reply.ts';

// A list of fast-check's is counted at runtime alone: the counts stand beside each cast.

/** Any reply that the types allow and a bot could mean, however long its words. */
export function anyReply(): fc.Arbitrary<Reply> {
  return fc.record(
    {
      outputs: fc.array(anyOutput, { minLength: 1, maxLength: 3 }) as unknown as fc.Arbitrary<
        Reply['outputs']
      >,
      quickReplies: fc.array(anyQuickReply, { maxLength: 10 }) as unknown as fc.Arbitrary<
        NonNullable<Reply['quickReplies']>
      >,
      ...blockData,
    },
    { requiredKeys: ['outputs'] },
  );
}

/** Any reply to a group room. */
export function anyGroupReply(): fc.Arbitrary<GroupReply> {
  return fc.record(
    {
      outputs: fc.array(anyGroupOutput, { minLength: 1, maxLength: 3 }) as unknown as fc.Arbitrary<
        GroupReply['outputs']
      >,
      mentions: fc.uniqueArray(anyMention, {
        maxLength: 15,
        selector: ({ name }) => name,
      }) as unknown as fc.Arbitrary<NonNullable<GroupReply['mentions']>>,
      ...blockData,
    },
    { requiredKeys: ['outputs'] },
  );
}

const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map(text => `말${text}`);
const sentence = fc.oneof(
  word,
  fc.array(word, { minLength: 1, maxLength: 30 }).map(words => words.join(' ')),
);
const longText = fc.oneof(
  sentence,
  fc.integer({ min: 900, max: 4_000 }).map(n => '문장입니다. '.repeat(n / 6)),
  fc.constantFrom('', ' \n'),
);
const label = fc.oneof(fc.constantFrom('담기', '자세히', '더보기', ' 빈칸 '), word);
const url = fc.constantFrom(
  'https://img.example.com/a.jpg',
  'http://img.example.com/b.png?x=1',
  'https://img.example.com/c',
);
const link = url.map(web => ({ web }));
const extra = fc.constantFrom({}, { id: 1 }, { 음료: '라떼' });

const blockData: { [K in keyof Required<BlockData>]: fc.Arbitrary<NonNullable<BlockData[K]>> } = {
  data: fc.constantFrom<Record<string, unknown>>({ 이름: '라이언' }, { n: 1, 목록: [1, '2'] }),
  contexts: fc.array(
    fc.record(
      {
        name: word,
        turns: fc.integer({ min: 0, max: 10 }),
        ttlSeconds: fc.integer({ min: 1, max: 600 }),
        params: fc.constant({ 음료: '라떼' }),
      },
      { requiredKeys: ['name', 'turns'] },
    ),
    { maxLength: 3 },
  ),
};

const anyQuickReply: fc.Arbitrary<QuickReply> = fc.oneof(
  fc.record(
    { label, action: fc.constant('message' as const), messageText: word, extra },
    { requiredKeys: ['label', 'action', 'messageText'] },
  ),
  fc.record(
    { label, action: fc.constant('block' as const), blockId: word, messageText: word, extra },
    { requiredKeys: ['label', 'action', 'blockId'] },
  ),
);
const anyButton: fc.Arbitrary<Button> = fc.oneof(
  anyQuickReply,
  fc.record({ label, action: fc.constant('webLink' as const), webLinkUrl: url }),
  fc.record({ label, action: fc.constant('phone' as const), phoneNumber: fc.constant('02-000-0000') }),
  fc.record({ label, action: fc.constantFrom('share' as const, 'operator' as const) }),
);
type Laid<L extends Buttons['buttonLayout'], Most> = Extract<Buttons, { buttonLayout?: L }> & Most;
const listOf = (most: number) =>
  fc.array(anyButton, { maxLength: most }) as unknown as fc.Arbitrary<NonNullable<Buttons['buttons']>>;
const below: fc.Arbitrary<Laid<'vertical', unknown>> = fc.record(
  { buttons: listOf(3), buttonLayout: fc.constant('vertical' as const) },
  { requiredKeys: [] },
);
const beside = fc.record({
  buttons: listOf(2),
  buttonLayout: fc.constant('horizontal' as const),
}) as unknown as fc.Arbitrary<Laid<'horizontal', { buttonLayout: 'horizontal' }>>;
const anyButtons: fc.Arbitrary<Buttons> = fc.oneof(below, beside);
const forwardable = fc.record({ forwardable: fc.boolean() }, { requiredKeys: [] });
const both = <A, B>(a: fc.Arbitrary<A>, b: fc.Arbitrary<B>): fc.Arbitrary<A & B> =>
  fc.tuple(a, b).map(([one, other]) => ({ ...one, ...other }));

const thumbnail: fc.Arbitrary<Thumbnail> = fc.record(
  { imageUrl: url, altText: word, link, fixedRatio: fc.constant(false as const) },
  { requiredKeys: ['imageUrl'] },
);
const square: fc.Arbitrary<SquareThumbnail> = fc.record(
  { imageUrl: url, altText: word, link, fixedRatio: fc.boolean() },
  { requiredKeys: ['imageUrl', 'fixedRatio'] },
);
const row = fc.oneof(
  fc.record({ buttons: listOf(2) }, { requiredKeys: [] }),
  beside,
  fc.record({ buttons: listOf(3), buttonLayout: fc.constant('vertical' as const) }),
);
const pictured = <P, Q>(wide: fc.Arbitrary<P>, whole: fc.Arbitrary<Q>) =>
  fc.oneof(both(wide, anyButtons), both(whole, row));

const anyTextCard = both(
  fc.oneof(
    fc.record({ title: sentence, description: sentence }, { requiredKeys: ['title'] }),
    fc.record({ title: sentence, description: sentence }, { requiredKeys: ['description'] }),
  ),
  anyButtons,
) as fc.Arbitrary<TextCard>;
const anyBasicCard = both(
  fc.record({ title: sentence, description: sentence }, { requiredKeys: [] }),
  pictured(
    thumbnail.map(one => ({ thumbnail: one })),
    square.map(one => ({ thumbnail: one })),
  ),
) as fc.Arbitrary<BasicCard>;
const price = fc.integer({ min: 1_000, max: 100_000 });
const anyCommerceCard = both(
  both(
    fc.record(
      { price, title: word, description: word, profile: fc.record({ nickname: word }) },
      { requiredKeys: ['price'] },
    ),
    fc.oneof(
      fc.record({ discount: fc.integer({ min: 1, max: 999 }) }, { requiredKeys: [] }),
      fc.record({ discountedPrice: fc.integer({ min: 0, max: 1_000 }) }),
      fc
        .record({ price, discountRate: fc.integer({ min: 1, max: 99 }) })
        .map(({ price: all, discountRate }) => ({
          price: all,
          discountedPrice: Math.round((all * (100 - discountRate)) / 100),
          discountRate,
        })),
    ),
  ),
  pictured(
    thumbnail.map(one => ({ thumbnails: [one] as const })),
    square.map(one => ({ thumbnails: [one] as const })),
  ),
) as fc.Arbitrary<CommerceCard>;
const anyItem: fc.Arbitrary<ListItem> = fc.oneof(
  fc.record({ title: sentence, description: sentence, imageUrl: url, link }, { requiredKeys: ['title'] }),
  fc.record({ title: word, action: fc.constant('message' as const), messageText: word, extra }),
  fc.record({ title: word, action: fc.constant('block' as const), blockId: word }),
);
const listOfItems = (most: number) =>
  fc.record({
    header: fc.record({ title: word }),
    items: fc.array(anyItem, { minLength: 1, maxLength: most }),
  });

const head = fc.record({ head: fc.record({ title: word }) });
const profile = fc.record({
  profile: fc.record({ title: word, imageUrl: url }, { requiredKeys: ['title'] }),
});
const imageTitle = fc.record({
  imageTitle: fc.record({ title: word, description: word, imageUrl: url }, { requiredKeys: ['title'] }),
});
const facts = (most: number) =>
  both(
    fc.record(
      {
        itemList: fc.array(fc.record({ title: word, description: sentence }), {
          minLength: 1,
          maxLength: most,
        }),
        itemListAlignment: fc.constantFrom('left', 'right'),
        itemListSummary: fc.record({ title: word, description: fc.constantFrom('33,500원', '$4,032.54') }),
      },
      { requiredKeys: ['itemList'] },
    ),
    fc.oneof(
      fc.constant({}),
      fc.record({ title: sentence, description: sentence }, { requiredKeys: ['title'] }),
    ),
  );
/** Parts that all item cards of a carousel have, or none has. */
const shape: fc.Arbitrary<object> = both(
  fc.oneof(head, profile, fc.constant({})),
  both(
    fc.oneof(imageTitle, fc.constant({})),
    fc.oneof(
      fc.record({
        thumbnail: fc.record({ imageUrl: url, altText: word, link }, { requiredKeys: ['imageUrl'] }),
      }),
      fc.constant({}),
    ),
  ),
);
const anyItemCard = both(both(facts(10), anyButtons), shape) as unknown as fc.Arbitrary<ItemCard>;
const itemCards = fc
  .tuple(shape, fc.array(both(facts(5), anyButtons), { minLength: 1, maxLength: 10 }))
  .map(([alike, cards]) => cards.map(card => ({ ...card, ...alike })));

const header = fc.record({
  header: fc.record({ title: word, description: word, thumbnail: fc.record({ imageUrl: url }) }),
});
const cardsOf = <T extends Carousel['type']>(type: T, items: fc.Arbitrary<readonly unknown[]>) =>
  items.map(some => ({ type, items: some }));
const listing = (card: fc.Arbitrary<unknown>, most = 10) => fc.array(card, { minLength: 1, maxLength: most });
const maybe = <T extends object>(arbitrary: fc.Arbitrary<T>) => fc.oneof(fc.constant({}), arbitrary);
const anyCarousel = fc.oneof(
  cardsOf('textCard', listing(anyTextCard)),
  cardsOf('listCard', listing(both(listOfItems(4), anyButtons), 5)),
  both(cardsOf('basicCard', listing(anyBasicCard)), maybe(header)),
  both(cardsOf('commerceCard', listing(anyCommerceCard)), maybe(header)),
  both(cardsOf('itemCard', itemCards), maybe(header)),
) as unknown as fc.Arbitrary<Carousel>;

const anyImage = fc.record({ imageUrl: url, altText: word }, { requiredKeys: ['imageUrl'] });
const anyOutputs: { readonly [N in KeysOf<Output>]: fc.Arbitrary<Output> } = {
  simpleText: both(
    longText.map(text => ({ text })),
    forwardable,
  ).map(simpleText => ({ simpleText })),
  simpleImage: both(anyImage, forwardable).map(simpleImage => ({ simpleImage })),
  textCard: both(anyTextCard, forwardable).map(textCard => ({ textCard }) as Output),
  basicCard: both(anyBasicCard, forwardable).map(basicCard => ({ basicCard }) as Output),
  commerceCard: both(anyCommerceCard, forwardable).map(commerceCard => ({ commerceCard }) as Output),
  listCard: both(both(listOfItems(5), anyButtons), forwardable).map(
    listCard => ({ listCard }) as unknown as Output,
  ),
  itemCard: both(anyItemCard, forwardable).map(itemCard => ({ itemCard }) as Output),
  carousel: anyCarousel.map(carousel => ({ carousel })),
};
const anyOutput: fc.Arbitrary<Output> = fc.oneof(...Object.values(anyOutputs));

const anyGroupButton: fc.Arbitrary<Button | GroupButton> = fc.oneof(
  anyButton,
  fc.record({
    label,
    action: fc.constantFrom<GroupButton['action']>('guide', 'invite', 'inviteMember', 'mention', 'settings'),
  }),
);
const groupButtons = fc.oneof(
  fc.record({ buttons: fc.array(anyGroupButton, { maxLength: 5 }) }, { requiredKeys: [] }),
  fc.record({
    buttons: fc.array(anyGroupButton, { maxLength: 2 }),
    buttonLayout: fc.constant('horizontal' as const),
  }),
);
const groupRow = fc.oneof(
  fc.record({ buttons: fc.array(anyGroupButton, { maxLength: 2 }) }, { requiredKeys: [] }),
  fc.record({
    buttons: fc.array(anyGroupButton, { maxLength: 5 }),
    buttonLayout: fc.constant('vertical' as const),
  }),
);
const anyMention = fc
  .tuple(fc.constantFrom('user1', 'user2', '철수'), word, fc.constantFrom('botUserKey', 'appUserId'))
  .map(([name, id, kind]) => (kind === 'botUserKey' ? { name, botUserKey: id } : { name, appUserId: id }));
const anyGroupOutputs: { readonly [N in KeysOf<GroupOutput>]: fc.Arbitrary<unknown> } = {
  simpleText: fc
    .record(
      {
        text: longText.map(words => `{{#mentions.user1}} ${words}`),
        extra: fc.record({ markdown: fc.boolean() }),
      },
      { requiredKeys: ['text'] },
    )
    .map(simpleText => ({ simpleText })),
  simpleImage: anyImage.map(simpleImage => ({ simpleImage })),
  textCard: both(fc.record({ title: sentence }), groupButtons).map(textCard => ({ textCard })),
  basicCard: fc
    .oneof(
      both(fc.record({ title: sentence, thumbnail }), groupButtons),
      both(fc.record({ title: sentence, thumbnail: square }), groupRow),
    )
    .map(basicCard => ({ basicCard })),
  listCard: both(
    both(listOfItems(5), groupButtons),
    fc.record({ listLayout: fc.constant('ranking' as const) }, { requiredKeys: [] }),
  ).map(listCard => ({ listCard })),
  itemCard: both(facts(10), groupButtons).map(itemCard => ({ itemCard })),
};
const anyGroupOutput = fc.oneof(...Object.values(anyGroupOutputs)) as unknown as fc.Arbitrary<GroupOutput>;
