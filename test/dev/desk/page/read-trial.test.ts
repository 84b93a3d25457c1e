import { describe, expect, test } from '@jest/globals';
import { readTrial } from '../../../../dev/desk/page/read-trial.ts';

describe('a text that is tried as an answer', () => {
  test.each([
    ['{"version":"2.0","template":{}}', 'open-builder'],
    ['{"template":{},"type":"buttons"}', 'open-builder'],
    ['{}', 'open-builder'],
    ['[]', 'open-builder'],
    ['7', 'open-builder'],
    ['null', 'open-builder'],
    ['{"message":{"text":"안녕"}}', 'smart-chat'],
    ['{"type":"buttons","buttons":["메뉴"]}', 'smart-chat'],
  ])('is one of the protocol that its members belong to: %s', (text, protocol) => {
    expect(readTrial(text)).toEqual({ kind: 'answer', answer: JSON.parse(text), protocol });
  });

  test.each(['', ' \n'])('is none where nothing is written: %j', text => {
    expect(readTrial(text)).toEqual({ kind: 'none' });
  });

  test('is told to be no JSON, and where', () => {
    const trial = readTrial('{"version": 2.0,}');
    expect(trial).toMatchObject({
      kind: 'broken',
      says: { ko: expect.stringMatching(/^JSON이 아닙니다: ./) },
    });
  });

  test('is not read where it is longer than anything that Kakao takes', () => {
    expect(readTrial(`"${'가'.repeat(39_998)}"`).kind).toBe('answer');
    expect(readTrial(`"${'가'.repeat(39_999)}"`)).toMatchObject({
      kind: 'broken',
      says: { en: expect.stringContaining('at most 40,000 characters') },
    });
  });
});
