import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { forgedIn, HOSTILE, unseenIn } from '../../kit/hostile-texts.ts';
import { bubbles, button, card, type PlayedBot, type Said, startPlayedBot, text } from './some-talk.ts';

/** The seconds after which the bot posts to its callback. */
let late: { readonly afterMs: number; readonly body: object };
let tries = 0;

/** A skill server as anybody might write it. */
function skill({ text: said, callbackUrl, body, call }: Said) {
  if (said === '콜백') {
    setTimeout(() => {
      if (callbackUrl)
        fetch(callbackUrl, { method: 'POST', body: JSON.stringify(late.body) }).catch(() => {});
    }, late.afterMs);
    return { body: { version: '2.0', useCallback: true, data: { text: '생각하는 중' } } };
  }
  if (said === '오류') return { status: 500, body: 'down' };
  if (said === '어긴 답') return { body: { version: '2.0', template: { outputs: [{ basicCard: {} }] } } };
  if (said === '긴 답') return bubbles([text('가'.repeat(1_001))]);
  if (said === '열쇠') return bubbles([text(`열쇠는 ${call.headers['x-key']} 입니다`)]);
  if (said === '나쁜 말') return bubbles([text(`${HOSTILE}`)], [button('\u001b[2J')]);
  if (said === '느린 무늬') return bubbles([text(`${'a'.repeat(60)}b`)]);
  if (said === '세 번') return bubbles([text(`${++tries}번째`)], [button('세 번')]);
  if (said === '메뉴') {
    const items = [card('라떼', '담기'), card('유자차', '담기', '자세히')];
    return bubbles([text('메뉴예요'), { carousel: { type: 'basicCard', items } }], [button('처음으로')]);
  }
  if (said === '누구') {
    const { isFriend, appUserId, plusfriendUserKey } = body.userRequest.user.properties;
    return bubbles([
      text(`${plusfriendUserKey} ${isFriend ? '친구' : '손님'} ${appUserId === undefined ? '' : '연결됨'}`),
    ]);
  }
  return bubbles([text(`${said}라고 하셨어요`)]);
}

const message = ({ text: said }: Said) => ({
  body:
    said === ''
      ? { type: 'buttons', buttons: ['메뉴'] }
      : { message: { text: `${said}!` }, keyboard: { type: 'buttons', buttons: ['1. 담기'] } },
});

let bot: PlayedBot;
beforeAll(async () => {
  bot = await startPlayedBot(skill, message);
});
afterAll(() => bot?.stop());

const talk = (...steps: readonly string[]): string =>
  `name: 대화\nsteps:\n${steps.map(step => `  - ${step}\n`).join('')}`;

describe('a bot that is not ours', () => {
  test('is played with in both protocols, with its own header', async () => {
    const script = `name: 인사
protocol: both
steps:
  - enters
  - says: 메뉴
  - taps: { label: 담기, card: 2 }
    in: open-builder
    expects: { words: 담기 유자차라고 하셨어요, violations: none, within: 5s }
  - taps: 1. 담기
    in: smart-chat
    expects: { words: '1. 담기!', keyboard: [1. 담기] }
`;
    const before = bot.calls.length;
    const ran = await bot.play(script, ['--header', 'x-key: Bearer $MY_KEY'], { MY_KEY: 'a-key-of-mine' });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(
      /^talk\.yaml\n {2}✓ 인사 \(open-builder\) {2}3 steps, \d+ ms\n {2}✓ 인사 \(smart-chat\) {2}3 steps, \d+ ms\n\n2 passed, 0 failed\n$/,
    );
    const calls = bot.calls.slice(before);
    expect(calls.filter(({ path }) => path === '/skill').map(({ headers }) => headers['x-key'])).toEqual([
      'Bearer a-key-of-mine',
      'Bearer a-key-of-mine',
      'Bearer a-key-of-mine',
    ]);
    expect(calls.filter(({ path }) => path !== '/skill').map(({ path }) => path)).toEqual([
      '/app/keyboard',
      '/app/message',
      '/app/message',
    ]);
  });

  test('knows the people of a talk by keys that no other run has, unless one is given', async () => {
    const keys = new Set<string>();
    for (let run = 0; run < 2; run++) {
      await bot.play(talk('says: 누구'));
      keys.add(JSON.parse(bot.calls.at(-1)?.body ?? '').userRequest.user.properties.plusfriendUserKey);
    }
    expect(keys.size).toBe(2);
    const ran = await bot.play(
      `name: a
users: [{ name: 철수, key: Zx3_Kp-9QwE7, friend: false, linked: true }]
steps:
  - says: 누구
    expects: { words: Zx3_Kp-9QwE7 손님 연결됨 }
  - says: 누구
    as: 영희
    expects: { not: [Zx3_Kp-9QwE7, 연결됨], words: ' 친구' }
  - switches: { friend: true, linked: false }
  - says: 누구
    expects: { words: Zx3_Kp-9QwE7 친구, not: 연결됨 }
`,
    );
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('1 passed, 0 failed') });
  });

  test('may answer late, by the callback that waits stands for', async () => {
    late = {
      afterMs: 50,
      body: { version: '2.0', template: { outputs: [text('다 됐어요')], quickReplies: [button('메뉴')] } },
    };
    const ran = await bot.play(
      talk(
        'says: 콜백\n    expects: { fate: deferred, words: 생각하는 중 }',
        'waits: 10s\n    expects: { words: 다 됐어요, json: { "template.outputs[0].simpleText.text": 다 됐어요 }, violations: none }',
        'taps: 메뉴',
      ),
    );
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('1 passed') });
    // It is there: nobody waits any longer.
    expect(Number(/3 steps, (\d+) ms/.exec(ran.stdout)?.[1])).toBeLessThan(5_000);
  });

  test.each([
    ['콜백', 60_000, {}, 'no late answer came within 0.2 s'],
    ['콜백', 0, { version: '2.0', template: { outputs: [{}] } }, 'Kakao drops the answer (violation)'],
    ['안녕', 0, {}, 'no late answer is awaited'],
  ])('fails where no good late answer comes: %s after %i ms', async (said, afterMs, body, problem) => {
    late = { afterMs: Math.min(afterMs, 1_000), body };
    const ran = await bot.play(talk(`says: ${said}`, 'waits: 0.2s\n    expects: { words: 다 됐어요 }'));
    expect(ran).toMatchObject({ code: 1, stdout: expect.stringContaining(problem) });
  });

  test('has time where nothing is awaited and nothing expected', async () => {
    const ran = await bot.play(talk('says: 안녕', 'waits: 300ms', 'says: 안녕'));
    expect(ran.code).toBe(0);
    expect(Number(/3 steps, (\d+) ms/.exec(ran.stdout)?.[1])).toBeGreaterThanOrEqual(300);
  });

  test('is asked again until it answers as expected, and told by its last answer where it never does', async () => {
    tries = 0;
    const again = (words: string, retries: string) =>
      bot.play(talk('says: 세 번', `taps: 세 번\n    retries: ${retries}\n    expects: { words: ${words} }`));
    expect(await again('4번째', '10s')).toMatchObject({ code: 0 });
    const before = tries;
    const ran = await again('없는 말', '2s');
    expect(ran.code).toBe(1);
    // Said, tapped, and tapped again.
    expect(tries).toBeGreaterThan(before + 2);
    expect(ran.stdout).toContain(`simpleText  ${tries}번째`);
  });

  test('is told by the answer before a tap that can not be repeated', async () => {
    const script = talk('says: 메뉴', 'taps: 처음으로\n    retries: 2s\n    expects: { words: 없는 말 }');
    const ran = await bot.play(script);
    expect(ran.stdout).toContain('the words "없는 말" are not shown');
    expect(ran.stdout).toContain('simpleText  처음으로라고 하셨어요');
    expect(ran.stdout).not.toContain('nothing to tap');
  });
});

describe('an answer that is otherwise than expected is told with what came', () => {
  test.each([
    ['words: [메뉴예요, 커피]', 'the words "커피" are not shown'],
    ['not: 메뉴예요', 'the words "메뉴예요" are shown'],
    ['buttons: [담기, 처음으르]', 'no button says "처음으르": one says "처음으로"'],
    ['keyboard: [메뉴]', 'keyboard is another\n          - ["메뉴"]\n          + ["text"]'],
    [
      'outputs: [simpleText]',
      'outputs is another\n          - ["simpleText"]\n          + ["simpleText","carousel"]',
    ],
    ['fate: deferred', 'it should be deferred: Kakao shows the answer'],
    ['fate: { dropped: timeout }', 'it should be dropped: timeout: Kakao shows the answer'],
    ['violations: [bubble.size]', 'the limit bubble.size is not broken'],
    ['json: { "template.outputs[0].simpleText.text": 메뉴 }', '- "메뉴"\n          + "메뉴예요"'],
    [
      'json: { "template.outputs[9].simpleText": a }',
      'is not there: the answer has no template.outputs[9]\n          - "a"',
    ],
    ['json: { template.toString: { exists: true } }', 'json template.toString is not there'],
    ['json: { version: { exists: false } }', 'json version is there'],
    [
      'json: { version: { matches: "^3" } }',
      'json version does not match\n          - /^3/su\n          + "2.0"',
    ],
    [
      'json: { version: { contains: "3" } }',
      'json version does not contain it\n          - "3"\n          + "2.0"',
    ],
    [
      'json: { "template.quickReplies[0]": { label: 처음으로, action: block } }',
      '  "label": "처음으로",\n          -   "action": "block"\n          +   "action": "message",',
    ],
  ])('%s', async (expects, told) => {
    const ran = await bot.play(talk(`says: 메뉴\n    expects: { ${expects} }`, 'says: 안녕'));
    expect(ran).toMatchObject({ code: 1, stderr: '' });
    expect(ran.stdout).toContain(`  ✗ 대화 (open-builder)\n      talk.yaml:3:5  says 메뉴\n`);
    expect(ran.stdout).toContain(told);
    expect(ran.stdout).toContain(
      '        came:\n          simpleText  메뉴예요\n          basicCard   라떼\n',
    );
    expect(ran.stdout).toContain(
      '[담기] [자세히]\n          [처음으로]\n      1 further step was not played\n',
    );
    expect(ran.stdout).toContain('\n0 passed, 1 failed\n');
  });

  test.each([
    [
      '메뉴',
      ['words: [메뉴예요, 유자차 이야기, 자세히]', 'buttons: 담기', 'keyboard: text', 'violations: none'],
    ],
    ['메뉴', ['json: { template.outputs: { exists: true }, data: { exists: false }, version: "2.0" }']],
    [
      '메뉴',
      [
        'json: { "template.outputs[1].carousel.items[-1].buttons[0]": { label: 담기, action: message, messageText: 담기 유자차 } }',
      ],
    ],
    ['긴 답', ['violations: [simpleText.text.lines]']],
    ['오류', ['fate: dropped']],
    ['오류', ['fate: { dropped: status }']],
  ])('and is not where it holds: %s, %j', async (said, expects) => {
    for (const one of expects) {
      const ran = await bot.play(talk(`says: ${said}\n    expects: { ${one} }`));
      expect(ran.stdout).toContain(said === '긴 답' ? 'failed' : '1 passed, 0 failed');
    }
  });

  test('and must be shown by Kakao, whether anything is expected of it or not', async () => {
    for (const expects of ['', '\n    expects: { words: basicCard }']) {
      const ran = await bot.play(talk(`says: 어긴 답${expects}`));
      expect(ran.code).toBe(1);
      expect(ran.stdout).toContain('Kakao drops the answer (violation): ');
      expect(ran.stdout).toContain('basicCard');
    }
    const ran = await bot.play(talk('says: 오류'));
    expect(ran).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('Kakao drops the answer (status)'),
    });
    expect(ran.stdout).toContain('down');
  });

  test('within a bound of time, whatever the pattern', async () => {
    const startedAt = performance.now();
    const step = `says: 느린 무늬\n    expects: { json: { "template.outputs[0].simpleText.text": { matches: '^(a+)+$' } } }`;
    const ran = await bot.play(talk(step));
    expect(ran).toMatchObject({ code: 1, stdout: expect.stringContaining('the pattern takes too long') });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test.each([
    ['taps: 없는 것', 'nothing can be tapped before the bot has answered'],
    ['says: 메뉴\n  - taps: 담지', 'nothing to tap says "담지": there are [담기] [자세히] [처음으로]'],
    ['says: 메뉴\n  - taps: 처음으르', 'nothing to tap says "처음으르": did you mean "처음으로"?'],
    [
      'says: 메뉴\n  - taps: 담기',
      '2 buttons say "담기", on the cards 1, 2: write taps: { label: 담기, card: 1 }',
    ],
    ['says: 메뉴\n  - taps: { label: 자세히, card: 1 }', 'card 1 has no button "자세히": it stands on 2'],
    ['says: 메뉴\n  - taps: { label: 담기, card: 1, back: 3 }', 'no 4 answers were shown before this'],
    ['says: 안녕\n  - taps: 담기', 'nothing to tap says "담기": the last answer has no buttons'],
    ['adds-friend', 'open-builder'],
  ])('and a step that can not be played, with why: %j', async (steps, told) => {
    const ran = await bot.play(talk(steps));
    expect(ran).toMatchObject({ code: 1, stderr: '', stdout: expect.stringContaining(told) });
  });

  test('in Korean', async () => {
    const ran = await bot.play(talk('says: 메뉴\n    expects: { words: 커피 }', 'says: 안녕'), [
      '--lang',
      'ko',
    ]);
    expect(ran.stdout).toContain('"커피"이(가) 보이지 않습니다\n        온 답변:');
    expect(ran.stdout).toContain('남은 1단계는 하지 않았습니다\n\n성공 0, 실패 1\n');
  });

  test('by lines that no bot can forge', async () => {
    const ran = await bot.play(talk(`says: 나쁜 말\n    expects: { words: "a\\u001b[31m\\n✓ forged" }`));
    expect(ran.code).toBe(1);
    expect(unseenIn(ran.stdout)).toEqual([]);
    // What a bot has written stands behind the margin of its answer.
    expect(forgedIn(ran.stdout).every(line => line.startsWith('          '))).toBe(true);
    expect(ran.stdout).toContain('[\\u001b[2J]');
  });

  test('without what is secret', async () => {
    const args = ['--header', 'x-key: $KEY', '--junit', bot.path('secret.xml')];
    const ran = await bot.play(talk('says: 열쇠\n    expects: { words: 없는 말 }'), args, {
      KEY: 'top-secret',
    });
    expect(ran.stdout).toContain('열쇠는 <the secret> 입니다');
    expect(`${ran.stdout}${ran.stderr}`).not.toContain('top-secret');
  });
});
