import { describe, expect, test } from '@jest/globals';
import { parseFriend, parseGoodbye, parseMessage } from '../../lambda/smart-chat/parse.ts';

describe('a smart-chat message', () => {
  test('of a user', () => {
    expect(parseMessage({ user_key: '31ny8UyzsIc9', type: 'text', content: ' 안녕 👋\n' }, 'id')).toEqual({
      id: 'id',
      mayRepeat: false,
      user: {
        key: 'live/channel/31ny8UyzsIc9',
        channelKind: 'live',
        isFriend: false,
        plusfriendUserKey: '31ny8UyzsIc9',
      },
      incoming: { kind: 'utterance', text: '안녕 👋', extra: {} },
      params: {},
    });
  });

  test.each([
    { content: '안녕' },
    { type: 'text', content: '안녕' },
    { user_key: null, content: '안녕' },
    { user_key: '', content: '안녕' },
  ])('replayed as %j has no user', body => {
    const { user, incoming } = parseMessage(body, 'id');
    expect(user.key).toBeUndefined();
    expect(incoming).toMatchObject({ kind: 'utterance', text: '안녕' });
  });

  test('of the API test has no user', () => {
    expect(parseMessage({ user_key: 'test', content: '안녕' }, 'id').user.key).toBeUndefined();
  });

  test.each([
    ['photo', 'photo'],
    ['video', 'video'],
    ['audio', 'audio'],
    ['sticker', 'other'],
  ])('of type %s is %s', (type, media) => {
    const url = 'http://dn-m.talk.kakao.com/i_1.jpg';
    expect(parseMessage({ user_key: 'u', type, content: url }, 'id').incoming).toEqual({
      kind: 'media',
      media,
      url,
    });
  });

  test('of a type that shows nothing speaks', () => {
    const speaks = parseMessage({ user_key: 'u', type: 'sticker', content: '(하트)' }, 'id').incoming;
    expect(speaks).toEqual({ kind: 'utterance', text: '(하트)', extra: {} });
  });

  test.each([
    [null, 'body'],
    [[], 'body'],
    ['text', 'body'],
    [{ content: 1 }, 'content'],
    [{ content: 'a', type: {} }, 'type'],
    [{ content: 'a', user_key: 5 }, 'user_key'],
    [{ content: 'a', user_key: 'x'.repeat(141) }, 'user_key'],
  ])('that is none is refused by field: %j', (body, field) => {
    expect(() => parseMessage(body, 'id')).toThrow(
      expect.objectContaining({ name: 'InvalidRequestError', field }),
    );
  });
});

describe('a smart-chat notice', () => {
  test('names its user', () => {
    expect(parseFriend({ user_key: 'abc' })).toMatchObject({
      kind: 'friend-added',
      user: { plusfriendUserKey: 'abc' },
    });
    expect(parseGoodbye('friend-blocked', 'abc')).toMatchObject({
      kind: 'friend-blocked',
      user: { plusfriendUserKey: 'abc' },
    });
  });

  test('without a user is refused', () => {
    expect(() => parseFriend({})).toThrow(expect.objectContaining({ field: 'user_key' }));
    expect(() => parseGoodbye('room-left', '')).toThrow(expect.objectContaining({ field: 'user_key' }));
  });
});
