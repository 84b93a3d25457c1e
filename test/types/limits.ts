import {
  type Answer,
  atMost,
  type BasicCard,
  Bot,
  basicCard,
  button,
  carousel,
  commerceCard,
  type GroupReply,
  groupReply,
  image,
  itemCard,
  listCard,
  type Output,
  oneTo,
  type Reply,
  reply,
  text,
  textCard,
} from '../../lambda/bot/index.ts';
// What Kakao would drop must not compile. Checked by tsc: an unused @ts-expect-error is an error too.

import type { ServicesOf } from '../../lambda/gateway/services.ts';

const thumbnail = { imageUrl: 'https://img.example.com/a.jpg' };
const card: BasicCard = { thumbnail };
const b = button.message('말');

// One to three outputs.
reply(['1', '2', '3']);
// @ts-expect-error four outputs
reply(['1', '2', '3', '4']);
// @ts-expect-error no output
reply([]);
// @ts-expect-error four outputs
export const four: Reply = { outputs: [text('1'), text('2'), text('3'), text('4')] };

// Up to ten quick replies, of two actions.
reply('말', ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
// @ts-expect-error eleven quick replies
reply('말', ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11']);
// @ts-expect-error a quick reply opens no page
reply('말', [button.webLink('웹', 'https://a.example')]);
// @ts-expect-error a quick reply needs what it says
reply('말', [{ label: '말', action: 'message' }]);

// Three buttons, side by side two; below a square picture two, unless a layout says otherwise.
textCard({ title: '제목', buttons: [b, b, b] });
// @ts-expect-error a fourth button
textCard({ title: '제목', buttons: [b, b, b, b] });
// @ts-expect-error a fourth button
basicCard({ thumbnail, buttons: [b, b, b, b] });
// @ts-expect-error a fourth button
commerceCard({ price: 1000, thumbnails: [thumbnail], buttons: [b, b, b, b] });
// @ts-expect-error a fourth button
listCard({ header: { title: '제목' }, items: [{ title: '하나' }], buttons: [b, b, b, b] });
// @ts-expect-error a fourth button
itemCard({ itemList: [{ title: '하나', description: '둘' }], buttons: [b, b, b, b] });
textCard({ title: '제목', buttons: [b, b], buttonLayout: 'horizontal' });
// @ts-expect-error three side by side
textCard({ title: '제목', buttons: [b, b, b], buttonLayout: 'horizontal' });
// @ts-expect-error no such layout
textCard({ title: '제목', buttons: [b], buttonLayout: 'diagonal' });
const square = { ...thumbnail, fixedRatio: true } as const;
basicCard({ thumbnail: square, buttons: [b, b] });
basicCard({ thumbnail: square, buttons: [b, b, b], buttonLayout: 'vertical' });
// @ts-expect-error three side by side
basicCard({ thumbnail: square, buttons: [b, b, b] });
// @ts-expect-error three side by side
commerceCard({ price: 1000, thumbnails: [square], buttons: [b, b, b] });
// @ts-expect-error a block button needs its block
textCard({ title: '제목', buttons: [{ label: '블록', action: 'block' }] });
// @ts-expect-error no such action
textCard({ title: '제목', buttons: [{ label: '초대', action: 'invite' }] });

// Required fields.
// @ts-expect-error neither title nor description
textCard({ buttons: [b] });
// @ts-expect-error no thumbnail
basicCard({ title: '제목' });
// @ts-expect-error no price
commerceCard({ thumbnails: [thumbnail] });
// @ts-expect-error no picture
commerceCard({ price: 1000, thumbnails: [] });
// @ts-expect-error two pictures
commerceCard({ price: 1000, thumbnails: [thumbnail, thumbnail] });
// @ts-expect-error a percentage without the price to pay
commerceCard({ price: 1000, thumbnails: [thumbnail], discountRate: 10 });
// @ts-expect-error no header
listCard({ items: [{ title: '하나' }] });
// @ts-expect-error an item says nothing when it is tapped
listCard({ header: { title: '제목' }, items: [{ title: '하나', action: 'message' }] });

// Facts.
const fact = { title: '하나', description: '둘' };
itemCard({ itemList: [fact, fact, fact, fact, fact, fact, fact, fact, fact, fact] });
// @ts-expect-error eleven facts
itemCard({ itemList: [fact, fact, fact, fact, fact, fact, fact, fact, fact, fact, fact] });
// @ts-expect-error no fact
itemCard({ itemList: [] });
// @ts-expect-error a head and a profile
itemCard({ itemList: [fact], head: { title: '제목' }, profile: { title: '이름' } });
// @ts-expect-error a description without a title
itemCard({ itemList: [fact], description: '설명' });
// @ts-expect-error a width without a height
itemCard({ itemList: [fact], thumbnail: { imageUrl: 'https://img.example.com/a.jpg', width: 800 } });
// @ts-expect-error neither left nor right
itemCard({ itemList: [fact], itemListAlignment: 'center' });
// @ts-expect-error misspelt
itemCard({ itemList: [fact], haed: { title: '제목' } });
// @ts-expect-error misspelt
textCard({ title: '제목', desciption: '설명' });

// One to five list items, one to ten cards.
const item = { title: '하나' };
listCard({ header: { title: '제목' }, items: [item, item, item, item, item] });
// @ts-expect-error six items
listCard({ header: { title: '제목' }, items: [item, item, item, item, item, item] });
// @ts-expect-error no item
listCard({ header: { title: '제목' }, items: [] });
// @ts-expect-error a list says whose it is in its header alone
listCard({ header: { title: '제목', subtitle: '부제' }, items: [item], listLayout: 'ranking' });
const one = basicCard(card);
carousel([one, one, one, one, one, one, one, one, one, one]);
// @ts-expect-error eleven cards
carousel([one, one, one, one, one, one, one, one, one, one, one]);
// @ts-expect-error no card
carousel([]);
// @ts-expect-error cards of two kinds
carousel([one, textCard({ title: '제목' })]);

// A list in a carousel has four items, and there are five of them.
const list = listCard({ header: { title: '제목' }, items: [item, item, item, item] });
carousel([list, list, list, list, list]);
// @ts-expect-error six lists
carousel([list, list, list, list, list, list]);
// @ts-expect-error five items
carousel([listCard({ header: { title: '제목' }, items: [item, item, item, item, item] })]);

// A header needs all it has, and stands above pictures.
const header = { title: '제목', description: '설명', thumbnail };
carousel([one], header);
carousel([commerceCard({ price: 1000, thumbnails: [thumbnail] })], header);
carousel([itemCard({ itemList: [fact] })], header);
// @ts-expect-error a header without its picture
carousel([one], { title: '제목', description: '설명' });
// @ts-expect-error a header above text cards
carousel([textCard({ title: '제목' })], header);
// @ts-expect-error a header above lists
carousel([list], header);
// @ts-expect-error a header above text cards, in Kakao's JSON
export const headed: Output = { carousel: { type: 'textCard', items: [{ title: '제목' }], header } };

// Item cards of a carousel are alike, with five facts at most.
const ticket = itemCard({ itemList: [fact], head: { title: '표' }, thumbnail });
carousel([ticket, itemCard({ itemList: [fact], head: { title: '표' }, thumbnail, title: '다른 표' })]);
// @ts-expect-error one has a head, one a profile
carousel([ticket, itemCard({ itemList: [fact], profile: { title: '표' }, thumbnail })]);
// @ts-expect-error one has no picture
carousel([ticket, itemCard({ itemList: [fact], head: { title: '표' } })]);
// @ts-expect-error six facts
carousel([itemCard({ itemList: [fact, fact, fact, fact, fact, fact] })]);

// A group room: five buttons and some of its own, mentions; no quick replies, products or carousels.
groupReply(
  [
    { textCard: { title: '제목', buttons: [b, b, b, b, button.group('안내', 'guide')] } },
    { listCard: { listLayout: 'ranking', header: { title: '순위' }, items: [item] } },
    '{{#mentions.user1}} 님',
  ],
  [{ name: 'user1', botUserKey: 'k' }],
);
// @ts-expect-error six buttons
groupReply({ textCard: { title: '제목', buttons: [b, b, b, b, b, b] } });
// @ts-expect-error three side by side
groupReply({ textCard: { title: '제목', buttons: [b, b, b], buttonLayout: 'horizontal' } });
// @ts-expect-error no such button
groupReply({ textCard: { title: '제목', buttons: [{ label: '초대', action: 'kick' }] } });
// @ts-expect-error a carousel
groupReply(carousel([one]));
// @ts-expect-error a product
groupReply(commerceCard({ price: 1000, thumbnails: [thumbnail] }));
// @ts-expect-error quick replies
export const quick: GroupReply = { outputs: [text('말')], quickReplies: [b] };
// @ts-expect-error a mention of nobody
groupReply('{{#mentions.user1}} 님', [{ name: 'user1' }]);
const m = { name: 'user1', botUserKey: 'k' };
// @ts-expect-error sixteen mentions
groupReply('말', [m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m]);

// What the block gets, with words or alone.
reply('말', [], {
  data: { 이름: '라이언' },
  contexts: [{ name: '주문', turns: 5, params: { 음료: '라떼' } }],
});
export const silent: Answer = { data: { 이름: '라이언' } };
// @ts-expect-error a context that lasts no one knows how long
reply('말', [], { contexts: [{ name: '주문' }] });
// @ts-expect-error a context's parameters are texts
reply('말', [], { contexts: [{ name: '주문', turns: 1, params: { 잔: 2 } }] });

// One component a bubble, and an answer that says something.
// @ts-expect-error two components in one bubble
export const twins: Answer = { simpleText: { text: '말' }, textCard: { title: '제목' } };
// @ts-expect-error nothing at all
export const nothing: Answer = {};
const headedCards = { type: 'textCard' as const, items: [{ title: '제목' }] as const, header };
// @ts-expect-error a header above text cards, by way of a variable
export const headedLater: Output = { carousel: headedCards };

// Each component has its builder behind the one door.
type ComponentName = Output extends infer O ? (O extends unknown ? keyof O : never) : never;
export const BUILDERS: Readonly<Record<ComponentName, (...parts: never[]) => unknown>> = {
  simpleText: text,
  simpleImage: image,
  textCard,
  basicCard,
  commerceCard,
  listCard,
  itemCard,
  carousel,
};

// What only runtime decides.
declare const isSmall: boolean;
itemCard({ itemList: [fact], ...(isSmall && { title: '제목' }) });
basicCard({ thumbnail: { ...thumbnail, fixedRatio: isSmall }, buttons: [b, b] });
// @ts-expect-error three buttons, and perhaps a square picture
basicCard({ thumbnail: { ...thumbnail, fixedRatio: isSmall }, buttons: [b, b, b] });
groupReply({ basicCard: { thumbnail: square, buttons: [b, b, b, b, b], buttonLayout: 'vertical' } });
// @ts-expect-error five buttons below a square picture
groupReply({ basicCard: { thumbnail: square, buttons: [b, b, b, b, b] } });
textCard({ title: '제목', buttons: atMost(3, [b, ...(isSmall ? [b] : [])]) });

// Lists that only runtime can count.
const cards: { basicCard: BasicCard }[] = [];
// @ts-expect-error an uncounted list
carousel(cards);
// @ts-expect-error nobody said what happens when there is none
carousel(oneTo(10, cards));
// @ts-expect-error eleven may come
carousel(oneTo(11, cards) ?? [one]);
carousel(oneTo(10, cards) ?? [one]);
carousel(
  oneTo(
    10,
    ['하나', '둘'].map(title => itemCard({ itemList: [fact], head: { title } })),
  ) ?? [ticket],
);
reply('말', atMost(10, ['하나', '둘']));
// @ts-expect-error eleven may come
reply('말', atMost(11, ['하나', '둘']));

// Rules answer, and know what they answer to.
const bot = new Bot({ session: () => ({ count: 0 }) });
// @ts-expect-error a rule that answers nothing
bot.fallback(() => {});
bot.media('photo', turn => turn.incoming.url);
// @ts-expect-error words have no URL
bot.hears('말', turn => turn.incoming.url);
// @ts-expect-error the session has no such thing
bot.fallback(turn => turn.session.total);
// @ts-expect-error the turn's identity is not the rule's to change
bot.fallback(turn => (turn.id = 'other'));

// A handler serves its routes of the table, no fewer and no more.
const service = { secret: 'none', serve: () => ({}) } as const;
// @ts-expect-error a route is missing
export const fewer: ServicesOf<'open-builder'> = { 'GET /health': service };
export const more: ServicesOf<'open-builder'> = {
  'GET /health': service,
  'POST /open-builder/skill': service,
  // @ts-expect-error a route of no table
  'GET /other': service,
};
