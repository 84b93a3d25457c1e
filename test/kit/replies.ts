import fc from 'fast-check';
import type {
  BasicCard,
  Button,
  ListItem,
  Output,
  QuickReply,
  Reply,
  Thumbnail,
} from '../../lambda/bot/reply.ts';

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
const buttons = fc.array(anyButton, { maxLength: 3 }) as unknown as fc.Arbitrary<
  NonNullable<BasicCard['buttons']>
>;
const thumbnail: fc.Arbitrary<Thumbnail> = fc.record(
  { imageUrl: url, altText: word, link, fixedRatio: fc.boolean() },
  { requiredKeys: ['imageUrl'] },
);
const anyBasicCard: fc.Arbitrary<BasicCard> = fc.record(
  { thumbnail, title: sentence, description: sentence, buttons },
  { requiredKeys: ['thumbnail'] },
);
const anyItem: fc.Arbitrary<ListItem> = fc.oneof(
  fc.record({ title: sentence, description: sentence, imageUrl: url, link }, { requiredKeys: ['title'] }),
  fc.record({ title: word, action: fc.constant('message' as const), messageText: word, extra }),
  fc.record({ title: word, action: fc.constant('block' as const), blockId: word }),
);
const price = fc.integer({ min: 1_000, max: 100_000 });

const anyOutput: fc.Arbitrary<Output> = fc.oneof(
  longText.map(text => ({ simpleText: { text } })),
  fc
    .record({ imageUrl: url, altText: word }, { requiredKeys: ['imageUrl'] })
    .map(simpleImage => ({ simpleImage })),
  fc
    .record({ title: sentence, description: sentence, buttons }, { requiredKeys: ['title'] })
    .map(textCard => ({ textCard })),
  anyBasicCard.map(basicCard => ({ basicCard })),
  fc
    .record(
      {
        price,
        thumbnails: thumbnail.map(one => [one] as const),
        title: word,
        description: word,
        discount: fc.integer({ min: 1, max: 999 }),
        discountRate: fc.integer({ min: 1, max: 99 }),
        discountedPrice: price,
        profile: fc.record({ nickname: word }),
        buttons,
      },
      { requiredKeys: ['price', 'thumbnails'] },
    )
    .map(commerceCard => ({ commerceCard })),
  fc
    .record(
      {
        header: fc.record({ title: word }),
        items: fc.array(anyItem, { minLength: 1, maxLength: 5 }),
        buttons,
      },
      { requiredKeys: ['header', 'items'] },
    )
    .map(listCard => ({ listCard }) as unknown as Output),
  fc
    .array(anyBasicCard, { minLength: 1, maxLength: 10 })
    .map(items => ({ carousel: { type: 'basicCard', items } }) as unknown as Output),
);
