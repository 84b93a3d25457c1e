import {
  type Answer,
  Bot,
  basicCard,
  button,
  carousel,
  listCard,
  oneTo,
  reply,
  type Turn,
  textCard,
} from '../../lambda/bot/index.ts';

/** A shop's memory of a customer: some hundred bytes. */
interface ShopState {
  step: number;
  picked: string[];
}

const PICTURES = 'https://t1.kakaocdn.net/openbuilder/docs_image';
const FLOWERS = [
  '장미 한 다발',
  '튤립 열 송이',
  '수국 화분',
  '안개꽃 다발',
  '해바라기 세 송이',
  '프리지어',
  '카네이션 바구니',
  '꽃바구니 대',
  '꽃바구니 소',
  '드라이플라워',
];

const cardOf = (flower: string, n: number) =>
  basicCard({
    title: flower,
    description: `${flower}, 오늘 아침 양재동에서 들여온 꽃으로 만들어요. 색은 고르실 수 있어요.`,
    thumbnail: { imageUrl: `${PICTURES}/0${n}_img_0${n}.jpg` },
    buttons: [
      button.message('담기', `담기 ${flower}`),
      button.message('자세히', `자세히 ${flower}`),
      button.share('친구에게 알리기'),
    ],
  });

function cards(count: number): Answer {
  const some = oneTo(10, FLOWERS.slice(0, count).map(cardOf));
  if (some === undefined) throw new Error('a carousel of no card');
  return reply(['골라 보세요.', carousel(some)], ['장바구니', '주문', '처음으로']);
}

const flowerOf = ({ session: { step } }: Turn<ShopState>): string => FLOWERS[step % FLOWERS.length] ?? '';

const ANSWERS: Readonly<Record<string, (turn: Turn<ShopState>) => Answer>> = {
  text: ({ session }) =>
    reply(`${session.step}번째로 담았어요. 더 필요한 것이 있으세요?`, ['메뉴', '장바구니', '주문']),
  textCard: turn =>
    reply(
      textCard({
        title: '담았어요',
        description: `${flowerOf(turn)}을 담았어요. 모두 ${turn.session.step}개예요.\n배송은 내일 오전이에요.`,
        buttons: [
          button.message('장바구니'),
          button.message('주문'),
          button.webLink('길 찾기', 'https://map.kakao.com/'),
        ],
      }),
      ['메뉴', '처음으로'],
    ),
  basicCard: turn => reply(cardOf(flowerOf(turn), 1), ['메뉴', '장바구니', '주문', '처음으로']),
  listCard: () =>
    reply(
      listCard({
        header: { title: '장바구니' },
        items: [
          { title: '장미 한 다발', description: '1개, 12,000원', imageUrl: `${PICTURES}/00_img_00.jpg` },
          { title: '튤립 열 송이', description: '2개, 24,000원', imageUrl: `${PICTURES}/01_img_01.jpg` },
          { title: '수국 화분', description: '3개, 36,000원', imageUrl: `${PICTURES}/02_img_02.jpg` },
          { title: '안개꽃 다발', description: '4개, 48,000원', imageUrl: `${PICTURES}/03_img_03.jpg` },
          { title: '해바라기 세 송이', description: '5개, 60,000원', imageUrl: `${PICTURES}/04_img_04.jpg` },
        ],
        buttons: [button.message('주문'), button.message('비우기')],
      }),
      ['메뉴', '처음으로'],
    ),
  carouselOfFour: () => cards(4),
  carouselOfTen: () => cards(10),
};

/** The kinds of answers of each dialogue of bench/cost.ts, which come round and round. */
export const DIALOGUE_KINDS = {
  'texts and cards': ['carouselOfFour', 'textCard', 'text', 'basicCard', 'listCard', 'text'],
  'a carousel of four cards': ['carouselOfFour'],
  'a carousel of ten cards': ['carouselOfTen'],
} as const;

/** A bot that answers with what it is told, such as `textCard 7`, and changes its state each time. */
export const cardShop = new Bot<ShopState>({ session: () => ({ step: 0, picked: [] }) }).hears(
  /^(\w+) \d+$/,
  (turn, [, kind = '']) => {
    const { session } = turn;
    session.step++;
    session.picked = [...session.picked, flowerOf(turn)].slice(-3);
    return ANSWERS[kind]?.(turn) ?? '';
  },
);
