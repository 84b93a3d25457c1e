import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { acceptCallbackUrl, KAKAO_CALLBACK_ORIGIN } from '../../lambda/open-builder/callback-url.ts';
import { deliverAnswer } from '../../lambda/open-builder/deliver.ts';
import type { SkillResponse } from '../../lambda/open-builder/wire.ts';
import { type CallbackSink, startCallbackSink } from '../kit/callback-sink.ts';
import { HOSTILE_URLS } from '../kit/hostile-urls.ts';
import { samplesOf } from '../kit/samples.ts';
import { simulateTime } from '../kit/simulated-time.ts';

const ANSWER: SkillResponse = {
  version: '2.0',
  template: { outputs: [{ simpleText: { text: '늦은 답' } }] },
};
const fail = (message: string) => ({
  status: 200,
  body: { taskId: 't', status: 'FAIL', message, timestamp: 1 },
});

describe('a callback URL', () => {
  test.each([
    'https://bot-api.kakao.com/v1/bots/f0d551f086800c4f9c92f1ec/callback/cbtoken:0123456789abcdef0123456789abcdef',
    samplesOf('open-builder/requests').find(({ name }) => name.startsWith('15'))?.json.userRequest
      .callbackUrl,
  ])('of Kakao is accepted: %s', url => {
    expect(acceptCallbackUrl(url, [KAKAO_CALLBACK_ORIGIN])).toBe(url);
  });

  test('that only looks like Kakao is tried in forty forms', () => {
    expect(HOSTILE_URLS).toHaveLength(40);
  });

  test.each(HOSTILE_URLS.map(url => [url]))('that only looks like Kakao is refused: %j', url => {
    expect(acceptCallbackUrl(url, [KAKAO_CALLBACK_ORIGIN])).toBeUndefined();
  });
});

describe('a callback', () => {
  let sink: CallbackSink;

  beforeAll(async () => {
    sink = await startCallbackSink();
  });

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  afterAll(() => sink?.stop());

  const post = (url: string, withinMs = 5_000) => {
    const callbackOrigins = [new URL(url).origin];
    return deliverAnswer(ANSWER, url, { callbackOrigins, until: Date.now() + withinMs });
  };

  test('is posted once, as JSON in UTF-8', async () => {
    const url = sink.newUrl();
    expect(await post(url)).toEqual({ kind: 'delivered' });
    expect(sink.postsTo(url).map(({ json }) => json)).toEqual([ANSWER]);
  });

  test.each([
    ['Invalid callback token for testing purposes.', 'tester', 'test'],
    ['Invalid callback token. Check your callback token.', 'token-spent', 'spent'],
    ['Invalid bot ID. Check your Bot ID.', 'bot-id'],
    ['Invalid json response from bot-skill.', 'bubble'],
    ['Invalid skill-json format. This talk bubble is not suitable for advertising.', 'advertising'],
  ])('that Kakao refuses with %j is not tried again: %s', async (message, reason, kind = 'failed') => {
    const url = sink.newUrl();
    sink.answerNext(fail(message));
    expect(await post(url)).toEqual({ kind, reason });
    expect(sink.postsTo(url)).toHaveLength(1);
  });

  test.each([
    fail('Internal server error occured. Please contact technical support. 504'),
    fail('The skill server settings are incorrect. Use callback true setting required.'),
    { status: 503, body: 'Service Unavailable' },
  ])('that another try can help is tried again: %j', async answer => {
    const url = sink.newUrl();
    sink.answerNext(answer);
    expect(await post(url)).toEqual({ kind: 'delivered' });
    expect(sink.postsTo(url)).toHaveLength(2);
  });

  test('is tried as long as there is time, and no longer', async () => {
    const other = await startCallbackSink();
    const url = other.newUrl();
    other.answerNext(...Array.from({ length: 9 }, () => ({ status: 500, body: {} })));
    const startedAt = Date.now();
    expect(await post(url, 1_000)).toEqual({ kind: 'failed', reason: 'http-500' });
    expect(Date.now() - startedAt).toBeLessThan(1_100);
    expect(other.postsTo(url).length).toBeGreaterThanOrEqual(2);
    await other.stop();
  });

  test.each([
    [{ status: 200, body: 'no JSON' }, 'http-200'],
    [{ status: 200, body: { status: 'ERROR', message: null } }, 'http-200'],
    [{ status: 404, body: { status: 'SUCCESS' } }, 'http-404'],
  ])('is delivered only by the code and the status together: %j', async (answer, reason) => {
    sink.answerNext(answer);
    expect(await post(sink.newUrl())).toEqual({ kind: 'failed', reason });
  });

  test('is posted in the last moment, too, by a clock that counts fractions', async () => {
    const url = sink.newUrl();
    expect(await post(url, 714.37)).toEqual({ kind: 'delivered' });
    expect(sink.postsTo(url)).toHaveLength(1);
    const before = sink.requests();
    expect(await post(sink.newUrl(), -0.5)).toEqual({
      kind: 'failed',
      reason: 'too-late',
    });
    expect(sink.requests()).toBe(before);
  });

  test('that Kakao took, though its answer got lost, is delivered', async () => {
    sink.answerNext(
      { status: 502, body: 'Bad Gateway' },
      fail('Invalid callback token. Check your callback token.'),
    );
    expect(await post(sink.newUrl())).toEqual({ kind: 'delivered' });
  });

  test('that Kakao refused as too early, and then as spent, was spent by somebody else', async () => {
    sink.answerNext(
      fail('The skill server settings are incorrect. Use callback true setting required.'),
      fail('Invalid callback token. Check your callback token.'),
    );
    expect(await post(sink.newUrl())).toEqual({ kind: 'spent', reason: 'token-spent' });
  });

  test('is given up after three seconds without an answer, and posted again', async () => {
    simulateTime();
    // Node's own timer is in no test's hands.
    jest.spyOn(AbortSignal, 'timeout').mockImplementation(ms => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), ms);
      return controller.signal;
    });
    const url = sink.newUrl();
    const before = sink.requests();
    // The network has its own time.
    const came = async (requests: number) => {
      const givesUpAt = performance.now() + 5_000;
      while (sink.requests() < before + requests) {
        if (performance.now() > givesUpAt) throw new Error(`request ${requests} never came`);
        await new Promise(resolve => setImmediate(resolve));
      }
    };
    sink.hangNext();
    const posted = post(url, 20_000);
    try {
      await came(1);
      await jest.advanceTimersByTimeAsync(3_000);
      await jest.advanceTimersByTimeAsync(250);
      await came(2);
      expect(await posted).toEqual({ kind: 'delivered' });
      expect(sink.requests()).toBe(before + 2);
    } finally {
      // Where it fails, the post must not outlive its test.
      await jest.advanceTimersByTimeAsync(20_000);
    }
  });

  test('follows no redirect', async () => {
    const elsewhere = await startCallbackSink();
    sink.answerNext({ status: 307, body: '', location: elsewhere.newUrl() });
    expect(await post(sink.newUrl())).toEqual({ kind: 'failed', reason: 'http-307' });
    expect(elsewhere.requests()).toBe(0);
    await elsewhere.stop();
  });

  test('that nobody answers ends with the time there is', async () => {
    const other = await startCallbackSink();
    const url = other.newUrl();
    other.hangNext();
    expect(await post(url, 300)).toEqual({ kind: 'failed', reason: 'no-answer' });
    await other.stop();
    expect(await post(url, 300)).toEqual({ kind: 'failed', reason: 'no-answer' });
  });

  test('reads 4 KB of an answer that never ends, and goes by its status', async () => {
    const endless = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('x'.repeat(8 * 1024));
    });
    await new Promise<void>(resolve => endless.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}/callback`;
    // Less than a post may take: one that waits for the end comes to no answer.
    const result = await post(url, 1_000);
    endless.closeAllConnections();
    endless.close();
    expect(result).toEqual({ kind: 'failed', reason: 'http-200' });
  });
});
