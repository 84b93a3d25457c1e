import { expect, test } from '@jest/globals';
import { EventStreamSerde } from '../../lambda/aws/no-event-streams.ts';

test('an event stream that a bundle meets after all is told with what to do', () => {
  expect(() => new EventStreamSerde()).toThrow(
    'the bundle has no event streams: nothing in it looked to need them; name them where lib/bundle-needs.ts asks',
  );
});
