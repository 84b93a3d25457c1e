import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readTalks } from '../../../tools/play/read-talks.ts';
import { UsageError } from '../../../tools/usage-error.ts';
import { runs } from '../../kit/property.ts';

const read = (text: string) => readTalks('talk.yaml', text);
const [LINES, STEP] = ['name: 주문\nsteps:\n', '  - says: 안녕\n'];
const stepsOf = (steps: string) => read(`${LINES}${steps}`)[0]?.steps ?? [];
const deedsOf = (steps: string) => stepsOf(steps).map(({ deed }) => deed);

describe('a script', () => {
  test('is a talk, in whose place the bot decides nothing but the protocol', () => {
    expect(read(`${LINES}${STEP}`)).toEqual([
      {
        name: '주문',
        place: { file: 'talk.yaml', line: 1, column: 1 },
        caller: 'live',
        room: 'private',
        hasCallbacks: true,
        users: [{ name: '나', isFriend: true, isLinked: false }],
        steps: [
          {
            place: { file: 'talk.yaml', line: 3, column: 5 },
            told: 'says 안녕',
            deed: { kind: 'acts', act: { kind: 'says', text: '안녕' } },
          },
        ],
      },
    ]);
  });

  test('tells the protocol, the caller, the room and the users', () => {
    const told = `name: a
protocol: both
caller: dev
callback: false
room: group
users:
  - 철수
  - { name: 영희, key: Zx3_Kp-9QwE7, friend: false, linked: true }
steps:
  - enters
`;
    expect(read(told)).toEqual([
      expect.objectContaining({
        protocols: ['open-builder', 'smart-chat'],
        caller: 'dev',
        hasCallbacks: false,
        room: 'group',
        users: [
          { name: '철수', isFriend: true, isLinked: false },
          { name: '영희', key: 'Zx3_Kp-9QwE7', isFriend: false, isLinked: true },
        ],
      }),
    ]);
  });

  test('may have several talks, one a document, and may be JSON with tabs', () => {
    const text = `${LINES}${STEP}---\n{\n\t"name": "b",\n\t"steps": [{ "says": "2" }]\n}\n---\n`;
    expect(read(text).map(({ name }) => name)).toEqual(['주문', 'b']);
  });

  test('may use anchors for what stands in it twice', () => {
    const text = `  - says: 안녕\n    expects: &home { buttons: [메뉴] }\n  - says: 메뉴\n    expects: *home\n`;
    expect(stepsOf(text)[1]?.expects).toEqual(stepsOf(text)[0]?.expects);
  });

  test('has a step for everything that a user, or Kakao, does', () => {
    const steps = `  - says: 010
  - taps: 담기
  - taps: { label: 담기, card: 2, back: 1 }
  - sends: { photo: https://example.com/a.jpg }
  - enters
  - block: 주문 블록
  - block: { name: 주문 블록, id: b1, utterance: 주문할래, params: { 음료: 라떼 } }
  - plugin: { kind: profile, param: 프로필, block: 회원가입 }
  - fills: { param: 전화번호, value: 01012345678 }
  - event: { name: 주문완료, data: { 번호: 7 } }
  - adds-friend
  - blocks-friend: true
  - leaves
  - switches: { protocol: smart-chat, user: 철수, room: group, friend: false }
  - waits: 1.5s
  - clears
`;
    const acts = (act: object) => ({ kind: 'acts', act });
    expect(deedsOf(steps)).toEqual([
      // As it is written: a number would have lost its zero.
      acts({ kind: 'says', text: '010' }),
      { kind: 'taps', label: '담기', back: 0 },
      { kind: 'taps', label: '담기', card: 2, back: 1 },
      acts({ kind: 'sends', media: 'photo', url: 'https://example.com/a.jpg' }),
      acts({ kind: 'enters' }),
      acts({ kind: 'calls-block', block: '주문 블록' }),
      acts({
        kind: 'calls-block',
        block: '주문 블록',
        blockId: 'b1',
        utterance: '주문할래',
        params: { 음료: '라떼' },
      }),
      acts({ kind: 'uses-plugin', plugin: 'profile', param: '프로필', block: '회원가입' }),
      acts({ kind: 'fills', param: '전화번호', value: '01012345678' }),
      acts({ kind: 'gets-event', name: '주문완료', data: { 번호: '7' } }),
      acts({ kind: 'adds-friend' }),
      acts({ kind: 'blocks-friend' }),
      acts({ kind: 'leaves' }),
      { kind: 'switches', protocol: 'smart-chat', user: '철수', room: 'group', isFriend: false },
      { kind: 'waits', ms: 1_500 },
      { kind: 'clears' },
    ]);
  });

  test('has words for everything that can be expected', () => {
    const steps = `  - says: 안녕
    as: 영희
    in: smart-chat
    retries: 1m
    expects:
      words: [안녕하세요, 달빛카페]
      not: 죄송
      buttons: 메뉴
      keyboard: [메뉴, 주문]
      outputs: [simpleText, carousel]
      within: 800ms
      fate: { dropped: timeout }
      violations: none
      json:
        template.outputs[0].simpleText.text: 안녕
        template.outputs[-1].a b: { equals: { exists: true } }
        version: { matches: '^2' }
        data: { exists: no }
        template.quickReplies: { contains: { label: 메뉴 } }
        context: { values: [] }
`;
    const [step] = stepsOf(steps);
    expect(step).toMatchObject({ as: '영희', protocol: 'smart-chat', retriesMs: 60_000 });
    expect(step?.expects).toEqual({
      words: ['안녕하세요', '달빛카페'],
      not: ['죄송'],
      buttons: ['메뉴'],
      keyboard: ['메뉴', '주문'],
      outputs: ['simpleText', 'carousel'],
      withinMs: 800,
      fate: { kind: 'dropped', reason: 'timeout' },
      violations: [],
      json: [
        ['template.outputs[0].simpleText.text', { kind: 'equals', value: '안녕' }],
        ['template.outputs[-1].a b', { kind: 'equals', value: { exists: true } }],
        ['version', { kind: 'matches', pattern: /^2/su }],
        ['data', { kind: 'exists', isThere: false }],
        ['template.quickReplies', { kind: 'contains', value: { label: '메뉴' } }],
        ['context', { kind: 'equals', value: { values: [] } }],
      ].map(([path, matcher]) => ({ path, matcher, steps: expect.any(Array) })),
    });
  });
});

describe('a mistake in a script is told in one sentence with its place', () => {
  test.each([
    ['', '1:1: has no talk: write a name and steps'],
    ['- says: a', '1:1: a talk must have members (name, protocol, caller'],
    ['steps:\n  - says: a', '1:1: a talk needs name'],
    ['name: a\nsteps: []', '2:8: steps must be a list, such as - says: 안녕'],
    ['name: a\nstep:\n  - says: a', '2:1: a talk knows no step: did you mean steps?'],
    [
      'name: a\nprotocol: openbuilder\nsteps: [enters]',
      '2:11: protocol is open-builder or smart-chat or both, not openbuilder: did you mean open-builder?',
    ],
    ['name: a\nuser: { friends: no }\nsteps: [enters]', '2:9: user knows no friends: did you mean friend?'],
    ['name: a\nuser: { key: "a b" }\nsteps: [enters]', '2:14: key must be letters, digits, _ and -'],
    ['name: a\nuser: b\nusers: [c]\nsteps: [enters]', '3:8: a talk has a user or users, not both'],
    [`${LINES}  - say: 안녕`, '3:5: a step knows no say: did you mean says?'],
    [`${LINES}  - enter`, '3:5: no step is called enter: did you mean enters?'],
    [`${LINES}  - fly`, '3:5: no step is called fly: one of says, taps'],
    [`${LINES}  - says`, '3:5: says must be a text, and is empty'],
    [`${LINES}  - says:`, '3:10: says must be a text, and is empty'],
    [`${LINES}  - enters: 메뉴`, '3:13: enters is true or false'],
    [`${LINES}  - as: 철수`, '3:5: a step does something: one of says, taps'],
    [
      `${LINES}  - says: a\n    taps: b`,
      '3:5: a step does one thing, not says and taps: make two steps of it',
    ],
    [`${LINES}  - taps: { labels: a }`, '3:13: taps knows no labels: did you mean label?'],
    [`${LINES}  - taps: { label: a, card: 0 }`, '3:29: card is a whole number from 1 on'],
    [`${LINES}  - sends: { photo: a.jpg }`, '3:12: photo must be a URL with http or https'],
    [`${LINES}  - waits: soon`, '3:12: waits is a length of time such as 500ms, 30s or 1m'],
    [`${LINES}  - waits: 20m`, '3:12: waits is a length of time such as 500ms, 30s or 1m'],
    [
      `${LINES}  - plugin: { kind: gps, param: a, block: b }`,
      '3:21: kind is profile or location or secure-image, not gps',
    ],
    [
      `${LINES}  - clears\n  - switches: { room: group }\n    expects: { words: a }`,
      '4:5: switches has no answer to expect something of',
    ],
    [`${LINES}${STEP}    expect: { words: a }`, '4:5: a step knows no expect: did you mean expects?'],
    [`${LINES}${STEP}    expects: { word: a }`, '4:16: expects knows no word: did you mean words?'],
    [
      `${LINES}${STEP}    expects: { fate: dropt }`,
      '4:22: fate is shown or deferred or silent or judged or dropped, not dropt',
    ],
    [
      `${LINES}${STEP}    expects: { json: { "a..b": 1 } }`,
      '4:24: is no path: write names and indexes as in',
    ],
    [
      `${LINES}${STEP}    expects: { json: { a: { match: b } } }`,
      '4:29: a knows no match: did you mean matches?',
    ],
    [
      `${LINES}${STEP}    expects: { json: { a: { matches: "(" } } }`,
      '4:38: matches must be a regular expression',
    ],
    [`${LINES}${STEP}---\n${LINES}${STEP}`, '5:1: a talk of the same name begins in line 1'],
    ['name: a\nsteps:\n\t- says: b', '3:1: a tab stands where YAML wants spaces'],
    [
      `${LINES}${STEP}    expects: { json: { a[0].b: 1 } }`,
      '4:25: is no YAML between { and }: put a path with [ ] in quotes',
    ],
    ['name: a\nname: b\nsteps: [enters]', '2:1: the same member stands twice here'],
    ['name: "a\nsteps: [', '2:9: is no YAML (Missing closing "quote): mend this line'],
    ['name: *a\nsteps: [enters]', '1:7: *a names no anchor'],
  ])('%j: %s', (text, sentence) => {
    const failure = (() => {
      try {
        return read(text);
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toBeInstanceOf(UsageError);
    expect(String(failure)).toContain(`talk.yaml:${sentence}`);
    expect(String(failure)).not.toContain('\n');
  });

  test('aliases make no more of it than can be read', () => {
    const bomb = [...'bcdefgh'].map((name, at) => `${name}: &${name} [${`*${'abcdefg'[at]},`.repeat(9)}]`);
    expect(() => read(`a: &a [x]\n${bomb.join('\n')}\n`)).toThrow('has more values than a script may');
    expect(() => read('a: &a [*a]\n')).toThrow(UsageError);
  });

  test('however deep it goes', () => {
    for (const depth of [50, 5_000, 100_000])
      expect(() => read(`name: a\nsteps: ${'['.repeat(depth)}${']'.repeat(depth)}`)).toThrow(UsageError);
  });

  test('whatever stands in it', () => {
    const word = fc.constantFrom(
      'name',
      'steps',
      'says',
      'expects',
      'json',
      '- ',
      ': ',
      '\n',
      '  ',
      '[',
      '{',
      '&a',
      '*a',
      '"',
      "'",
    );
    const text = fc.array(fc.oneof(word, fc.string()), { maxLength: 30 }).map(parts => parts.join(''));
    fc.assert(
      fc.property(text, given => {
        try {
          read(given);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
      runs(1_000),
    );
  });
});
