import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkSkillResponse, checkValidation } from '../../lambda/open-builder/check.ts';
import { CALL_LIMITS } from '../../lambda/open-builder/limits.ts';
import { explain, SKILL_LIMITS } from '../../tools/explain/open-builder.ts';
import { anyBody } from '../kit/mutations.ts';
import { runs } from '../kit/property.ts';
import { samplesOf } from '../kit/samples.ts';
import { skillCases } from '../kit/skill-cases.ts';

const cases = skillCases();
const rejected = (answer: unknown, room?: 'private' | 'group') =>
  checkSkillResponse(answer, room).filter(({ severity }) => severity === 'rejected');

describe('every rule of the table', () => {
  const validation = [...SKILL_LIMITS.keys()].filter(id => id.startsWith('validation.'));

  test('has an answer on each side of it', () => {
    expect([...cases.keys(), ...validation].sort()).toEqual([...SKILL_LIMITS.keys()].sort());
  });

  test.each([...cases].flatMap(([id, list]) => list.map(one => ({ id, ...one }))))(
    '$id takes what is at its limit, and tells of what is past it',
    ({ id, passes, fails, room }) => {
      expect(rejected(passes, room)).toEqual([]);
      expect(checkSkillResponse(passes, room).map(({ rule }) => rule)).not.toContain(id);
      const told = checkSkillResponse(fails, room).filter(({ rule }) => rule === id);
      expect(told).not.toEqual([]);
      const rule = SKILL_LIMITS.get(id);
      for (const { severity, effect, source, limit } of told) {
        expect({ severity, ...effect }).toEqual(rule?.effect);
        expect(source).toBe(rule?.source);
        if (typeof rule?.limit === 'number') expect(limit).toBe(rule.limit);
      }
    },
  );

  test('costs the answer or not, by what Kakao does', () => {
    const shortened = [...SKILL_LIMITS].filter(([, { effect }]) => effect.severity === 'shortened');
    expect(
      shortened.map(([id]) => id).filter(id => /required|min|buttons\.(vertical|horizontal)|bytes/.test(id)),
    ).toEqual([]);
    for (const id of [
      'basicCard.description',
      'button.label',
      'simpleText.text',
      'carousel.imageRatio',
      'unknown',
    ])
      expect(SKILL_LIMITS.get(id)?.effect.severity).toBe('shortened');
  });

  test('has a sentence in both languages that names the place', () => {
    for (const [id, list] of cases)
      for (const { fails, room } of list)
        for (const violation of checkSkillResponse(fails, room).filter(({ rule }) => rule === id)) {
          const { en, ko } = explain(violation);
          for (const sentence of [en, ko]) {
            expect(sentence.length).toBeGreaterThan(20);
            expect(sentence).toContain(violation.path);
            expect(sentence).not.toMatch(/undefined|NaN|\[object/);
          }
          expect(ko).toMatch(/[가-힣]/);
        }
  });
});

describe("the table holds all of Kakao's limits", () => {
  const documented: unknown = JSON.parse(
    readFileSync(new URL('../samples/limits.json', import.meta.url), 'utf8'),
  );
  const leaves = (value: unknown, key = ''): readonly (readonly [string, unknown])[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, member]) => leaves(member, `${key}.${name}`))
      : [[key, value]];
  const told = [...[...SKILL_LIMITS].flatMap(([, { limit }]) => limit), ...Object.values(CALL_LIMITS)];

  test.each(leaves(documented).filter(([, value]) => typeof value === 'number'))('%s: %d', (_, value) => {
    expect(told).toContain(value);
  });

  test('and all of its words', () => {
    const words = leaves(documented).filter(([key]) =>
      /enum|groupOnly|legacy|forbiddenComponents|requires\.\w+\.\d/.test(key),
    );
    expect(words.length).toBeGreaterThan(20);
    const all = JSON.stringify([...SKILL_LIMITS]);
    for (const [, word] of words) expect(all).toContain(String(word));
  });
});

describe('samples', () => {
  const answers = samplesOf('open-builder/responses').filter(
    ({ json }) => 'template' in json || 'version' in json,
  );
  const roomOf = (name: string) => (/group/i.test(name) ? 'group' : 'private');

  test.each(answers.filter(({ name }) => !name.includes('INVALID')))('$name is shown', ({ name, json }) => {
    expect(rejected(json, roomOf(name))).toEqual([]);
  });

  test.each([
    ['41', 'basicCard.thumbnail.required', 'template.outputs[0].basicCard.thumbnail'],
    ['42', 'carousel.listCards', 'template.outputs[0].carousel.items'],
    ['43', 'answer.version.required', 'version'],
  ])('%s is dropped for %s', (number, rule, path) => {
    const sample = answers.find(({ name }) => name.startsWith(number));
    expect(rejected(sample?.json)).toMatchObject([{ rule, path }]);
  });

  test('without a version and without a template is told of as both', () => {
    expect(rejected({}).map(({ rule }) => rule)).toEqual(['answer.version.required', 'answer.content']);
  });

  test('a product that is given away has its discounted price, of 0, beside the rate', () => {
    const product = {
      price: 4500,
      currency: 'won',
      thumbnails: [{ imageUrl: 'https://cafe.example/a.png' }],
    };
    const free = (discountedPrice: unknown) => {
      const card = { ...product, discountRate: 100, discountedPrice };
      return checkSkillResponse(
        { version: '2.0', template: { outputs: [{ commerceCard: card }] } },
        'private',
      );
    };
    expect(free(0)).toEqual([]);
    expect(free(undefined)).toMatchObject([{ rule: 'commerceCard.discountRate' }]);
  });

  test('an answer of nothing is for group rooms', () => {
    const silence = { version: '2.0', template: { outputs: [] } };
    expect(checkSkillResponse(silence, 'group')).toEqual([]);
    expect(rejected(silence)).toMatchObject([{ rule: 'template.outputs.min', value: 0, limit: 1 }]);
  });

  test.each(samplesOf('open-builder/responses').filter(({ name }) => name.includes('validation')))(
    '$name is a valid validation answer',
    ({ json }) => {
      expect(checkValidation(json)).toEqual([]);
    },
  );

  test.each([
    ['validation.status', { status: 'OK' }],
    ['validation.status.required', { value: '홍길동' }],
    ['type', { status: 'SUCCESS', value: 3 }],
    ['type', null],
  ])('%s is told of a validation answer', (rule, answer) => {
    expect(checkValidation(answer)).toMatchObject([{ rule, severity: 'rejected' }]);
  });
});

describe('a violation', () => {
  test('tells lengths and kinds, never what a user wrote', () => {
    const secret = '비밀번호는 1234 '.repeat(100);
    const answer = {
      version: secret,
      [secret]: secret,
      template: {
        outputs: [
          { simpleText: { text: secret } },
          { simpleImage: { imageUrl: `token:${secret}`, altText: secret } },
          { [secret]: secret },
        ],
        quickReplies: [{ label: secret, action: secret }],
      },
      context: { values: [{ name: secret, lifeSpan: secret, params: { [secret]: 1 } }] },
    };
    const violations = checkSkillResponse(answer);
    expect(violations.length).toBeGreaterThan(5);
    for (const violation of violations) {
      expect(JSON.stringify({ ...violation, limit: '' })).not.toContain(secret.slice(0, 25));
      expect(String(violation.value).length).toBeLessThanOrEqual(21);
    }
  });

  test('tells a URL by its scheme', () => {
    const answer = {
      version: '2.0',
      template: { outputs: [{ simpleImage: { imageUrl: 'ftp://a/?token=1' } }] },
    };
    expect(rejected(answer)).toMatchObject([{ rule: 'url', value: 'ftp:' }]);
  });

  test('is told in UTF-16 code units and UTF-8 bytes', () => {
    const text = '👩'.repeat(501);
    const [violation] = checkSkillResponse({
      version: '2.0',
      template: { outputs: [{ simpleText: { text } }] },
    });
    expect(violation).toMatchObject({ rule: 'simpleText.text', value: 1002, limit: 1000 });
    const extra = { note: '가'.repeat(10_300) };
    const button = { label: '담기', action: 'message', messageText: '담기', extra };
    const told = rejected({
      version: '2.0',
      template: { outputs: [{ textCard: { title: '.', buttons: [button] } }] },
    });
    expect(told).toMatchObject([{ rule: 'output.bytes', path: 'template.outputs[0]' }]);
    expect(told[0]?.value).toBeGreaterThan(30_900);
  });

  test.each(['', ' ', '\n', '\u00a0', '\u3000', '\ufeff'])('takes the text %j for blank', text => {
    const answer = { version: '2.0', template: { outputs: [{ simpleText: { text } }] } };
    expect(rejected(answer)).toMatchObject([{ rule: 'simpleText.text.required', value: 'blank' }]);
  });

  test.each(['a', '가', 'ㄱ', '👩', '①', '\u3000가', '~'])('sees what the text %j shows', text => {
    expect(checkSkillResponse({ version: '2.0', template: { outputs: [{ simpleText: { text } }] } })).toEqual(
      [],
    );
  });

  test('says what a misspelt member may have meant', () => {
    const answer = {
      version: '2.0',
      template: { outputs: [{ simpleText: { text: '.' } }], quictReplies: [] },
    };
    const [violation] = checkSkillResponse(answer);
    expect(violation).toMatchObject({
      path: 'template.quictReplies',
      rule: 'unknown',
      severity: 'shortened',
    });
    expect(violation && explain(violation).en).toContain('quickReplies');
  });
});

describe('nothing makes it throw', () => {
  const deep = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
  const silent = (json: unknown): void => {
    for (const room of ['private', 'group'] as const)
      for (const violation of checkSkillResponse(json, room)) explain(violation);
    checkValidation(json);
  };

  test('not any JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), silent), runs(500));
  });

  test('not a broken answer', () => {
    const samples = samplesOf('open-builder/responses').map(({ json }) => json);
    const many = runs(3_000);
    let judged = 0;
    fc.assert(
      fc.property(anyBody(samples), text => {
        let json: unknown;
        try {
          json = JSON.parse(text);
        } catch {
          return;
        }
        silent(json);
        judged++;
      }),
      many,
    );
    expect(judged).toBeGreaterThan(many.numRuns / 2);
  });

  test.each<[string, unknown]>([
    [
      'a deep extra',
      {
        version: '2.0',
        template: {
          outputs: [
            { textCard: { title: '.', buttons: [{ label: '.', action: 'share', extra: deep(50_000) }] } },
          ],
        },
      },
    ],
    ['deep data', { version: '2.0', data: deep(50_000) }],
    [
      'a prototype',
      JSON.parse(
        '{"__proto__":{"a":1},"version":"2.0","template":{"__proto__":[],"outputs":[{"__proto__":{"text":1}},{"constructor":{}}]}}',
      ),
    ],
    [
      'names of objects',
      {
        version: '2.0',
        template: {
          outputs: [{ carousel: { type: 'constructor', items: [1] } }, { toString: 1 }],
          quickReplies: [{ label: '.', action: '__proto__' }],
        },
      },
    ],
    [
      'lists of a hundred thousand',
      {
        version: '2.0',
        template: { outputs: Array(100_000).fill({}), quickReplies: Array(100_000).fill(null) },
      },
    ],
    ['lists for objects', { version: [], template: [], context: [[]], data: [], extra: [] }],
    [
      'lists for objects inside',
      { version: '2.0', template: { outputs: [[], { simpleText: [] }, { carousel: [[]] }] } },
    ],
  ])('not %s', (_, json) => {
    expect(() => silent(json)).not.toThrow();
  });
});
