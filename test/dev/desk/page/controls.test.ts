import { describe, expect, test } from '@jest/globals';
import type { DeskState, Scene } from '../../../../dev/desk/desk-api.ts';
import {
  type ControlName,
  hasSessions,
  whyNot,
  whyNotSpoken,
} from '../../../../dev/desk/page/controls/availability.ts';
import { readParams } from '../../../../dev/desk/page/controls/params.ts';
import { SCENE, STATE } from './exchanges.ts';

const GROUP = { name: '모임', kind: 'group', id: 'g1' } as const;

describe('a control is disabled, with its reason,', () => {
  test.each<[string, Partial<Scene>, ControlName[]]>([
    ['by Open Builder', {}, ['friend-notices', 'video-and-audio']],
    [
      'by smart-chat',
      { protocol: 'smart-chat' },
      ['caller', 'group', 'friend', 'account', 'blocks', 'validation', 'callback-faults'],
    ],
    ['in a group room', { room: GROUP }, ['caller', 'friend', 'friend-notices', 'video-and-audio']],
    ['in a tester', { caller: 'bot-test' }, ['friend', 'account', 'friend-notices', 'video-and-audio']],
  ])('where it does not exist %s', (_, given, disabled) => {
    const all: readonly ControlName[] = [
      ...(['caller', 'group', 'friend', 'account', 'friend-notices'] as const),
      ...(['blocks', 'validation', 'callback-faults', 'video-and-audio'] as const),
    ];
    const scene = { ...SCENE, ...given };
    expect(all.filter(control => whyNot(control, scene))).toEqual(disabled);
  });

  test('where the bot was given no address for a protocol, or the room is a group', () => {
    const skillAlone: DeskState = { ...STATE, target: { ...STATE.target, protocols: ['open-builder'] } };
    expect(whyNotSpoken('smart-chat', skillAlone)?.en).toMatch(/--smart-chat/);
    expect(whyNotSpoken('open-builder', skillAlone)).toBeUndefined();
    expect(whyNotSpoken('smart-chat', STATE)).toBeUndefined();
    expect(whyNotSpoken('smart-chat', { ...STATE, scene: { ...SCENE, room: GROUP } })).toBeDefined();
  });

  test("and sessions are not there at all where the bot is somebody else's", () => {
    expect(hasSessions(STATE)).toBe(true);
    expect(hasSessions({ ...STATE, target: { ...STATE.target, kind: 'other' } })).toBe(false);
  });
});

describe('params', () => {
  test('are read line by line, the value as far as the line goes', () => {
    expect(readParams(' size = 그란데 \n\nquery=a=b\nnote=')).toEqual({
      params: { size: '그란데', query: 'a=b', note: '' },
    });
    expect(readParams('')).toEqual({ params: {} });
  });

  test.each(['그란데', '=그란데', 'size=그란데\ncount'])('that can’t be read are told: %s', typed => {
    expect(readParams(typed)).toMatchObject({ says: { en: expect.stringMatching(/write name=value/) } });
  });
});
