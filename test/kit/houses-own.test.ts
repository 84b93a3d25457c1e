import { expect, test } from '@jest/globals';
import { isHousesOwn } from './houses-own.ts';

test.each([
  'lambda/scenarios/cafe.ts',
  'test/scenarios/cafe.test.ts',
  'lambda/routes.ts',
  'lambda/turn/session.ts',
])("%s keeps the gateway's style", file => {
  expect(isHousesOwn(file)).toBe(true);
});

test.each([
  'lambda/scenario.ts',
  'lambda/scenarios/clinic.ts',
  'lambda/scenarios/cafe/menu.ts',
  'test/scenario.test.ts',
  'test/scenarios/clinic.test.ts',
])("%s is an author's, and keeps theirs", file => {
  expect(isHousesOwn(file)).toBe(false);
});
