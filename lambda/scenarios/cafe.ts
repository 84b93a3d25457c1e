import {
  type Answer,
  atMost,
  Bot,
  basicCard,
  button,
  carousel,
  image,
  invalid,
  listCard,
  oneTo,
  reply,
  type Turn,
  textCard,
  valid,
  won,
} from '../bot/index.ts';

// 예로 든 봇입니다. 말과 규칙을 바꾸고 `npm start`로 바로 시험해 보세요.
// The example of a bot: change what it says, and try it with `npm start`.

/** The café's memory of a user between turns: plain JSON. */
interface CafeState {
  /** Cups in the cart by the drink's name. */
  cart: { [drink: string]: number };
  /** The order under way: when it began (epoch ms), and as far as the user has told. */
  order?: { at: number; drink?: string; size?: string; count?: number };
}

const PICTURES = 'https://t1.kakaocdn.net/openbuilder';
const DRINKS = [
  {
    name: '아메리카노',
    price: 4000,
    words: '매일 아침 볶은 원두로 내려요.',
    picture: 'docs_image/02_img_01.jpg',
  },
  { name: '라떼', price: 4500, words: '고소한 우유를 듬뿍 넣었어요.', picture: 'docs_image/02_img_02.jpg' },
  {
    name: '유자차',
    price: 5000,
    words: '고흥 유자를 달콤하게 담갔어요.',
    picture: 'docs_image/02_img_03.jpg',
  },
  {
    name: '딸기 스무디',
    price: 5500,
    words: '오늘 들어온 딸기만 갈아요.',
    picture: 'docs_image/02_img_04.jpg',
  },
];
type Drink = (typeof DRINKS)[number];

const SIZES = ['톨', '그란데'];
const GRANDE_EXTRA = 500;
const MOST_CUPS = 20;
const ORDER_MINUTES = 10;
const HOME = ['메뉴', '장바구니', '주문', '추천해줘', '영업시간', '상담원'] as const;

/** The café 달빛카페. */
export const bot = new Bot<CafeState>({ session: () => ({ cart: {} }) });

// The first rule that matches answers. `welcome` and `fallback` may stand anywhere.

bot.home(HOME);

bot.welcome(turn => {
  delete turn.session.order;
  return reply('안녕하세요, 달빛카페입니다. 무엇을 도와드릴까요?', HOME);
});

bot.hears(['처음으로', '안녕', '안녕하세요'], turn => {
  delete turn.session.order;
  return reply('달빛카페입니다. 무엇을 도와드릴까요?', HOME);
});

bot.hears('메뉴', () => {
  const cards = oneTo(10, DRINKS.map(drinkCard));
  if (cards === undefined) return '오늘은 준비된 음료가 없어요. 내일 다시 찾아 주세요.';
  return reply(
    ['오늘의 메뉴예요. 마음에 드는 음료를 담아 보세요.', carousel(cards)],
    ['장바구니', '주문', '처음으로'],
  );
});

// The `extra` of a button comes back when it is tapped, under both protocols.
bot.hears('자세히', turn => {
  const drink = drinkNamed(String(turn.incoming.extra.drink));
  if (drink === undefined) return reply('어떤 음료가 궁금하세요? 메뉴에서 골라 주세요.', ['메뉴']);
  return textCard({
    title: drink.name,
    description: `${drink.words}\n톨 ${won(drink.price)}, 그란데 ${won(drink.price + GRANDE_EXTRA)}`,
    buttons: [button.message('담기', `담기 ${drink.name}`), button.share('친구에게 알리기')],
  });
});

bot.hears(/^담기\s*(.+)$/s, (turn, [, name = '']) => {
  const drink = drinkNamed(name);
  if (drink === undefined)
    return reply('그 음료는 메뉴에 없어요. 메뉴에서 골라 주세요.', ['메뉴', '장바구니']);
  const { cart } = turn.session;
  cart[drink.name] = (cart[drink.name] ?? 0) + 1;
  return reply(`${drink.name} 한 잔을 담았어요. 장바구니에 모두 ${cupsIn(cart)}잔이 있어요.`, [
    '메뉴',
    '장바구니',
  ]);
});

bot.hears('장바구니', turn => {
  const lines = DRINKS.flatMap(drink => {
    const cups = turn.session.cart[drink.name] ?? 0;
    return cups > 0 ? [`${drink.name} ${cups}잔  ${won(drink.price * cups)}`] : [];
  });
  if (lines.length === 0)
    return reply('장바구니가 비어 있어요. 메뉴에서 음료를 담아 보세요.', ['메뉴', '주문']);
  const total = DRINKS.reduce((sum, drink) => sum + drink.price * (turn.session.cart[drink.name] ?? 0), 0);
  return reply([...lines, `모두 ${cupsIn(turn.session.cart)}잔, ${won(total)}이에요.`].join('\n'), [
    '메뉴',
    '비우기',
    '처음으로',
  ]);
});

bot.hears('비우기', turn => {
  turn.session.cart = {};
  return reply('장바구니를 비웠어요.', ['메뉴', '처음으로']);
});

bot.hears('영업시간', () =>
  listCard({
    header: { title: '영업시간' },
    items: [
      { title: '월요일 – 금요일', description: '08:00 – 21:00' },
      { title: '토요일, 일요일', description: '10:00 – 20:00' },
      { title: '공휴일', description: '쉽니다' },
    ],
    buttons: [button.webLink('길 찾기', 'https://map.kakao.com/'), button.message('처음으로')],
  }),
);

bot.hears('상담원', () =>
  textCard({
    title: '상담원 연결',
    description: '평일 9시부터 18시까지 상담원이 답해 드려요. 급하시면 전화 주세요.',
    buttons: [button.operator('상담원 연결'), button.phone('전화 걸기', '02-000-0000')],
  }),
);

// Choosing takes as long as asking an LLM would: a slow rule's answer follows when it is there.
bot.hears('추천해줘', recommend, { slow: '어울리는 음료를 고르고 있어요. 잠시만 기다려 주세요.' });

// The same work by a rule that does not say it is slow: deferred when it takes too long.
bot.hears('빨리 추천해줘', recommend);

bot.media('photo', turn =>
  reply(
    ['사진 고맙습니다! 저희도 잘 볼게요.', image(turn.incoming.url, '보내 주신 사진')],
    ['메뉴', '처음으로'],
  ),
);

bot.hears('주문', turn => {
  turn.session.order = { at: Date.now() };
  return askDrink('어떤 음료를 드릴까요?');
});

bot.hears('취소', turn => {
  const { order } = turn.session;
  delete turn.session.order;
  return reply(order ? '주문을 취소했어요. 다른 것을 도와드릴까요?' : '지금 진행 중인 주문이 없어요.', HOME);
});

// While an order is under way, what no rule above hears answers its question.
bot.when(
  ({ incoming, session: { order } }) =>
    incoming.kind === 'utterance' && order !== undefined && Date.now() - order.at < ORDER_MINUTES * 60_000,
  continueOrder,
);

// What a user says for the parameter 전화번호, before a block of the 챗봇 관리자센터 is filled with it.
bot.validates('전화번호', phone => {
  const [, start, middle, end] = /^(01\d)(\d{3,4})(\d{4})$/.exec(phone.replace(/[\s-]/g, '')) ?? [];
  return start ? valid(`${start}-${middle}-${end}`) : invalid('전화번호를 010-0000-0000처럼 알려 주세요.');
});

bot.fallback(() => reply('죄송해요, 잘 이해하지 못했어요. 아래에서 골라 주세요.', HOME));

async function recommend({ deadline }: Turn<CafeState>): Promise<Answer> {
  await asLongAsAnLlm(deadline.signal);
  const drink = DRINKS[new Date().getHours() % DRINKS.length];
  if (drink === undefined) return '오늘은 추천해 드릴 음료가 없어요.';
  return reply(`지금은 ${drink.name} 어떠세요? ${drink.words}`, [
    button.message('담기', `담기 ${drink.name}`),
    '메뉴',
  ]);
}

/** Waits RECOMMEND_DELAY_MS (8 seconds unless set), or a random time when it is a range like 0-20000. */
async function asLongAsAnLlm(signal: AbortSignal): Promise<void> {
  const [least = 8_000, most = least] = (process.env.RECOMMEND_DELAY_MS ?? '8000').split('-').map(Number);
  await new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, least + Math.random() * (most - least));
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/** The order dialogue: each turn fills the first thing still missing, and asks the next. */
function continueOrder(turn: Turn<CafeState>): Answer {
  turn.session.order ??= { at: Date.now() };
  const { order } = turn.session;
  if (order.drink === undefined) {
    const drink = drinkNamed(turn.text);
    if (drink === undefined) return askDrink('그 음료는 메뉴에 없어요. 어떤 음료를 드릴까요?');
    order.drink = drink.name;
    return reply(`${drink.name}, 어떤 크기로 드릴까요?`, ['톨', '그란데', '취소']);
  }
  if (order.size === undefined) {
    if (!SIZES.includes(turn.text))
      return reply('크기는 톨과 그란데가 있어요. 어떤 크기로 드릴까요?', ['톨', '그란데', '취소']);
    order.size = turn.text;
    return reply('몇 잔 드릴까요?', ['1잔', '2잔', '3잔', '취소']);
  }
  if (order.count === undefined) {
    const count = Number(/^\s*(\d+)\s*(?:잔\s*)?$/.exec(turn.text)?.[1]);
    if (!(count >= 1 && count <= MOST_CUPS)) {
      return reply(`1잔부터 ${MOST_CUPS}잔까지 주문하실 수 있어요. 몇 잔 드릴까요?`, [
        '1잔',
        '2잔',
        '3잔',
        '취소',
      ]);
    }
    order.count = count;
    return reply(`${orderWords(order)} 맞으신가요?`, ['네', '취소']);
  }
  if (turn.text !== '네')
    return reply(`${orderWords(order)} 맞으시면 '네'라고 말씀해 주세요.`, ['네', '취소']);
  delete turn.session.order;
  return reply('주문을 받았어요. 준비되는 대로 불러 드릴게요. 고맙습니다!', ['처음으로', '메뉴']);
}

function askDrink(question: string): Answer {
  return reply(question, atMost(10, [...DRINKS.map(drink => drink.name), '취소']));
}

function orderWords({ drink = '', size = '', count = 0 }): string {
  const each = (drinkNamed(drink)?.price ?? 0) + (size === '그란데' ? GRANDE_EXTRA : 0);
  return `${drink} ${size} ${count}잔, 모두 ${won(each * count)}이에요.`;
}

function drinkCard({ name, price, words, picture }: Drink) {
  return basicCard({
    title: `${name} ${won(price)}`,
    description: words,
    thumbnail: { imageUrl: `${PICTURES}/${picture}`, altText: name },
    buttons: [button.message('담기', `담기 ${name}`), button.message('자세히', '자세히', { drink: name })],
  });
}

function drinkNamed(name: string): Drink | undefined {
  const wanted = name.replaceAll(' ', '');
  return DRINKS.find(drink => drink.name === name || drink.name.replaceAll(' ', '') === wanted);
}

function cupsIn(cart: CafeState['cart']): number {
  return Object.values(cart).reduce((sum, cups) => sum + cups, 0);
}
