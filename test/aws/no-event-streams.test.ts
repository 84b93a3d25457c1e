import { expect, test } from '@jest/globals';
import { EventStreamSerde } from '../../lambda/aws/no-event-streams.ts';

test('an event stream that a bundle meets after all is told with what to do', () => {
  expect(() => new EventStreamSerde()).toThrow(
    'the bundle has no event streams: take the alias out of lib/bundling.ts',
  );
});
