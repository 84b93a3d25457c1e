import type { Sentence } from '../../../../tools/language.ts';

/** The page's own words in what it draws; Kakao's stay Korean. */
export const OWN_WORDS = {
  wholeText: { ko: '전체 보기', en: 'See all' },
  close: { ko: '닫기', en: 'Close' },
  card: { ko: '카드', en: 'Card' },
  cards: { ko: '카드 묶음', en: 'Cards' },
  previousCard: { ko: '이전 카드', en: 'Previous card' },
  nextCard: { ko: '다음 카드', en: 'Next card' },
  quickReplies: { ko: '바로가기', en: 'Quick replies' },
  picture: { ko: '사진', en: 'Picture' },
  forward: { ko: '전달하기', en: 'Forward' },
  before: { ko: '할인 전 가격', en: 'Price before' },
  opens: { ko: '새 창에서 열려요', en: 'Opens in a new window' },
  writes: { ko: '답을 쓰고 있어요', en: 'Writing an answer' },
  noComponent: { ko: '카카오에 없는 말풍선이에요', en: 'Kakao has no such bubble' },
  emptyText: { ko: '빈 글', en: 'An empty text' },
  rejected: { ko: '카카오가 버려요', en: 'Kakao drops this' },
  shortened: { ko: '카카오톡이 줄여요', en: 'KakaoTalk shortens this' },
} as const satisfies Readonly<Record<string, Sentence>>;
