// What Kakao would drop must not compile. Checked by tsc: an unused @ts-expect-error is an error too.
import { Bot } from '../../lambda/bot/bot.ts';
import { atMost, oneTo } from '../../lambda/bot/counted.ts';
import {
  type BasicCard,
  basicCard,
  button,
  carousel,
  commerceCard,
  listCard,
  type Reply,
  reply,
  text,
  textCard,
} from '../../lambda/bot/reply.ts';
import type { ServicesOf } from '../../lambda/routes.ts';

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

// Three buttons.
textCard({ title: '제목', buttons: [b, b, b] });
// @ts-expect-error a fourth button
textCard({ title: '제목', buttons: [b, b, b, b] });
// @ts-expect-error a fourth button
basicCard({ thumbnail, buttons: [b, b, b, b] });
// @ts-expect-error a fourth button
listCard({ header: { title: '제목' }, items: [{ title: '하나' }], buttons: [b, b, b, b] });
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
// @ts-expect-error no header
listCard({ items: [{ title: '하나' }] });
// @ts-expect-error an item says nothing when it is tapped
listCard({ header: { title: '제목' }, items: [{ title: '하나', action: 'message' }] });

// One to five list items, one to ten cards.
const item = { title: '하나' };
listCard({ header: { title: '제목' }, items: [item, item, item, item, item] });
// @ts-expect-error six items
listCard({ header: { title: '제목' }, items: [item, item, item, item, item, item] });
// @ts-expect-error no item
listCard({ header: { title: '제목' }, items: [] });
carousel([card, card, card, card, card, card, card, card, card, card]);
// @ts-expect-error eleven cards
carousel([card, card, card, card, card, card, card, card, card, card, card]);
// @ts-expect-error no card
carousel([]);

// Lists that only runtime can count.
const cards: BasicCard[] = [];
// @ts-expect-error an uncounted list
carousel(cards);
// @ts-expect-error nobody said what happens when there is none
carousel(oneTo(10, cards));
// @ts-expect-error eleven may come
carousel(oneTo(11, cards) ?? [card]);
carousel(oneTo(10, cards) ?? [card]);
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
