import { expect, test } from '@jest/globals';
import { partsOfPage } from '../../../kit/page-part.ts';
import { SCENE, STATE } from './exchanges.ts';

const draw = await partsOfPage(['room/room-header.tsx']);

const header = (faults: object, database: string | undefined): string => {
  const scene = { ...SCENE, faults: { ...SCENE.faults, ...faults } };
  return draw('RoomHeader', { target: STATE.target, scene, database }).textContent;
};

test.each([
  [{}, 'works', false],
  [{}, undefined, false],
  [{}, 'down', true],
  [{ networkMs: 500 }, 'works', true],
  [{ isSentTwice: true }, undefined, true],
  [{ callback: 'late' }, 'works', true],
  [{ callback: 'refused' }, 'works', true],
])('the head of the room tells whether faults are on: %j, database %s', (faults, database, isTold) => {
  expect(/장애 켜짐|Faults on/.test(header(faults, database))).toBe(isTold);
});
