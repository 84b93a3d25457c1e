import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkSkillResponse } from '../../lambda/open-builder/check.ts';
import { sendableSkill } from '../../lambda/open-builder/sendable.ts';
import { cpuMs } from '../kit/cpu.ts';
import { anyBody } from '../kit/mutations.ts';
import { runs } from '../kit/property.ts';
import { samplesOf } from '../kit/samples.ts';
import { skillCases } from '../kit/skill-cases.ts';

const SAFE = '잠시 후 다시 말씀해 주세요.';
const sent = (answer: unknown, room: 'private' | 'group' = 'private') =>
  sendableSkill(answer, room, SAFE).answer;
const isShown = (answer: unknown, room: 'private' | 'group' = 'private'): boolean =>
  checkSkillResponse(answer, room).every(({ severity }) => severity === 'shortened');

const text = { simpleText: { text: '안녕하세요' } };
const thumbnail = { imageUrl: 'https://img.example.com/a.jpg' };
const button = { label: '담기', action: 'message', messageText: '담기' };
const answer = (...outputs: readonly unknown[]) => ({ version: '2.0', template: { outputs } });
const safely = answer({ simpleText: { text: SAFE } });

describe('what may leave', () => {
  test('is the answer itself when Kakao shows it, shortened or not', () => {
    for (const { name, json } of samplesOf('open-builder/responses')) {
      const room = /group/i.test(name) ? 'group' : 'private';
      if (isShown(json, room)) expect(sent(json, room)).toBe(json);
    }
    const long = answer({ textCard: { title: '제'.repeat(60) } });
    expect(sendableSkill(long, 'private', SAFE)).toMatchObject({ violations: [{ rule: 'textCard.title' }] });
    expect(sent(long)).toBe(long);
  });

  test('is cut to the limits', () => {
    const { template } = answer(text, text, text, text);
    const many = { version: '2.0', template: { ...template, quickReplies: Array(12).fill(button) } };
    expect(sent(many)).toEqual({
      version: '2.0',
      template: { outputs: [text, text, text], quickReplies: Array(10).fill(button) },
    });
    const users = Object.fromEntries(
      Array.from({ length: 17 }, (_, at) => [`u${at}`, { type: 'botUserKey', id: 'u' }]),
    );
    const cut = sent({ ...answer(text), extra: { mentions: users } }, 'group');
    expect(cut).toEqual({
      ...answer(text),
      extra: { mentions: Object.fromEntries(Object.entries(users).slice(0, 15)) },
    });
  });

  test('loses what is wrong before it loses what is surplus', () => {
    expect(sent(answer(text, { videoCard: {} }, text, text))).toEqual(answer(text, text, text));
  });

  test.each<[string, unknown, unknown]>([
    [
      'a button',
      { textCard: { title: '.', buttons: [button, { label: '.', action: 'fly' }] } },
      { textCard: { title: '.', buttons: [button] } },
    ],
    [
      'a list item',
      { listCard: { header: { title: '.' }, items: [{ title: '' }, { title: '라떼' }] } },
      { listCard: { header: { title: '.' }, items: [{ title: '라떼' }] } },
    ],
    [
      "a list item's picture",
      { listCard: { header: { title: '.' }, items: [{ title: '라떼', imageUrl: 'a.jpg' }] } },
      { listCard: { header: { title: '.' }, items: [{ title: '라떼' }] } },
    ],
    [
      'a card',
      { carousel: { type: 'basicCard', items: [{ title: '.' }, { thumbnail }] } },
      { carousel: { type: 'basicCard', items: [{ thumbnail }] } },
    ],
    [
      "a carousel's header",
      { carousel: { type: 'basicCard', items: [{ thumbnail }], header: { title: '.' } } },
      { carousel: { type: 'basicCard', items: [{ thumbnail }] } },
    ],
    [
      "a picture's link",
      { basicCard: { thumbnail: { ...thumbnail, link: { web: 'app://x' } } } },
      { basicCard: { thumbnail: { ...thumbnail, link: {} } } },
    ],
    [
      'the profile beside a head',
      {
        itemCard: {
          itemList: [{ title: '.', description: '.' }],
          head: { title: '.' },
          profile: { title: '.' },
        },
      },
      { itemCard: { itemList: [{ title: '.', description: '.' }], head: { title: '.' } } },
    ],
    ['a component beside another', { simpleText: { text: '안녕하세요' }, basicCard: null }, text],
  ])('loses %s, and nothing else', (_, output, left) => {
    expect(sent(answer(output))).toEqual(answer(left));
  });

  test('loses a whole bubble only when there is no smaller part', () => {
    expect(sent(answer({ basicCard: { title: '.' } }, text))).toEqual(answer(text));
    const heavy = { simpleText: { text: '.', note: 'x'.repeat(31_000) } };
    expect(sent(answer(text, heavy))).toEqual(answer(text));
  });

  test('gets its version', () => {
    expect(sent({ template: { outputs: [text] } })).toEqual(answer(text));
    expect(sent({ version: 2, data: { a: 1 } })).toEqual({ version: '2.0', data: { a: 1 } });
  });

  test('is the safe text when nothing can be said, with what else is valid', () => {
    const context = { values: [{ name: '주문', lifeSpan: 1 }] };
    const more = { context, data: { a: 1 } };
    expect(sent({ ...answer({ basicCard: {} }), ...more })).toEqual({ ...safely, ...more });
    expect(sent({ ...answer(), quickReplies: [button] })).toMatchObject(safely);
    for (const nothing of [
      null,
      [],
      'text',
      {},
      { version: '2.0' },
      { template: null },
      answer(),
      { data: [] },
    ])
      expect(sent(nothing)).toEqual(safely);
    expect(sent(answer({ carousel: { type: 'basicCard', items: [{ thumbnail }] } }), 'group')).toEqual(
      safely,
    );
  });

  test('keeps its promise of a callback', () => {
    const waiting = { version: '2.0', useCallback: true, data: { text: '찾고 있어요' } };
    // Kakao reads no template beside it.
    expect(sent({ ...waiting, template: { outputs: 3 } })).toMatchObject(waiting);
  });

  test('keeps a silence that is meant', () => {
    expect(sent({ template: { outputs: [] } }, 'group')).toEqual(answer());
    expect(sent({ template: { outputs: [] } })).toEqual(safely);
  });

  test('is shown, whatever rule was broken', () => {
    for (const list of skillCases().values())
      for (const { fails, room } of list) {
        const before = JSON.stringify(fails);
        expect(isShown(sent(fails, room), room)).toBe(true);
        expect(JSON.stringify(fails)).toBe(before);
      }
  });

  test('is shown, whatever became of an answer, which it does not change', () => {
    const bases = [...skillCases().values()].flatMap(list =>
      list.flatMap(({ passes, fails }) => [passes, fails]),
    );
    const samples = [...samplesOf('open-builder/responses').map(({ json }) => json), ...bases];
    const many = runs(5_000);
    let seen = 0;
    fc.assert(
      fc.property(anyBody(samples), fc.constantFrom('private' as const, 'group' as const), (body, room) => {
        let json: unknown;
        try {
          json = JSON.parse(body);
        } catch {
          return;
        }
        const before = JSON.stringify(json);
        expect(isShown(sent(json, room), room)).toBe(true);
        expect(JSON.stringify(json)).toBe(before);
        seen++;
      }),
      many,
    );
    expect(seen).toBeGreaterThan(many.numRuns / 2);
  });

  test('takes little time to find in twenty thousand of everything', () => {
    const many = <T>(one: T): T[] => Array(20_000).fill(one);
    const started = cpuMs();
    const left = sent({
      version: '2.0',
      template: { outputs: many({ textCard: { buttons: [1] } }), quickReplies: many(button) },
    });
    expect(cpuMs() - started).toBeLessThan(5_000);
    expect(left).toEqual({
      ...safely,
      template: { ...safely.template, quickReplies: Array(10).fill(button) },
    });
  });
});
