import { describe, expect, test } from '@jest/globals';
import { reachesBot, tappables, triggerOf, wordsIn } from '../../../tools/kakao-simulator/tappables.ts';
import { samplesOf } from '../../kit/samples.ts';

const sample = (folder: 'open-builder/responses' | 'smart-chat', start: string) =>
  samplesOf(folder).find(({ name }) => name.startsWith(start))?.json;

describe('everything that can be tapped', () => {
  test('in cards, lists, carousels and quick replies is found, in the order of the screen', () => {
    const list = tappables(sample('open-builder/responses', '08-'), 'open-builder');
    expect(list.map(({ path, action, on }) => [path, action, on])).toEqual([
      ['template.outputs[0].listCard.items[0]', 'webLink', 'list-item'],
      ['template.outputs[0].listCard.items[1]', 'block', 'list-item'],
      ['template.outputs[0].listCard.items[2]', 'message', 'list-item'],
      ['template.outputs[0].listCard.buttons[0]', 'block', 'card-button'],
    ]);
    const carousel = tappables(sample('open-builder/responses', '11-'), 'open-builder');
    expect(carousel.at(-1)).toMatchObject({
      on: 'quick-reply',
      path: expect.stringMatching(/^template\.quickReplies\[\d\]$/),
    });
    expect(carousel.map(({ path }) => path).filter(path => path.includes('carousel.items[1]'))).not.toEqual(
      [],
    );
  });

  test('of smart-chat is its keyboard, whether it came with a message or is home’s, and its link', () => {
    const full = tappables(sample('smart-chat', 'res-message-full').response.body, 'smart-chat');
    expect(full.map(({ path, on }) => [path, on])).toEqual([
      ['message.message_button', 'message-button'],
      ['keyboard.buttons[0]', 'keyboard'],
      ['keyboard.buttons[1]', 'keyboard'],
      ['keyboard.buttons[2]', 'keyboard'],
    ]);
    expect(full.map(reachesBot)).toEqual([false, true, true, true]);
    const home = tappables(sample('smart-chat', 'res-keyboard-one-button').response.body, 'smart-chat');
    expect(home).toEqual([{ path: 'buttons[0]', label: '딸기요', on: 'keyboard', action: 'message' }]);
    const many = Array.from({ length: 120 }, (_, at) => `${at}`);
    expect(tappables({ type: 'buttons', buttons: many }, 'smart-chat')).toHaveLength(100);
    expect(tappables({ type: 'text', buttons: ['메뉴'] }, 'smart-chat')).toEqual([]);
  });

  test('is looked for where it is shown alone, and nothing that it brings along', () => {
    const button = {
      label: '메뉴',
      action: 'message',
      messageText: '메뉴',
      extra: { buttons: [{ label: 'x', action: 'message' }] },
    };
    const answer = {
      version: '2.0',
      data: { buttons: [button] },
      template: { outputs: [{ textCard: { title: 't', buttons: [button] } }] },
    };
    expect(tappables(answer, 'open-builder')).toHaveLength(1);
  });

  test.each([
    null,
    'text',
    [],
    {},
    { template: { outputs: 'x', quickReplies: [null, 3, { label: 'x' }] } },
    { keyboard: { type: 'buttons', buttons: [3] } },
  ])('of %j is nothing', answer => {
    expect(tappables(answer, 'open-builder')).toEqual([]);
    expect(tappables(answer, 'smart-chat')).toEqual([]);
  });

  test('has Kakao’s word for each tap', () => {
    expect(triggerOf({ on: 'quick-reply', action: 'message' })).toBe('QUICKREPLY_BUTTON_MESSAGE');
    expect(triggerOf({ on: 'list-item', action: 'block' })).toBe('LIST_ITEM_BLOCK');
    expect(triggerOf({ on: 'card-button', action: 'block' })).toBe('CARD_BUTTON_BLOCK');
  });
});

describe('the words of an answer', () => {
  test('are those on the screen, without what only tells KakaoTalk what to do', () => {
    const answer = {
      version: '2.0',
      context: { values: [{ name: 'order', lifeSpan: 1 }] },
      template: {
        outputs: [
          { simpleText: { text: '안녕하세요' } },
          {
            basicCard: {
              title: '라떼',
              thumbnail: { imageUrl: 'https://img.example.com/a.jpg', altText: '사진' },
              buttons: [{ label: '담기', action: 'message', messageText: '담기 라떼', extra: { id: 'x' } }],
            },
          },
        ],
        quickReplies: [{ label: '메뉴', action: 'block', blockId: 'b1' }],
      },
    };
    expect(wordsIn(answer)).toEqual(['안녕하세요', '라떼', '사진', '담기', '메뉴']);
  });

  test('of smart-chat are its text, as far as it is shown, and its labels', () => {
    const message = {
      text: `${'가'.repeat(1_000)}잘린 말`,
      message_button: { label: '길 찾기', url: 'https://map.kakao.com' },
    };
    expect(wordsIn({ message, keyboard: { type: 'buttons', buttons: ['메뉴'] } })).toEqual([
      '가'.repeat(1_000),
      '길 찾기',
      '메뉴',
    ]);
  });
});
