import { describe, expect, test } from '@jest/globals';
import { openChat } from 'kakao-gateway/testing';
import { bot } from '../scenario.ts';

// 카카오가 버릴 답변은 저절로 실패합니다. (An answer that Kakao would drop fails by itself.)
describe.each(['open-builder', 'smart-chat'] as const)('%s', protocol => {
  test('메뉴에서 꽃을 담을 수 있다', async () => {
    const chat = openChat(bot, protocol);
    expect((await chat.says('메뉴')).words).toContain('장미');
    await chat.taps('한 송이 담기');
    expect((await chat.taps('한 송이 담기')).words).toContain('2송이');
  });
});
