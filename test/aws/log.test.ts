import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { log } from '../../lambda/aws/log.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import { UnavailableError } from '../../lambda/bot/errors.ts';
import { MemorySessionStore } from '../../lambda/bot/session.ts';
import { openBuilderHandler } from '../../lambda/handlers/open-builder-service.ts';
import { invoke, SECRET, skillCall, testSecret } from '../kit/http.ts';

let written: string[];

beforeEach(() => {
  written = [];
  jest.spyOn(process.stdout, 'write').mockImplementation(chunk => {
    written.push(String(chunk));
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the log', () => {
  const SAID = '내 번호는 010-1234-5678';
  const failures = new Bot({ session: () => ({}) })
    .hears('망각', () => undefined as never)
    .hears(/번호/, turn => JSON.parse(turn.text))
    .hears(/주소/, turn => {
      throw new Error(`no such place: ${turn.text}`);
    })
    .hears(/가격/, turn => JSON.parse('{}')[turn.text].won);
  const handler = openBuilderHandler({
    bot: failures,
    store: new MemorySessionStore(),
    secret: testSecret,
    log,
  });
  const say = (utterance: string) =>
    invoke(
      handler,
      skillCall(
        { userRequest: { utterance, user: { id: 'a-user-key-of-kakao' } } },
        { 'x-request-id': 'chp-1' },
      ),
    );

  test.each([SAID, '주소는 서울시 어딘가', '가격은 01012345678'])(
    'tells which rule failed and where, and not a word of %j',
    async utterance => {
      const { status, json } = await say(utterance);
      expect({ status, apologised: JSON.stringify(json).includes(failures.texts.apology) }).toEqual({
        status: 200,
        apologised: true,
      });
      const [line = ''] = written;
      expect(JSON.parse(line)).toMatchObject({
        level: 'error',
        what: 'turn failed',
        rule: expect.stringContaining('hears'),
        error: {
          name: expect.stringMatching(/Error$/),
          frames: expect.arrayContaining([expect.stringContaining('log.test.ts')]),
        },
      });
      for (const word of [...utterance.split(' '), 'a-user-key-of-kakao', SECRET])
        expect(line).not.toContain(word);
    },
  );

  test('tells a rule that forgot to return, in our own words', async () => {
    await say('망각');
    expect(JSON.parse(written[0] ?? '').error.message).toContain('not undefined: does it return?');
  });

  test('tells what AWS said to us, and not what it said to a rule', () => {
    const aws = Object.assign(new Error('said by AWS'), { $metadata: {} });
    log({ level: 'error', what: 'ours', error: new UnavailableError('late queue', { cause: aws }) });
    log({ level: 'error', what: 'of a rule', error: aws });
    expect(written.map(line => line.includes('said by AWS'))).toEqual([true, false]);
  });

  test('is one line of JSON an entry', () => {
    log({ level: 'warn', what: 'two\nlines', requestId: 'r' });
    expect(written).toHaveLength(1);
    expect(written[0]?.trimEnd().split('\n')).toHaveLength(1);
  });
});
