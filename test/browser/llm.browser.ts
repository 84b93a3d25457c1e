import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Controls } from './controls.ts';
import { useDesk } from './desk.ts';

const CAFE = join(import.meta.dirname, '../../lambda/scenarios/cafe-llm.ts');
const WAITING = '생각하고 있어요. 잠시만 기다려 주세요.';

const desk = useDesk({ environment: { MODEL_CHARACTERS_A_SECOND: '100' }, args: [CAFE] });

describe('the café with a model', () => {
  test('shows what its model lists as a card, and orders what the user agrees to', () =>
    desk.sit({ width: 1440 }, async room => {
      await room.says('가까운 지점 어디야?');
      await room.shows(WAITING);
      await room.shows('달빛카페 성수점');
      await room.says('라떼 두 잔 주문할게');
      await room.shows('라떼 2잔, 모두 9,000원이에요. 주문할까요?');
      await room.taps('네');
      await room.shows(/^주문했어요\./);
      await room.says('주문 내역');
      await room.shows('지금까지 2잔을 주문하셨어요.');
    }));

  test('tells its story in parts by smart-chat, while it is written', () =>
    desk.sit({ width: 390, theme: 'dark' }, async room => {
      await room.goesTo('controls');
      await new Controls(room).speaks('스마트채팅');
      await room.goesTo('log');
      await room.says('달빛카페 이야기 들려줘');
      await room.shows(WAITING);
      const last = room.log.getByText(/하루를 한 잔 나눠 드릴게요\./).first();
      const tapped = new Set<string>();
      for (let taps = 0; taps < 40 && !(await last.isVisible()); taps += 1) {
        await room.page.waitForTimeout(1_000);
        for (const label of ['더보기', '이어서', '결과 확인']) {
          if (!(await room.button(label).isVisible())) continue;
          await room.taps(label);
          tapped.add(label);
          break;
        }
      }
      await room.shows(/달빛카페는 2014년 가을/);
      expect([...tapped]).toEqual(expect.arrayContaining(['결과 확인', '이어서']));
      await last.waitFor();
    }));
});
