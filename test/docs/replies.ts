import {
  Bot,
  basicCard,
  button,
  carousel,
  commerceCard,
  groupReply,
  growing,
  image,
  itemCard,
  listCard,
  oneTo,
  plain,
  reply,
  textCard,
} from '../../lambda/bot/index.ts';
import { markdownCards, PieceMaker } from '../../lambda/llm/index.ts';
// The rules that docs/replies.md shows, as it shows them: what stands there compiles here and is answered by the tests.

/** The bot whose rules the page shows. */
export const bot = new Bot({ session: () => ({}) });

/** A text that the page calls long: more than three bubbles hold. */
const TERMS = Array.from(
  { length: 120 },
  (_, n) => `제${n + 1}조 포인트는 적립한 날부터 1년 동안 쓸 수 있어요.`,
).join('\n');

bot.hears('영업시간', () => '평일은 8시부터 21시까지 열어요.');

bot.hears('이용약관', () => reply(TERMS, ['처음으로']));

bot.hears('매장', () => image('https://img.example.com/cafe.jpg', '창가 자리가 보이는 카페 1층'));

bot.hears('포인트', () =>
  textCard({
    title: '포인트 1,200점',
    description: '1,000점부터 음료 값에 쓸 수 있어요.',
    buttons: [button.message('포인트 쓰기'), button.webLink('적립 내역', 'https://cafe.example.com/points')],
  }),
);

bot.hears('라떼', () =>
  basicCard({
    title: '라떼 4,500원',
    description: '고소한 우유를 듬뿍 넣었어요.',
    thumbnail: { imageUrl: 'https://img.example.com/latte.jpg', altText: '라떼' },
    buttons: [button.message('담기', '담기 라떼'), button.share('친구에게 알리기')],
  }),
);

bot.hears('원두', () =>
  commerceCard({
    title: '달빛 원두 200g',
    price: 15_000,
    discountedPrice: 12_000,
    discountRate: 20,
    profile: { nickname: '달빛카페' },
    thumbnails: [{ imageUrl: 'https://img.example.com/beans.jpg', altText: '원두 봉투' }],
    buttons: [
      button.webLink('사러 가기', 'https://cafe.example.com/beans'),
      button.phone('전화로 주문', '02-000-0000'),
    ],
  }),
);

bot.hears('메뉴', () =>
  listCard({
    header: { title: '오늘의 메뉴' },
    items: [
      {
        title: '라떼',
        description: '4,500원',
        imageUrl: 'https://img.example.com/latte.jpg',
        action: 'message',
        messageText: '담기 라떼',
      },
      {
        title: '유자차',
        description: '5,000원',
        imageUrl: 'https://img.example.com/yuja.jpg',
        link: { web: 'https://cafe.example.com/yuja' },
      },
      { title: '케이크 예약', action: 'block', blockId: '0123456789abcdef01234567' },
    ],
    buttons: [button.message('처음으로')],
  }),
);

bot.hears('주문 내역', () =>
  itemCard({
    head: { title: '주문 1024' },
    imageTitle: { title: '라떼 2잔', description: '포장', imageUrl: 'https://img.example.com/latte.jpg' },
    itemList: [
      { title: '매장', description: '달빛카페 1층' },
      { title: '받는 시각', description: '오후 2:10' },
    ],
    itemListAlignment: 'right',
    itemListSummary: { title: '합계', description: '9,000원' },
    title: '찾으러 오실 때 번호를 말씀해 주세요.',
    buttons: [button.message('주문 취소')],
  }),
);

bot.hears('공지', () =>
  carousel([
    textCard({ title: '휴무 안내', description: '월요일은 쉬어요.' }),
    textCard({
      title: '새 메뉴',
      description: '딸기 라떼가 나왔어요.',
      buttons: [button.message('담기', '담기 딸기 라떼')],
    }),
  ]),
);

const DRINKS = [
  { name: '라떼', price: '4,500원', picture: 'https://img.example.com/latte.jpg' },
  { name: '유자차', price: '5,000원', picture: 'https://img.example.com/yuja.jpg' },
];

bot.hears('음료', () => {
  const cards = oneTo(
    10,
    DRINKS.map(({ name, price, picture }) =>
      basicCard({
        title: name,
        description: price,
        thumbnail: { imageUrl: picture, altText: name },
        buttons: [button.message('담기', `담기 ${name}`)],
      }),
    ),
  );
  if (cards === undefined) return '오늘은 준비된 음료가 없어요.';
  return carousel(cards, {
    title: '겨울 음료',
    description: '2월까지 만나요.',
    thumbnail: { imageUrl: 'https://img.example.com/winter.jpg' },
  });
});

bot.hears('상품', () =>
  carousel([
    commerceCard({
      title: '원두 200g',
      price: 12_000,
      thumbnails: [{ imageUrl: 'https://img.example.com/beans.jpg' }],
      buttons: [button.webLink('사기', 'https://cafe.example.com/beans')],
    }),
    commerceCard({
      title: '머그잔',
      price: 18_000,
      discount: 3_000,
      thumbnails: [{ imageUrl: 'https://img.example.com/mug.jpg' }],
      buttons: [button.webLink('사기', 'https://cafe.example.com/mug')],
    }),
  ]),
);

bot.hears('매장 찾기', () =>
  carousel([
    listCard({ header: { title: '서울' }, items: [{ title: '달빛 1호점' }, { title: '달빛 2호점' }] }),
    listCard({ header: { title: '부산' }, items: [{ title: '달빛 바다점', description: '해운대' }] }),
  ]),
);

bot.hears('영수증', () =>
  carousel([
    itemCard({
      head: { title: '2월 1일' },
      itemList: [{ title: '라떼', description: '2잔' }],
      itemListSummary: { title: '합계', description: '9,000원' },
    }),
    itemCard({
      head: { title: '2월 3일' },
      itemList: [{ title: '유자차', description: '1잔' }],
      itemListSummary: { title: '합계', description: '5,000원' },
    }),
  ]),
);

bot.hears('도움말', () =>
  reply([
    textCard({
      title: '직접 물어보세요',
      buttons: [
        button.operator('상담원 연결'),
        button.phone('전화 걸기', '02-000-0000'),
        button.block('예약하기', '0123456789abcdef01234567'),
      ],
    }),
    textCard({
      title: '찾아오는 길',
      buttons: [
        button.webLink('지도', 'https://map.example.com/cafe'),
        button.webLink('주차', 'https://cafe.example.com/parking'),
      ],
      buttonLayout: 'horizontal',
    }),
  ]),
);

bot.hears('처음으로', () =>
  reply('무엇을 도와드릴까요?', [
    '메뉴',
    '영업시간',
    button.message('추천', '추천해줘'),
    button.block('예약', '0123456789abcdef01234567'),
  ]),
);

bot.hears('궁금해요', () =>
  reply('어떤 음료가 궁금하세요?', [
    button.message('라떼', '자세히', { drink: '라떼' }),
    button.message('유자차', '자세히', { drink: '유자차' }),
  ]),
);

bot.hears('자세히', turn => {
  const { drink } = turn.incoming.extra;
  return typeof drink === 'string' ? `${drink} 이야기를 들려드릴게요.` : '메뉴에서 골라 주세요.';
});

bot.hears('쿠폰', () => ({
  simpleText: { text: '2월 쿠폰: 음료 한 잔에 500원 할인', forwardable: true },
}));

bot.hears('케이크', () =>
  basicCard({
    title: '딸기 케이크',
    thumbnail: {
      imageUrl: 'https://img.example.com/cake.jpg',
      altText: '딸기를 올린 케이크',
      fixedRatio: true,
      link: { web: 'https://cafe.example.com/cake' },
    },
    buttons: [button.message('담기', '담기 케이크'), button.message('예약', '예약 케이크')],
  }),
);

bot.hears('점심', ({ user: { botUserKey = '' } }) =>
  groupReply(
    [
      '점심 뭐 드실래요? {{#mentions.asker}}',
      {
        textCard: {
          title: '오늘 점심',
          buttons: [
            button.message('김밥'),
            button.message('국수'),
            button.message('덮밥'),
            button.message('샐러드'),
            button.group('친구 초대', 'inviteMember'),
          ],
        },
      },
    ],
    [{ name: 'asker', botUserKey }],
  ),
);

bot.hears('인기 메뉴', () =>
  groupReply([
    { simpleText: { text: '**이번 주** 인기 메뉴예요.', extra: { markdown: true } } },
    {
      listCard: {
        listLayout: 'ranking',
        header: { title: '많이 찾은 음료' },
        items: [
          { title: '라떼', description: '128잔' },
          { title: '유자차', description: '97잔' },
        ],
      },
    },
  ]),
);

bot.hears('주문하기', () =>
  reply('주문을 받았어요.', ['처음으로'], {
    data: { number: 'A-12' },
    contexts: [{ name: 'ordered', turns: 5, ttlSeconds: 600, params: { drink: '라떼' } }],
  }),
);

bot.hears('주문 번호', () => ({ data: { number: 'A-12' } }));

bot.hears('질문', async turn => plain(await askLlm(turn.text, turn.deadline.signal)), {
  slow: '찾아보고 있어요. 잠시만 기다려 주세요.',
});

async function askLlm(question: string, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  if (question === '') return '';
  return [
    '## 에스프레소 만들기',
    '1. 원두를 **곱게** 갈아요.\n2. 9기압으로 *25초* 동안 내려요.',
    '자세히: <https://cafe.example.com/espresso>',
  ].join('\n\n');
}

const materials = growing({
  slow: '찾아보고 있어요.',
  async *grow({ deadline }) {
    const maker = new PieceMaker({ cards: markdownCards() });
    for await (const words of streamLlm('자료', deadline.signal)) yield* maker.push(words);
    yield* maker.end();
  },
  then: () => undefined,
});

bot.hears('자료', materials);

async function* streamLlm(question: string, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
  signal.throwIfAborted();
  if (question === '') return;
  const markdown = [
    '**추출**은 물의 온도가 좌우해요.',
    '## 더 읽기',
    '- [물의 온도](https://cafe.example.com/water)\n- [분쇄도](https://beans.example.com/grind)',
    '궁금한 점을 물어봐 주세요!',
  ].join('\n\n');
  for (const words of markdown.match(/.{1,5}/gs) ?? []) yield words;
}
