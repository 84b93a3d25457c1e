import { expect, test } from '@jest/globals';
import { stageOf } from '../../lib/stage.ts';

test('the stage is prod unless the context says otherwise', () => {
  expect(stageOf(undefined)).toBe('prod');
  expect(stageOf('dev-2')).toBe('dev-2');
});

test.each(['', 'Prod', '2nd', 'a_b', 'a'.repeat(33), 1, {}])('%j is no stage', context => {
  expect(() => stageOf(context)).toThrow(/the context "stage" must be .* cdk deploy/);
});
