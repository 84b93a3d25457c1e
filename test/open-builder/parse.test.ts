import { describe, expect, test } from '@jest/globals';
import type { TurnRequest } from '../../lambda/bot/incoming.ts';
import { parseSkillRequest } from '../../lambda/open-builder/parse.ts';
import { skillBodies } from '../kit/samples.ts';

function sample(start: string): unknown {
  return skillBodies().find(({ name }) => name.startsWith(start))?.json;
}

function turnOf(body: unknown): TurnRequest {
  const request = parseSkillRequest(body, NAME);
  if (request.kind !== 'turn') throw new Error(`a ${request.kind} is no turn`);
  return request.turn;
}

const NAME = { id: 'id', mayRepeat: true };

describe('a skill request', () => {
  test('from a live channel', () => {
    expect(turnOf(sample('14'))).toEqual({
      id: 'id',
      mayRepeat: true,
      user: {
        key: 'live/channel/DiS54vdWWrgI',
        channelKind: 'live',
        isFriend: true,
        botUserKey: '90f49e1e171186786cc81a4a95b23532083cb8ef13ee6f2a96efea66d0eddec96a',
        plusfriendUserKey: 'DiS54vdWWrgI',
      },
      incoming: {
        kind: 'utterance',
        text: '메뉴판',
        extra: {},
        block: { id: '9a7de0e7ac79962a0ea2dd8a', name: '폴백 블록' },
      },
      params: {},
      trigger: {
        how: 'tapped',
        on: 'quick-reply',
        does: 'message',
        type: 'QUICKREPLY_BUTTON_MESSAGE',
        from: { id: '9a7de0e7ac79962a0ea2dd8a', name: '폴백 블록' },
      },
      lastBlock: { id: '9a7de0e7ac79962a0ea2dd8a', name: '폴백 블록' },
    });
  });

  test('says nothing of what Kakao does not: a turn in the queue stays small', () => {
    const known = ['id', 'mayRepeat', 'user', 'incoming', 'params'];
    expect(Object.keys(turnOf(sample('11')))).toEqual(known);
    expect(Object.keys(turnOf({ userRequest: { user: { id: 'u' } } }))).toEqual(known);
  });

  test.each(skillBodies())('is plain JSON once it is read: $name', ({ json }) => {
    const request = parseSkillRequest(json, NAME);
    expect(JSON.parse(JSON.stringify(request))).toEqual(request);
  });

  test('from a development channel is of another user, of the same bot', () => {
    expect(turnOf(sample('02')).user).toMatchObject({ channelKind: 'dev', key: 'dev/channel/Lrscwk4oOscx' });
    const tester = turnOf(sample('16')).user;
    expect(tester.key).toBe(`dev/bot/e970763cfd8f9ec94b02645d/${tester.botUserKey}`);
  });

  test("from 봇테스트 loses the tester's newline and the admin's spaces", () => {
    const { incoming } = turnOf(sample('16'));
    expect(incoming).toMatchObject({ text: '영업시간', block: { name: '주문 조회' } });
  });

  test.each(['20', '24', '28', '31'])('without a clientExtra (%s) has an empty one', start => {
    expect(turnOf(sample(start)).incoming).toMatchObject({ extra: {} });
  });

  test('brings the extra of the tapped button', () => {
    expect(turnOf(sample('10')).incoming).toMatchObject({ extra: { productId: '5942' } });
  });

  test('prefers the entity value of detailParams, and takes objects where strings were', () => {
    expect(turnOf(sample('18')).params).toMatchObject({
      situation: { value: 'situation', origin: '상담원 연결' },
      sys_nation: { value: '쿠폰 있어?', origin: '사진 보냈어요' },
    });
    expect(turnOf(sample('04')).params).toEqual({
      sys_number_ordinal: { value: { amount: 3 }, origin: '메뉴판' },
    });
    expect(turnOf(sample('15')).params).toEqual({
      skillIntentCode: { value: 'testIntent' },
      intent_code: { value: 'test_intent', origin: 'test_intent' },
    });
  });

  test('of an uploaded image is a photo', () => {
    expect(turnOf(sample('33')).incoming).toMatchObject({
      kind: 'media',
      media: 'photo',
      url: expect.stringMatching(/^http:/),
    });
    expect(
      turnOf({ userRequest: { user: { id: 'u' }, params: { media: { type: 'file', url: 'http://x/y' } } } })
        .incoming,
    ).toMatchObject({ kind: 'media', media: 'other' });
  });

  test('of an uploaded image is a photo by its trigger alone, too', () => {
    const { params: _, ...userRequest } = (sample('33') as { userRequest: { params: unknown } }).userRequest;
    const byTrigger = { userRequest, flow: { trigger: { type: 'IMAGE_UPLOAD' } } };
    expect(turnOf(byTrigger).incoming).toMatchObject({ kind: 'media', media: 'photo' });
  });

  test('takes a number for an id', () => {
    expect(turnOf({ userRequest: { user: { id: 662293 } } }).user.botUserKey).toBe('662293');
  });

  test('composes Hangul that a Mac typed', () => {
    const typed = { userRequest: { utterance: '메뉴'.normalize('NFD'), user: { id: 'u' } } };
    expect(turnOf(typed).incoming).toMatchObject({ text: '메뉴' });
  });

  test('of the 웰컴 블록 is an arrival', () => {
    expect(turnOf(sample('08')).incoming).toMatchObject({ kind: 'arrival' });
  });

  test('reads ids in camel case first, in snake case else, and wherever they moved', () => {
    expect(turnOf(sample('31')).user).toMatchObject({
      plusfriendUserKey: 'oBxbCf8fvE2u',
      appUserId: '1234567890',
    });
    const moved = { userRequest: { user: { properties: { bot_user_key: 'b' } } } };
    expect(turnOf(moved).user).toMatchObject({ botUserKey: 'b', key: 'live/bot/unknown/b' });
  });

  test('of a group room, of the validation API and of a group webhook is told apart', () => {
    expect(parseSkillRequest(sample('26'), NAME)).toMatchObject({
      kind: 'turn',
      turn: { group: { key: expect.any(String) } },
    });
    expect(parseSkillRequest(sample('23'), NAME)).toMatchObject({ kind: 'validation' });
    expect(parseSkillRequest(sample('35'), NAME)).toMatchObject({ kind: 'group-webhook' });
    expect(parseSkillRequest(sample('36'), NAME)).toMatchObject({ kind: 'turn' });
  });

  test.each(skillBodies())(
    'is of a group room where Kakao names a chat, and of no other: $name',
    ({ json }) => {
      const request = parseSkillRequest(json, NAME);
      if (request.kind !== 'turn') return;
      const { chat } = json.userRequest;
      expect(request.turn.group !== undefined).toBe(typeof chat === 'object' && chat !== null);
    },
  );

  test('of a group room that Kakao does not name is of a group room all the same', () => {
    const userRequest = { user: { id: 'u' }, chat: { type: 'botGroupKey' } };
    expect(turnOf({ userRequest }).group).toEqual({ key: '' });
    expect(turnOf({ userRequest: { ...userRequest, chat: null } }).group).toBeUndefined();
  });

  test('with a name like __proto__ among its params keeps its prototype', () => {
    const body = JSON.parse(
      '{"userRequest":{"user":{"id":"u"}},"action":{"params":{"__proto__":"a"},"detailParams":{"__proto__":{"value":{"polluted":1}}}}}',
    );
    const { params } = turnOf(body);
    expect(Object.getPrototypeOf(params)).toBe(Object.prototype);
    expect(Object.keys(params)).toEqual(['__proto__']);
    expect(Object.values(params)).toEqual([{ value: { polluted: 1 } }]);
  });

  test.each([
    ['TEXT_INPUT', { how: 'typed' }],
    ['CARD_BUTTON_MESSAGE', { how: 'tapped', on: 'card-button', does: 'message' }],
    ['CARD_BUTTON_BLOCK', { how: 'tapped', on: 'card-button', does: 'block' }],
    ['LIST_ITEM_MESSAGE', { how: 'tapped', on: 'list-item', does: 'message' }],
    ['LIST_ITEM_BLOCK', { how: 'tapped', on: 'list-item', does: 'block' }],
    ['LISTMENU_MESSAGE', { how: 'tapped', on: 'list-menu', does: 'message' }],
    ['LISTMENU_BLOCK', { how: 'tapped', on: 'list-menu', does: 'block' }],
    ['QUICKREPLY_BUTTON_MESSAGE', { how: 'tapped', on: 'quick-reply', does: 'message' }],
    ['QUICKREPLY_BUTTON_BLOCK', { how: 'tapped', on: 'quick-reply', does: 'block' }],
    ['IMAGE_UPLOAD', { how: 'uploaded' }],
    ['VOICE_INPUT', { how: 'unknown' }],
    ['constructor', { how: 'unknown' }],
  ])('triggered by %s is read as such, and keeps the word', (type, trigger) => {
    const body = { userRequest: { user: { id: 'u' } }, flow: { trigger: { type } } };
    expect(turnOf(body).trigger).toEqual({ ...trigger, type });
  });

  test.each([undefined, null, 'TEXT_INPUT', [], {}, { trigger: null }, { trigger: { type: 7 } }])(
    'without a trigger has none: %j',
    flow => {
      expect(turnOf({ userRequest: { user: { id: 'u' } }, flow })).not.toHaveProperty('trigger');
    },
  );

  test('of two users never has one key', () => {
    const keyOf = (id: string, bot: string) =>
      turnOf({ bot: { id: bot }, userRequest: { user: { id } } }).user.key;
    expect(keyOf('c', 'a/b')).not.toBe(keyOf('b/c', 'a'));
  });

  test.each([
    [undefined, 'body'],
    ['text', 'body'],
    [[{}], 'body'],
    [{}, 'userRequest'],
    [{ userRequest: [] }, 'userRequest'],
    [{ userRequest: {} }, 'userRequest.user'],
    [{ userRequest: { user: {} } }, 'userRequest.user.id'],
    [{ userRequest: { user: { id: 'x'.repeat(141) } } }, 'userRequest.user.id'],
    [{ userRequest: { user: { id: 'u' }, utterance: { a: 1 } } }, 'userRequest.utterance'],
  ])('that is none is refused by field: %j', (body, field) => {
    expect(() => parseSkillRequest(body, NAME)).toThrow(
      expect.objectContaining({ name: 'InvalidRequestError', field }),
    );
  });
});
