import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventBridge } from '../../lambda/aws/event-bus.ts';
import { AWS_TRIES } from '../../lambda/turn/time-budget.ts';
import { startTestBus, type TestBus } from '../kit/event-bus.ts';

describe('a call to the event bus', () => {
  const BUS = 'arn:aws:events:ap-northeast-2:123456789012:event-bus/cafe';
  const { config } = new SecretsManagerClient({
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local', sessionToken: 'of a role' },
  });
  const before = { ...process.env };
  const entries = [
    { detailType: 'turn.answered', detail: { bot: '카페' } },
    { detailType: 'user.arrived', detail: {} },
  ];
  let bus: TestBus;

  beforeAll(async () => {
    bus = await startTestBus();
  });
  afterAll(() => bus?.stop());
  beforeEach(() => {
    bus.calls.length = 0;
    bus.mood = 'well';
    Object.assign(process.env, bus.environment);
  });
  afterEach(() => {
    process.env = { ...before };
  });

  const put = (signal = AbortSignal.timeout(10_000)) => eventBridge(() => config, BUS)(entries, signal);

  test('has all entries, each with its bus, its source and its detail as JSON', async () => {
    expect(await put()).toEqual({ count: 0 });
    const both = { EventBusName: BUS, Source: 'kakao-gateway' };
    expect(bus.calls.map(call => call.entries)).toEqual([
      [
        { ...both, DetailType: 'turn.answered', Detail: '{"bot":"카페"}' },
        { ...both, DetailType: 'user.arrived', Detail: '{}' },
      ],
    ]);
  });

  test('is signed for EventBridge by the credentials of the client', async () => {
    await put();
    const headers = bus.calls[0]?.headers;
    expect(headers?.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=local\/\d{8}\/ap-northeast-2\/events\/aws4_request, /,
    );
    expect(headers?.['x-amz-security-token']).toBe('of a role');
    expect(headers?.['content-type']).toBe('application/x-amz-json-1.1');
  });

  test.each([
    ['ap-northeast-2', 'events.ap-northeast-2.amazonaws.com'],
    ['cn-north-1', 'events.cn-north-1.amazonaws.com.cn'],
  ])('goes to the endpoint of the region %s', async (region, hostname) => {
    delete process.env.AWS_ENDPOINT_URL_EVENTBRIDGE;
    const signed: unknown[] = [];
    const sign = async (call: unknown): Promise<never> => {
      signed.push(call);
      throw new Error('not signed');
    };
    const putting = eventBridge(() => ({ region: async () => region, signer: async () => ({ sign }) }), BUS);
    await expect(putting(entries, AbortSignal.timeout(10_000))).rejects.toThrow(/^not signed$/);
    expect(signed).toMatchObject([{ protocol: 'https:', hostname }]);
  });

  test('of which it refused an entry tells how many, and why', async () => {
    bus.mood = 'refuses one';
    expect(await put()).toMatchObject({
      count: 1,
      error: { name: 'InternalFailure', message: 'try again' },
    });
    expect(bus.calls).toHaveLength(1);
  });

  test('that is refused is not made again', async () => {
    bus.mood = 'throttles';
    await expect(put()).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(bus.calls).toHaveLength(1);
  });

  test.each(['fails', 'breaks off'] as const)('that %s is made again, but not for ever', async mood => {
    bus.mood = mood;
    await expect(put()).rejects.toThrow();
    expect(bus.calls).toHaveLength(AWS_TRIES);
  });

  test('that gets no answer is given up when its time is over', async () => {
    bus.mood = 'hangs';
    await expect(put(AbortSignal.timeout(50))).rejects.toThrow();
    expect(bus.calls).toHaveLength(1);
  });
});
