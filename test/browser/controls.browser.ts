import { join } from 'node:path';
import { describe, test } from '@jest/globals';
import { Controls } from './controls.ts';
import { useDesk } from './desk.ts';
import type { Room } from './room.ts';
import type { Looks } from './visit.ts';

const desk = useDesk({ args: [join(import.meta.dirname, 'bot.ts')] });

/** Sits down with the controls at hand. */
const sit = (looks: Looks, use: (room: Room, controls: Controls) => Promise<void>): Promise<void> =>
  desk.sit(looks, room => use(room, new Controls(room)));

describe.each([
  { width: 1440, theme: 'light' },
  { width: 390, theme: 'dark' },
] as const)('at $width px', looks => {
  test('another protocol goes on with the session', () =>
    sit(looks, async (room, controls) => {
      await room.says('세기');
      await room.shows('1번째예요.');
      await controls.speaks('스마트채팅');
      await room.says('세기');
      await room.shows('2번째예요.');
      await controls.speaks('오픈빌더');
      await room.says('세기');
      await room.shows('3번째예요.');
    }));

  test('a new user has a session of their own, and the first one finds theirs again', () =>
    sit(looks, async (room, controls) => {
      const { name } = desk.feed.state().scene.user;
      await room.says('세기');
      await room.shows('1번째예요.');
      await controls.fills('사용자', { '새 사용자': `영희 ${looks.width}` }, '새 사용자 추가');
      await room.page.getByText(`영희 ${looks.width} ·`).waitFor();
      await room.says('세기');
      await room.shows('1번째예요.');
      await controls.chooses('사용자 선택', name);
      await room.says('세기');
      await room.shows('2번째예요.');
    }));

  test('a new room is a group, in which the bot is told so', () =>
    sit(looks, async (room, controls) => {
      await controls.fills('방', { '새 방': `동아리 ${looks.width}` }, '새 방 추가');
      await room.says('누구');
      await room.shows('방 단체');
      await controls.chooses('방 선택', '1:1 채팅방');
      await room.says('누구');
      await room.shows('방 둘');
    }));

  test('a friend or not, and an account that is linked or not, is told to the bot', () =>
    sit(looks, async (room, controls) => {
      await controls.turns('계정 연결 (appUserId)', true);
      await room.says('누구');
      await room.shows('친구 예, 연결 예, 채널 live, 시험 없음, 방 둘');
      await controls.turns('친구', false);
      await controls.turns('계정 연결 (appUserId)', false);
      await room.says('누구');
      await room.shows('친구 아니요, 연결 아니요, 채널 live, 시험 없음, 방 둘');
    }));

  test.each([
    ['개발', '채널 dev, 시험 없음'],
    ['봇테스트', '시험 bot-test'],
    ['스킬 테스트', '시험 skill-test'],
  ])('a call from %s is told to the bot', (caller, words) =>
    sit(looks, async (room, controls) => {
      await controls.chooses('호출', caller);
      await room.says('누구');
      await room.shows(words);
    }),
  );

  test('the welcome block greets', () =>
    sit(looks, async (room, controls) => {
      await controls.presses('웰컴(들어오기)');
      await room.shows('들어오셨네요.');
    }));

  test('a block is called by its name, with params', () =>
    sit(looks, async (room, controls) => {
      await controls.fills('블록', { '블록 이름': '주문하기', 파라미터: '음료=라떼\n잔=2' }, '블록 호출');
      await room.shows('라떼 2잔');
    }));

  test.each([
    ['프로필', '회원 인증', '프로필', /님, 반가워요\.$/],
    ['위치', '가까운 매장', '위치', /^위치 \d+\.\d+$/],
    ['보안 이미지', '사진 접수', '사진', /^보안 사진 [1-9]장$/],
  ])('the plugin %s gives the bot what it asks for', (plugin, block, param, words) =>
    sit(looks, async (room, controls) => {
      await controls.fills(
        '플러그인',
        { 종류: plugin, '블록 이름': block, '파라미터 이름': param },
        '플러그인 실행',
      );
      await room.shows(words);
    }),
  );

  test("a value is judged by the bot's validation", () =>
    sit(looks, async (room, controls) => {
      const judge = (value: string) =>
        controls.fills('파라미터 검증', { '파라미터 이름': '전화번호', 값: value }, '값 검증');
      await judge('0212345678');
      await room.shows(/FAIL/);
      await judge('01012345678');
      await room.shows(/SUCCESS/);
    }));

  test('an event of the Event API brings its params', () =>
    sit(looks, async (room, controls) => {
      await controls.fills('이벤트', { '이벤트 이름': '배송출발', 파라미터: '주문=1234' }, '이벤트 부르기');
      await room.shows(/"주문":"1234"/);
    }));
});
