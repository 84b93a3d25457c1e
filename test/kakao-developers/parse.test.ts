import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidRequestError } from '../../lambda/errors.ts';
import { parseChannelWebhook, parseUnlinkWebhook } from '../../lambda/kakao-developers/parse.ts';
import type { ChannelWebhookBody, UnlinkWebhookFields } from '../../lambda/kakao-developers/wire.ts';
import { runs } from '../kit/property.ts';

const CHANNEL: ChannelWebhookBody = {
  event: 'added',
  id: '1234567890',
  id_type: 'app_user_id',
  channel_public_id: '_ZeUTxl',
  channel_uuid: '@카페',
  updated_at: '2026-11-22T05:00:00Z',
};

const UNLINK: UnlinkWebhookFields = {
  app_id: '123456',
  user_id: '1234567890',
  referrer_type: 'UNLINK_FROM_APPS',
};

describe('a channel webhook', () => {
  test.each([
    ['added', 'friend-added'],
    ['blocked', 'friend-blocked'],
  ] as const)('that tells of %s is %s', (event, kind) => {
    expect(parseChannelWebhook({ ...CHANNEL, event })).toEqual({
      kind,
      appUserId: '1234567890',
      channelPublicId: '_ZeUTxl',
    });
  });

  test('names its channel by the name of old, too', () => {
    const { channel_public_id: _, channel_uuid: __, updated_at: ___, ...old } = CHANNEL;
    const body = {
      ...old,
      plus_friend_public_id: '_Old',
      plus_friend_uuid: '@카페',
      timestamp: 1_584_000_000_000,
    };
    expect(parseChannelWebhook(body)).toMatchObject({ channelPublicId: '_Old' });
  });

  test('tells an id that is a number as the text that turns show', () => {
    expect(parseChannelWebhook({ ...CHANNEL, id: 1_234_567_890 })).toMatchObject({ appUserId: '1234567890' });
  });

  test.each(['open_id', 'another', undefined])('with an id of the kind %s tells of nobody known', idType => {
    expect(parseChannelWebhook({ ...CHANNEL, id_type: idType })).toEqual({
      kind: 'friend-added',
      channelPublicId: '_ZeUTxl',
    });
  });
});

describe('an unlink webhook', () => {
  test.each([
    'ACCOUNT_DELETE',
    'FORCED_ACCOUNT_DELETE',
    'UNLINK_FROM_ADMIN',
    'UNLINK_FROM_APPS',
    'INCOMPLETE_SIGN_UP',
    'A_REASON_OF_TOMORROW',
  ])('tells who left which app, whatever for: %s', referrer_type => {
    expect(parseUnlinkWebhook({ ...UNLINK, referrer_type })).toEqual({
      appId: '123456',
      appUserId: '1234567890',
    });
  });
});

test('what is no webhook throws the error that names the field, and nothing else', () => {
  const parses = [parseChannelWebhook, parseUnlinkWebhook];
  const any = fc.oneof(
    fc.jsonValue(),
    fc.record({ event: fc.jsonValue(), id: fc.jsonValue(), user_id: fc.jsonValue(), app_id: fc.jsonValue() }),
    fc.constantFrom<unknown>(undefined, null, { ...CHANNEL, id: 'x'.repeat(141) }),
  );
  fc.assert(
    fc.property(any, fc.constantFrom(...parses), (body, parse) => {
      try {
        const { appUserId } = parse(body);
        expect(appUserId?.length ?? 1).toBeLessThanOrEqual(140);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidRequestError);
      }
    }),
    runs(1_000),
  );
});
