import { expect, test } from '@jest/globals';
import { MemorySessionStore, openChat, type Seen } from 'kakao-gateway/testing';
import { bot } from './scenario.ts';

test('the conversation goes on as it was recorded', async () => {
  const store = new MemorySessionStore();
  const chat = openChat(bot, 'open-builder', { store, userKey: 'user-1' });
  const chat2 = openChat(bot, 'smart-chat', { store, userKey: 'user-1' });
  let seen: Seen;
  seen = await chat.arrives();
  expect(seen.words).toContain('안녕하세요, 달빛카페입니다. 무엇을 도와드릴까요?');
  expect(seen.labels).toEqual(
    expect.arrayContaining(['메뉴', '장바구니', '주문', '추천해줘', '영업시간', '상담원']),
  );
  seen = await chat.says('메뉴');
  expect(seen.words).toContain('오늘의 메뉴예요. 마음에 드는 음료를 담아 보세요.');
  expect(seen.words).toContain('아메리카노 4,000원');
  expect(seen.words).toContain('라떼 4,500원');
  expect(seen.words).toContain('유자차 5,000원');
  expect(seen.words).toContain('딸기 스무디 5,500원');
  expect(seen.labels).toEqual(expect.arrayContaining(['담기', '자세히', '장바구니', '주문', '처음으로']));
  seen = await chat.says('담기 라떼');
  expect(seen.words).toContain('라떼 한 잔을 담았어요. 장바구니에 모두 1잔이 있어요.');
  expect(seen.labels).toEqual(expect.arrayContaining(['메뉴', '장바구니']));
  seen = await chat.says('주문');
  expect(seen.words).toContain('어떤 음료를 드릴까요?');
  expect(seen.labels).toEqual(
    expect.arrayContaining(['아메리카노', '라떼', '유자차', '딸기 스무디', '취소']),
  );
  seen = await chat.taps('유자차');
  expect(seen.words).toContain('유자차, 어떤 크기로 드릴까요?');
  expect(seen.labels).toEqual(expect.arrayContaining(['톨', '그란데', '취소']));
  seen = await chat.taps('그란데');
  expect(seen.words).toContain('몇 잔 드릴까요?');
  expect(seen.labels).toEqual(expect.arrayContaining(['1잔', '2잔', '3잔', '취소']));
  seen = await chat.says('2잔');
  expect(seen.words).toContain('유자차 그란데 2잔, 모두 11,000원이에요. 맞으신가요?');
  expect(seen.labels).toEqual(expect.arrayContaining(['네', '취소']));
  seen = await chat.taps('네');
  expect(seen.words).toContain('주문을 받았어요. 준비되는 대로 불러 드릴게요. 고맙습니다!');
  expect(seen.labels).toEqual(expect.arrayContaining(['처음으로', '메뉴']));
  seen = await chat.sendsPhoto('https://example.com/a.jpg');
  expect(seen.words).toContain('사진 고맙습니다! 저희도 잘 볼게요.');
  expect(seen.labels).toEqual(expect.arrayContaining(['메뉴', '처음으로']));
  seen = await chat2.says('메뉴');
  expect(seen.words).toContain('오늘의 메뉴예요. 마음에 드는 음료를 담아 보세요.');
  expect(seen.labels).toEqual(
    expect.arrayContaining([
      '장바구니',
      '주문',
      '처음으로',
      '1. 담기',
      '1. 자세히',
      '2. 담기',
      '2. 자세히',
      '3. 담기',
      '3. 자세히',
      '4. 담기',
      '4. 자세히',
      '직접 입력',
    ]),
  );
  seen = await chat2.taps('2. 담기');
  expect(seen.words).toContain('라떼 한 잔을 담았어요. 장바구니에 모두 2잔이 있어요.');
  expect(seen.labels).toEqual(expect.arrayContaining(['메뉴', '장바구니', '직접 입력']));
  seen = await chat2.says('주문');
  expect(seen.words).toContain('어떤 음료를 드릴까요?');
  expect(seen.labels).toEqual(
    expect.arrayContaining(['아메리카노', '라떼', '유자차', '딸기 스무디', '취소', '직접 입력']),
  );
  seen = await chat2.taps('유자차');
  expect(seen.words).toContain('유자차, 어떤 크기로 드릴까요?');
  expect(seen.labels).toEqual(expect.arrayContaining(['톨', '그란데', '취소', '직접 입력']));
  seen = await chat2.taps('그란데');
  expect(seen.words).toContain('몇 잔 드릴까요?');
  expect(seen.labels).toEqual(expect.arrayContaining(['1잔', '2잔', '3잔', '취소', '직접 입력']));
  seen = await chat2.says('2잔');
  expect(seen.words).toContain('유자차 그란데 2잔, 모두 11,000원이에요. 맞으신가요?');
  expect(seen.labels).toEqual(expect.arrayContaining(['네', '취소', '직접 입력']));
  seen = await chat2.taps('네');
  expect(seen.words).toContain('주문을 받았어요. 준비되는 대로 불러 드릴게요. 고맙습니다!');
  expect(seen.labels).toEqual(expect.arrayContaining(['처음으로', '메뉴', '직접 입력']));
  seen = await chat2.sendsPhoto('https://example.com/a.jpg');
  expect(seen.words).toContain('사진 고맙습니다! 저희도 잘 볼게요.');
  expect(seen.labels).toEqual(expect.arrayContaining(['메뉴', '처음으로', '직접 입력']));
  // openChat does not play this: fills '010 1234 5678' (Open Builder, live), and it was judged
  // openChat has no late queue: '추천해줘' was deferred
  // openChat has no callbacks: the late answer to '추천해줘' came by one
});
