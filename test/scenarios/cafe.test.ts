import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { bot } from '../../lambda/scenarios/cafe.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { openChat, PROTOCOLS } from '../kit/chat.ts';
import { cpuMs } from '../kit/cpu.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

describe.each(PROTOCOLS)('the café under %s', protocol => {
  const open = () => openChat(bot, protocol);

  test('메뉴 shows at least four drinks, each with a button that adds it', async () => {
    const chat = open();
    const menu = await chat.says('메뉴');
    expect(menu.labels.filter(label => label.includes('담기')).length).toBeGreaterThanOrEqual(4);
    const add = menu.labels.find(label => label.includes('담기')) ?? '';
    expect((await chat.taps(add)).words).toContain(
      '아메리카노 한 잔을 담았어요. 장바구니에 모두 1잔이 있어요.',
    );
  });

  test('자세히 tells of the drink whose button was tapped', async () => {
    const chat = open();
    const menu = await chat.says('메뉴');
    const details = menu.labels.filter(label => label.includes('자세히'));
    if (protocol === 'smart-chat') expect((await chat.taps(details[2] ?? '')).words).toContain('고흥 유자');
    else expect((await chat.taps('자세히')).words).toContain('원두');
  });

  test('담기 counts the cups, 장바구니 lists them with the total, 비우기 empties it', async () => {
    const chat = open();
    await chat.says('담기 라떼');
    await chat.says('담기 라떼');
    expect((await chat.says('담기  딸기 스무디')).words).toContain('모두 3잔');
    const cart = (await chat.says('장바구니')).words;
    expect(cart).toContain('라떼 2잔  9,000원');
    expect(cart).toContain('딸기 스무디 1잔  5,500원');
    expect(cart).toContain('모두 3잔, 14,500원');
    await chat.taps('비우기');
    expect((await chat.says('장바구니')).words).toContain('비어 있어요');
  });

  test('담기 of what is not on the menu adds nothing', async () => {
    const chat = open();
    for (const name of ['콜라', '__proto__', 'toString'])
      expect((await chat.says(`담기 ${name}`)).words).toContain('메뉴에 없어요');
    expect((await chat.says('장바구니')).words).toContain('비어 있어요');
  });

  test('주문 asks drink, size, count and confirmation', async () => {
    const chat = open();
    expect((await chat.says('주문')).labels).toContain('유자차');
    expect((await chat.taps('유자차')).labels).toContain('그란데');
    expect((await chat.taps('그란데')).words).toContain('몇 잔');
    expect((await chat.taps('2잔')).words).toContain('유자차 그란데 2잔, 모두 11,000원이에요. 맞으신가요?');
    expect((await chat.taps('네')).words).toContain('주문을 받았어요');
    expect((await chat.says('네')).words).toContain('이해하지 못했어요');
  });

  test('주문 takes no time over a count that is none, however long', async () => {
    const chat = open();
    for (const text of ['주문', '라떼', '톨']) await chat.says(text);
    const started = cpuMs();
    expect((await chat.says(`1${' '.repeat(60_000)}x`)).words).toContain('몇 잔');
    expect(cpuMs() - started).toBeLessThan(500);
    expect((await chat.says(' 3  잔 ')).words).toContain('라떼 톨 3잔');
  });

  test('주문 asks again what it did not understand', async () => {
    const chat = open();
    await chat.says('주문');
    expect((await chat.says('콜라')).words).toContain('그 음료는 메뉴에 없어요');
    await chat.says('라떼');
    expect((await chat.says('벤티')).words).toContain('톨과 그란데');
    await chat.says('톨'.normalize('NFD'));
    for (const wrong of ['많이', '0잔', '21', '-1', '1e1']) {
      expect((await chat.says(wrong)).words).toContain('1잔부터 20잔');
    }
    await chat.says('20');
    expect((await chat.says('음')).words).toContain("'네'라고");
  });

  test('주문 waits while the user looks around, but not for ever', async () => {
    const chat = open();
    await chat.says('주문');
    await chat.taps('라떼');
    const menu = await chat.says('메뉴');
    await chat.taps(menu.labels.find(label => label.includes('담기')) ?? '');
    expect((await chat.says('영업시간')).words).toContain('08:00');
    expect((await chat.sendsPhoto('http://dn-m.talk.kakao.com/a/i_1.jpg')).words).toContain('고맙습니다');
    expect((await chat.says('그란데')).words).toContain('몇 잔');
    const now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now + 11 * 60_000);
    expect((await chat.says('2잔')).words).toContain('이해하지 못했어요');
  });

  test.each(['취소', '처음으로'])('%s leaves the order', async word => {
    const chat = open();
    await chat.says('주문');
    await chat.says('라떼');
    await chat.says(word);
    expect((await chat.says('톨')).words).toContain('이해하지 못했어요');
  });

  test('취소 without an order says so', async () => {
    expect((await open().says('취소')).words).toContain('진행 중인 주문이 없어요');
  });

  test('a photo gets a thank-you with the photo', async () => {
    const seen = await open().sendsPhoto('http://dn-m.talk.kakao.com/talkm/a/b/i_1.jpg');
    expect(seen.words).toContain('고맙습니다');
    expect(JSON.stringify(seen.answer)).toContain('http://dn-m.talk.kakao.com/talkm/a/b/i_1.jpg');
  });

  test.each([
    ['영업시간', '08:00'],
    ['상담원', '02-000-0000'],
    ['처음으로', '달빛카페'],
    ['안녕하세요', '달빛카페'],
    ['외계어', '이해하지 못했어요'],
  ])('%s is answered', async (said, expected) => {
    expect((await open().says(said)).words).toContain(expected);
  });

  test('the home and the fallback offer what can be said', async () => {
    expect((await open().says('외계어')).labels).toEqual(expect.arrayContaining(['메뉴', '상담원']));
    expect(bot.homeLabels).toContain('메뉴');
  });
});

test('the 웰컴 블록 greets, and ends an order that was left', async () => {
  const chat = openChat(bot, 'open-builder');
  await chat.says('주문');
  const welcome = await chat.arrives();
  expect(welcome.words).toContain('안녕하세요, 달빛카페입니다');
  expect(welcome.labels).toEqual(expect.arrayContaining(['메뉴', '상담원']));
  expect((await chat.says('라떼')).words).toContain('이해하지 못했어요');
});

test('a session begun by smart-chat goes on under Open Builder, and back', async () => {
  const store = new MemorySessionStore();
  const options = { store, userKey: '31ny8UyzsIc9' };
  const before = openChat(bot, 'smart-chat', options);
  const after = openChat(bot, 'open-builder', options);
  await before.says('담기 라떼');
  expect((await after.says('담기 유자차')).words).toContain('모두 2잔');
  expect((await before.says('장바구니')).words).toContain('모두 2잔, 9,500원');
  expect(
    (await openChat(bot, 'open-builder', { ...options, botId: 'b0!' }).says('장바구니')).words,
  ).toContain('비어');
});
