import { beforeAll, describe, expect, test } from '@jest/globals';
import { bot } from '../../lambda/scenarios/cafe-llm.ts';
import { openChat, PROTOCOLS } from '../kit/chat.ts';

beforeAll(() => {
  process.env.MODEL_CHARACTERS_A_SECOND = '1000000';
});

describe.each(PROTOCOLS)('the café with a model, by %s', protocol => {
  test('tells what its model can be asked', async () => {
    const { words } = await openChat(bot, protocol).says('안녕');
    expect(words).toContain('저는 연습용 모델이라');
    expect(words).toContain('"라떼 두 잔 주문할게"');
    expect(words).not.toContain('**');
  });

  test('shows the menu, which the model wrote as a table', async () => {
    const { words, answer } = await openChat(bot, protocol).says('메뉴 알려줘');
    for (const told of ['아메리카노', '4,500원', '딸기 스무디', '5,500원']) expect(words).toContain(told);
    expect(words).not.toMatch(/\| ?---/);
    if (protocol === 'open-builder') expect(answer.template.outputs[1]).toHaveProperty('itemCard');
  });

  test('shows the branches, which the model wrote as a list of links', async () => {
    const { words, answer } = await openChat(bot, protocol).says('가까운 지점 어디야?');
    for (const told of ['서촌점', '연남점', '성수점', '밤 9시']) expect(words).toContain(told);
    expect(words).not.toContain('](');
    if (protocol === 'open-builder') expect(answer.template.outputs[0]).toHaveProperty('listCard');
  });

  test('shows the picture that the model names', async () => {
    const { answer } = await openChat(bot, protocol).says('커피 사진 보여줘');
    expect(JSON.stringify(answer)).toMatch(
      protocol === 'open-builder' ? /"simpleImage":\{"imageUrl":"https:/ : /"photo":\{"url":"https:/,
    );
  });

  test('orders once the user has agreed, and only then', async () => {
    const chat = openChat(bot, protocol);
    const asked = await chat.says('라떼 두 잔 주문할게');
    expect(asked.words).toContain('라떼 2잔, 모두 9,000원이에요. 주문할까요?');
    expect(asked.labels).toEqual(expect.arrayContaining(['네', '아니요']));
    expect((await chat.says('주문 내역')).words).toContain('지금까지 0잔');
    expect((await chat.says('네')).words).toContain('주문했어요.');
    expect((await chat.says('주문 내역')).words).toContain('지금까지 2잔');
    expect((await chat.says('네')).words).not.toContain('주문했어요.');
    expect((await chat.says('주문 내역')).words).toContain('지금까지 2잔');
  });

  test.each([
    ['열 잔', '라떼 10잔'],
    ['100잔', '라떼 100잔'],
    ['12 잔', '라떼 12잔'],
  ])('asks about as many cups as were named: %s', async (cups, asked) => {
    const chat = openChat(bot, protocol);
    expect((await chat.says(`라떼 ${cups} 주문할게`)).words).toContain(asked);
  });

  test('orders nothing where the user does not agree', async () => {
    const chat = openChat(bot, protocol);
    await chat.says('유자차 주세요');
    expect((await chat.taps('아니요')).words).toContain('주문하지 않을게요');
    expect((await chat.says('주문 내역')).words).toContain('지금까지 0잔');
  });

  test('tells its long story to the end, in parts', async () => {
    const chat = openChat(bot, protocol);
    let seen = await chat.says('달빛카페 이야기 들려줘');
    let story = seen.words;
    for (let parts = 0; seen.labels.includes('더보기') && parts < 5; parts++) {
      seen = await chat.taps('더보기');
      story += seen.words;
    }
    expect(story).toContain('달빛카페는 2014년 가을');
    expect(story.match(/한 잔 나눠 드릴게요\./g)).toHaveLength(1);
  });
});

test('the café with a model forgets what was said, and what it was asked', async () => {
  const chat = openChat(bot, 'open-builder');
  await chat.says('라떼 한 잔 주문할게');
  expect((await chat.says('처음부터')).words).toContain('잊었어요');
  expect((await chat.says('네')).words).not.toContain('주문했어요.');
  expect((await chat.says('주문 내역')).words).toContain('지금까지 0잔');
});
