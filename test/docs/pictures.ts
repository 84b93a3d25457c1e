import { createHash } from 'node:crypto';
import type { GalleryAnswer } from '../../dev/desk/page/gallery-answers.ts';
import type { Sentence } from '../../tools/language.ts';
import { openChat } from '../kit/chat.ts';
import { bot } from './replies.ts';

/** A picture of docs/replies.md: the answer to something said, as KakaoTalk shows it. */
export interface DocsPicture {
  /** `docs/images/replies/<file>.png`. */
  readonly file: string;
  readonly said: string;
  readonly room: 'private' | 'group' | 'smart-chat';
  /** For whoever can't see it. */
  readonly alt: Sentence;
}

/** Every picture of docs/replies.md; `node --import tsx test/browser/pictures.ts` takes them anew. */
export const DOCS_PICTURES: readonly DocsPicture[] = [
  {
    file: 'text',
    said: '영업시간',
    room: 'private',
    alt: {
      en: 'A white bubble beside the name of the channel: 평일은 8시부터 21시까지 열어요.',
      ko: '채널 이름 옆 흰 말풍선에 적힌 글: 평일은 8시부터 21시까지 열어요.',
    },
  },
  {
    file: 'image',
    said: '매장',
    room: 'private',
    alt: {
      en: 'A bubble that is a picture alone, with rounded corners.',
      ko: '모서리가 둥근 사진만 있는 말풍선.',
    },
  },
  {
    file: 'textCard',
    said: '포인트',
    room: 'private',
    alt: {
      en: 'A card with a bold title, a grey description and two buttons below each other.',
      ko: '굵은 제목과 회색 설명 아래에 버튼 두 개가 위아래로 놓인 카드.',
    },
  },
  {
    file: 'basicCard',
    said: '라떼',
    room: 'private',
    alt: {
      en: 'A card with a 2:1 picture, a bold title, a grey description and two buttons.',
      ko: '2:1 사진, 굵은 제목, 회색 설명과 버튼 두 개가 있는 카드.',
    },
  },
  {
    file: 'commerceCard',
    said: '원두',
    room: 'private',
    alt: {
      en: 'A card with a picture, the seller, the product, 20% in red, 12,000원 in bold and 15,000원 struck through.',
      ko: '사진과 판매자, 상품 이름 아래에 빨간 20%, 굵은 12,000원, 줄을 그은 15,000원이 있는 카드.',
    },
  },
  {
    file: 'listCard',
    said: '메뉴',
    room: 'private',
    alt: {
      en: 'A card with a bold head and three lines, two of them with a small picture at the right, and a button.',
      ko: '굵은 머리글 아래에 세 줄이 있고 두 줄은 오른쪽에 작은 사진이 붙은, 버튼이 있는 카드.',
    },
  },
  {
    file: 'itemCard',
    said: '주문 내역',
    room: 'private',
    alt: {
      en: 'A card with a head, bold words with a small picture, facts with grey labels, a sum in bold and a button.',
      ko: '머리글, 작은 사진이 붙은 굵은 글, 회색 이름표의 항목들, 굵은 합계와 버튼이 있는 카드.',
    },
  },
  {
    file: 'carousel-textCards',
    said: '공지',
    room: 'private',
    alt: {
      en: 'Two cards of words side by side; of the second the begin is seen.',
      ko: '글 카드 두 장이 나란하고, 두 번째는 앞부분만 보입니다.',
    },
  },
  {
    file: 'carousel-basicCards',
    said: '음료',
    room: 'private',
    alt: {
      en: 'A header of white words over a picture, and at the right the begin of the first card.',
      ko: '사진 위에 흰 글이 놓인 헤더, 그 오른쪽에 첫 카드의 앞부분.',
    },
  },
  {
    file: 'carousel-commerceCards',
    said: '상품',
    room: 'private',
    alt: {
      en: 'Two product cards side by side; of the second the begin is seen.',
      ko: '상품 카드 두 장이 나란하고, 두 번째는 앞부분만 보입니다.',
    },
  },
  {
    file: 'carousel-listCards',
    said: '매장 찾기',
    room: 'private',
    alt: {
      en: 'Two cards of lists side by side; of the second the begin is seen.',
      ko: '목록 카드 두 장이 나란하고, 두 번째는 앞부분만 보입니다.',
    },
  },
  {
    file: 'carousel-itemCards',
    said: '영수증',
    room: 'private',
    alt: {
      en: 'Two receipts side by side, each with its sum in bold; of the second the begin is seen.',
      ko: '굵은 합계가 있는 영수증 두 장이 나란하고, 두 번째는 앞부분만 보입니다.',
    },
  },
  {
    file: 'buttons',
    said: '도움말',
    room: 'private',
    alt: {
      en: 'A card with three buttons below each other, and one with two side by side.',
      ko: '버튼 세 개가 위아래로 놓인 카드와 두 개가 나란한 카드.',
    },
  },
  {
    file: 'quick-replies',
    said: '처음으로',
    room: 'private',
    alt: {
      en: 'A bubble and, below it, a row of four rounded quick replies.',
      ko: '말풍선 아래에 둥근 바로가기 네 개가 한 줄로 놓여 있습니다.',
    },
  },
  {
    file: 'smart-chat-keys',
    said: '처음으로',
    room: 'smart-chat',
    alt: {
      en: 'smart-chat: a bubble, and in place of the input line the heading 원하는 버튼을 선택하세요 over three keys.',
      ko: '스마트채팅: 말풍선 아래 입력창 자리에 "원하는 버튼을 선택하세요"와 버튼 세 개가 있습니다.',
    },
  },
  {
    file: 'forwardable',
    said: '쿠폰',
    room: 'private',
    alt: {
      en: 'A bubble with a round arrow at its right.',
      ko: '오른쪽에 둥근 화살표가 붙은 말풍선.',
    },
  },
  {
    file: 'square-picture',
    said: '케이크',
    room: 'private',
    alt: {
      en: 'A card with a square picture, and two buttons side by side.',
      ko: '정사각형 사진 아래에 버튼 두 개가 나란한 카드.',
    },
  },
  {
    file: 'group-mentions',
    said: '점심',
    room: 'group',
    alt: {
      en: 'A text that mentions a member in blue, and a card with five buttons.',
      ko: '멤버를 파란 글씨로 부르는 글과 버튼이 다섯 개인 카드.',
    },
  },
  {
    file: 'group-ranking',
    said: '인기 메뉴',
    room: 'group',
    alt: {
      en: 'A text with bold words, and a list whose two lines are numbered 1 and 2.',
      ko: '굵은 낱말이 있는 글과, 두 줄에 1과 2가 매겨진 목록.',
    },
  },
];

/** A picture as a page shows it: half as wide as its pixels are many, for fine screens. */
export const imageOf = ({ file, alt }: DocsPicture, language: 'en' | 'ko'): string =>
  `<img src="images/replies/${file}.png" width="390" alt="${alt[language].replaceAll('"', '&quot;')}">`;

/** The answer that a picture shows. */
export async function answerOf({ file, said, room }: DocsPicture): Promise<GalleryAnswer> {
  const protocol = room === 'smart-chat' ? 'smart-chat' : 'open-builder';
  const chat = openChat(bot, protocol, room === 'group' ? { room } : {});
  return { name: file, protocol, json: JSON.stringify((await chat.says(said)).answer) };
}

/** By what a picture tells which answer it was taken of. */
export const noteOf = ({ json }: GalleryAnswer): string => createHash('sha256').update(json).digest('hex');
