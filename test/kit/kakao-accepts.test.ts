import { describe, expect, test } from '@jest/globals';
import { keyboardProblems, messageProblems, skillProblems } from './kakao-accepts.ts';
import { samplesOf } from './samples.ts';

describe('Kakao, as the tests know it', () => {
  const answers = samplesOf('open-builder/responses').filter(
    ({ json }) => 'template' in json || 'version' in json,
  );
  const isInvalid = (name: string): boolean => /INVALID|GROUP-EVENT-ONLY/.test(name);

  test.each(answers.filter(({ name }) => !isInvalid(name)))('accepts $name', ({ name, json }) => {
    expect(skillProblems(json, name.includes('group') ? 'group' : 'private')).toEqual([]);
  });

  test.each(answers.filter(({ name }) => isInvalid(name)))('drops $name', ({ json }) => {
    expect(skillProblems(json)).not.toEqual([]);
  });

  const responses = samplesOf('smart-chat').filter(
    ({ name, json }) => /^res-(message|keyboard)/.test(name) && json.response.body,
  );
  const problemsOf = (name: string, body: unknown): string[] =>
    name.startsWith('res-message') ? messageProblems(body) : keyboardProblems(body);
  // Their status, content type or taste is wrong, not their body.
  const wellFormed = /INVALID|empty/;

  test.each(responses.filter(({ name }) => !wellFormed.test(name)))('accepts $name', ({ name, json }) => {
    const { message_button: _, ...message } = json.response.body.message ?? {};
    const body =
      json.response.body.message?.message_button === null
        ? { ...json.response.body, message }
        : json.response.body;
    expect(problemsOf(name, body)).toEqual([]);
  });

  test.each(responses.filter(({ name }) => wellFormed.test(name) && !/-(202|html)/.test(name)))(
    'drops or mutilates $name',
    ({ name, json }) => {
      expect(problemsOf(name, json.response.body)).not.toEqual([]);
    },
  );
});
