import { describe, expect, test } from '@jest/globals';
import { bot } from '../lambda/scenario.ts';
import { openChat, PROTOCOLS } from './kit/chat.ts';

// 여러분의 봇을 시험하는 곳입니다. 봇이 무엇에 어떻게 답하는지 여기에 이어서 쓰세요. 카카오가 버릴 답변은 저절로 실패합니다.
// The bot that is deployed, whichever it is: go on here with what yours answers. What Kakao would drop fails by itself.

describe.each(PROTOCOLS)('the bot that is deployed, under %s,', protocol => {
  test('answers a word that it was never told', async () => {
    expect((await openChat(bot, protocol).says('외계어')).failed).toBe(false);
  });
});

describe('the bot that is deployed', () => {
  test('welcomes who comes into the room', async () => {
    expect((await openChat(bot, 'open-builder').arrives()).failed).toBe(false);
  });
});
