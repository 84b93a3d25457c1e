import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isWithin, membersOf, nearestPlace } from '../../../../dev/desk/page/inspector/json-places.ts';
import { wordsIn } from '../../../../dev/desk/page/room/words-of.ts';
import { runs } from '../../../kit/property.ts';

// The members that answers have, so that any JSON gets somewhere.
const KEYS = [
  'template',
  'outputs',
  'simpleText',
  'text',
  'basicCard',
  'title',
  'items',
  'message',
  'a.b',
  '',
];
const { json } = fc.letrec(tie => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, 7, '', '말', 'text'),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('json'), { maxKeys: 4 }),
  ),
}));

test('the words of any answer are texts that stand in it', () => {
  fc.assert(
    fc.property(json, answer => {
      const all = JSON.stringify(answer);
      for (const word of wordsIn(answer)) expect(all).toContain(JSON.stringify(word));
    }),
    runs(500),
  );
});

test('a violation at any place is marked at a place that is there, on its way', () => {
  const path = fc
    .array(fc.oneof(fc.constantFrom('.template', '.outputs', '.simpleText', '[0]', '[1]', '.a')))
    .map(steps => steps.join('').replace(/^\./, ''));
  fc.assert(
    fc.property(json, path, (answer, wanted) => {
      const place = nearestPlace(wanted, answer);
      const reached = place === '' || placesIn(answer, '').has(place);
      expect({ reached, isOnTheWay: isWithin(wanted, place) }).toEqual({ reached: true, isOnTheWay: true });
    }),
    runs(500),
  );
});

/** Every place of a value. */
function placesIn(value: unknown, path: string): ReadonlySet<string> {
  const { members } = membersOf(value, path, Number.POSITIVE_INFINITY);
  return new Set(members.flatMap(member => [member.path, ...placesIn(member.value, member.path)]));
}
