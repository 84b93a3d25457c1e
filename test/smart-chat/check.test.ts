import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Violation } from '../../lambda/check/violation.ts';
import { checkKeyboard, checkSmartChat } from '../../lambda/smart-chat/check.ts';
import { explain, SMART_CHAT_LIMITS } from '../../tools/explain/smart-chat.ts';
import { checkExchange, explainExchange } from '../../tools/kakao-check/smart-chat.ts';
import { anyBody } from '../kit/mutations.ts';
import { runs } from '../kit/property.ts';
import { samplesOf } from '../kit/samples.ts';

const isRejected = ({ severity }: Violation): boolean => severity === 'rejected';
const photo = { url: 'https://img.example.com/a.jpg', width: 720, height: 630 };
const link = { label: '지도', url: 'https://map.example.com/' };
const keyboard = (buttons: unknown) => ({ message: { text: '.' }, keyboard: { type: 'buttons', buttons } });
const message = (more: object) => ({ message: { text: '.', ...more } });

const CASES: readonly (readonly [id: string, passes: unknown, fails: unknown])[] = [
  ['answer.message.required', message({}), {}],
  ['answer.message.required', message({}), { text: '.' }],
  ['message.text', message({ text: '가'.repeat(1000) }), message({ text: '가'.repeat(1001) })],
  ['content', { message: { photo } }, message({ text: '' })],
  ['content', { message: { message_button: link } }, { message: {} }],
  ['photo.url.required', message({ photo }), message({ photo: { ...photo, url: null } })],
  ['photo.width.required', message({ photo }), message({ photo: { ...photo, width: undefined } })],
  ['photo.height.required', message({ photo }), message({ photo: { ...photo, height: undefined } })],
  ['type', message({ photo }), message({ photo: { ...photo, width: '720' } })],
  ['url', message({ photo }), message({ photo: { ...photo, url: 'a.jpg' } })],
  [
    'messageButton.label.required',
    message({ message_button: link }),
    message({ message_button: { ...link, label: '' } }),
  ],
  [
    'messageButton.url.required',
    message({ message_button: link }),
    message({ message_button: { label: '지도' } }),
  ],
  ['link', message({ message_button: link }), message({ message_button: { ...link, url: 'tel:021234' } })],
  ['keyboard.type.required', keyboard(['하나']), { ...message({}), keyboard: { buttons: ['하나'] } }],
  ['keyboard.type', keyboard(['하나']), { ...message({}), keyboard: { type: 'button' } }],
  ['buttons', keyboard(Array(100).fill('하나')), keyboard(Array(101).fill('하나'))],
  ['buttons.required', keyboard(['하나']), keyboard([])],
  ['buttons.required', keyboard(['하나']), keyboard('하나')],
  ['buttonText', keyboard(['하나']), keyboard(['하나', { label: '둘' }])],
  ['textKeyboard', keyboard(['하나']), { ...message({}), keyboard: { type: 'text', buttons: ['하나'] } }],
  ['unknown', message({ message_button: link }), message({ messageButton: link })],
  ['null', message({}), message({ message_button: null })],
];

describe('every rule of the table', () => {
  test('has an answer on each side of it', () => {
    expect([...new Set(CASES.map(([id]) => id))].sort()).toEqual([...SMART_CHAT_LIMITS.keys()].sort());
  });

  test.each(CASES)('%s', (id, passes, fails) => {
    expect(checkSmartChat(passes)).toEqual([]);
    const told = checkSmartChat(fails).filter(({ rule }) => rule === id);
    expect(told).not.toEqual([]);
    for (const violation of told) {
      expect({ severity: violation.severity, ...violation.effect }).toEqual(
        SMART_CHAT_LIMITS.get(id)?.effect,
      );
      const { en, ko } = explain(violation);
      expect(en).toContain(violation.path);
      expect(ko).toContain(violation.path);
      expect(en + ko).not.toMatch(/undefined|NaN|\[object/);
    }
  });
});

describe('samples', () => {
  const bodies = samplesOf('smart-chat')
    .filter(({ name, json }) => /^res-(message|keyboard)/.test(name) && json.response.body)
    .map(({ name, json }) => ({ name, json, body: json.response.body }));
  const violationsOf = (name: string, body: unknown) =>
    name.startsWith('res-message') ? checkSmartChat(body) : checkKeyboard(body);
  // Of the others it is the status, the content type or the taste that is wrong.
  const refused = /empty|(message|keyboard)-shape|wrapped|string-dims/;

  test.each(bodies.filter(({ name }) => !refused.test(name)))('$name is shown', ({ name, body }) => {
    expect(violationsOf(name, body).filter(isRejected)).toEqual([]);
  });

  test.each(bodies.filter(({ name }) => refused.test(name)))('$name is not', ({ name, body }) => {
    expect(violationsOf(name, body).filter(isRejected)).not.toEqual([]);
  });

  test.each([
    ['res-message-camelcase-button-INVALID', 'message.messageButton'],
    ['res-message-photo-outside-INVALID', 'photo'],
    ['res-message-placeholder-ext', 'keyboard.placeholder'],
  ])('%s has something that is ignored', (name, path) => {
    const sample = bodies.find(one => one.name === name);
    expect(violationsOf(name, sample?.body)).toMatchObject([
      { rule: 'unknown', path, severity: 'shortened' },
    ]);
  });
});

describe('whole answers', () => {
  const exchanges = samplesOf('smart-chat').filter(({ name }) => name.startsWith('res-'));
  const judged = ({ json: { inReplyTo, response } }: (typeof exchanges)[number]) =>
    checkExchange({
      route: inReplyTo,
      status: response.status,
      contentType: response.headers?.['Content-Type'],
      body: response.body,
    });
  /** Of the refused samples, the rule that says why; some lose only a part. */
  const RULES: Readonly<Record<string, string>> = {
    'res-keyboard-html-content-type-INVALID': 'http.contentType',
    'res-keyboard-message-shape-INVALID': 'keyboard.type.required',
    'res-keyboard-unquoted-INVALID': 'http.json',
    'res-keyboard-wrapped-INVALID': 'keyboard.type.required',
    'res-message-202-INVALID': 'http.status',
    'res-message-301-INVALID': 'http.status',
    'res-message-429-INVALID': 'http.status',
    'res-message-500-INVALID': 'http.status',
    'res-message-camelcase-button-INVALID': 'unknown',
    'res-message-keyboard-shape-INVALID': 'answer.message.required',
    'res-message-photo-outside-INVALID': 'unknown',
    'res-message-photo-string-dims-INVALID': 'type',
    'res-message-unwrapped-INVALID': 'answer.message.required',
  };

  test.each(exchanges.filter(({ name }) => name.includes('INVALID')))('$name is caught', sample => {
    expect(judged(sample).map(({ rule }) => rule)).toContain(RULES[sample.name]);
    for (const violation of judged(sample)) {
      const { en, ko } = explainExchange(violation) ?? explain(violation);
      expect(en + ko).not.toMatch(/undefined|NaN|missing입니다/);
    }
  });

  test.each(exchanges.filter(({ name }) => !/INVALID|message-empty/.test(name)))('$name is taken', sample => {
    expect(judged(sample).filter(isRejected)).toEqual([]);
  });
});

test('nothing makes it throw, nor what explains it', () => {
  const samples = [
    ...CASES.flatMap(([, passes, fails]) => [passes, fails]),
    keyboard(Array(200).fill('하나')),
  ];
  const many = runs(3_000);
  let seen = 0;
  fc.assert(
    fc.property(anyBody(samples), body => {
      let json: unknown;
      try {
        json = JSON.parse(body);
      } catch {
        return;
      }
      for (const violation of [...checkSmartChat(json), ...checkKeyboard(json)]) explain(violation);
      seen++;
    }),
    many,
  );
  expect(seen).toBeGreaterThan(many.numRuns / 2);
});
